"""Municipal services asked and specialists called in: lightly, and never handed over."""

from collections.abc import Callable
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.referrals.domain.service_requests import SERVICE_REQUEST, Hand, hand_of
from shared.errors import ConflictError
from shared.schemas.events import PLAN_CLOSED
from shared.vocabulary import Role, ServiceName, ServiceRequestStatus
from tests.referrals.doubles import BSN, SURNAME, FakePlans
from tests.referrals.serving import (
    BACK,
    DEBTS,
    NO,
    RESULT,
    SERVICES,
    TAKING_UP,
    WORK,
    a_service_request,
    asked,
    asked_for,
    at,
    kept_identity,
    move,
    municipality,
    specialist,
    taken_up,
)
from tests.referrals.steps import a_plan, worker
from tests.referrals.telling import tell
from tests.support.world import Actor, World

_S = ServiceRequestStatus
_PARTY, _ASKER, _SYSTEM = Hand.PARTY, Hand.ASKER, Hand.SYSTEM
LIFE = {
    (_S.ASKED, _S.TAKEN_UP): {_PARTY},
    (_S.ASKED, _S.DECLINED): {_PARTY},
    (_S.ASKED, _S.WITHDRAWN): {_ASKER, _SYSTEM},
    (_S.TAKEN_UP, _S.TAKEN_UP): {_PARTY},
    (_S.TAKEN_UP, _S.ANSWERED): {_PARTY},
    (_S.TAKEN_UP, _S.DECLINED): {_PARTY},
    (_S.TAKEN_UP, _S.WITHDRAWN): {_ASKER, _SYSTEM},
}


def handlers() -> list[tuple[Callable[..., Actor], str]]:
    """Who takes up which kind."""
    return [(specialist, DEBTS), (municipality, WORK)]


