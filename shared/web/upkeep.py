"""What an operator does to one service from the machine it runs on, recorded as its operations are.

Nobody has a token here: who may read the settings of a service may do this.
"""

import logging
import os
import pwd
from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Final
from uuid import UUID

from fastapi import FastAPI

from shared.db.database import Database, connect
from shared.db.sealing import KeyRing
from shared.outbox import dead_letters
from shared.outbox.dead_letters import DeadLetter
from shared.settings import ServiceSettings
from shared.vocabulary import ServiceName
from shared.web.kernel import Kernel, close

_CLIENT: Final = "command-line"
_PAGE: Final = 100
_log = logging.getLogger("buurtteam.operations")


@dataclass(frozen=True, slots=True)
class Doer:
    """Who did it, through what, and the trace that ties together all it did."""

    subject: str
    client: str
    trace: str


def operator() -> Doer:
    """The account of this machine under which a command runs."""
    user = os.getuid()
    try:
        name = pwd.getpwuid(user).pw_name
    except KeyError:  # a container has a number without a name
        name = str(user)
    return Doer(f"operator:{name}", _CLIENT, token_hex(16))


def record_redrive(service: ServiceName, operation: str, letter: DeadLetter, by: Doer) -> None:
    """One line per letter that went back: which, what it was to do, who did it."""
    _log.info(
        {
            "service": service.value,
            "operation": operation,
            "letter": str(letter.id),
            "work": letter.work,
            "event_type": letter.event_type,
            "subject": by.subject,
            "client": by.client,
            "trace": by.trace,
        }
    )


async def redrive_all(name: ServiceName, settings: ServiceSettings, by: Doer | None = None) -> int:
    """Put every dead letter of a service back in line; answers how many."""
    doer, db = by or operator(), _database(settings)
    try:
        async with db.transaction() as session:
            found = await dead_letters.redrive_all(session)
    finally:
        await db.close()
    for letter in found:
        record_redrive(name, "redrive_all", letter, doer)
    return len(found)


async def all_dead_letters(settings: ServiceSettings) -> Sequence[DeadLetter]:
    """What failed for good in one service, the oldest first; without what the jobs carry."""
    db, found = _database(settings), list[DeadLetter]()
    try:
        while True:
            after: UUID | None = found[-1].id if found else None
            async with db.transaction() as session:
                page = await dead_letters.page_of(session, after, _PAGE)
            found += page
            if len(page) < _PAGE:
                return found
    finally:
        await db.close()


async def rebuild_circles(app: FastAPI, by: Doer | None = None) -> int:
    """Take over from plans every circle that is newer than what this service knows; how many.

    `app` is a service that keeps that projection, not served and not working. Raises
    `PeerUnavailableError` when the database, the issuer or plans does not answer.
    """
    kernel: Kernel = app.state.kernel
    doer = by or operator()
    try:
        await kernel.db.ping()
        taken: int = await app.state.service.circles.rebuild()
    finally:
        await close(kernel)
    _log.info(
        {
            "service": kernel.name.value,
            "operation": "rebuild_circles",
            "taken": taken,
            "subject": doer.subject,
            "client": doer.client,
            "trace": doer.trace,
        }
    )
    return taken


def _database(settings: ServiceSettings) -> Database:
    return connect(str(settings.database_url), KeyRing.load(settings.key_ring_file), 1)
