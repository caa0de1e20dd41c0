"""The day from which help uses a place, as told; of places confirmed before, nobody knows it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reservations", sa.Column("confirmed_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("reservations", "confirmed_on")
