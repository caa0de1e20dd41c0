"""The job library (procrastinate) behind one small face; nothing else imports it.

A job is written in the transaction of the use case, so it exists exactly when the change does. The
lock keeps order per subject; a failed job is kept as a dead letter while its successors go on.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final, TypeAlias

from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job

from shared.clock import utc_now
from shared.db.database import Session

TaskFunction: TypeAlias = Callable[..., Awaitable[None]]

_MAX_ATTEMPTS: Final = 12
_FIRST_WAIT_SECONDS: Final = 0.5
_LONGEST_WAIT_SECONDS: Final = 600.0
_STALLED_SECONDS: Final = 60.0
# A job that waited for another's lock is found by polling only: notices come for new jobs.
_POLL_SECONDS: Final = 0.3
_log: Final = logging.getLogger("buurtteam.jobs")
EVERY_MINUTE: Final = "* * * * *"
EVERY_HOUR: Final = "17 * * * *"


class JitteredBackoff(BaseRetryStrategy):
    """Wait half of a doubling time and a random part of the rest: never at once, never together."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to try again, or None: the job is then a dead letter."""
        del exception
        if job.attempts >= _MAX_ATTEMPTS:
            return None
        ceiling = min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2**job.attempts)
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
        self._app.task(name=name, retry=JitteredBackoff())(work)

    def every(self, cron: str, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Run a piece of work by the clock, once among all workers of this service."""

        async def run(timestamp: int) -> None:
            del timestamp
            await work()

        task = self._app.task(name=name, queueing_lock=name, pass_context=False)(run)
        self._app.periodic(cron=cron, periodic_id=name)(task)

    async def defer(self, session: Session, name: str, lock: str, **arguments: Any) -> None:
        """Write a job in the caller's transaction; it exists if and only if that commits."""
        connection = await session.connection()
        raw = await connection.get_raw_connection()
        deferrer = self._app.configure_task(name=name, lock=lock, connection=raw.driver_connection)
        await deferrer.defer_async(**arguments)

    async def open(self) -> None:
        """Connect. Call before running a worker."""
        await self._app.open_async()

    async def close(self) -> None:
        """Let the connections go."""
        await self._app.close_async()

    async def work(self, concurrency: int) -> None:
        """Do jobs until cancelled, also after the database was away; jobs under way get 5 s."""
        while True:
            try:
                await self._work(concurrency)
                return
            except ConnectorException:
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

    async def _retry_stalled(self) -> None:
        """Give back what a killed worker held: its lock would hold its successors for ever."""
        manager = self._app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_SECONDS):
            await manager.retry_job(job)
