"""Tables of the referrals database. A row never leaves the service layer."""

from shared.db.base import Row, new_metadata

metadata = new_metadata()


class ReferralsRow(Row):
    """A row of the referrals database."""

    __abstract__ = True
    metadata = metadata
