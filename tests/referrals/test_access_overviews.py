"""Everything for one situation, and what if, over HTTP; impossible questions; and the codes."""

from typing import Any, Final

import psycopg
import pytest

from shared.schemas.access import AccessCheckAnswer
from shared.stelsel.load import load_stelsel
from shared.stelsel.routes import OUTCOMES
from shared.vocabulary import Role, ServiceName
from tests.support.world import World

pytestmark = pytest.mark.anyio
CHECKS: Final = "/referrals/v1/access-checks"
OVERVIEWS: Final = "/referrals/v1/access-overviews"
COMPARISONS: Final = "/referrals/v1/access-comparisons"
EVERYBODY: Final = sorted(set(Role) - {Role.SERVICE, Role.MONITOR})
STELSEL: Final = load_stelsel("amsterdam-2021")


def question(path: str, **changes: Any) -> dict[str, Any]:
    about = {} if path == OVERVIEWS else {"voorziening": "beschermd_wonen"}
    return {**about, "entry": "buurtteam", "facts": {"hasPlan": True}, **changes}


@pytest.mark.parametrize("path", [OVERVIEWS, COMPARISONS])
@pytest.mark.parametrize("role", EVERYBODY)
async def test_every_role_of_a_person_may_ask(world: World, role: Role, path: str) -> None:
    answer = await world.user(role).post(path, question(path))

    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("path", [OVERVIEWS, COMPARISONS])
async def test_a_monitor_may_not_ask(world: World, path: str) -> None:
    assert (await world.user(Role.MONITOR).post(path, question(path))).status_code == 403


@pytest.mark.rule("AMS-INT-33")
async def test_the_whole_ladder_is_answered_lightest_first(world: World) -> None:
    worker = world.user(Role.BUURTTEAM_WORKER)

    found = (await worker.post(OVERVIEWS, question(OVERVIEWS))).json()
    alone = (await worker.post(CHECKS, question(CHECKS))).json()

    assert (found["stelsel"], found["entry"]) == ("amsterdam-2021", "buurtteam")
    orders = [each["order"] for each in found["items"]]
    assert orders == sorted(orders)
    answers = {each["answer"]["voorziening"]: each["answer"] for each in found["items"]}
    assert set(answers) == {item.code for item in STELSEL.voorzieningen}
    assert answers["beschermd_wonen"] == alone


async def test_what_if_says_which_single_fact_would_change_the_answer(world: World) -> None:
    worker = world.user(Role.BUURTTEAM_WORKER)
    asked = question(COMPARISONS, facts={"hasPlan": False})

    found = (await worker.post(COMPARISONS, asked)).json()

    assert found["answer"] == (await worker.post(CHECKS, asked)).json()
    first = found["changes"][0]
    assert (first["fact"], first["value"], first["outcome"]) == ("hasPlan", True, "open")
    assert first["label"] == "Er is een plan"
    assert first["conditions"] == ["plan_required"]
    names = {name for each in found["changes"] for name in each["changed"]}
    assert names <= {field.alias for field in AccessCheckAnswer.model_fields.values()}
    assert "nextActions" in names


async def test_a_fact_named_in_what_if_does_what_was_said(world: World) -> None:
    worker = world.user(Role.BUURTTEAM_WORKER)
    facts = {"hasPlan": True, "longTermIntensive": False, "specialist": False}
    asked = question(COMPARISONS, voorziening="ambulante_ondersteuning", facts=facts)
    found = (await worker.post(COMPARISONS, asked)).json()

    for each in found["changes"]:
        if each["value"] != "known":
            told = {**asked, "facts": {**facts, each["fact"]: each["value"]}}
            answer = (await worker.post(CHECKS, told)).json()
            assert answer["outcome"] == each["outcome"], each["fact"]
            assert [n for n in answer if answer[n] != found["answer"][n]] == each["changed"]


