"""What the services ask of their databases meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event

from shared.vocabulary import ServiceName
from tests.support.world import World


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every SQL statement that any service sends meanwhile."""
    with _noting(Engine) as found:
        yield found


@contextmanager
def statements_of(world: World, service: ServiceName) -> Iterator[list[str]]:
    """What one service asks its database meanwhile, the audit's own insert left out."""
    with _noting(world.kernel(service).db._engine.sync_engine, without="audit_records") as found:
        yield found


@contextmanager
def _noting(engine: object, without: str | None = None) -> Iterator[list[str]]:
    found: list[str] = []

    def note(_c: object, _k: object, statement: str, *_rest: object) -> None:
        if without is None or without not in statement:
            found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
