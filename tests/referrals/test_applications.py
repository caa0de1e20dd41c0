"""A formal decision: asked by everybody, taken by the party that grants, and what it moves."""

from typing import Any

import pytest

from shared.vocabulary import Role, ServiceName
from tests.plans.support import audited
from tests.referrals.deciding import (
    APPLICATIONS,
    DAY,
    GRANTS,
    NO,
    YES,
    a_case,
    act,
    an_application,
    applied,
    grantor,
    referred,
    waiting,
)
from tests.referrals.steps import REFERRALS, do
from tests.support.world import World

pytestmark = pytest.mark.anyio

DUE = ("2022-03-08", "2022-03-09", "2022-03-11")


def steps(referral: Any) -> list[tuple[str, bool]]:
    """Every step of a request, and whether it was skipped."""
    return [(step["status"], step["skipped"]) for step in referral.json()["steps"]]


@pytest.mark.rule("AMS-REF-01", "AMS-REF-10", "AMS-PLN-17", "AMS-PLN-18", "AMS-ROL-09")
async def test_a_pgb_waits_for_the_decision_and_then_runs_without_a_provider(world: World) -> None:
    case, item = await a_case(world)
    judged = await referred(case, item, "pgb")
    await world.drain()

    seen = await waiting(world)
    decided = await act(
        grantor(world),
        seen,
        "decisions",
        {**YES, "validUntil": "2023-03-01", "reexaminationOn": "2022-09-01"},
    )
    await world.drain()

    assert judged.json()["status"] == "granting"
    assert (seen.json()["form"], seen.json()["status"]) == ("pgb", "received")
    assert seen.json()["projection"]["persons"][0]["personId"] == case.main
    assert [term["dueOn"] for term in seen.json()["terms"]] == ["2022-03-15"]
    referral = await case.worker.get(f"{REFERRALS}/{judged.json()['id']}")
    assert steps(referral)[-3:] == [("granting", False), ("placing", True), ("delivering", False)]
    assert decided.json()["decision"]["objectUntil"] == "2022-04-12"
    grant = await case.worker.get(f"{GRANTS}/{decided.json()['grantId']}")
    assert (grant.json()["form"], grant.json()["validFrom"]) == ("pgb", "2022-03-01")
    view = await case.view()
    assert [each["status"] for each in view["supportItems"]] == ["running"]
    due = {kind: [w["dueOn"] for w in await case.work(kind)] for kind in ("grant_ends",)}
    again = [w["dueOn"] for w in await case.work("grant_reexamination")]
    assert (due["grant_ends"], again) == (["2023-01-04"], ["2022-07-07"])
    assert [w["code"] for w in await case.work("application_step")] == ["granted"]


@pytest.mark.rule("AMS-REF-09", "DIS-03", "DIS-18", "OPN-06")
async def test_an_optional_decision_does_not_move_a_request_that_is_elsewhere(
    world: World,
) -> None:
    case, item = await a_case(world)
    judged = await referred(case, item, "zin")
    seen = await applied(world, case, referralId=judged.json()["id"])

    decided = await act(grantor(world), seen, "decisions", NO)

    referral = await case.worker.get(f"{REFERRALS}/{judged.json()['id']}")
    assert (judged.json()["status"], referral.json()["status"]) == ("placing", "placing")
    assert (decided.json()["status"], decided.json()["grantId"]) == ("rejected", None)


async def test_a_no_ends_the_request_and_the_household_stays_with_the_team(world: World) -> None:
    case, item = await a_case(world)
    judged = await referred(case, item, "pgb")

    decided = await act(grantor(world), await waiting(world), "decisions", NO)
    await world.drain()

    referral = await case.worker.get(f"{REFERRALS}/{judged.json()['id']}")
    assert referral.json()["status"] == "not_granted"
    assert [w["code"] for w in await case.work("application_step")] == ["rejected"]
    told = decided.json()["decision"]
    assert told["whatNow"] == NO["whatNow"]
    assert "12-04-2022" in told["howToObject"]
    assert "kost niets" in told["howToObject"]


async def test_a_decision_can_be_asked_without_a_request_and_without_a_plan(world: World) -> None:
    worker = world.user(Role.BUURTTEAM_WORKER)
    home = await worker.post(
        "/plans/v1/households",
        {"members": [{"role": "main", "person": {"givenNames": "An", "surname": "Bloem"}}]},
    )
    body = {
        "householdId": home.json()["id"],
        "personId": home.json()["members"][0]["person"]["id"],
        "voorziening": DAY,
        "form": "pgb",
        "reason": "Mevrouw vroeg een budget en kreeg een nee aan de telefoon.",
    }

    answer = await worker.post(APPLICATIONS, body)

    assert answer.status_code == 201, answer.text
    assert (answer.json()["planId"], answer.json()["status"]) == (None, "received")
    assert (await worker.get(f"{APPLICATIONS}/{answer.json()['id']}")).status_code == 200


