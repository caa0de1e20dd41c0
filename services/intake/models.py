"""Tables of the intake database. A row never leaves the service layer."""

from shared.db.base import Row, new_metadata

metadata = new_metadata()


class IntakeRow(Row):
    """A row of the intake database."""

    __abstract__ = True
    metadata = metadata
