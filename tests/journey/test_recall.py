"""From shelter to a home and, when it does not hold, back: one request, with its first date."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from shared.vocabulary import Role
from tests.plans.support import open_case
from tests.referrals.entering import DECISION, SHELTER, Entered, centre, queued, shelter, shortlist
from tests.referrals.steps import ATTEMPTS, REFERRALS, do
from tests.support.world import Actor, World

pytestmark = pytest.mark.anyio

FIRST = "2022-01-10"


class Journey:
    """One request around a plan, as each party sees it."""

    def __init__(self, world: World, worker: Actor, path: str, who: Entered) -> None:
        self.world, self.worker, self.path, self.who = world, worker, path, who
        self.entry: dict[str, str] = {}

    @property
    def desk(self) -> Actor:
        """The desk of the shelter."""
        return self.world.user(Role.PROVIDER_INTAKE, provider=self.entry["providerId"])

    async def team(self, what: str, body: Any) -> httpx.Response:
        """The coordinator acts on what it sees, and everybody has heard it."""
        done = await do(self.worker, await self.worker.get(self.path), what, body)
        await self.world.drain()
        return done

    async def centre(self, what: str, body: Any = None) -> httpx.Response:
        """The centrale toegang acts on what it sees."""
        access = centre(self.world)
        done = await do(access, await access.get(self.path), what, body)
        await self.world.drain()
        return done

    async def placed(self, day: str) -> None:
        """The client agrees to a list, the shelter says yes, meets the person and begins."""
        await self.centre("shortlists", shortlist(self.who, self.entry))
        await self.centre("attempts")
        (line,) = (await self.desk.get(ATTEMPTS)).json()["items"]
        assert line["firstContactOn"] == FIRST
        seen = await self.desk.get(f"{ATTEMPTS}/{line['id']}")
        when = {"at": f"{day}T12:00:00Z", "place": "De Haven"}
        for what, body in (
            ("acceptances", None),
            ("intake-appointments", when),
            ("starts", {"on": day}),
        ):
            seen = await do(self.desk, seen, what, body)
        await self.world.drain()

    async def stopped(self, day: str) -> None:
        """The shelter says that help has ended."""
        (line,) = (await self.desk.get(ATTEMPTS)).json()["items"]
        seen = await self.desk.get(f"{ATTEMPTS}/{line['id']}")
        await do(self.desk, seen, "stops", {"on": day, "code": "goal_reached"})
        await self.world.drain()


@pytest.mark.rule("AMS-REF-20", "AMS-REF-17", "AMS-REF-11")
@pytest.mark.rule("AMS-PLN-26", "AMS-PLN-27", "AMS-PLN-32")
async def test_from_shelter_to_aftercare_and_back_without_a_new_intake(  # noqa: PLR0915  a story
    world: World,
) -> None:
    case = await open_case(world)
    item = await case.item(voorziening=SHELTER)
    await world.drain()
    asked = await case.worker.post(
        REFERRALS,
        {
            "planId": case.plan["id"],
            "supportItemId": item["id"],
            "voorziening": SHELTER,
            "entry": "buurtteam",
            "facts": {"homeless": True},
            "firstContactOn": FIRST,
        },
    )
    await world.drain()
    who = Entered("", case.household["id"], case.main)
    way = Journey(world, case.worker, f"{REFERRALS}/{asked.json()['id']}", who)
    await way.centre("judgements", DECISION)
    way.entry = await shelter(world)

    await way.placed("2022-03-01")
    back = {
        "criteria": "Als hij zelf de huur betaalt.",
        "agreedWith": "meneer",
        "agreedOn": "2022-03-01",
        "reviewOn": "2022-04-01",
    }
    await way.team("return-agreements", back)
    review = await case.work("return_review")
    await way.stopped("2022-03-01")
    gap = (await case.view())["gaps"]
    await way.team("aftercare", {"contactEveryDays": 14, "nextContactOn": "2022-03-15"})
    kept = await case.work("aftercare_contact")
    covered = (await case.view())["gaps"]

    world.move_to(datetime(2022, 3, 16, 9, tzinfo=UTC))
    await world.drain()
    missed = await case.work("aftercare_contact")
    await way.team("aftercare-contacts", {"on": "2022-03-16", "going": "worries"})
    await way.team("recalls", {"motivation": "Hij slaapt weer buiten."})
    (waits,) = await queued(centre(world))
    view = await case.view()
    await way.placed("2022-03-16")

    assert [each["dueOn"] for each in review] == ["2022-04-01"]
    assert [(each["cause"], each["from"]) for each in gap] == [("placement", "2022-03-01")]
    assert ([each["dueOn"] for each in kept], covered) == (["2022-03-15"], [])
    assert [each["id"] for each in missed] == [each["id"] for each in kept]
    assert (waits["firstContactOn"], waits["status"]) == (FIRST, "placing")
    assert [each["status"] for each in view["supportItems"]] == ["arranging"]
    assert await case.work("aftercare_contact") == []
    told = (await case.worker.get(way.path)).json()
    assert (told["status"], told["round"], told["firstContactOn"]) == ("delivering", 2, FIRST)
    assert [each["status"] for each in told["attempts"]] == ["stopped", "started"]
    steps = [each["status"] for each in told["steps"]]
    assert steps[-5:] == ["delivering", "ended", "aftercare", "placing", "delivering"]
    assert [each["status"] for each in (await case.view())["supportItems"]] == ["running"]
