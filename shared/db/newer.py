"""States that others tell: of two about the same, the one with the higher sequence number holds."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import class_mapper

from shared.db.base import Row
from shared.db.database import Session


async def keep_newer(session: Session, row: Row) -> bool:
    """Store a state under its primary key; an older or equal one changes nothing (answers False).

    The row has a column `sequence`, and is written as a whole. Waits for whoever holds the state
    that is known.
    """
    table = class_mapper(type(row)).local_table
    values = {column.name: getattr(row, column.name) for column in table.columns}
    key = [column.name for column in table.primary_key]
    statement = insert(table).values(values)  # type: ignore[arg-type]  # a mapped table is a Table
    kept = statement.on_conflict_do_update(
        index_elements=key,
        set_={name: value for name, value in values.items() if name not in key},
        where=table.c.sequence < values["sequence"],
    ).returning(table.c.sequence)
    return await session.scalar(kept) is not None
