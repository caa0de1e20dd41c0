"""How far applications, grants and temporary provisions are known here."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "told_progress",
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plans.id"], name=op.f("fk_told_progress_plan_id_plans")
        ),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_told_progress")),
    )
    op.create_index(op.f("ix_told_progress_plan_id"), "told_progress", ["plan_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_told_progress_plan_id"), table_name="told_progress")
    op.drop_table("told_progress")
