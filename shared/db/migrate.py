"""Migrations: one Alembic environment for the four services, each on its own database."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from alembic import command, context
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine, pool, text
from sqlalchemy.engine import Connection

ROOT: Final = Path(__file__).parents[2]
OURS_ALONE: Final = "procrastinate_"


def config_for(service: str, owner_url: str | None = None) -> Config:
    """Alembic's configuration of one service; the URL is the owner's, never what runs."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "services" / service / "migrations"))
    config.attributes["url"] = owner_url
    return config


def upgrade(service: str, owner_url: str) -> None:
    """Bring one database to the newest migration."""
    command.upgrade(config_for(service, owner_url), "head")


def check(service: str, owner_url: str) -> None:
    """Raise when the models and a migrated database differ (`alembic check`)."""
    command.check(config_for(service, owner_url))


def head(service: str) -> str:
    """The newest migration that this code knows."""
    found = ScriptDirectory.from_config(config_for(service)).get_current_head()
    assert found is not None
    return found


def _is_ours(name: str | None, kind: str) -> bool:
    """The job library's tables are made by its own script, not described by our models."""
    return not (kind == "table" and name is not None and name.startswith(OURS_ALONE))


def _migrate(connection: Connection, tables: Sequence[MetaData]) -> None:
    context.configure(
        connection=connection,
        target_metadata=list(tables),
        compare_type=True,
        include_name=lambda name, kind, _parents: _is_ours(name, kind),
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.execute("SET LOCAL lock_timeout = '5s'")
        context.run_migrations()


def run(*tables: MetaData) -> None:
    """What every service's `migrations/env.py` calls, with all the tables it should have."""
    url = context.config.attributes["url"]
    engine = create_engine(url, poolclass=pool.NullPool, hide_parameters=True)
    with engine.connect() as connection:
        connection.execute(text("SET lock_timeout = '5s'"))
        connection.commit()
        _migrate(connection, tables)
    engine.dispose()
