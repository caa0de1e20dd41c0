"""What every table of the plans database is made of."""

from shared.db.base import Row, new_metadata

metadata = new_metadata()


class PlansRow(Row):
    """A row of the plans database."""

    __abstract__ = True
    metadata = metadata
