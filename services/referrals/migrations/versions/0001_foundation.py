"""The tables every service has."""

from shared.db.foundation import create_circle, create_foundation

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_foundation("referrals")
    create_circle()
