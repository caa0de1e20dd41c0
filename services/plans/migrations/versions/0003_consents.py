"""Consents per person, provider and purpose."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column(
            "basis",
            sa.Enum(
                "consent",
                "legal_task",
                "vital_interest",
                name="sharingbasis",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "given", "revoking", "revoked", name="consentstatus", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'given') = (revoked_at IS NULL)", name=op.f("ck_consents_revoked")
        ),
        sa.CheckConstraint(
            "(status = 'revoked') = (closed_at IS NOT NULL)", name=op.f("ck_consents_closed")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_consents_person_id_persons")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_consents_plan_id_plans")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_person_id"), "consents", ["person_id"], unique=False)
    op.create_index(op.f("ix_consents_plan_id"), "consents", ["plan_id"], unique=False)
    op.create_index(
        "uq_consents_given",
        "consents",
        ["person_id", "provider_id", "purpose"],
        unique=True,
        postgresql_where=sa.text("status = 'given'"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_consents_given", table_name="consents", postgresql_where=sa.text("status = 'given'")
    )
    op.drop_index(op.f("ix_consents_plan_id"), table_name="consents")
    op.drop_index(op.f("ix_consents_person_id"), table_name="consents")
    op.drop_table("consents")