@pytest.mark.parametrize("path", [CHECKS, OVERVIEWS, COMPARISONS])
@pytest.mark.parametrize(
    ("changes", "pointer", "says"),
    [
        ({"entry": "veldtafel"}, "/entry", "centrale_toegang"),
        ({"entry": "geen"}, "/entry", "buurtteam"),
        ({"stelsel": "atlantis-2021"}, "/stelsel", "amsterdam-2021"),
        ({"on": "2020-12-31"}, "/on", "2021-01-01"),
        ({"on": "2027-01-01"}, "/on", "2026-12-31"),
        ({"facts": {"age": 200}}, "/facts/age", "130"),
        ({"facts": {"hasPlan": "ja"}}, "/facts/hasPlan", ""),
        ({"facts": {"form": "geld"}}, "/facts/form", "pgb"),
        ({"facts": {"nationality": "x"}}, "/facts", "kennen"),
        ({"facts": {"chosenProviderId": "x"}}, "/facts/chosenProviderId", ""),
        (
            {"facts": {"homeless": True, "livesIndependently": True}},
            "/facts/homeless",
            "zelfstandig",
        ),
        (
            {"facts": {"onlyHousingProblem": True, "oggzProblems": True}},
            "/facts/onlyHousingProblem",
            "niet het enige",
        ),
    ],
)
async def test_an_impossible_question_is_told_what_would_be_possible(
    world: World, path: str, changes: dict[str, Any], pointer: str, says: str
) -> None:
    answer = await world.user(Role.BUURTTEAM_WORKER).post(path, question(path, **changes))

    problem = answer.json()
    assert answer.status_code == 400, answer.text
    faults = {each["pointer"]: each["detail"] for each in problem["errors"]}
    assert pointer in faults
    assert says in faults[pointer]
    assert "veldtafel" not in answer.text
    assert "atlantis" not in answer.text


@pytest.mark.parametrize(
    "facts",
    [
        {"nightShelterNeededTonight": True, "urgent": False},
        {"strictly24hNeeded": True, "livesIndependently": True},
        {"homeless": True, "livesIndependently": False},
        {"homeless": False, "livesIndependently": True},
        {"onlyHousingProblem": True, "oggzProblems": False},
        {"onlyHousingProblem": True},
        {"age": 0},
        {"age": 130},
    ],
)
async def test_what_is_odd_but_possible_is_answered(world: World, facts: dict[str, Any]) -> None:
    answer = await world.user(Role.BUURTTEAM_WORKER).post(CHECKS, question(CHECKS, facts=facts))

    assert answer.status_code == 200, answer.text


@pytest.mark.rule("AMS-ACC-36")
async def test_where_somebody_comes_from_never_changes_what_can_be_done(world: World) -> None:
    worker = world.user(Role.CENTRAL_ACCESS)
    asked = question(CHECKS, entry="centrale_toegang", facts={})
    facts = {"residenceMunicipality": "Elders", "municipality": "Elders", "regionalTies": False}

    here = (await worker.post(CHECKS, asked)).json()
    there = (await worker.post(CHECKS, {**asked, "facts": facts})).json()

    assert there["outcome"] == "open"
    assert "AMS-ACC-36" in {reason["rule"] for reason in there["reasons"]}
    for answer in (here, there):
        answer.pop("reasons")
    assert here == there


@pytest.mark.rule("AMS-ROL-11")
@pytest.mark.rule("AMS-ACC-41")
async def test_the_answer_says_what_blocks_and_what_nobody_departs_from(world: World) -> None:
    facts = {"hasPlan": False, "afterDomesticViolence": True, "specialist": True}
    asked = question(CHECKS, voorziening="ambulante_ondersteuning", entry="okt", facts=facts)
    worker = world.user(Role.OKT_WORKER)

    support = (await worker.post(CHECKS, asked)).json()
    shelter = (
        await worker.post(CHECKS, {**asked, "voorziening": "opvang_huiselijk_geweld"})
    ).json()

    for answer in (support, shelter):
        plan = next(each for each in answer["conditions"] if each["code"] == "plan_required")
        assert (plan["met"], plan["blocks"]) == (False, False)
        assert "create_referral" in {each["action"] for each in answer["nextActions"]}
    assert {each["departable"] for each in support["reasons"]} == {True}
    firm = {each["rule"] for each in shelter["reasons"] if not each["departable"]}
    assert {"DIS-07", "AMS-ROL-42"} <= firm
    assert "motivated_deviation" not in {each["action"] for each in shelter["nextActions"]}