async def test_only_the_party_that_grants_decides_and_it_is_named(world: World) -> None:
    case, _ = await a_case(world)
    seen = await applied(world, case)

    answer = await case.worker.post(
        f"{APPLICATIONS}/{seen.json()['id']}/decisions", YES, etag=seen.headers["ETag"]
    )

    assert answer.status_code == 409
    assert "emeente" in answer.json()["detail"]
    assert (await case.worker.get(f"{APPLICATIONS}/{seen.json()['id']}")).json()[
        "status"
    ] == "received"


async def test_a_second_application_for_the_same_question_is_refused(world: World) -> None:
    case, _ = await a_case(world)
    await applied(world, case)

    answer = await case.worker.post(APPLICATIONS, an_application(case))

    assert answer.status_code == 409


async def test_what_was_asked_before_the_judgement_is_what_the_request_waits_for(
    world: World,
) -> None:
    case, item = await a_case(world)
    made = await applied(world, case, supportItemId=item["id"], form="pgb")

    judged = await referred(case, item, "pgb")

    seen = await waiting(world)
    assert judged.json()["status"] == "granting"
    assert (seen.json()["id"], seen.json()["referralId"]) == (
        made.json()["id"],
        judged.json()["id"],
    )
    await act(grantor(world), seen, "decisions", YES)
    referral = await case.worker.get(f"{REFERRALS}/{judged.json()['id']}")
    assert referral.json()["status"] == "delivering"


async def test_a_request_that_is_ended_while_it_waits_needs_no_decision_any_more(
    world: World,
) -> None:
    case, item = await a_case(world)
    judged = await referred(case, item, "pgb")
    path = f"{APPLICATIONS}/{(await waiting(world)).json()['id']}"
    seen = await case.worker.get(f"{REFERRALS}/{judged.json()['id']}")

    await do(case.worker, seen, "endings", {"code": "withdrawn", "motivation": "Toch niet."})
    await world.drain()

    assert (await grantor(world).get(path)).json()["status"] == "withdrawn"
    assert (await grantor(world).get(APPLICATIONS)).json()["items"] == []


async def test_the_grantor_sees_the_nearest_term_first_page_by_page(world: World) -> None:
    days = ("2022-02-25", "2022-02-22", "2022-02-23")
    for day in days:
        case, _ = await a_case(world)
        await applied(world, case, receivedOn=day)
    seen: list[tuple[str, str]] = []
    cursor: str | None = ""

    while cursor is not None:
        page = await grantor(world).get(f"{APPLICATIONS}?pageSize=2{cursor}")
        seen += [(line["receivedOn"], line["dueOn"]) for line in page.json()["items"]]
        more = page.json()["next"]
        cursor = None if more is None else f"&cursor={more}"

    assert seen == list(zip(sorted(days), DUE, strict=True))
    assert "personId" not in page.text


async def test_no_text_of_a_decision_is_stored_in_clear(world: World) -> None:
    case, _ = await a_case(world)
    seen = await applied(world, case, reason="Canarie-een", advice="Canarie-twee")
    told = {**YES, "reasons": "Canarie-drie", "whatNow": "Canarie-vier"}
    decided = await act(grantor(world), seen, "decisions", told)
    await act(grantor(world), decided, "objections", {"grounds": "Canarie-vijf"})
    db = world.kernel(ServiceName.REFERRALS).db

    for table in ("applications", "decisions", "objections", "grants", "grant_events"):
        rows = f"SELECT coalesce(json_agg(r)::text, '') FROM {table} r"  # noqa: S608
        stored = await db.fetch_json(rows, {}) or b""
        assert stored, table
        for clear in ("Canarie", "Bloem", "Weer onder de mensen"):
            assert clear.encode() not in stored
            assert clear.encode().hex().encode() not in stored, table


async def test_what_the_grantor_may_know_is_recorded_as_a_disclosure(world: World) -> None:
    case, item = await a_case(world)
    await applied(world, case, supportItemId=item["id"], advice="Geef dit voor een jaar.")

    assert ("disclose", "compose_grant_projection") in await audited(world, case.main)


async def test_a_worker_cannot_ask_plans_for_it_directly(world: World) -> None:
    case, _ = await a_case(world)

    answer = await case.worker.post(f"{case.path}/grant-projections", {"personId": case.main})

    assert answer.status_code == 403


async def test_who_works_elsewhere_and_who_decides_nothing_see_no_application(
    world: World,
) -> None:
    case, _ = await a_case(world)
    path = f"{APPLICATIONS}/{(await applied(world, case)).json()['id']}"
    stranger = world.user(Role.BUURTTEAM_WORKER, subject="somebody-else")

    unseen = [await actor.get(path) for actor in (stranger, world.user(Role.CENTRAL_ACCESS))]

    missing = await stranger.get(f"{APPLICATIONS}/{case.main}")
    assert [answer.status_code for answer in unseen] == [404, 404]
    assert unseen[0].content == missing.content
    assert (await stranger.get(APPLICATIONS)).json()["items"] == []
