"""Client support whom a person asked to act, and one work item per party that must be told."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "household_helpers",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name=op.f("fk_household_helpers_household_id_households"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_household_helpers_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_household_helpers")),
    )
    op.create_index(
        op.f("ix_household_helpers_household_id"),
        "household_helpers",
        ["household_id"],
        unique=False,
    )
    op.create_index(
        "ix_household_helpers_subject",
        "household_helpers",
        ["subject", "household_id"],
        unique=False,
    )
    op.drop_index(
        "uq_work_items_open", table_name="work_items", postgresql_where=sa.text("done_at IS NULL")
    )
    op.create_index(
        "uq_work_items_open",
        "work_items",
        ["kind", "about_id"],
        unique=True,
        postgresql_where=sa.text("done_at IS NULL AND kind <> 'party_to_tell'"),
    )
    op.create_index(
        "uq_work_items_party_to_tell",
        "work_items",
        ["about_id", "code"],
        unique=True,
        postgresql_where=sa.text("done_at IS NULL AND kind = 'party_to_tell'"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_work_items_party_to_tell",
        table_name="work_items",
        postgresql_where=sa.text("done_at IS NULL AND kind = 'party_to_tell'"),
    )
    op.drop_index(
        "uq_work_items_open",
        table_name="work_items",
        postgresql_where=sa.text("done_at IS NULL AND kind <> 'party_to_tell'"),
    )
    op.create_index(
        "uq_work_items_open",
        "work_items",
        ["kind", "about_id"],
        unique=True,
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.drop_index("ix_household_helpers_subject", table_name="household_helpers")
    op.drop_index(op.f("ix_household_helpers_household_id"), table_name="household_helpers")
    op.drop_table("household_helpers")
