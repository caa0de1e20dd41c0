"""A provider registers its own client: the same answer for everybody, and nobody looked up."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from services.referrals.domain.registrations import REGISTRATION, ensure_registration_moves
from services.referrals.service import ReferralsService
from shared.errors import ConflictError
from shared.stelsel.model import Stelsel
from shared.vocabulary import DirectRegistrationStatus, Role, ServiceName
from tests.plans.support import Case, household, open_case
from tests.referrals.registering import (
    HELP,
    PERSON,
    REGISTRATIONS,
    RELIEF,
    STAY,
    a_registration,
    contracted,
    desk_of,
    move,
    registered,
    seen,
    taken,
)
from tests.support.registry import Offer, offer
from tests.support.statements import statements
from tests.support.world import World

_S = DirectRegistrationStatus
START = {"on": "2022-03-01"}
STOP = {"on": "2022-03-01", "code": "goal_reached"}
NO = {"code": "no_capacity", "clientInformed": True}
UNKNOWN = {"surname": "Niemand", "birthDate": "1950-01-01", "bsn": "999990457"}


def with_notice(stelsel: Stelsel) -> Stelsel:
    """The same stelsel in which the coordinator is told of a direct registration."""
    return replace(
        stelsel,
        voorzieningen=tuple(
            replace(
                each,
                routes=tuple(
                    replace(
                        route,
                        doors=tuple(
                            replace(door, notice_to_team=door.direct) for door in route.doors
                        ),
                    )
                    for route in each.routes
                ),
            )
            for each in stelsel.voorzieningen
        ),
    )


@pytest.fixture
def told(world: World) -> None:
    """A municipality that set the notice to the team on."""
    state = world.apps[ServiceName.REFERRALS].state
    tools = state.service.registering.tools
    state.service = ReferralsService.build(replace(tools, stelsel=with_notice(tools.stelsel)))


async def known_case(world: World) -> Case:
    """A plan of the client who is registered."""
    case = await open_case(world, household(**PERSON))
    await world.drain()
    return case


def test_a_registration_goes_only_where_the_table_says() -> None:
    allowed = {
        (_S.REGISTERED, _S.STARTED),
        (_S.REGISTERED, _S.DECLINED),
        (_S.STARTED, _S.STOPPED),
    }
    assert {(current, to) for current, after in REGISTRATION.items() for to in after} == allowed
    for current, to in product(_S, _S):
        if (current, to) in allowed:
            ensure_registration_moves(current, to)
        else:
            with pytest.raises(ConflictError, match=current.value):
                ensure_registration_moves(current, to)


@pytest.mark.rule("AMS-ACC-23")
@pytest.mark.rule("AMS-ACC-26")
@pytest.mark.rule("AMS-ACC-28")
@pytest.mark.rule("OPN-11")
@pytest.mark.rule("OPN-15")
async def test_a_client_is_registered_started_and_stopped_without_the_team(world: World) -> None:
    made = await contracted(world)
    one = await registered(world, made, firstContactOn="2022-02-21", hoursPerWeek=3)
    held = await taken(world, made)

    await move(world, made, one, "starts", START)
    await world.drain()
    running = (await seen(world, made, one)).json()
    stopped = await move(world, made, one, "stops", STOP)
    await world.drain()

    assert (held, await taken(world, made)) == (1, 0)
    assert (running["status"], running["startedOn"], running["hoursPerWeek"]) == (
        "started",
        "2022-03-01",
        3,
    )
    assert running["person"]["surname"] == "Bloem"
    assert stopped.status_code == 201, stopped.text
    after = (await seen(world, made, one)).json()
    assert (after["status"], after["code"], after["person"]) == ("stopped", "goal_reached", None)
    assert [step["status"] for step in after["steps"]] == ["registered", "started", "stopped"]
    assert after["firstContactOn"] == "2022-02-21"


@pytest.mark.rule("AMS-ACC-27")
@pytest.mark.rule("AMS-REF-16")
async def test_the_answer_names_where_a_wider_question_goes(world: World) -> None:
    made = await contracted(world)

    answer = await desk_of(world, made).post(REGISTRATIONS, a_registration(made))

    steps = {each["action"]: each for each in answer.json()["nextSteps"]}
    assert (steps["create_contact"]["method"], steps["create_contact"]["href"]) == (
        "POST",
        "/intake/v1/contacts",
    )
    assert steps["start"]["href"] == f"{answer.json()['href']}/starts"


@pytest.mark.rule("AMS-ACC-43")
@pytest.mark.rule("AMS-ACC-44")
@pytest.mark.rule("AMS-ACC-45")
@pytest.mark.rule("DIS-20")
async def test_for_a_stay_the_relief_of_the_carer_is_weighed_and_kept_sealed(world: World) -> None:
    made = await contracted(world, STAY)
    body = a_registration(made, voorziening=STAY)
    desk = desk_of(world, made)

    without = await desk.post(REGISTRATIONS, body)
    unthought = await desk.post(
        REGISTRATIONS, {**body, "weighings": [{**RELIEF, "considered": False}]}
    )
    weighed = await desk.post(REGISTRATIONS, {**body, "weighings": [RELIEF]})

    assert (without.status_code, unthought.status_code) == (409, 409)
    assert [each["code"] for each in without.json()["errors"]] == ["relieves_carer"]
    assert weighed.status_code == 202, weighed.text
    shown = (await seen(world, made, weighed)).json()["weighings"]
    assert [(each["condition"], each["outcome"]) for each in shown] == [
        ("relieves_carer", RELIEF["outcome"])
    ]
    assert shown[0]["madeAt"] == weighed.json()["registeredAt"]
    assert await taken(world, made) == 1
    query = text("SELECT weighings FROM direct_registrations")
    async with world.kernel(ServiceName.REFERRALS).db.transaction() as session:
        kept = await session.scalar(query)
    assert kept is not None
    assert RELIEF["outcome"] not in bytes(kept).decode(errors="ignore")  # type: ignore[operator]  # text


@pytest.mark.rule("DIS-02")
@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("agreed", [{"shareWithBuurtteam": True}, {}], ids=["told", "not told"])
async def test_known_or_unknown_the_answer_and_the_work_are_the_same(
    world: World, agreed: dict[str, bool]
) -> None:
    await known_case(world)
    made = await contracted(world)
    desk, found = desk_of(world, made), []
    for person in (UNKNOWN, PERSON):
        body = a_registration(made, person=person, **agreed)
        with statements() as sent:
            answer = await desk.post(REGISTRATIONS, body)
        found.append((answer, sent))

    (unknown, few), (known, many) = found
    assert (unknown.status_code, known.status_code) == (202, 202)
    assert [_without_ids(answer) for answer, _ in found] == [_without_ids(known)] * 2
    assert sorted(unknown.headers) == sorted(known.headers)
    assert unknown.headers["Content-Length"] == known.headers["Content-Length"]
    assert few == many
    assert any("direct_registrations" in each for each in few)


def _without_ids(answer: Any) -> str:
    """The body without its own id and moment."""
    body = answer.json()
    found: str = answer.text.replace(body["id"], "…").replace(body["registeredAt"], "…")
    return found


@pytest.mark.rule("DIS-02")
@pytest.mark.usefixtures("told")
async def test_the_coordinator_hears_where_the_setting_says_so_and_the_client_agreed(
    world: World,
) -> None:
    case = await known_case(world)
    made = await contracted(world)

    one = await registered(world, made, shareWithBuurtteam=True)
    await world.drain()

    work = await case.work("direct_registration")
    assert [(each["aboutId"], each["code"]) for each in work] == [(one.json()["id"], HELP)]
    assert "direct_registration" in await case.timeline()


@pytest.mark.usefixtures("told")
async def test_a_client_who_did_not_agree_is_told_to_nobody(world: World) -> None:
    case = await known_case(world)

    await registered(world, await contracted(world))
    await world.drain()

    assert await case.work("direct_registration") == []


async def test_where_the_setting_is_off_the_team_hears_nothing(world: World) -> None:
    case = await known_case(world)

    await registered(world, await contracted(world), shareWithBuurtteam=True)
    await world.drain()

    assert await case.work("direct_registration") == []
    assert "direct_registration" not in await case.timeline()


async def test_another_provider_finds_nothing_of_it(world: World) -> None:
    made, other = await contracted(world), await contracted(world)
    one = await registered(world, made)
    elsewhere = desk_of(world, other)
    missing = await elsewhere.get(f"{REGISTRATIONS}/{uuid4()}")
    path = f"{REGISTRATIONS}/{one.json()['id']}"

    found = [
        await elsewhere.get(path),
        await elsewhere.post(f"{path}/starts", START, etag=one.headers["ETag"]),
    ]

    assert [(each.status_code, each.content) for each in found] == [(404, missing.content)] * 2
    assert (await elsewhere.get(REGISTRATIONS)).json()["items"] == []
    own = (await desk_of(world, made).get(REGISTRATIONS)).json()["items"]
    assert [each["id"] for each in own] == [one.json()["id"]]


async def test_the_list_is_of_the_own_provider_newest_first(world: World) -> None:
    made, ids = await contracted(world), []
    for day in ("1940-01-01", "1941-01-01", "1942-01-01"):
        person = {"surname": "Bloem", "birthDate": day}
        ids.append((await registered(world, made, person=person)).json()["id"])

    found, path = [], f"{REGISTRATIONS}?pageSize=2"
    while path:
        page = (await desk_of(world, made).get(path)).json()
        found += [each["id"] for each in page["items"]]
        path = page["next"] and f"{REGISTRATIONS}?pageSize=2&cursor={page['next']}"

    assert found == ids[::-1]


@pytest.mark.rule("AMS-INT-02")
@pytest.mark.parametrize(
    "voorziening", ["dagbesteding_meedoen", "maatschappelijke_opvang", "wpi_traject", "wlz"]
)
async def test_without_a_direct_track_the_question_is_carried_over(
    world: World, voorziening: str
) -> None:
    made = await contracted(world, "dagbesteding_meedoen")

    answer = await desk_of(world, made).post(
        REGISTRATIONS, a_registration(made, voorziening=voorziening)
    )

    assert answer.status_code == 409, answer.text
    told = {each["code"]: each["detail"] for each in answer.json()["errors"]}
    assert told["create_contact"] == "POST /intake/v1/contacts"
    assert await taken(world, made) == 0


async def test_a_contract_of_another_or_for_something_else_is_refused(world: World) -> None:
    made, other = await contracted(world), await contracted(world)
    day = await offer(world.user(Role.ADMINISTRATOR))
    desk = desk_of(world, made)
    bodies = [
        a_registration(made, contractId=str(other.contract), locationId=str(other.location)),
        a_registration(made, contractId=str(uuid4())),
        a_registration(made, locationId=str(other.location)),
    ]

    answers = [await desk.post(REGISTRATIONS, body) for body in bodies]
    wrong_kind = await desk_of(world, day).post(REGISTRATIONS, a_registration(day))

    assert [each.status_code for each in (*answers, wrong_kind)] == [409] * 4
    assert len({answers[0].json()["detail"], answers[1].json()["detail"]}) == 1
    assert [await taken(world, each) for each in (made, other, day)] == [0, 0, 0]
    assert (await desk.get(REGISTRATIONS)).json()["items"] == []


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"voorziening": "toverstaf"}, "/voorziening"),
        ({"person": {**PERSON, "bsn": "123456789"}}, "/person/bsn"),
        ({"person": {**PERSON, "birthDate": "2022-03-02"}}, "/person/birthDate"),
        ({"person": {**PERSON, "birthDate": "1848-05-02"}}, "/person/birthDate"),
        ({"firstContactOn": "2022-03-02"}, "/firstContactOn"),
        ({"weighings": [{**RELIEF, "condition": "toverstaf"}]}, "/weighings/0/condition"),
        ({"clientAgreed": False}, "/clientAgreed"),
        ({"hoursPerWeek": 169}, "/hoursPerWeek"),
    ],
)
async def test_a_registration_that_cannot_be_right_changes_nothing(
    world: World, changes: dict[str, Any], pointer: str
) -> None:
    made = await contracted(world)

    answer = await desk_of(world, made).post(REGISTRATIONS, a_registration(made, **changes))

    assert answer.status_code == 400, answer.text
    assert pointer in {each["pointer"] for each in answer.json()["errors"]}
    assert "123456789" not in answer.text
    assert await taken(world, made) == 0


async def test_a_client_is_once_at_a_contract_until_it_is_over(world: World) -> None:
    made = await contracted(world)
    one = await registered(world, made)
    desk = desk_of(world, made)

    again = await desk.post(REGISTRATIONS, a_registration(made))
    held = await taken(world, made)
    await move(world, made, one, "declines", NO)
    after = await desk.post(REGISTRATIONS, a_registration(made))

    assert again.status_code == 409
    assert "al ingeschreven" in again.json()["detail"]
    assert held == 1
    assert after.status_code == 202, after.text


async def test_twins_are_two_clients(world: World) -> None:
    made = await contracted(world)
    twins = [{"givenNames": name, "surname": "Bloem", "birthDate": "1948-05-02"} for name in "AB"]

    answers = [
        await desk_of(world, made).post(REGISTRATIONS, a_registration(made, person=each))
        for each in twins
    ]

    assert [each.status_code for each in answers] == [202, 202]


@pytest.mark.parametrize("how", ["declined", "stopped"])
async def test_who_it_was_is_deleted_when_it_is_over_and_never_given_again(
    world: World, how: str
) -> None:
    made, key = await contracted(world), uuid4()
    one = await registered(world, made, weighings=[RELIEF])
    started = None
    if how == "stopped":
        started = await move(world, made, one, "starts", START, key=key)
        await move(world, made, one, "stops", STOP)
    else:
        await move(world, made, one, "declines", {**NO, "note": "Geen hulp in dit gebied."})

    after = (await seen(world, made, one)).json()
    assert (after["person"], after["weighings"]) == (None, [])
    assert after["note"] == (None if how == "stopped" else "Geen hulp in dit gebied.")
    query = text("SELECT person, client_index, weighings FROM direct_registrations")
    async with world.kernel(ServiceName.REFERRALS).db.transaction() as session:
        assert [tuple(row) for row in await session.execute(query)] == [(None, None, None)]
    if started is not None:
        path = f"{REGISTRATIONS}/{one.json()['id']}/starts"
        again = await desk_of(world, made).post(path, START, etag=one.headers["ETag"], key=key)
        assert started.json()["person"]["bsn"] == PERSON["bsn"]
        assert again.status_code == 404
    await world.drain()
    assert await taken(world, made) == 0


async def test_no_room_registers_nobody(world: World) -> None:
    made = await contracted(world, places=1)
    await registered(world, made)

    full = await desk_of(world, made).post(REGISTRATIONS, a_registration(made, person=UNKNOWN))

    assert full.status_code == 409
    assert len((await desk_of(world, made).get(REGISTRATIONS)).json()["items"]) == 1
    assert await taken(world, made) == 1


async def _lapsed(world: World, places: int) -> tuple[Offer, Any]:
    """A registration whose place was given back, because help did not begin in time."""
    made = await contracted(world, places=places)
    one = await registered(world, made)
    world.move_to(datetime(2022, 6, 1, 8, 0, tzinfo=UTC))
    service = world.apps[ServiceName.PROVIDERS].state.service
    await service.reservations.lapse_due(world.kernel(ServiceName.PROVIDERS).clock())
    await world.drain()
    return made, one


async def test_a_place_that_lapsed_is_shown_and_taken_again_at_the_start(world: World) -> None:
    made, one = await _lapsed(world, places=1)
    lost = (await seen(world, made, one)).json()["placeLost"]
    free = await taken(world, made)

    started = await move(world, made, one, "starts", {"on": "2022-06-01"})
    await world.drain()

    assert (lost, free) == (True, 0)
    assert started.status_code == 201, started.text
    assert started.json()["placeLost"] is False
    assert await taken(world, made) == 1


async def test_a_place_that_went_to_somebody_else_is_not_taken_twice(world: World) -> None:
    made, one = await _lapsed(world, places=1)
    await registered(world, made, person=UNKNOWN)

    started = await move(world, made, one, "starts", {"on": "2022-06-01"})

    assert started.status_code == 409
    assert (await seen(world, made, one)).json()["status"] == "registered"
    assert await taken(world, made) == 1


@pytest.mark.parametrize(
    ("what", "body", "pointer"),
    [
        ("starts", {"on": "2022-03-02"}, "/on"),
        ("declines", {**NO, "code": "person_no_click"}, "/code"),
        ("declines", {"code": "no_capacity"}, "/clientInformed"),
        ("stops", {**STOP, "code": "toverstaf"}, "/code"),
    ],
)
async def test_a_step_that_cannot_be_right_changes_nothing(
    world: World, what: str, body: dict[str, Any], pointer: str
) -> None:
    made = await contracted(world)
    one = await registered(world, made)

    answer = await move(world, made, one, what, body)

    assert answer.status_code == 400, answer.text
    assert pointer in {each["pointer"] for each in answer.json()["errors"]}
    assert (await seen(world, made, one)).json()["status"] == "registered"


async def test_help_does_not_stop_before_it_began(world: World) -> None:
    made = await contracted(world)
    one = await registered(world, made)
    too_early = await move(world, made, one, "stops", STOP)
    await move(world, made, one, "starts", START)

    before = await move(world, made, one, "stops", {**STOP, "on": "2022-02-28"})

    assert (too_early.status_code, before.status_code) == (409, 400)


async def test_a_step_needs_the_last_version_and_a_key_makes_one_registration(
    world: World,
) -> None:
    made, key = await contracted(world), uuid4()
    desk, body = desk_of(world, made), a_registration(made)
    first = await desk.post(REGISTRATIONS, body, key=key)
    again = await desk.post(REGISTRATIONS, body, key=key)
    other = await desk.post(REGISTRATIONS, {**body, "person": UNKNOWN}, key=key)
    path = f"{REGISTRATIONS}/{first.json()['id']}/starts"
    await move(world, made, first, "starts", START)

    stale = await desk.post(path, START, etag=first.headers["ETag"])
    unnamed = await desk.post(path, START)

    assert (first.status_code, again.status_code, other.status_code) == (202, 202, 409)
    assert again.json() == first.json()
    assert (stale.status_code, unnamed.status_code) == (412, 428)
    assert await taken(world, made) == 1


@pytest.mark.parametrize(
    "role", [Role.BUURTTEAM_WORKER, Role.CENTRAL_ACCESS, Role.CONTRACT_MANAGER, Role.MUNICIPALITY]
)
async def test_only_providers_register_and_see_registrations(world: World, role: Role) -> None:
    made = await contracted(world)
    actor = world.user(role)

    assert (await actor.post(REGISTRATIONS, a_registration(made))).status_code == 403
    assert (await actor.get(REGISTRATIONS)).status_code == 403


async def test_somebody_of_no_provider_registers_nobody(world: World) -> None:
    made = await contracted(world)
    nobody = world.user(Role.PROVIDER_INTAKE, provider=None)

    answer = await nobody.post(REGISTRATIONS, a_registration(made))

    assert answer.status_code == 403
    assert (await nobody.get(REGISTRATIONS)).json()["items"] == []
