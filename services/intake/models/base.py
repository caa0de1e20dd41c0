"""What every row of the intake database is."""

from shared.db.base import Row, new_metadata

metadata = new_metadata()


class IntakeRow(Row):
    """A row of the intake database."""

    __abstract__ = True
    metadata = metadata
