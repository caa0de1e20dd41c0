"""What the other services told, and until when a disclosure lasts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "told_states",
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_told_states")),
    )
    op.add_column("attempts", sa.Column("valid_until", sa.Date(), nullable=True))
    op.add_column("shortlist_entries", sa.Column("valid_until", sa.Date(), nullable=True))
    op.add_column(
        "shortlist_entries", sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("shortlist_entries", "revoked_at")
    op.drop_column("shortlist_entries", "valid_until")
    op.drop_column("attempts", "valid_until")
    op.drop_table("told_states")
