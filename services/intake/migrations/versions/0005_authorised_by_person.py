"""Whether a person asked client support to act for them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "contacts",
        sa.Column("authorised_by_person", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.alter_column("contacts", "authorised_by_person", server_default=None)


def downgrade() -> None:
    op.drop_column("contacts", "authorised_by_person")
