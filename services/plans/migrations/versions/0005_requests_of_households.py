"""Which parties lead, judge or place for a household, also before there is a plan."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "household_entries",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("linked_by", sa.String(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name=op.f("fk_household_entries_household_id_households"),
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_household_entries")),
    )
    op.create_index(
        op.f("ix_household_entries_household_id"),
        "household_entries",
        ["household_id"],
        unique=False,
    )
    op.create_table(
        "household_requests",
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("support_item_id", sa.Uuid(), nullable=True),
        sa.Column("judge_party", sa.String(), nullable=True),
        sa.Column("placing_party", sa.String(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "preparing",
                "judging",
                "granting",
                "placing",
                "no_provider_left",
                "on_hold",
                "delivering",
                "ended",
                "aftercare",
                "not_admitted",
                "not_granted",
                "redirected",
                "withdrawn",
                "no_longer_needed",
                "moved_out",
                "deceased",
                name="referralstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name=op.f("fk_household_requests_household_id_households"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plans.id"], name=op.f("fk_household_requests_plan_id_plans")
        ),
        sa.ForeignKeyConstraint(
            ["support_item_id"],
            ["support_items.id"],
            name=op.f("fk_household_requests_support_item_id_support_items"),
        ),
        sa.PrimaryKeyConstraint("referral_id", name=op.f("pk_household_requests")),
    )
    op.create_index(
        op.f("ix_household_requests_household_id"),
        "household_requests",
        ["household_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_household_requests_plan_id"), "household_requests", ["plan_id"], unique=False
    )
    op.alter_column("attempt_progress", "support_item_id", existing_type=sa.UUID(), nullable=True)
    op.add_column("disclosures", sa.Column("household_id", sa.Uuid(), nullable=True))
    op.alter_column("disclosures", "support_item_id", existing_type=sa.UUID(), nullable=True)
    op.create_foreign_key(
        op.f("fk_disclosures_household_id_households"),
        "disclosures",
        "households",
        ["household_id"],
        ["id"],
    )


def downgrade() -> None:
    op.drop_constraint(
        op.f("fk_disclosures_household_id_households"), "disclosures", type_="foreignkey"
    )
    op.alter_column("disclosures", "support_item_id", existing_type=sa.UUID(), nullable=False)
    op.drop_column("disclosures", "household_id")
    op.alter_column("attempt_progress", "support_item_id", existing_type=sa.UUID(), nullable=False)
    op.drop_index(op.f("ix_household_requests_plan_id"), table_name="household_requests")
    op.drop_index(op.f("ix_household_requests_household_id"), table_name="household_requests")
    op.drop_table("household_requests")
    op.drop_index(op.f("ix_household_entries_household_id"), table_name="household_entries")
    op.drop_table("household_entries")
