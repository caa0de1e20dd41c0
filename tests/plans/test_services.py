"""Services asked elsewhere, as they land on the plan: who is called in, what the team does next."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from shared.schemas.events import SERVICE_REQUEST_MOVED
from shared.vocabulary import ServiceName
from tests.plans.support import (
    BSN,
    Case,
    audited,
    behalf,
    created,
    household,
    open_case,
    tell,
    weighed,
)
from tests.support.world import World

DEBTS = "schuldhulp_specialistisch"
WORK = "wpi_traject"
RAVI, LOTTE = "50b0-specialist", "50b0-another-specialist"


@dataclass
class Asked:
    """A light request for an item of a plan, as referrals tells of it."""

    case: Case
    item: str
    voorziening: str = DEBTS
    id: str = field(default_factory=lambda: str(uuid4()))
    sequence: int = 0

    async def moves(self, status: str, by: str | None = None, **more: Any) -> None:
        """It goes to a state; taken up by a specialist who is called in."""
        self.sequence += 1
        data = {
            "serviceRequestId": self.id,
            "planId": self.case.plan["id"],
            "supportItemId": self.item,
            "voorziening": self.voorziening,
            "kind": "call_in" if self.voorziening == DEBTS else "municipal_service",
            "party": "stadsdeel" if self.voorziening == DEBTS else "wpi",
            "status": status,
            **({} if by is None else {"takenUpBy": by}),
            **more,
        }
        await tell(self.case.world, SERVICE_REQUEST_MOVED, self.id, self.sequence, data)

    async def item_status(self) -> str:
        """What the item is on the plan now."""
        items = (await self.case.view())["supportItems"]
        return next(str(item["status"]) for item in items if item["id"] == self.item)


async def asked(world: World, voorziening: str = DEBTS) -> Asked:
    """A plan with an item for which a service is asked."""
    case = await open_case(world)
    item = await case.item("free_access", voorziening=voorziening)
    found = Asked(case, item["id"], voorziening)
    await found.moves("asked")
    return found


async def another(case: Case) -> Asked:
    """A second one on the same plan."""
    item = await case.item("free_access", voorziening=DEBTS)
    found = Asked(case, item["id"])
    await found.moves("asked")
    return found


async def circle(case: Case) -> list[tuple[str, str]]:
    """Who is around the plan now, and as what."""
    return [(each["subject"], each["part"]) for each in (await case.view())["circle"]]


async def circle_elsewhere(one: Asked) -> list[str]:
    """Who is around the plan as referrals knows it."""
    query = text("SELECT subject FROM plan_circle WHERE plan_id = :plan ORDER BY part")
    async with one.case.world.kernel(ServiceName.REFERRALS).db.transaction() as session:
        return list(await session.scalars(query, {"plan": one.case.plan["id"]}))


def coordinator(case: Case) -> tuple[str, str]:
    """Who coordinates."""
    return (case.plan["coordinator"], "coordinator")


@pytest.mark.rule("AMS-PLN-12")
@pytest.mark.rule("AMS-ROL-07")
async def test_a_specialist_is_in_the_circle_while_it_runs_and_the_coordinator_stays(
    world: World,
) -> None:
    one = await asked(world)
    seen = [await circle(one.case)]

    await one.moves("taken_up", RAVI)
    seen.append(await circle(one.case))
    elsewhere = await circle_elsewhere(one)
    await one.moves("answered", code="regeling_getroffen")

    stays = coordinator(one.case)
    assert [*seen, await circle(one.case)] == [[stays], [stays, (RAVI, "specialist")], [stays]]
    assert elsewhere == [stays[0], RAVI]
    assert await circle_elsewhere(one) == [stays[0]]
    steps = [kind for kind in await one.case.timeline() if kind.startswith("service_")]
    assert steps == ["service_asked", "service_taken_up", "service_answered"]


@pytest.mark.parametrize("end", ["declined", "withdrawn"])
async def test_a_specialist_leaves_the_circle_after_a_no_as_well(world: World, end: str) -> None:
    one = await asked(world)
    await one.moves("taken_up", RAVI)

    await one.moves(end)

    assert await circle(one.case) == [coordinator(one.case)]


@pytest.mark.rule("AMS-ROL-35")
async def test_the_municipality_joins_no_circle(world: World) -> None:
    one = await asked(world, WORK)

    await one.moves("taken_up")

    assert await circle(one.case) == [coordinator(one.case)]
    assert await one.item_status() == "running"


async def test_a_colleague_who_takes_over_comes_in_the_place_of_the_first(world: World) -> None:
    one = await asked(world)
    await one.moves("taken_up", RAVI)

    await one.moves("taken_up", LOTTE)

    assert await circle(one.case) == [coordinator(one.case), (LOTTE, "specialist")]


async def test_who_is_called_in_twice_stays_until_both_are_over(world: World) -> None:
    one = await asked(world)
    two = await another(one.case)
    await one.moves("taken_up", RAVI)
    await two.moves("taken_up", RAVI)

    await one.moves("answered", code="opgelost")
    between = await circle(one.case)
    await two.moves("answered", code="opgelost")

    assert between == [coordinator(one.case), (RAVI, "specialist")]
    assert await circle(one.case) == [coordinator(one.case)]


async def test_a_specialist_engaged_by_hand_stays_after_the_answer(world: World) -> None:
    one = await asked(world)
    body = {"subject": RAVI, "part": "specialist", "reason": "Kent dit huishouden"}
    created(await one.case.worker.post(f"{one.case.path}/circle-members", body))
    await one.moves("taken_up", RAVI)

    await one.moves("answered", code="opgelost")

    assert await circle(one.case) == [coordinator(one.case), (RAVI, "specialist")]


@pytest.mark.rule("AMS-REF-22")
@pytest.mark.parametrize(
    ("end", "code", "item", "desk"),
    [
        ("answered", "toegekend", "running", ["toegekend"]),
        ("declined", "outside_target_group", "proposed", ["outside_target_group"]),
        ("withdrawn", None, "proposed", []),
    ],
)
async def test_the_item_follows_and_what_the_team_does_next_lies_on_a_desk(
    world: World, end: str, code: str | None, item: str, desk: list[str]
) -> None:
    one = await asked(world, WORK)
    seen = [await one.item_status()]
    await one.moves("taken_up")
    seen.append(await one.item_status())

    await one.moves(end, **({} if code is None else {"code": code}))

    assert [*seen, await one.item_status()] == ["arranging", "running", item]
    work = await one.case.work("service_request_step")
    assert [(each["aboutId"], each["code"]) for each in work] == [(one.id, each) for each in desk]


async def test_what_the_team_had_to_do_is_done_when_it_asks_again(world: World) -> None:
    one = await asked(world)
    await one.moves("declined", code="no_capacity")
    await one.moves("asked")

    assert await one.case.work("service_request_step") == []


async def test_an_event_that_is_not_newer_changes_nothing(world: World) -> None:
    one = await asked(world)
    await one.moves("taken_up", RAVI)
    await one.moves("answered", code="opgelost")
    before = await one.case.view()

    one.sequence = 1
    await one.moves("taken_up", LOTTE)

    assert await one.case.view() == before


async def test_the_end_of_an_earlier_one_says_nothing_of_the_one_asked_since(
    world: World,
) -> None:
    one = await asked(world)
    again = Asked(one.case, one.item)
    await again.moves("asked")

    await one.moves("withdrawn")

    assert await one.item_status() == "arranging"


async def stopped(one: Asked) -> httpx.Response:
    """An evaluation that stops the item."""
    decision = {"supportItemId": one.item, "decision": "stop", "motivation": "Niet meer nodig."}
    body = {"withClient": True, "decisions": [decision]}
    return await one.case.worker.post(f"{one.case.path}/evaluations", body)


async def test_what_is_still_asked_is_withdrawn_before_the_item_is_stopped(world: World) -> None:
    one = await asked(world)
    while_asked = await stopped(one)

    await one.moves("withdrawn")

    assert while_asked.status_code == 409
    assert (await stopped(one)).status_code == 201
    assert await one.item_status() == "stopped"


async def test_what_was_stopped_on_the_plan_is_not_revived_by_an_answer(world: World) -> None:
    one = await asked(world)
    await one.moves("taken_up", RAVI)
    created(await stopped(one))

    await one.moves("answered", code="opgelost")

    assert await one.item_status() == "stopped"
    assert await circle(one.case) == [coordinator(one.case)]


@dataclass
class Packed:
    """A plan of which something is told to a party."""

    case: Case
    item: str

    async def compose(self, **to: Any) -> httpx.Response:
        """A package as referrals has it composed."""
        body = {"supportItemId": self.item, "basis": "consent", **to}
        return await self.case.world.http.post(
            f"http://plans.test{self.case.path}/disclosure-packages",
            json=body,
            headers=behalf(self.case.world, self.case.worker.token),
        )


async def packed(world: World) -> Packed:
    """An item for which a service can be asked."""
    case = await open_case(world, household(bsn=BSN))
    goal = await case.goal()
    body = {
        "goalIds": [goal["id"]],
        "ladderStep": "free_access",
        "description": "Een regeling met de schuldeisers",
        "lighterSteps": weighed("free_access"),
        "voorziening": DEBTS,
    }
    item = created(await case.worker.post(f"{case.path}/support-items", body))
    return Packed(case, item["id"])


async def test_a_party_is_told_as_a_provider_is_and_each_person_can_see_that(
    world: World,
) -> None:
    packing = await packed(world)

    found = created(await packing.compose(party="stadsdeel"), 200)

    assert (found["party"], found["providerId"]) == ("stadsdeel", None)
    assert found["identity"]["persons"][0]["bsn"] == BSN
    assert ("disclose", "compose_package") in await audited(world, packing.case.main)
    query = text("SELECT party, provider_id FROM disclosures")
    async with world.kernel(ServiceName.PLANS).db.transaction() as session:
        assert [tuple(row) for row in await session.execute(query)] == [("stadsdeel", None)]


@pytest.mark.parametrize(
    ("to", "pointer"),
    [
        ({}, "/providerId"),
        ({"party": "stadsdeel", "providerId": str(uuid4())}, "/providerId"),
        ({"party": "buurvrouw"}, "/party"),
    ],
)
async def test_a_package_is_for_one_provider_or_one_known_party(
    world: World, to: dict[str, Any], pointer: str
) -> None:
    packing = await packed(world)

    answer = await packing.compose(**to)

    assert answer.status_code == 400, answer.text
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
    async with world.kernel(ServiceName.PLANS).db.transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM disclosures")) == 0
