"""Transfers: what is listed, taken over, helped by both, handed over; and what ends otherwise."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from shared.schemas.events import CIRCLE_CHANGED, CONTACT_LINKED, PLAN_CLOSED
from shared.vocabulary import Role
from tests.referrals.doubles import FakePlans, Plan
from tests.referrals.registering import contracted, desk_of, registered
from tests.referrals.registering import move as move_registration
from tests.referrals.steps import a_plan, a_shortlist, admitted, desk, do, the_offer, worker
from tests.referrals.telling import tell
from tests.referrals.transferring import (
    AGREED,
    BATCHES,
    DOUBLE,
    ENTRIES,
    HANDED,
    STAY,
    WISHES,
    a_batch,
    an_entry,
    at,
    batched,
    end,
    made_of,
    manager,
    move,
    moving,
    night,
    now,
    running,
    stop,
    told,
)
from tests.support.registry import Offer, offer
from tests.support.world import World

CONTACT = "50b00000-0000-4000-8000-00000000c0c0"


@pytest.mark.rule("AMS-REF-21")
@pytest.mark.rule("AMS-PLN-40")
async def test_help_moves_step_by_step_and_the_old_help_stops_last(
    world: World, plans: FakePlans
) -> None:
    moved = await moving(world, plans)
    noor = worker(world)

    seen = await moved.accepted()
    early = await stop(moved, "handed_over")
    both = made_of(await move(noor, seen, "double-provisions", DOUBLE))
    over = made_of(await move(noor, seen, "handovers", HANDED))
    stopped = await stop(moved, "handed_over")

    assert (early.status_code, early.json()["errors"][0]["code"]) == (409, "not-handed-over")
    assert (both.json()["doubleFrom"], both.json()["doubleUntil"]) == tuple(DOUBLE.values())
    assert (over.json()["handedOverOn"], over.json()["helpStoppedOn"]) == ("2022-03-01", None)
    assert stopped.status_code == 201, stopped.text
    found = await now(noor, seen)
    assert (found["status"], found["helpStoppedOn"]) == ("handed_over", "2022-03-01")
    assert [step["status"] for step in found["steps"]] == [
        *("listed", "proposed", "accepted", "double", "handed_over")
    ]


@pytest.mark.rule("HLM-PLN-13")
async def test_who_cannot_finish_in_time_is_listed_and_who_can_is_finished_here(
    world: World, plans: FakePlans
) -> None:
    moved = await moving(world, plans)

    first = await moved.listed(canFinishInTime=True, wishes=None, agreedByPerson=False)
    later = await moved.listed()

    assert (first.json()["status"], later.json()["status"]) == ("finishes_here", "listed")
    assert await moved.progress() == {"roundedTo": 1, "total": 1, "listed": 1}
    page = await moved.desk.get(f"{ENTRIES}?batchId={moved.batch.json()['id']}&status=listed")
    assert [each["id"] for each in page.json()["items"]] == [later.json()["id"]]


@pytest.mark.rule("HLM-PLN-13")
async def test_the_team_hears_that_she_keeps_her_worker_and_says_whether_she_did(
    world: World, plans: FakePlans
) -> None:
    moved = await moving(world, plans)
    noor = worker(world)
    seen = await moved.listed()
    before = await now(noor, seen)
    await move(moved.desk, seen, "proposals", AGREED)
    asked = await now(noor, seen)
    await move(noor, seen, "acceptances", {})
    over = made_of(await move(noor, seen, "handovers", HANDED))

    assert (before["wishes"], asked["wishes"]) == (None, WISHES)
    assert (over.json()["sameProfessional"], over.json()["wishes"]) == (True, None)
    assert (await now(moved.desk, seen))["wishes"] is None


@pytest.mark.rule("AMS-PLN-40")
@pytest.mark.parametrize("after", ["listed", "proposed", "accepted", "double"])
@pytest.mark.parametrize("by_team", [False, True])
async def test_a_no_of_the_person_ends_no_help_and_lies_on_the_desk(
    world: World, plans: FakePlans, after: str, *, by_team: bool
) -> None:
    moved = await moving(world, plans)
    noor = worker(world)
    seen = await getattr(moved, {"double": "accepted"}.get(after, after))()
    if after == "double":
        made_of(await move(noor, seen, "double-provisions", DOUBLE))

    stays = await move(noor if by_team else moved.desk, seen, "stays", STAY)
    await world.drain()

    assert stays.status_code == 201, stays.text
    assert (await the_offer(world, moved.made)).json()["status"] == "started"
    assert told(plans)[-1] == "stays"
    found = await now(noor, seen)
    assert (found["status"], found["reason"], found["wishes"]) == ("stays", STAY["reason"], None)
    forced = await move(noor, seen, "acceptances", {})
    assert forced.status_code == 409


@pytest.mark.rule("AMS-PLN-40")
async def test_another_provider_takes_over_by_its_own_referral_and_is_there_first(
    world: World, plans: FakePlans
) -> None:
    moved = await moving(world, plans)
    noor = worker(world)
    seen = await moved.proposed()
    other = a_plan(plans, id=moved.plan.id, household=moved.plan.household)
    other.member = moved.plan.member
    next_ = await offer(world.user(Role.ADMINISTRATOR), "Nieuw", 3)
    request = await admitted(world, other)
    request = await do(noor, request, "shortlists", a_shortlist(other, next_))

    body = {"referralId": request.json()["id"]}
    taken = made_of(await move(noor, seen, "acceptances", body))
    refused = await move(noor, seen, "handovers", HANDED)
    await do(noor, request, "attempts")
    new = await do(desk(world, next_), await the_offer(world, next_), "acceptances")
    when = {"at": "2022-03-02T09:00:00Z", "place": "De tuin"}
    new = await do(desk(world, next_), new, "intake-appointments", when)
    await do(desk(world, next_), new, "starts", {"on": "2022-03-01"})
    over = await move(noor, seen, "handovers", HANDED)

    assert taken.json()["nextReferralId"] == request.json()["id"]
    assert refused.json()["errors"][0]["code"] == "new-help-not-started"
    assert over.status_code == 201, over.text
    hidden = await now(moved.desk, seen)
    assert [hidden[key] for key in ("nextReferralId", "referralId", "planId")] == [None] * 3
    assert (await desk(world, next_).get(at(seen))).status_code == 404
    assert (await desk(world, next_).get(moved.home)).status_code == 404


@pytest.mark.rule("AMS-PLN-40")
@pytest.mark.parametrize("which", ["own", "stranger", "ended", "nothing"])
async def test_what_is_no_new_help_of_this_household_is_not_linked(
    world: World, plans: FakePlans, which: str
) -> None:
    moved = await moving(world, plans)
    noor = worker(world)
    seen = await moved.proposed()
    if which == "own":
        link = (await now(noor, seen))["referralId"]
    elif which == "nothing":
        link = CONTACT
    else:
        household = moved.plan.household if which == "ended" else None
        more = {"household": household} if household else {}
        request = await admitted(world, a_plan(plans, **more))
        if which == "ended":
            said = {"code": "withdrawn", "motivation": "Toch niet."}
            request = await do(noor, request, "endings", said)
        link = request.json()["id"]

    answer = await move(noor, seen, "acceptances", {"referralId": link})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "not-the-new-help")
    assert (await now(noor, seen))["status"] == "proposed"


async def test_help_that_stops_otherwise_is_not_handed_over_any_more(
    world: World, plans: FakePlans
) -> None:
    moved = await moving(world, plans)
    seen = await moved.proposed()

    stopped = await stop(moved, "moved_out")

    assert stopped.status_code == 201, stopped.text
    found = await now(worker(world), seen)
    assert (found["status"], found["steps"][-1]["code"]) == ("withdrawn", "moved_out")
    assert await moved.progress() == {"roundedTo": 1, "total": 1, "withdrawn": 1}


async def test_what_a_team_took_over_is_ended_by_the_team_only(
    world: World, plans: FakePlans
) -> None:
    moved = await moving(world, plans)
    seen = await moved.accepted()
    body = {"reason": "Het gaat niet door."}

    by_provider = await move(moved.desk, seen, "withdrawals", body)
    stopped = await stop(moved, "goal_reached")
    kept = await now(worker(world), seen)
    by_team = await move(worker(world), seen, "withdrawals", body)

    assert (by_provider.status_code, stopped.status_code, by_team.status_code) == (409, 201, 201)
    assert (kept["status"], kept["helpStoppedOn"]) == ("accepted", "2022-03-01")


@pytest.mark.rule("AMS-REF-21")
async def test_the_coordinator_hears_once_of_a_proposal_a_phase_that_ends_and_one_that_is_over(
    world: World, plans: FakePlans
) -> None:
    moved = await moving(world, plans)
    await moved.proposed()
    await world.drain()
    heard = [told(plans)]

    for day in (datetime(2022, 4, 1, 3, tzinfo=UTC), datetime(2022, 4, 2, 3, tzinfo=UTC)):
        world.move_to(day)
        await night(world)
        await night(world)
        heard.append(told(plans))
    world.move_to(datetime(2022, 5, 1, 3, tzinfo=UTC))
    await night(world)
    await night(world)

    assert heard == [["proposed"], ["proposed"], ["proposed", "phase_ends"]]
    assert told(plans) == ["proposed", "phase_ends", "phase_over"]
    assert (await moved.progress())["overdue"] == 1
    listed = (await worker(world).get(ENTRIES)).json()["items"]
    assert [each["overdue"] for each in listed] == [True]


async def test_what_is_done_asks_nobody_anything_at_night(world: World, plans: FakePlans) -> None:
    moved = await moving(world, plans)
    seen = await moved.accepted()
    made_of(await move(worker(world), seen, "handovers", HANDED))

    world.move_to(datetime(2022, 7, 1, 3, tzinfo=UTC))
    await night(world)

    assert told(plans) == ["proposed"]


async def test_a_new_coordinator_takes_over_what_was_proposed_to_the_one_before(
    world: World, plans: FakePlans
) -> None:
    moved = await moving(world, plans)
    seen = await moved.proposed()
    moved.plan.coordinator, moved.plan.sequence = "50b0-new-coordinator", 2
    data = {**moved.plan.circle()}
    await tell(world, CIRCLE_CHANGED, str(moved.plan.id), data, sequence=2)
    new = world.user(Role.BUURTTEAM_WORKER, subject="50b0-new-coordinator")

    gone = await worker(world).get(at(seen))
    taken = await move(new, seen, "acceptances", {})

    assert (gone.status_code, taken.status_code) == (404, 201)


async def test_what_lies_with_a_closed_plan_can_still_be_finished(
    world: World, plans: FakePlans
) -> None:
    moved = await moving(world, plans)
    seen = await moved.accepted()
    closed = {"planId": str(moved.plan.id), "status": "closed"}
    await tell(world, PLAN_CLOSED, str(moved.plan.id), closed, sequence=3)

    over = await move(worker(world), seen, "handovers", HANDED)

    assert over.status_code == 201, over.text


async def an_own_client(world: World) -> tuple[Offer, httpx.Response, httpx.Response]:
    """A provider with a client of its own who is listed: the registration and the entry."""
    made = await contracted(world)
    one = await registered(world, made)
    await move_registration(world, made, one, "starts", {"on": "2022-03-01"})
    home = f"{BATCHES}/{(await batched(world, made)).json()['id']}"
    seen = await desk_of(world, made).post(f"{home}/entries", an_entry(one))
    return made, one, made_of(seen)


async def brought(world: World, plan: Plan) -> None:
    """The contact turned out to be of this household, which has a plan."""
    await tell(world, CIRCLE_CHANGED, str(plan.id), plan.circle())
    linked = {
        "contactId": CONTACT,
        "householdId": str(plan.household),
        "party": "buurtteam",
        "linkedBy": plan.coordinator,
    }
    await tell(world, CONTACT_LINKED, CONTACT, linked)


@pytest.mark.rule("AMS-PLN-40")
async def test_a_providers_own_client_goes_by_the_contact_she_was_brought_with(
    world: World, plans: FakePlans
) -> None:
    made, one, seen = await an_own_client(world)
    actor, noor, plan = desk_of(world, made), worker(world), a_plan(plans)

    unknown = await move(actor, seen, "proposals", AGREED)
    waits = (await now(actor, seen))["status"]
    made_of(await move(actor, seen, "proposals", {**AGREED, "contactId": CONTACT}))
    before = await noor.get(at(seen))
    await brought(world, plan)
    stranger = world.user(Role.BUURTTEAM_WORKER, subject="50b0-stranger")
    hidden = [await stranger.get(at(seen)), await manager(world).get(at(seen))]
    await night(world)
    await night(world)
    made_of(await move(noor, seen, "acceptances", {}))
    over = made_of(await move(noor, seen, "handovers", HANDED))
    how = {"on": "2022-03-01", "code": "handed_over"}
    made_of(await move_registration(world, made, one, "stops", how))

    assert (unknown.status_code, unknown.json()["errors"][0]["code"]) == (409, "contact-first")
    assert (waits, before.status_code, told(plans)) == ("listed", 404, ["proposed"])
    assert [answer.status_code for answer in hidden] == [404, 403]
    assert over.json()["planId"] == str(plan.id)
    assert (await now(actor, seen))["helpStoppedOn"] == "2022-03-01"


async def test_an_own_client_that_stops_takes_the_entry_along(
    world: World, plans: FakePlans
) -> None:
    del plans
    made, one, seen = await an_own_client(world)
    how = {"on": "2022-03-01", "code": "handed_over"}

    refused = await move_registration(world, made, one, "stops", how)
    stopped = await move_registration(world, made, one, "stops", {**how, "code": "goal_reached"})

    assert (refused.status_code, stopped.status_code) == (409, 201)
    found = await now(desk_of(world, made), seen)
    assert (found["status"], found["wishes"]) == ("withdrawn", None)


@pytest.mark.rule("AMS-REF-21")
async def test_a_batch_closes_when_everybody_is_somewhere(world: World, plans: FakePlans) -> None:
    moved = await moving(world, plans)
    seen = await moved.proposed()

    early = await end(manager(world), moved.home, "closings")
    made_of(await move(worker(world), seen, "stays", STAY))
    closed = await end(manager(world), moved.home, "closings")
    late = await moved.add()
    again = await end(manager(world), moved.home, "withdrawals")

    assert (early.status_code, closed.status_code) == (409, 201)
    assert (closed.json()["status"], late.status_code) == ("closed", 409)
    assert again.status_code == 409


async def test_a_batch_that_is_off_leaves_people_where_they_are(
    world: World, plans: FakePlans
) -> None:
    moved = await moving(world, plans)
    taken = await moved.accepted()
    second = a_plan(plans)
    help_ = await running(world, second, moved.made)
    listed = made_of(await moved.desk.post(f"{moved.home}/entries", an_entry(help_)))

    off = await end(manager(world), moved.home, "withdrawals")

    assert off.status_code == 201, off.text
    found = await now(moved.desk, listed)
    assert (found["status"], found["steps"][-1]["code"]) == ("withdrawn", "batch_withdrawn")
    over = await move(worker(world), taken, "handovers", HANDED)
    assert over.status_code == 201, over.text
    states = (await moved.desk.get("/referrals/v1/attempts")).json()["items"]
    assert {each["status"] for each in states} == {"started"}


@pytest.mark.rule("AMS-MON-11")
@pytest.mark.parametrize("role", [Role.CONTRACT_MANAGER, Role.MUNICIPALITY])
async def test_who_manages_contracts_sees_rounded_numbers_and_nobody(
    world: World, plans: FakePlans, role: Role
) -> None:
    moved = await moving(world, plans)
    seen = await moved.listed()
    for _ in range(2):
        help_ = await running(world, a_plan(plans), moved.made)
        made_of(await moved.desk.post(f"{moved.home}/entries", an_entry(help_)))
    actor = manager(world, role)

    one = await actor.get(moved.home)
    page = await actor.get(BATCHES)

    assert (await moved.progress())["listed"] == 3
    assert one.json()["progress"] == {
        **dict.fromkeys(one.json()["progress"], 0),
        "roundedTo": 5,
        "total": 5,
        "listed": 5,
    }
    assert page.json()["items"] == [one.json()]
    for path in (at(seen), ENTRIES):
        assert (await actor.get(path)).status_code == 403
    for hidden in (seen.json()["id"], seen.json()["attemptId"], str(moved.plan.household)):
        assert hidden not in page.text


async def test_the_version_of_a_batch_says_nothing_of_who_is_in_it(
    world: World, plans: FakePlans
) -> None:
    moved = await moving(world, plans)
    before = await manager(world).get(moved.home)

    await moved.listed()

    after = await manager(world).get(moved.home)
    assert (after.headers["ETag"], after.content) == (before.headers["ETag"], before.content)


async def test_the_codes_of_a_transfer_are_published(world: World) -> None:
    codes = (await worker(world).get("/referrals/v1/codes")).json()["lists"]

    lists = {each["name"]: [code["code"] for code in each["codes"]] for each in codes}
    assert lists["transferReasons"] == [
        *("contract_ends", "not_awarded", "phased_introduction", "provider_stops", "other")
    ]
    assert "handed_over" in lists["stopCodes"]


@pytest.mark.parametrize("role", [Role.CONTRACT_MANAGER, Role.MUNICIPALITY])
async def test_who_manages_contracts_agrees_on_a_transfer(
    world: World, plans: FakePlans, role: Role
) -> None:
    del plans
    made = await offer(world.user(Role.ADMINISTRATOR))

    answer = await manager(world, role).post(BATCHES, a_batch(made))

    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    assert (found["party"], found["status"]) == ("buurtteam", "open")
    assert [phase["name"] for phase in found["phases"]] == ["eerste groep", "tweede groep"]
