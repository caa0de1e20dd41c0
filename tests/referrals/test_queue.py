"""The queue of who judges or places for the whole city: safety first, then the first contact."""

import pytest

from deploy.local.sample import CALLERS
from shared.schemas.queue import QueueItem
from shared.vocabulary import Role
from tests.referrals.advice import CONSULTATIONS, about, telephoned
from tests.referrals.doubles import FakePlans
from tests.referrals.entering import (
    NAME,
    NEED,
    QUEUE,
    asked,
    centre,
    entered,
    queued,
)
from tests.referrals.steps import a_plan, created, do, worker
from tests.support.world import World

COLLEAGUE = "50b00000-0000-4000-8000-000000000042"


@pytest.mark.rule("AMS-ACC-37")
async def test_the_queue_is_sorted_by_safety_and_then_by_the_first_contact(world: World) -> None:
    access = centre(world)
    who = await entered(world, access)
    rows = [
        ({"homeless": True}, "2022-02-01", "maatschappelijke_opvang"),
        ({"nightShelterNeededTonight": True}, "2022-02-28", "opvang_huiselijk_geweld"),
        ({"unsafeNow": True}, "2022-02-27", "beschermd_wonen"),
        ({}, "2022-01-10", "begeleid_individueel_wonen"),
    ]
    for facts, day, voorziening in rows:
        await asked(access, who, facts=facts, firstContactOn=day, voorziening=voorziening)

    items = await queued(access)

    assert [item["firstContactOn"] for item in items] == [
        *("2022-02-27", "2022-02-28", "2022-01-10", "2022-02-01")
    ]
    assert [item["unsafeNow"] for item in items] == [True, False, False, False]
    assert [item["nightShelterNeededTonight"] for item in items] == [False, True, False, False]
    assert items[2]["waitingDays"] == 50
    assert {item["hasPlan"] for item in items} == {False}
    for item in items:
        QueueItem.model_validate(item)
    assert not any(secret in str(items) for secret in (NAME, NEED, who.person, who.household))


async def test_the_queue_has_pages_and_a_cursor_of_another_opens_nothing(world: World) -> None:
    access = centre(world)
    who = await entered(world, access)
    wanted = ("maatschappelijke_opvang", "opvang_huiselijk_geweld", "begeleid_individueel_wonen")
    for voorziening in wanted:
        await asked(access, who, voorziening=voorziening)

    first = (await access.get(f"{QUEUE}?pageSize=2")).json()
    last = (await access.get(f"{QUEUE}?pageSize=2&cursor={first['next']}")).json()
    foreign = await centre(world, COLLEAGUE).get(f"{QUEUE}?pageSize=2&cursor={first['next']}")

    found = [item["voorziening"] for page in (first, last) for item in page["items"]]
    assert sorted(found) == sorted(wanted)
    assert last["next"] is None
    assert foreign.status_code == 400


async def test_the_queue_says_what_is_missing_until_it_was_weighed(world: World) -> None:
    access = centre(world)
    who = await entered(world, access)
    made = await asked(access, who, voorziening="beschermd_wonen", facts={"wlzIndication": True})
    weighing = {
        "condition": "no_wlz_indication",
        "considered": True,
        "outcome": "loopt nog",
        "motivation": "De indicatie is aangevraagd en nog niet gegeven.",
    }

    before = await queued(access)
    weighed = await do(access, made, "weighings", {"weighings": [weighing]})
    after = await queued(access)

    assert made.json()["status"] == weighed.json()["status"] == "preparing"
    assert before[0]["missing"] == ["no_wlz_indication"]
    assert after[0]["missing"] == []
    assert weighed.json()["weighings"][0]["motivation"] == weighing["motivation"]


async def test_who_looks_in_the_queue_is_recorded_for_every_household_on_it(world: World) -> None:
    access = centre(world)
    who = await entered(world, access)
    await asked(access, who)

    await queued(access)

    officer = world.user(Role.PRIVACY_OFFICER)
    found = await officer.get(f"/referrals/v1/audit-records?subjectId={who.household}")
    acts = [(item["act"], item["operation"]) for item in found.json()["items"]]
    assert ("read", "list_queue") in acts


async def test_a_team_has_no_queue_and_a_door_sees_only_its_own(world: World) -> None:
    access = centre(world)
    await asked(access, await entered(world, access))

    team = await world.user(Role.BUURTTEAM_WORKER).get(QUEUE)

    assert team.status_code == 403
    assert await queued(world.user(Role.VEILIG_THUIS)) == []


@pytest.mark.rule("AMS-ACC-34")
@pytest.mark.rule("AMS-REF-03")
async def test_the_queue_says_whether_its_advice_was_asked_for_this_plan(
    world: World, plans: FakePlans
) -> None:
    plan = a_plan(plans, voorziening="maatschappelijke_opvang")
    await created(world, plan, weighings=[], facts={"homeless": True})
    access = centre(world)

    before = await queued(access)
    said = about(plan, byTelephone=telephoned())
    answer = await worker(world).post(CONSULTATIONS, said)
    after = await queued(access)

    assert answer.status_code == 201, answer.text
    assert [line["consulted"] for line in (*before, *after)] == [False, True]
    assert after[0]["coordinator"] == worker_subject()


def worker_subject() -> str:
    """Who the worker of the sample is."""
    return CALLERS[Role.BUURTTEAM_WORKER].subject
