"""Own contributions: when they were told, and when help ran for which one is due."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("referrals", sa.Column("contribution_told_on", sa.Date(), nullable=True))
    op.add_column(
        "direct_registrations", sa.Column("contribution_told_on", sa.Date(), nullable=True)
    )
    op.create_table(
        "contribution_periods",
        sa.Column("about_kind", sa.String(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("voorziening", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("stopped_on", sa.Date(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "stopped_on IS NULL OR stopped_on >= started_on",
            name=op.f("ck_contribution_periods_period"),
        ),
        sa.CheckConstraint("kind <> 'none'", name=op.f("ck_contribution_periods_costs_something")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution_periods")),
    )
    op.create_index(
        "uq_contribution_periods_open",
        "contribution_periods",
        ["about_id"],
        unique=True,
        postgresql_where=sa.text("stopped_on IS NULL"),
    )
    op.create_index(
        "ix_contribution_periods_changed_at_id",
        "contribution_periods",
        ["changed_at", "id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("contribution_periods")
    op.drop_column("direct_registrations", "contribution_told_on")
    op.drop_column("referrals", "contribution_told_on")