def of(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What plans heard of light requests."""
    return [each["data"] for each in events if each["type"] == "nl.wmo.service.moved"]


def test_a_light_request_goes_only_where_the_table_says_and_by_whose_hand() -> None:
    assert {move: set(hands) for move, hands in SERVICE_REQUEST.items()} == LIFE
    for current, to, hand in product(_S, _S, Hand):
        if hand in LIFE.get((current, to), set()):
            assert hand_of(current, to, {hand}) is hand
        else:
            with pytest.raises(ConflictError, match=current.value):
                hand_of(current, to, {hand})


@pytest.mark.rule("AMS-ACC-56")
@pytest.mark.rule("AMS-ROL-35")
@pytest.mark.rule("AMS-REF-22")
@pytest.mark.rule("AMS-ACC-63")
@pytest.mark.parametrize(("handler", "voorziening"), handlers())
async def test_a_service_is_asked_taken_up_and_answered_without_any_provider(
    world: World, plans: FakePlans, handler: Callable[..., Actor], voorziening: str
) -> None:
    del world.router.apps["providers.test"]
    seen = await asked(world, plans, voorziening, firstContactOn="2022-02-22")
    await taken_up(handler(world), seen)

    answered = await move(handler(world), seen, "results", {**RESULT, "validFrom": "2022-03-07"})

    assert answered.status_code == 201, answered.text
    await world.drain()
    found = (await worker(world).get(at(seen))).json()
    assert [step["status"] for step in found["steps"]] == ["asked", "taken_up", "answered"]
    assert (found["status"], found["code"]) == ("answered", "traject_gestart")
    assert found["professional"] == "Ravi Denkbeeldig"
    assert found["professionalPhone"] == "0200000009"
    assert found["answeredText"] == RESULT["text"]
    assert (found["validFrom"], found["validUntil"]) == ("2022-03-07", None)
    assert found["waitingDays"] == 7
    assert plans.moved("service") == ["asked", "taken_up", "answered"]
    assert all(SURNAME not in str(event) for event in plans.events)


@pytest.mark.rule("AMS-PLN-12")
@pytest.mark.rule("AMS-ROL-07")
async def test_plans_hears_who_was_called_in_and_of_the_municipality_nobody(
    world: World, plans: FakePlans
) -> None:
    await taken_up(specialist(world), await asked(world, plans, DEBTS))
    await taken_up(municipality(world), await asked(world, plans, WORK))

    await world.drain()

    taken = [each for each in of(plans.events) if each["status"] == "taken_up"]
    who = {each["kind"]: (each["party"], each.get("takenUpBy")) for each in taken}
    assert who["call_in"] == ("stadsdeel", "50b00000-0000-4000-8000-000000000008")
    assert who["municipal_service"] == ("wpi", None)


@pytest.mark.parametrize(("handler", "voorziening"), handlers())
async def test_a_party_sees_the_question_and_the_area_until_somebody_takes_it_up(
    world: World, plans: FakePlans, handler: Callable[..., Actor], voorziening: str
) -> None:
    seen = await asked(world, plans, voorziening)

    line = (await handler(world).get(SERVICES)).json()["items"]
    before = await handler(world).get(at(seen))
    taken = await taken_up(handler(world), seen)
    colleague = await handler(world, subject="50b0-a-colleague").get(at(seen))
    team = await worker(world).get(at(seen))

    assert [each["id"] for each in line] == [seen.json()["id"]]
    assert SURNAME not in str(line)
    assert before.json()["question"] == a_service_request(a_plan(plans))["question"]
    assert before.json()["stadsdeel"] == "M"
    hidden = ("identity", "planId", "supportItemId", "accessCheck")
    assert [before.json()[name] for name in hidden] == [None] * 4
    assert taken.json()["identity"]["persons"][0]["bsn"] == BSN
    assert taken.json()["planId"] == seen.json()["planId"]
    assert [colleague.json()[name] for name in hidden] == [None] * 4
    assert team.json()["identity"] is None
    assert team.json()["accessCheck"]["voorziening"] == voorziening


@pytest.mark.parametrize(
    ("what", "body", "status"),
    [("results", RESULT, "answered"), ("declines", NO, "declined"), ("withdrawals", BACK, "back")],
)
async def test_who_it_is_about_is_deleted_when_it_is_over(
    world: World, plans: FakePlans, what: str, body: dict[str, Any], status: str
) -> None:
    seen = await asked(world, plans)
    taken = await taken_up(specialist(world), seen)
    kept = await kept_identity(world, seen)
    actor = worker(world) if status == "back" else specialist(world)

    ended = await move(actor, seen, what, body)

    assert ended.status_code == 201, ended.text
    assert (kept, await kept_identity(world, seen)) == (True, False)
    after = await specialist(world).get(at(seen))
    assert taken.json()["identity"] is not None
    assert (after.json()["identity"], after.json()["planId"]) == (None, None)


async def test_the_database_keeps_nobody_by_name_of_what_is_over(
    world: World, plans: FakePlans
) -> None:
    seen = await asked(world, plans)
    over = text("UPDATE service_requests SET status = 'withdrawn' WHERE id = :id")

    with pytest.raises(DBAPIError, match="identity_while_open"):
        async with world.kernel(ServiceName.REFERRALS).db.transaction() as session:
            await session.execute(over, {"id": seen.json()["id"]})


async def test_an_answer_with_a_name_is_given_again_only_while_it_runs(
    world: World, plans: FakePlans
) -> None:
    seen, key = await asked(world, plans), uuid4()
    first = await move(specialist(world), seen, "takings-up", TAKING_UP, key=key)
    asked_at = (await worker(world).get(at(seen))).headers["ETag"]
    path = f"{at(seen)}/takings-up"

    again = await specialist(world).post(path, TAKING_UP, etag=asked_at, key=key)
    await move(specialist(world), seen, "results", RESULT)
    after = await specialist(world).post(path, TAKING_UP, etag=asked_at, key=key)

    assert first.status_code == again.status_code == 201
    assert again.json() == first.json()
    assert after.status_code == 404
    assert BSN not in after.text


async def test_a_colleague_takes_over_and_the_first_sees_no_name_any_more(
    world: World, plans: FakePlans
) -> None:
    seen = await asked(world, plans)
    await taken_up(specialist(world), seen)
    colleague = specialist(world, subject="50b0-a-colleague")
    too_early = await move(colleague, seen, "results", RESULT)

    over = await taken_up(colleague, seen)

    assert too_early.status_code == 409
    assert "takings-up" in too_early.json()["detail"]
    assert over.json()["identity"] is not None
    assert (await specialist(world).get(at(seen))).json()["identity"] is None
    assert (await move(colleague, seen, "results", RESULT)).status_code == 201


@pytest.mark.rule("AMS-ROL-07")
async def test_a_specialist_of_another_stadsdeel_finds_nothing(
    world: World, plans: FakePlans
) -> None:
    seen = await asked(world, plans)
    etag = (await specialist(world).get(at(seen))).headers["ETag"]
    missing = await specialist(world).get(f"{SERVICES}/{uuid4()}")

    for elsewhere in (specialist(world, stadsdeel="N"), specialist(world, stadsdeel=None)):
        found = await elsewhere.get(at(seen))
        taken = await elsewhere.post(f"{at(seen)}/takings-up", TAKING_UP, etag=etag)

        assert (found.status_code, found.content) == (404, missing.content)
        assert (taken.status_code, taken.content) == (404, missing.content)
        assert (await elsewhere.get(SERVICES)).json()["items"] == []


async def test_a_party_sees_only_what_was_asked_of_it(world: World, plans: FakePlans) -> None:
    debts, work = await asked(world, plans, DEBTS), await asked(world, plans, WORK)

    assert (await municipality(world).get(at(debts))).status_code == 404
    assert (await specialist(world).get(at(work))).status_code == 404
    listed = (await municipality(world).get(SERVICES)).json()["items"]
    assert [each["id"] for each in listed] == [work.json()["id"]]


async def test_who_left_the_circle_and_another_worker_find_nothing(
    world: World, plans: FakePlans
) -> None:
    seen = await asked(world, plans)
    other = world.user(Role.BUURTTEAM_WORKER, subject="50b0-another", team=str(uuid4()))
    plan = seen.json()["planId"]

    assert (await other.get(at(seen))).status_code == 404
    assert (await other.get(f"{SERVICES}?planId={plan}")).json()["items"] == []
    assert (await other.post(SERVICES, a_service_request(plans.plans[plan]))).status_code == 404
    plans.plans[plan].coordinator = "50b0-the-next"
    assert (await move(worker(world), seen, "withdrawals", BACK)).status_code == 404


async def test_the_lead_of_the_team_sees_and_withdraws_it(world: World, plans: FakePlans) -> None:
    seen = await asked(world, plans)
    lead = world.user(Role.TEAM_LEAD)

    withdrawn = await move(lead, seen, "withdrawals", BACK)

    assert withdrawn.status_code == 201, withdrawn.text
    assert (withdrawn.json()["status"], withdrawn.json()["answeredText"]) == (
        "withdrawn",
        BACK["reason"],
    )


async def test_a_party_cannot_list_by_plan(world: World, plans: FakePlans) -> None:
    seen = await asked(world, plans)

    found = await specialist(world).get(f"{SERVICES}?planId={seen.json()['planId']}")

    assert found.json()["items"] == []


async def test_what_cannot_wait_comes_first_then_who_waits_longest(
    world: World, plans: FakePlans
) -> None:
    new = await asked(world, plans, firstContactOn="2022-02-28")
    old = await asked(world, plans, firstContactOn="2022-01-10")
    crisis = await asked(world, plans, urgency="crisis")
    done = await asked(world, plans)
    await move(specialist(world), done, "declines", NO)

    found, path = [], f"{SERVICES}?pageSize=2"
    while path:
        page = (await specialist(world).get(path)).json()
        found += [each["id"] for each in page["items"]]
        path = page["next"] and f"{SERVICES}?pageSize=2&cursor={page['next']}"
    ended = (await specialist(world).get(f"{SERVICES}?status=declined")).json()["items"]

    assert found == [each.json()["id"] for each in (crisis, old, new)]
    assert [each["id"] for each in ended] == [done.json()["id"]]


@pytest.mark.rule("AMS-ROL-08")
async def test_an_okt_worker_calls_a_specialist_in_as_well(world: World, plans: FakePlans) -> None:
    okt = world.user(Role.OKT_WORKER)
    plan = a_plan(plans, voorziening=DEBTS, coordinator="50b00000-0000-4000-8000-000000000007")

    made = await okt.post(SERVICES, a_service_request(plan, entry="okt"))

    assert made.status_code == 201, made.text
    assert made.json()["party"] == "stadsdeel"


@pytest.mark.rule("AMS-INT-02")
async def test_at_a_wrong_door_the_contact_is_carried_over(world: World, plans: FakePlans) -> None:
    plan = a_plan(plans, voorziening=WORK)

    answer = await worker(world).post(SERVICES, a_service_request(plan, entry="okt"))

    assert answer.status_code == 409
    codes = {each["code"]: each["detail"] for each in answer.json()["errors"]}
    assert codes["carry_contact_over"].startswith("POST /intake/v1/contacts/")
    assert plans.packages == []


@pytest.mark.parametrize(
    ("voorziening", "call"),
    [
        ("dagbesteding_meedoen", "create_referral"),
        ("maatschappelijk_werk", "add_support_item"),
        ("sociale_basis", "add_support_item"),
    ],
)
async def test_what_is_no_light_request_names_its_own_call(
    world: World, plans: FakePlans, voorziening: str, call: str
) -> None:
    plan = a_plan(plans, voorziening=voorziening)

    answer = await worker(world).post(SERVICES, a_service_request(plan))

    assert answer.status_code == 409
    assert call in {each["code"] for each in answer.json()["errors"]}
    assert plans.packages == []


async def test_a_referral_for_a_service_names_the_call_that_asks_it(
    world: World, plans: FakePlans
) -> None:
    plan = a_plan(plans, voorziening=WORK)
    body = a_service_request(plan)
    body = {name: body[name] for name in ("planId", "supportItemId", "voorziening", "entry")}

    answer = await worker(world).post("/referrals/v1/referrals", body)

    assert answer.status_code == 409
    told = {each["code"]: each["detail"] for each in answer.json()["errors"]}
    assert told["ask_municipal_service"] == f"POST {SERVICES}"


@pytest.mark.parametrize(
    ("changes", "status", "pointer"),
    [
        ({"voorziening": "toverstaf"}, 400, "/voorziening"),
        ({"voorziening": WORK}, 409, "/voorziening"),
        ({"entry": "buurvrouw"}, 400, "/entry"),
        ({"question": ""}, 400, "/question"),
        ({"basis": "zomaar"}, 400, "/basis"),
        ({"firstContactOn": "2022-03-02"}, 400, "/firstContactOn"),
        ({"supportItemId": str(uuid4())}, 404, None),
        ({"planId": str(uuid4())}, 404, None),
    ],
)
async def test_a_request_that_cannot_be_right_changes_nothing(
    world: World, plans: FakePlans, changes: dict[str, Any], status: int, pointer: str | None
) -> None:
    plan = a_plan(plans, voorziening=DEBTS)

    answer = await worker(world).post(SERVICES, a_service_request(plan, **changes))

    assert answer.status_code == status, answer.text
    if pointer is not None:
        assert pointer in {each["pointer"] for each in answer.json()["errors"]}
    assert (plans.packages, plans.events) == ([], [])


@pytest.mark.parametrize(
    ("what", "body", "pointer"),
    [
        ("results", {**RESULT, "code": "toverstaf"}, "/code"),
        ("declines", {**NO, "code": "person_no_click"}, "/code"),
        ("results", {**RESULT, "validUntil": "2022-03-07"}, "/validUntil"),
        (
            "results",
            {**RESULT, "validFrom": "2022-03-07", "validUntil": "2022-03-06"},
            "/validUntil",
        ),
        ("takings-up", {**TAKING_UP, "firstMeetingOn": "2032-03-01"}, "/firstMeetingOn"),
    ],
)
async def test_a_step_with_an_impossible_code_or_day_changes_nothing(
    world: World, plans: FakePlans, what: str, body: dict[str, Any], pointer: str
) -> None:
    seen = await asked(world, plans)
    await taken_up(specialist(world), seen)

    answer = await move(specialist(world), seen, what, body)

    assert answer.status_code == 400, answer.text
    assert pointer in {each["pointer"] for each in answer.json()["errors"]}
    assert (await worker(world).get(at(seen))).json()["status"] == "taken_up"


@pytest.mark.parametrize(
    "question",
    [
        f"{SURNAME} heeft zes schuldeisers.",
        "MARIA heeft zes schuldeisers.",
        f"Het gaat om {BSN}.",
        "Bel 06-12345678 voor de brieven.",
    ],
)
async def test_a_question_in_which_somebody_can_be_recognised_is_not_asked(
    world: World, plans: FakePlans, question: str
) -> None:
    plan = a_plan(plans, voorziening=DEBTS)

    answer = await worker(world).post(SERVICES, a_service_request(plan, question=question))

    assert answer.status_code == 400, answer.text
    assert {each["pointer"] for each in answer.json()["errors"]} == {"/question"}
    assert not [secret for secret in (SURNAME, BSN, "12345678") if secret in answer.text]
    assert (await specialist(world).get(SERVICES)).json()["items"] == []


async def test_each_side_sets_its_own_steps_only(world: World, plans: FakePlans) -> None:
    seen = await asked(world, plans)

    by_the_team = [
        await move(worker(world), seen, what, body)
        for what, body in (("takings-up", TAKING_UP), ("results", RESULT), ("declines", NO))
    ]
    by_the_party = await specialist(world).post(f"{at(seen)}/withdrawals", BACK, etag='"x"')
    unread = await move(specialist(world), seen, "results", RESULT)

    assert [each.status_code for each in by_the_team] == [409, 409, 409]
    assert by_the_party.status_code == 403
    assert unread.status_code == 409
    assert (await worker(world).get(at(seen))).json()["status"] == "asked"


async def test_a_step_needs_a_key_and_the_last_version(world: World, plans: FakePlans) -> None:
    seen = await asked(world, plans)
    path, etag = f"{at(seen)}/takings-up", seen.headers["ETag"]
    actor = specialist(world)
    await taken_up(actor, seen)

    stale = await actor.post(path, TAKING_UP, etag=etag)
    unnamed = await actor.post(path, TAKING_UP)
    bare = {"Authorization": f"Bearer {actor.token}", "If-Match": etag}
    url = f"http://referrals.test{path}"
    keyless = await world.http.post(url, json=TAKING_UP, headers=bare)

    assert (stale.status_code, unnamed.status_code, keyless.status_code) == (412, 428, 400)


async def test_the_same_key_makes_one_request_and_another_body_is_refused(
    world: World, plans: FakePlans
) -> None:
    plan, key = a_plan(plans, voorziening=DEBTS), uuid4()
    body = a_service_request(plan)

    first = await worker(world).post(SERVICES, body, key=key)
    again = await worker(world).post(SERVICES, body, key=key)
    other = await worker(world).post(SERVICES, {**body, "question": "Iets anders?"}, key=key)

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert again.json() == first.json()
    assert len(plans.packages) == 1


async def test_one_is_open_per_item_and_after_a_no_it_can_be_asked_again(
    world: World, plans: FakePlans
) -> None:
    plan = a_plan(plans, voorziening=DEBTS)
    seen = await asked_for(world, plan)

    second = await worker(world).post(SERVICES, a_service_request(plan))
    await move(specialist(world), seen, "declines", NO)
    third = await worker(world).post(SERVICES, a_service_request(plan))

    assert second.status_code == 409
    assert "loopt al een vraag" in second.json()["detail"]
    assert third.status_code == 201, third.text


@pytest.mark.parametrize("state", ["asked", "taken_up"])
async def test_a_closed_plan_withdraws_what_was_asked_and_nobody_is_left_by_name(
    world: World, plans: FakePlans, state: str
) -> None:
    seen = await asked(world, plans)
    if state == "taken_up":
        await taken_up(specialist(world), seen)
    plan = seen.json()["planId"]

    await tell(world, PLAN_CLOSED, plan, {"planId": plan, "status": "closed"})

    found = (await specialist(world).get(at(seen))).json()
    assert (found["status"], found["identity"]) == ("withdrawn", None)
    assert not await kept_identity(world, seen)
    assert plans.moved("service")[-1] == "withdrawn"
    again = await worker(world).post(SERVICES, a_service_request(plans.plans[plan]))
    assert again.status_code == 409


@pytest.mark.parametrize("role", [Role.PROVIDER_INTAKE, Role.CENTRAL_ACCESS, Role.SUPERVISOR])
async def test_other_roles_never_ask_or_read_a_service(
    world: World, plans: FakePlans, role: Role
) -> None:
    seen = await asked(world, plans)
    actor = world.user(role)

    assert (await actor.get(SERVICES)).status_code == 403
    assert (await actor.get(at(seen))).status_code == 403
    assert (await actor.post(SERVICES, a_service_request(a_plan(plans)))).status_code == 403
