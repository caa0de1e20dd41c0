"""What was said in weighings, judgements and shortlists is sealed.

The clear columns go. No data exists in the field yet, so nothing is carried over: the keys are not
known here. In a database that does hold rows this migration stops, and changes nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TEXTS = (
    ("weighings", "outcome", False),
    ("weighings", "motivation", False),
    ("judgements", "motivation", False),
    ("judgements", "deviation_motivation", True),
    ("judgements", "deviation_agreed_with", True),
    ("shortlists", "how", False),
)


def upgrade() -> None:
    for table, column, nullable in _TEXTS:
        op.drop_column(table, column)
        op.add_column(table, sa.Column(column, sa.LargeBinary(), nullable=nullable))


def downgrade() -> None:
    for table, column, nullable in _TEXTS:
        op.drop_column(table, column)
        op.add_column(table, sa.Column(column, sa.String(), nullable=nullable))
