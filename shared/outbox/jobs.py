"""The job library (procrastinate) behind one small face; nothing else imports it.

A job is written in the transaction of the use case, so it exists exactly when the change does. The
lock keeps order per subject; a failed job is kept as a dead letter while its successors go on.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, Final, TypeAlias
from uuid import UUID

from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from psycopg import InterfaceError, OperationalError

from shared.clock import utc_now
from shared.db.database import Session
from shared.errors import PeerUnavailableError
from shared.outbox import dead_letters
from shared.outbox.dead_letters import FIRST_FAILURE, DeadLetter

TaskFunction: TypeAlias = Callable[..., Awaitable[None]]

_MAX_ATTEMPTS: Final = 12
# Somebody who is away comes back: at most ten minutes between tries, this is more than a day.
_MAX_ATTEMPTS_AWAY: Final = 300
_FIRST_WAIT_SECONDS: Final = 0.5
_LONGEST_WAIT_SECONDS: Final = 600.0
_STALLED_SECONDS: Final = 60.0
# A job that waited for another's lock is found by polling only: notices come for new jobs.
_POLL_SECONDS: Final = 0.3
_log: Final = logging.getLogger("buurtteam.jobs")
# What the library says no more of than "a database error": this one may be over in a moment.
_NOT_THERE: Final = (OperationalError, InterfaceError)
EVERY_MINUTE: Final = "* * * * *"
EVERY_HOUR: Final = "17 * * * *"
EVERY_NIGHT: Final = "23 2 * * *"
_REMEMBER_FAILURE: Final = (
    "UPDATE procrastinate_jobs SET args = args || jsonb_build_object(%(name)s, %(kind)s::text)"
    " WHERE id = %(id)s AND args -> %(name)s IS NULL"
)
# The library's own cleaning knows states and queues; it would take dead letters along. What is done
# by the clock has a queueing lock, and only that (`dead_letters`).
_FORGET_FINISHED: Final = """
DELETE FROM procrastinate_jobs job
WHERE (job.status = 'succeeded'
       OR (job.queueing_lock IS NOT NULL AND job.status IN ('failed', 'cancelled', 'aborted')))
  AND NOT EXISTS (SELECT 1 FROM procrastinate_events event WHERE event.job_id = job.id
                  AND event.at > now() - make_interval(days => %(days)s))
"""


class JitteredBackoff(BaseRetryStrategy):
    """Wait half of a doubling time and a random part of the rest: never at once, never together."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to try again, or None: the job is then a dead letter."""
        away = isinstance(exception, PeerUnavailableError)
        if job.attempts >= (_MAX_ATTEMPTS_AWAY if away else _MAX_ATTEMPTS):
            return None
        doublings = min(job.attempts, _MAX_ATTEMPTS)
        ceiling = min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2**doublings)
        seconds = random.uniform(ceiling / 2, ceiling)  # noqa: S311  spreads load, guards nothing
        return RetryDecision(retry_at=utc_now() + timedelta(seconds=seconds))


class Jobs:
    """The jobs of one service, on its own database."""

    def __init__(self, database_url: str) -> None:
        conninfo = database_url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._app = App(
            connector=PsycopgConnector(conninfo=conninfo, min_size=0, max_size=4, timeout=5),
            periodic_defaults={"max_delay": 600},
        )
        self.every(EVERY_MINUTE, "retry_stalled", self._retry_stalled)

    def add(self, name: str, work: TaskFunction) -> None:
        """Name a piece of work. It is retried with jittered backoff, then kept as a dead letter."""

        async def run(context: JobContext, /, **arguments: Any) -> None:
            known = arguments.pop(FIRST_FAILURE, None)
            try:
                await work(**arguments)
            except Exception as exc:
                if known is None:
                    await self._remember(context.job, exc)
                raise

        self._app.task(name=name, retry=JitteredBackoff(), pass_context=True)(run)

    def every(self, cron: str, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Run a piece of work by the clock, once among all workers of this service."""

        async def run(timestamp: int) -> None:
            del timestamp
            await work()

        task = self._app.task(name=name, queueing_lock=name, pass_context=False)(run)
        self._app.periodic(cron=cron, periodic_id=name)(task)

    async def defer(self, session: Session, name: str, lock: str, **arguments: Any) -> None:
        """Write a job in the caller's transaction; it exists if and only if that commits.

        `PeerUnavailableError` when the database goes away meanwhile, or its disk is full.
        """
        connection = await session.connection()
        raw = await connection.get_raw_connection()
        deferrer = self._app.configure_task(name=name, lock=lock, connection=raw.driver_connection)
        try:
            await deferrer.defer_async(**arguments)
        except ConnectorException as exc:
            if isinstance(exc.__cause__, _NOT_THERE):
                raise PeerUnavailableError("database") from exc
            raise

    async def dead_letters(
        self, session: Session, after: UUID | None = None, size: int = 100
    ) -> Sequence[DeadLetter]:
        """What failed for good, the oldest first; without what the jobs carry."""
        return await dead_letters.page_of(session, after, size)

    async def redrive(self, session: Session, letter: UUID) -> DeadLetter:
        """Put one back, due at once; `NotFoundError`, or `ConflictError` when it did not fail."""
        return await dead_letters.redrive(session, letter)

    async def forget_finished(self, days: int) -> None:
        """Delete what was finished longer ago than this: jobs that succeeded, and failed turns of
        what is done by the clock. A dead letter stays, however old it is.
        """
        await self._app.connector.execute_query_async(_FORGET_FINISHED, days=days)

    async def open(self) -> None:
        """Connect. Call before running a worker."""
        await self._app.open_async()

    async def close(self) -> None:
        """Let the connections go."""
        await self._app.close_async()

    async def work(self, concurrency: int) -> None:
        """Do jobs until cancelled, also after the database was away; jobs under way get 5 s."""
        own = asyncio.current_task()
        assert own is not None
        while True:
            # It ends without an error too: when the database was away for a moment only, so that
            # it could still take leave of it. And an error may come instead of our cancellation.
            with contextlib.suppress(ConnectorException):
                await self._work(concurrency)
            if own.cancelling():
                return
            _log.warning({"event": "worker_lost_database"})
            await asyncio.sleep(random.uniform(0.5, 1.5))  # noqa: S311  spreads load

    async def _work(self, concurrency: int) -> None:
        await self._app.run_worker_async(
            concurrency=concurrency,
            install_signal_handlers=False,
            shutdown_graceful_timeout=5,
            fetch_job_polling_interval=_POLL_SECONDS,
            delete_jobs="successful",
        )

    async def drain(self) -> None:
        """Do what is due now and return; tests and the demonstration wait for effects with it."""
        await self._app.run_worker_async(
            wait=False, install_signal_handlers=False, listen_notify=False, delete_jobs="successful"
        )

    async def _remember(self, job: Job, error: Exception) -> None:
        """Keep the kind of a first failure with the job; its text may quote a person's data."""
        kind = type(error).__name__
        # The job is retried in any case; why it failed first is only for who looks at it later.
        with contextlib.suppress(ConnectorException):
            await self._app.connector.execute_query_async(
                _REMEMBER_FAILURE, id=job.id, name=FIRST_FAILURE, kind=kind
            )

    async def _retry_stalled(self) -> None:
        """Give back what a killed worker held: its lock would hold its successors for ever."""
        manager = self._app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_SECONDS):
            await manager.retry_job(job)