@pytest.mark.rule("AMS-ACC-28")
@pytest.mark.rule("AMS-ACC-44")
async def test_the_answer_says_where_a_provider_may_register_its_own_client(world: World) -> None:
    desk = world.user(Role.PROVIDER_INTAKE)
    asked = question(CHECKS, voorziening="logeeropvang", facts={"relievesCarer": True})

    direct = (await desk.post(CHECKS, {**asked, "entry": "aanbieder"})).json()
    by_team = (await desk.post(CHECKS, asked)).json()

    assert (direct["direct"], direct["noticeToTeam"], direct["outcome"]) == (True, False, "open")
    assert not by_team["direct"]


async def test_nothing_of_a_question_is_kept(world: World) -> None:
    address = world.databases.url(ServiceName.REFERRALS)
    facts = {"residenceMunicipality": "Verzonnendorp"}
    for path in (OVERVIEWS, COMPARISONS):
        await world.user(Role.BUURTTEAM_WORKER).post(path, question(path, facts=facts))

    with psycopg.connect(address.replace("postgresql+psycopg://", "postgresql://", 1)) as db:
        tables = db.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in tables.fetchall():
            found = db.execute(
                f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%Verzonnendorp%'"  # noqa: S608
            ).fetchone()
            assert found == (0,), table


@pytest.mark.rule("AMS-ACC-69")
@pytest.mark.rule("AMS-ACC-16")
async def test_every_voorziening_is_published_with_its_law_its_kind_and_its_step(
    world: World,
) -> None:
    codes = (await world.user(Role.BUURTTEAM_WORKER).get("/referrals/v1/codes")).json()

    laws = {each["code"]: (each["law"], each["kind"]) for each in codes["voorzieningen"]}
    assert set(laws) == {item.code for item in STELSEL.voorzieningen}
    assert laws["dagbesteding_arbeidsmatig"] == ("Wmo en Participatiewet", "referral")
    assert laws["jeugdhulp"] == ("Jeugdwet", "other_law")
    assert laws["wpi_traject"] == ("Participatiewet", "municipal_service")
    assert (laws["fact_ggz"][0], laws["wlz"][0]) == ("Zvw", "Wlz")
    steps = {each["ladderStep"] for each in codes["voorzieningen"]}
    assert steps == {"free_access", "individual"}


@pytest.mark.rule("DIS-04")
@pytest.mark.rule("OPN-36")
@pytest.mark.rule("OPN-14")
async def test_what_belongs_to_a_code_is_published_with_it(world: World) -> None:
    codes = (await world.user(Role.CENTRAL_ACCESS).get("/referrals/v1/codes")).json()

    lists = {each["name"]: {code["code"] for code in each["codes"]} for each in codes["lists"]}
    assert lists["outcomes"] == {outcome.value for outcome in OUTCOMES}
    assert {"geen", "niet_bepaald", "vrij_toegankelijk"} == lists["modes"]
    assert {"ask_municipal_service", "create_temporary_provision"} <= lists["actions"]
    roles = {each["role"]: each["speaksFor"] for each in codes["roles"]}
    assert roles["municipality"] == ["gemeente", "sociaal_loket", "wpi"]
    readings = {
        each["code"]: [(r["code"], r["selected"]) for r in each["readings"]]
        for each in codes["conditions"]
    }
    assert readings["supplementary_support_needed"] == [
        ("one_of_three", True),
        ("all_or_small_group", False),
    ]
    clocks = {each["code"]: each for each in codes["clocks"]}
    assert (clocks["application_decision"]["weeks"], clocks["objection"]["weeks"]) == (2, 6)
    assert {each["effect"] for each in clocks["application_decision"]["changes"]} == {
        *("suspend", "extend"),
    }
    targets = {each["party"]: each for each in codes["consultationTargets"]}
    assert targets["aanbieder"]["walkingAlong"]
    assert targets["centrale_toegang"]["answersHere"]
    assert not targets["steunstructuur"]["answersHere"]
    assert {term["targetDays"] for term in codes["stepTerms"]} == {None}
