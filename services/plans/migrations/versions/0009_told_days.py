"""The days around requests and grants, as referrals told them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "told_days",
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "grant",
                "decision",
                "contract",
                "placement",
                "aftercare_contact",
                "return_review",
                name="daykind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("support_item_id", sa.Uuid(), nullable=True),
        sa.Column("referral_id", sa.Uuid(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_told_days_plan_id_plans")),
        sa.ForeignKeyConstraint(
            ["support_item_id"],
            ["support_items.id"],
            name=op.f("fk_told_days_support_item_id_support_items"),
        ),
        sa.PrimaryKeyConstraint("subject", "kind", name=op.f("pk_told_days")),
    )
    op.create_index(op.f("ix_told_days_plan_id"), "told_days", ["plan_id"], unique=False)
    op.create_index(
        op.f("ix_told_days_support_item_id"), "told_days", ["support_item_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_told_days_support_item_id"), table_name="told_days")
    op.drop_index(op.f("ix_told_days_plan_id"), table_name="told_days")
    op.drop_table("told_days")
