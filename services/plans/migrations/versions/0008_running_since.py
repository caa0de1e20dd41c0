"""Since when help runs, to look for a next step in time."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("support_items", sa.Column("running_since", sa.Date(), nullable=True))
    # What is known of help that runs already: the day on which it last changed.
    op.execute("UPDATE support_items SET running_since = changed_on WHERE status = 'running'")


def downgrade() -> None:
    op.drop_column("support_items", "running_since")
