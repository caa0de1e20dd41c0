"""Friday 17:00: help at once, a place that is held, and everything that is owed on Monday."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.referrals.domain.provisions import (
    PROVISION,
    ensure_provision_moves,
    ensure_temporary,
    owed_after,
    usual_until,
)
from shared.errors import ConflictError, InvalidRequestError
from shared.schemas.events import CONTACT_LINKED
from shared.stelsel.load import load_stelsel
from shared.stelsel.routes import check
from shared.vocabulary import Role, ServiceName, TemporaryProvisionStatus
from tests.plans.support import open_case
from tests.referrals.arranging import (
    FRIDAY,
    PROVISIONS,
    a_provision,
    act,
    arranged,
    officer,
    rostered,
    taken,
)
from tests.referrals.telling import tell
from tests.support.registry import VOORZIENING, offer
from tests.support.world import World

pytestmark = pytest.mark.anyio

STELSEL = load_stelsel("amsterdam-2021")


def owed(seen: httpx.Response) -> dict[str, str]:
    """What is owed, and until when."""
    return {each["code"]: each["dueOn"] for each in seen.json()["owed"]}


async def test_on_friday_evening_everything_that_must_follow_is_listed_with_its_day(
    world: World,
) -> None:
    world.move_to(FRIDAY)

    seen = await arranged(officer(world), persons=2, children=1)

    dates = owed(seen)
    assert dates["children_told"] == "2022-03-04"
    assert (dates["plan_required"], seen.json()["until"]) == ("2022-03-18", "2022-03-18")
    assert dates["investigation"] == "2022-04-19"  # the 15th is Good Friday
    assert dates["grant_decision"] == "2022-04-29"
    assert "access_decision" not in dates  # taken by the officer who arranged it
    assert (seen.json()["status"], seen.json()["overdue"]) == ("running", False)
    assert all(each["source"] and each["label"] for each in seen.json()["owed"])


async def test_another_officer_owes_the_decision_on_access_the_same_day(world: World) -> None:
    world.move_to(FRIDAY)

    seen = await arranged(world.user(Role.BUURTTEAM_WORKER))

    assert owed(seen)["access_decision"] == "2022-03-04"
    assert "children_told" not in owed(seen)


async def test_all_that_was_owed_is_done_by_a_record_and_then_it_is_followed_up(
    world: World,
) -> None:
    await rostered(world, Role.CENTRAL_ACCESS)
    seen = await arranged(officer(world), children=1)
    record = str(uuid4())

    wrong = await act(officer(world), seen, "follow-ups", {"code": "something_else"})
    for code in list(owed(seen)):
        seen = await act(officer(world), seen, "follow-ups", {"code": code, "recordId": record})
        assert seen.status_code == 201, seen.text
    again = await act(officer(world), seen, "follow-ups", {"code": "investigation"})

    assert wrong.status_code == 400
    assert "investigation" in wrong.json()["detail"]
    assert seen.json()["status"] == "followed_up"
    assert all(each["doneAt"] for each in seen.json()["owed"])
    assert again.status_code == 409


async def test_a_place_is_used_from_now_and_given_back_at_the_end(world: World) -> None:
    made = await offer(world.user(Role.ADMINISTRATOR), places=1)
    place = {
        "voorziening": VOORZIENING,
        "contractId": str(made.contract),
        "locationId": str(made.location),
    }
    seen = await arranged(world.user(Role.BUURTTEAM_WORKER), **place)
    await world.drain()
    full = await world.user(Role.BUURTTEAM_WORKER).post(PROVISIONS, a_provision(**place))
    held = await taken(world, made)
    ending = {"code": "safe_elsewhere", "on": "2022-03-01", "text": "Bij haar zus."}

    ended = await act(world.user(Role.BUURTTEAM_WORKER), seen, "endings", ending)
    await world.drain()

    assert seen.json()["reservationId"] is not None
    assert (full.status_code, held, await taken(world, made)) == (409, 1, 0)
    assert (ended.json()["status"], ended.json()["endingCode"]) == ("ended", "safe_elsewhere")


async def test_the_same_request_sent_again_holds_one_place(world: World) -> None:
    made = await offer(world.user(Role.ADMINISTRATOR), places=2)
    worker, key = world.user(Role.BUURTTEAM_WORKER), uuid4()
    body = a_provision(
        voorziening=VOORZIENING, contractId=str(made.contract), locationId=str(made.location)
    )

    answers = [await worker.post(PROVISIONS, body, key=key) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert await taken(world, made) == 1


async def test_a_place_that_is_not_contracted_for_this_is_refused(world: World) -> None:
    made = await offer(world.user(Role.ADMINISTRATOR))

    answer = await officer(world).post(
        PROVISIONS, a_provision(contractId=str(made.contract), locationId=str(made.location))
    )

    assert answer.status_code == 409
    assert await taken(world, made) == 0


async def test_what_is_owed_lies_on_the_desk_of_the_coordinator_with_its_day(world: World) -> None:
    case = await open_case(world)
    await world.drain()
    seen = await case.worker.post(
        PROVISIONS, a_provision(contactId=None, planId=case.plan["id"], until="2022-03-10")
    )
    await world.drain()

    work = {item["code"]: item["dueOn"] for item in await case.work("owed_step")}
    assert seen.status_code == 201, seen.text
    assert seen.json()["householdId"] == case.household["id"]
    assert work == {**owed(seen), "temporary_help_ends": "2022-03-10"}

    done = await act(case.worker, seen, "follow-ups", {"code": "investigation"})
    await world.drain()
    left = {item["code"] for item in await case.work("owed_step")}
    assert done.status_code == 201
    assert left == set(work) - {"investigation"}


async def test_nobody_else_reaches_it_but_the_team_and_the_party(world: World) -> None:
    worker = world.user(Role.BUURTTEAM_WORKER)
    seen = await arranged(worker)
    path = f"{PROVISIONS}/{seen.json()['id']}"
    colleague = world.user(Role.BUURTTEAM_WORKER, subject="colleague")
    elsewhere = world.user(Role.BUURTTEAM_WORKER, subject="elsewhere", team=str(uuid4()))
    others = (elsewhere, officer(world), world.user(Role.VEILIG_THUIS))

    assert (await colleague.get(path)).status_code == 200
    assert [(await other.get(path)).status_code for other in others] == [404, 404, 404]
    assert [len((await other.get(PROVISIONS)).json()["items"]) for other in others] == [0, 0, 0]
    assert len((await colleague.get(PROVISIONS)).json()["items"]) == 1


async def test_help_past_its_last_day_is_flagged_and_never_stopped_by_itself(world: World) -> None:
    seen = await arranged(officer(world), until="2022-03-03")
    world.move_to(datetime(2022, 3, 4, 9, tzinfo=UTC))

    late = await officer(world).get(f"{PROVISIONS}/{seen.json()['id']}")

    assert (late.json()["status"], late.json()["overdue"]) == ("running", True)


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"householdId": str(uuid4())}, ""),
        ({"contactId": None}, ""),
        ({"contractId": str(uuid4())}, "/locationId"),
        ({"until": "2022-02-01"}, "/until"),
        ({"until": "2022-09-01"}, "/until"),
        ({"voorziening": "luchtkasteel"}, "/voorziening"),
        ({"startsAt": "2032-01-01T10:00:00Z"}, "/startsAt"),
    ],
)
async def test_what_cannot_be_is_refused_with_its_place(
    world: World, more: dict[str, Any], pointer: str
) -> None:
    answer = await officer(world).post(PROVISIONS, a_provision(**more))

    assert answer.status_code == 400, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


async def test_a_household_out_of_reach_does_not_exist(world: World) -> None:
    case = await open_case(world)
    elsewhere = world.user(Role.BUURTTEAM_WORKER, subject="elsewhere", team=str(uuid4()))
    ids = (case.household["id"], str(uuid4()))

    answers = [
        await elsewhere.post(PROVISIONS, a_provision(contactId=None, householdId=each))
        for each in ids
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


async def test_an_end_has_a_code_that_is_known(world: World) -> None:
    seen = await arranged(officer(world))

    answer = await act(officer(world), seen, "endings", {"code": "zomaar", "on": "2022-03-01"})

    assert answer.status_code == 400
    assert "lasting_help_began" in answer.json()["detail"]


async def test_what_was_seen_is_sealed(world: World) -> None:
    told = "Blauwe plekken op haar arm."

    seen = await arranged(officer(world), factsSeen=told)

    db = world.kernel(ServiceName.REFERRALS).db
    stored = await db.fetch_json(
        "SELECT json_agg(encode(facts_seen, 'escape'))::text FROM temporary_provisions", {}
    )
    assert seen.json()["factsSeen"] == told
    assert stored is not None
    assert b"Blauwe" not in stored


def test_the_lifecycle_allows_its_table_and_nothing_else() -> None:
    for current in TemporaryProvisionStatus:
        for to in TemporaryProvisionStatus:
            if to in PROVISION[current]:
                ensure_provision_moves(current, to)
            else:
                with pytest.raises(ConflictError):
                    ensure_provision_moves(current, to)


def test_it_lasts_at_most_until_the_decision_must_be_there() -> None:
    ensure_temporary(date(2022, 4, 29), date(2022, 3, 4))
    with pytest.raises(InvalidRequestError):
        ensure_temporary(date(2022, 4, 30), date(2022, 3, 4))


@pytest.mark.parametrize("voorziening", [item.code for item in STELSEL.voorzieningen])
def test_whatever_is_arranged_the_investigation_and_the_decision_are_owed(voorziening: str) -> None:
    answer = check(
        STELSEL,
        voorziening=voorziening,
        entry="buurtteam",
        on=date(2022, 3, 4),
        facts={"urgent": True},
    )

    found = owed_after(answer, STELSEL, decides=False, plan=False, children=0)

    codes = {each.code for each in found}
    assert {"plan_required", "access_decision", "investigation", "grant_decision"} <= codes
    assert usual_until(found, answer.on) == date(2022, 3, 18)
    with_plan = owed_after(answer, STELSEL, decides=False, plan=True, children=0)
    assert {"investigation", "grant_decision"} <= {each.code for each in with_plan}


@pytest.mark.rule("AMS-INT-02")
async def test_what_was_arranged_for_somebody_unknown_finds_the_household_and_the_plan(
    world: World,
) -> None:
    """On Friday only a contact was known. On Monday it is carried over, linked, and gets a plan."""
    contact, carried = uuid4(), uuid4()
    seen = await arranged(officer(world), contactId=str(contact))
    case = await open_case(world)
    linked = {
        "contactId": str(carried),
        "carried": [str(contact)],
        "householdId": case.household["id"],
        "party": STELSEL.front_party,
        "linkedBy": "50b00000-0000-4000-8000-000000000001",
    }
    before = await world.user(Role.BUURTTEAM_WORKER).get(f"{PROVISIONS}/{seen.json()['id']}")

    await tell(world, CONTACT_LINKED, str(carried), linked)

    after = await world.user(Role.BUURTTEAM_WORKER).get(f"{PROVISIONS}/{seen.json()['id']}")
    assert (before.status_code, after.status_code) == (404, 200)
    known = after.json()
    assert (known["contactId"], known["householdId"], known["planId"]) == (
        str(contact),
        case.household["id"],
        case.plan["id"],
    )
    desk = {each["code"] for each in await case.work("owed_step")}
    assert desk == {*owed(seen), "temporary_help_ends"}
