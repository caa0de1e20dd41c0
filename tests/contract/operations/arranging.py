"""What an arrangement is, and the list of them."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from shared.vocabulary import Role
from tests.support.openapi import Operation, operations_of
from tests.support.world import World
from tools.applications import services

WORKER: Final = Role.BUURTTEAM_WORKER


@dataclass(frozen=True)
class Ready:
    """One call that will succeed: who calls, where, with what.

    `read` is where the ETag is read when it is not the usual place. `claims` are those of the
    caller that the sample does not say. `parts` marks a call that ends its caller's own reach: the
    one who closes a plan, or hands it to another, hears 404 to every retry (design 7). `public`
    marks an answer that shows public knowledge, which no reach ever ends. `via` is the service that
    calls for the user, where only a service may; with the role `service` it calls alone. `tells`
    marks a call of which the record that somebody was told is the only effect. `party` marks who
    reaches by the party they speak for, and not by who they are: every colleague there does so too.
    """

    role: Role
    path: str
    body: Any = None
    claims: Mapping[str, str] = field(default_factory=dict)
    read: str | None = None
    parts: bool = False
    public: bool = False
    via: str | None = None
    tells: bool = False
    party: bool = False


Arrangement: TypeAlias = Callable[[World], Awaitable[Ready]]

ARRANGEMENTS: Final[dict[tuple[str, str], Arrangement]] = {}


def arrangement(service: str) -> Callable[[Arrangement], Arrangement]:
    """Put a function on the list, by its own name."""

    def put(arrange: Arrangement) -> Arrangement:
        name = (service, arrange.__name__)
        assert name not in ARRANGEMENTS, name
        ARRANGEMENTS[name] = arrange
        return arrange

    return put


def guarded() -> dict[tuple[str, str], Operation]:
    """Every operation of the documents that takes a key or a version."""
    return {
        (operation.service, operation.id): operation
        for service in services()
        for operation in operations_of(service)
        if operation.keyed or operation.versioned
    }


def gaps(
    named: Mapping[tuple[str, str], Operation], arranged: Mapping[tuple[str, str], Arrangement]
) -> list[str]:
    """Operations without an arrangement, and arrangements without an operation."""
    return [f"{service}.{name}" for service, name in sorted(set(named) ^ set(arranged))]


def fits(operation: Operation, ready: Ready) -> bool:
    """Whether an arrangement calls the operation it is named after."""
    template = re.sub(r"{\w+}", "[^/]+", f"/{operation.service}/v1{operation.path}")
    return re.fullmatch(template, ready.path) is not None
