"""The main job while processes are killed: what was acknowledged is there once, and nothing half.

At every step a process is killed with SIGKILL, while the request of that step is under way or right
after its answer. The client sends each request again with the same key until it has an answer.
"""

import random

from tests.faults.killing import PROCESSES, Kill, Killer, Moment, Pace, all_around, drawn, tally
from tests.faults.story import live
from tests.faults.support import Arena, Note
from tests.support.effort import Effort

TWICE = 2


async def test_the_main_job_survives_the_death_of_any_process_at_any_step(
    running: Arena, effort: Effort, seed: int, note: Note
) -> None:
    """Long: every step x every process x both moments. Short: ten of these, drawn by the seed."""
    pace, chance = Pace(), random.Random(seed)  # noqa: S311 - draws blows
    for _ in range(TWICE):
        await live(running.client, pace)
    rounds = (
        [all_around(shift, moment) for moment in Moment for shift in range(len(PROCESSES))]
        if effort.long_form
        else [drawn(chance)]
    )
    kills: list[Kill] = []
    for blows in rounds:
        killer = Killer(running.fleet, blows, pace.seconds, chance)
        await live(running.client, killer)
        kills += killer.kills
    standing = await running.judge()
    aimed = [each.hit for each in kills if each.blow.moment is Moment.UNDER_WAY]
    note(
        f"{len(kills)} kills {dict(tally(kills))}, {sum(aimed)} while a request was under way; "
        f"{running.client.unanswered} tries without an answer; {standing.line}"
    )
    assert len(kills) == sum(map(len, rounds))
    assert all(each.before != each.after for each in kills)
    assert min(tally(kills)[process] for process in PROCESSES) >= TWICE
    assert sum(aimed) * 2 >= len(aimed) > 0
    assert running.client.unanswered > 0, "no request ever met a dead process"
