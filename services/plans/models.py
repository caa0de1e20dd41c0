"""Tables of the plans database. A row never leaves the service layer."""

from shared.db.base import Row, new_metadata

metadata = new_metadata()


class PlansRow(Row):
    """A row of the plans database."""

    __abstract__ = True
    metadata = metadata
