"""A no by the central access is never an end: a decision, an objection, and help after all."""

from datetime import UTC, datetime

import pytest

from shared.vocabulary import Role
from tests.plans.support import audited
from tests.referrals import entering
from tests.referrals.arranging import PROVISIONS, a_provision
from tests.referrals.deciding import (
    APPLICATIONS,
    NO,
    OBJECTIONS,
    YES,
    a_case,
    act,
    applied,
    grantor,
)
from tests.referrals.entering import Entered, asked, centre, entered, plan_opened
from tests.referrals.steps import REFERRALS, do
from tests.support.world import Actor, World

pytestmark = pytest.mark.anyio


def an_application(who: Entered, referral: str) -> dict[str, str]:
    """What the central access sends for somebody who disagrees with its no."""
    return {
        "householdId": who.household,
        "personId": who.person,
        "referralId": referral,
        "voorziening": entering.SHELTER,
        "reason": "Meneer kan niet bij zijn zus blijven en vraagt een besluit.",
    }


async def refused(world: World, access: Actor) -> tuple[Entered, str]:
    """Somebody without a plan to whom the central access said no."""
    who = await entered(world, access)
    made = await asked(access, who)
    await do(access, made, "judgements", entering.NO)
    await world.drain()
    return who, str(made.json()["id"])


@pytest.mark.rule("AMS-REF-09", "DIS-03", "AMS-INT-02")
async def test_a_no_becomes_help_by_an_objection_that_is_upheld(world: World) -> None:
    access = centre(world)
    who, referral = await refused(world, access)

    made = await access.post(APPLICATIONS, an_application(who, referral))
    assert made.status_code == 201, made.text
    path = f"{APPLICATIONS}/{made.json()['id']}"
    no = await act(grantor(world), await grantor(world).get(path), "decisions", NO)
    assert (await access.get(f"{REFERRALS}/{referral}")).json()["status"] == "not_admitted"
    lodged = await act(
        access, await access.get(path), "objections", {"grounds": "Zijn zus weigert."}
    )
    outcome = {"outcome": "upheld", "reasons": "Bij zijn zus kan het niet."}
    seen = await grantor(world).get(f"{OBJECTIONS}/{lodged.json()['id']}")
    await act(grantor(world), seen, "outcomes", outcome, OBJECTIONS)
    yes = await act(grantor(world), await grantor(world).get(path), "decisions", YES)

    assert (no.json()["status"], yes.json()["status"]) == ("rejected", "granted")
    found = (await access.get(f"{REFERRALS}/{referral}")).json()
    assert found["status"] == "placing"
    assert [step["status"] for step in found["steps"]][-2:] == ["not_admitted", "placing"]


async def test_a_request_that_took_the_place_of_the_refused_one_stays(world: World) -> None:
    access = centre(world)
    who, referral = await refused(world, access)
    made = await access.post(APPLICATIONS, an_application(who, referral))
    again = await asked(access, who)
    seen = await grantor(world).get(f"{APPLICATIONS}/{made.json()['id']}")

    decided = await act(grantor(world), seen, "decisions", YES)

    assert decided.json()["status"] == "granted"
    statuses = [
        (await access.get(f"{REFERRALS}/{each}")).json()["status"]
        for each in (referral, again.json()["id"])
    ]
    assert statuses == ["not_admitted", "judging"]


async def test_the_party_that_said_no_may_ask_for_six_weeks_and_a_stranger_never(
    world: World,
) -> None:
    access = centre(world)
    who, referral = await refused(world, access)
    await plan_opened(world, who.household)
    body = an_application(who, referral)
    other = world.user(Role.VEILIG_THUIS)

    world.move_to(datetime(2022, 3, 22, 9, tzinfo=UTC))  # the contact gives no reach any more
    stranger = await other.post(APPLICATIONS, {**body, "referralId": None})
    made = await access.post(APPLICATIONS, body)
    world.move_to(datetime(2022, 4, 20, 9, tzinfo=UTC))
    late = await access.post(APPLICATIONS, body)

    assert (stranger.status_code, late.status_code) == (404, 404)
    assert made.status_code == 201, made.text
    assert made.json()["projection"]["persons"][0]["personId"] == who.person
    assert ("disclose", "compose_household_grant_projection") in await audited(world, who.person)


async def test_a_plan_that_is_opened_later_takes_over_what_was_asked_and_arranged(
    world: World,
) -> None:
    access = centre(world)
    who, referral = await refused(world, access)
    made = await access.post(APPLICATIONS, an_application(who, referral))
    help_now = await access.post(PROVISIONS, a_provision(contactId=None, householdId=who.household))
    assert help_now.status_code == 201, help_now.text

    worker, plan = await plan_opened(world, who.household)

    seen = await worker.get(f"{APPLICATIONS}/{made.json()['id']}")
    assert (seen.status_code, seen.json()["planId"]) == (200, str(plan))
    told = await worker.get(f"{PROVISIONS}/{help_now.json()['id']}")
    assert (told.status_code, told.json()["planId"]) == (200, str(plan))
    listed = (await worker.get(f"{APPLICATIONS}?planId={plan}")).json()["items"]
    assert [line["id"] for line in listed] == [made.json()["id"]]
    work = (await worker.get("/plans/v1/work-items")).json()["items"]
    assert {"grant_decision", "investigation"} <= {
        each["code"] for each in work if each["kind"] == "owed_step"
    }


async def test_what_a_request_is_about_must_be_what_is_asked(world: World) -> None:
    access = centre(world)
    who, referral = await refused(world, access)

    answer = await access.post(
        APPLICATIONS, {**an_application(who, referral), "voorziening": "beschermd_wonen"}
    )

    assert answer.status_code == 409
    assert answer.json()["errors"][0]["pointer"] == "/referralId"


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"householdId": "00000000-0000-4000-8000-000000000000"}, 400),
        ({"planId": None}, 400),
        ({"voorziening": "luchtkasteel"}, 400),
        ({"receivedOn": "2023-01-01"}, 400),
        ({"personId": "00000000-0000-4000-8000-000000000000"}, 404),
    ],
)
async def test_what_cannot_be_asked_changes_nothing(
    world: World, more: dict[str, str | None], status: int
) -> None:
    case, _ = await a_case(world)
    body = {
        "planId": case.plan["id"],
        "personId": case.main,
        "voorziening": "dagbesteding_meedoen",
        "reason": "Een besluit, graag.",
        **more,
    }

    answer = await case.worker.post(APPLICATIONS, body)

    assert answer.status_code == status, answer.text
    assert (await grantor(world).get(APPLICATIONS)).json()["items"] == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({**NO, "validUntil": "2023-01-01"}, "/validUntil"),
        ({**YES, "validFrom": "2022-05-01", "validUntil": "2022-04-01"}, "/validUntil"),
        ({**YES, "validUntil": "2022-04-01", "reexaminationOn": "2022-05-01"}, "/reexaminationOn"),
        ({**YES, "decidedOn": "2022-02-01"}, "/decidedOn"),
        ({**YES, "decidedOn": "2022-04-01"}, "/decidedOn"),
    ],
)
async def test_a_decision_with_impossible_days_is_refused(
    world: World, body: dict[str, str], pointer: str
) -> None:
    case, _ = await a_case(world)
    seen = await applied(world, case)

    answer = await grantor(world).post(
        f"{APPLICATIONS}/{seen.json()['id']}/decisions", body, etag=seen.headers["ETag"]
    )

    assert answer.status_code == 400, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
