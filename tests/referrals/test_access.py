"""The access check over HTTP: public, by the stelsel, storing nothing; and the code lists."""

from typing import Any

import psycopg
import pytest

from services.referrals.domain.codes import (
    CANCEL_CODES,
    ENDING_CODES,
    STOP_CODES,
    decline_codes,
    goes_on,
)
from shared.stelsel.load import load_stelsel
from shared.vocabulary import DeclinedBy, Role, ServiceName
from tests.support.registry import VOORZIENING
from tests.support.world import World

pytestmark = pytest.mark.anyio
PATH = "/referrals/v1/access-checks"
EVERYBODY = sorted(set(Role) - {Role.SERVICE, Role.MONITOR})


def a_check(**changes: Any) -> dict[str, Any]:
    return {"voorziening": VOORZIENING, "entry": "buurtteam", **changes}


@pytest.mark.parametrize("role", EVERYBODY)
async def test_every_role_of_a_person_may_ask(world: World, role: Role) -> None:
    answer = await world.user(role).post(PATH, a_check())

    assert answer.status_code == 200, answer.text


async def test_a_monitor_may_not_ask(world: World) -> None:
    answer = await world.user(Role.MONITOR).post(PATH, a_check())

    assert answer.status_code == 403


@pytest.mark.rule("AMS-ACC-09")
@pytest.mark.rule("AMS-ACC-10")
@pytest.mark.rule("AMS-ACC-11")
@pytest.mark.rule("AMS-ACC-12")
@pytest.mark.rule("AMS-ACC-13")
@pytest.mark.rule("AMS-ACC-14")
async def test_dagbesteding_is_led_and_judged_by_the_buurtteam_and_placed_by_the_provider(
    world: World,
) -> None:
    answer = (
        await world.user(Role.BUURTTEAM_WORKER).post(PATH, a_check(facts={"hasPlan": True}))
    ).json()

    assert answer["outcome"] == "open_with_conditions"
    assert [answer[who] for who in ("ledBy", "judgedBy", "placedBy")] == [
        *("buurtteam", "buurtteam", "aanbieder")
    ]
    met = {each["code"]: each["met"] for each in answer["conditions"]}
    assert met == {
        "plan_required": True,
        "paid_work_considered": None,
        "social_base_considered": None,
    }
    assert {"AMS-ACC-09", "AMS-ACC-10", "AMS-ACC-13"} <= {r["rule"] for r in answer["reasons"]}


@pytest.mark.rule("OPN-10")
async def test_a_wrong_door_leads_to_the_right_one(world: World) -> None:
    answer = (await world.user(Role.PROVIDER_INTAKE).post(PATH, a_check(entry="aanbieder"))).json()

    assert (answer["outcome"], answer["redirectTo"]) == ("redirect", "buurtteam")
    assert "carry_contact_over" in {each["action"] for each in answer["nextActions"]}


@pytest.mark.parametrize(
    ("change", "pointer", "known"),
    [
        ({"voorziening": "onzin"}, "/voorziening", VOORZIENING),
        ({"entry": "onzin"}, "/entry", "buurtteam"),
        ({"stelsel": "onzin"}, "/stelsel", "amsterdam-2021"),
    ],
)
async def test_an_unknown_code_is_answered_with_the_codes_there_are(
    world: World, change: dict[str, str], pointer: str, known: str
) -> None:
    answer = await world.user(Role.BUURTTEAM_WORKER).post(PATH, a_check(**change))

    problem = answer.json()
    assert answer.status_code == 400
    assert problem["errors"][0]["pointer"] == pointer
    assert known in problem["errors"][0]["detail"]
    assert "onzin" not in answer.text


async def test_a_day_outside_the_period_is_answered_with_the_period(world: World) -> None:
    answer = await world.user(Role.BUURTTEAM_WORKER).post(PATH, a_check(on="2020-12-31"))

    assert answer.status_code == 400
    assert "2021-01-01" in answer.json()["detail"]
    assert "2026-12-31" in answer.json()["detail"]


async def test_a_check_is_stored_nowhere(world: World) -> None:
    address = world.databases.url(ServiceName.REFERRALS)
    await world.user(Role.BUURTTEAM_WORKER).post(
        PATH, a_check(facts={"residenceMunicipality": "Verzonnendorp"})
    )

    with psycopg.connect(address.replace("postgresql+psycopg://", "postgresql://", 1)) as db:
        tables = db.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in tables.fetchall():
            found = db.execute(
                f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%Verzonnendorp%'"  # noqa: S608
            ).fetchone()
            assert found == (0,), table


@pytest.mark.rule("AMS-ACC-15")
async def test_every_code_list_is_published_with_labels(world: World) -> None:
    answer = (await world.user(Role.PROVIDER_WORKER).get("/referrals/v1/codes")).json()

    lists = {each["name"]: {code["code"] for code in each["codes"]} for each in answer["lists"]}
    assert {"dagbesteding_meedoen", "dagbesteding_meewerken"} <= lists["voorzieningen"]
    assert {"plan_agreed", "paid_work_considered"} <= lists["conditions"]
    assert lists["cancelCodes"] == set(CANCEL_CODES)
    assert lists["endingCodes"] == set(ENDING_CODES)
    assert lists["stopCodes"] == set(STOP_CODES)
    assert "no_capacity" in lists["declineCodes"]


def test_the_consequence_of_a_decline_follows_from_its_code() -> None:
    known = decline_codes(load_stelsel("amsterdam-2021"), DeclinedBy.PROVIDER)

    assert goes_on(known["no_capacity"])
    assert not goes_on(known["heavier_support_needed"])
    assert "person_withdraws" not in known
