"""A worker apart is killed in the middle of a delivery: it is taken up again, in effect once."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from tests.faults.killing import READY_SECONDS, new_pid
from tests.faults.story import accept, go_on, live, meet
from tests.faults.support import Arena
from tests.support.effort import Effort

WORKER = "referrals-worker"
UNDER_WAY = """
SELECT id FROM procrastinate_jobs WHERE task_name = 'deliver' AND status = 'doing'
"""
MET = """
SELECT id FROM timeline_entries WHERE kind = 'attempt_intake_planned' AND subject_id = %s
"""


@contextmanager
def held(pid: int) -> Iterator[None]:
    """A process that takes what it is sent and does nothing with it for a while."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def delivering(apart: Arena) -> None:
    """Wait until a delivery is under way."""
    until = monotonic() + READY_SECONDS
    while not apart.databases.rows("referrals", UNDER_WAY):
        assert monotonic() < until, "no delivery was under way"
        await asyncio.sleep(0.02)


async def test_a_worker_killed_in_the_middle_of_a_delivery_is_made_good(
    apart: Arena, effort: Effort
) -> None:
    """The receiver did get it: its answer went to a dead worker. Short: a date is moved; long:
    the minute passes after which the job counts as stalled."""
    home = await live(apart.client, until=accept)
    await apart.judge()
    before = apart.fleet.pid(WORKER)
    with held(apart.fleet.pid("plans")):
        await meet(home)
        await delivering(apart)
        apart.fleet.kill(WORKER)
    assert await new_pid(apart.fleet, WORKER) != before
    assert apart.databases.rows("referrals", UNDER_WAY), "it was not in the middle of it"

    standing = await apart.queues.settle(240, patiently=effort.long_form)

    assert (standing.pending, standing.dead) == ((), ())
    assert (standing.lost, standing.doubled) == ((), ())
    assert len(apart.databases.rows("plans", MET, [home.told["attempt"]])) == 1
    await go_on(home, meet)
    await apart.judge()
