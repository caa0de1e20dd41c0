"""Declarative base: one naming convention, so that Alembic never invents a constraint name."""

import enum
from datetime import datetime
from typing import Any, ClassVar, Final

from sqlalchemy import DateTime, Enum, Integer, MetaData, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def _values(kind: type[enum.StrEnum]) -> list[str]:
    return [member.value for member in kind]


class Row(DeclarativeBase):
    """A table row. It never leaves the service layer."""

    __abstract__ = True

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[str]: JSONB,
        list[dict[str, Any]]: JSONB,
        str: String,
        enum.StrEnum: Enum(
            enum.StrEnum,
            native_enum=False,
            length=40,
            values_callable=_values,
            create_constraint=False,
        ),
    }


class Versioned:
    """Every UPDATE checks and raises the version, so a lost update is an error, not a surprise."""

    version: Mapped[int] = mapped_column(Integer, nullable=False)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class About:
    """What every table with personal data says of itself, for retention and erasure.

    `subject_key` is the column that names whose data it is; `changed_column` when it last changed
    (Wmo 2015 art. 5.3.4: fifteen years from the last change).
    """

    subject_key: ClassVar[str]
    changed_column: ClassVar[str]


def new_metadata() -> MetaData:
    """The tables of one service."""
    return MetaData(naming_convention=NAMING)


shared_metadata: Final = new_metadata()
"""The tables that every service has: keys, audit, outbox sequences, inbox."""


class SharedRow(Row):
    """A row of a table that every service has."""

    __abstract__ = True
    metadata = shared_metadata
