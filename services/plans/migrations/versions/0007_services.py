"""Light requests as referrals told them; what a party of the stelsel was told."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "service_progress",
        sa.Column("service_request_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("support_item_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "asked",
                "taken_up",
                "answered",
                "declined",
                "withdrawn",
                name="servicerequeststatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("circle_member_id", sa.Uuid(), nullable=True),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["circle_member_id"],
            ["circle_members.id"],
            name=op.f("fk_service_progress_circle_member_id_circle_members"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plans.id"], name=op.f("fk_service_progress_plan_id_plans")
        ),
        sa.ForeignKeyConstraint(
            ["support_item_id"],
            ["support_items.id"],
            name=op.f("fk_service_progress_support_item_id_support_items"),
        ),
        sa.PrimaryKeyConstraint("service_request_id", name=op.f("pk_service_progress")),
    )
    op.create_index(
        op.f("ix_service_progress_circle_member_id"),
        "service_progress",
        ["circle_member_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_service_progress_plan_id"), "service_progress", ["plan_id"], unique=False
    )
    op.create_index(
        op.f("ix_service_progress_support_item_id"),
        "service_progress",
        ["support_item_id"],
        unique=False,
    )
    op.add_column("disclosures", sa.Column("party", sa.String(), nullable=True))
    op.alter_column("disclosures", "provider_id", existing_type=sa.UUID(), nullable=True)
    op.create_check_constraint(
        op.f("ck_disclosures_one_recipient"),
        "disclosures",
        "(provider_id IS NULL) <> (party IS NULL)",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_disclosures_one_recipient"), "disclosures", type_="check")
    op.alter_column("disclosures", "provider_id", existing_type=sa.UUID(), nullable=False)
    op.drop_column("disclosures", "party")
    op.drop_index(op.f("ix_service_progress_support_item_id"), table_name="service_progress")
    op.drop_index(op.f("ix_service_progress_plan_id"), table_name="service_progress")
    op.drop_index(op.f("ix_service_progress_circle_member_id"), table_name="service_progress")
    op.drop_table("service_progress")
