"""Advice that was asked about a plan, as it lands on the plan and on a desk."""

from typing import Any
from uuid import uuid4

import pytest

from shared.schemas.events import CONSULTATION_MOVED
from tests.plans.support import Case, open_case, tell
from tests.support.world import World

pytestmark = pytest.mark.anyio


class Question:
    """A question about a plan, as referrals tells of it."""

    def __init__(self, world: World, case: Case) -> None:
        self.id = str(uuid4())
        self._world, self._case = world, case

    async def moves(self, sequence: int, status: str) -> None:
        """It goes to a state."""
        data = {
            "consultationId": self.id,
            "planId": self._case.plan["id"],
            "toParty": "centrale_toegang",
            "status": status,
        }
        await tell(self._world, CONSULTATION_MOVED, self.id, sequence, data)

    async def desk(self) -> list[dict[str, Any]]:
        """What lies on the coordinator's desk because of it."""
        found = (await self._case.worker.get("/plans/v1/work-items")).json()["items"]
        return [each for each in found if each["aboutId"] == self.id and not each["doneAt"]]

    async def timeline(self) -> list[str]:
        """What the plan says of it."""
        entries = (await self._case.view())["timeline"]
        return sorted(each["kind"] for each in entries if each["subjectId"] == self.id)


async def question(world: World) -> Question:
    """A plan about which something was asked."""
    found = Question(world, await open_case(world))
    await found.moves(1, "asked")
    await found.moves(2, "taken_up")
    return found


@pytest.mark.rule("AMS-REF-03")
async def test_every_step_is_on_the_timeline(world: World) -> None:
    asked = await question(world)

    assert await asked.timeline() == ["consultation_asked", "consultation_taken_up"]
    assert await asked.desk() == []


@pytest.mark.parametrize("status", ["advised", "information_asked"])
async def test_what_waits_for_the_team_lies_on_the_coordinators_desk(
    world: World, status: str
) -> None:
    asked = await question(world)

    await asked.moves(3, status)

    assert [(each["kind"], each["code"]) for each in await asked.desk()] == [
        ("consultation_step", status)
    ]


@pytest.mark.parametrize("end", ["followed", "departed", "withdrawn", "became_referral"])
async def test_it_leaves_the_desk_when_something_is_done_with_it(world: World, end: str) -> None:
    asked = await question(world)
    await asked.moves(3, "advised")

    await asked.moves(4, end)

    assert await asked.desk() == []
    assert f"consultation_{end}" in await asked.timeline()


async def test_more_information_and_then_advice_are_one_after_the_other(world: World) -> None:
    asked = await question(world)

    await asked.moves(3, "information_asked")
    await asked.moves(4, "advised")

    assert [each["code"] for each in await asked.desk()] == ["advised"]


async def test_an_older_state_that_comes_late_changes_nothing(world: World) -> None:
    asked = await question(world)
    await asked.moves(4, "followed")

    await asked.moves(3, "advised")

    assert await asked.desk() == []
    assert "consultation_advised" not in await asked.timeline()
