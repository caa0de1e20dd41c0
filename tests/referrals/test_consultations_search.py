"""Lists of questions, and earlier advice by kind of question, about nobody."""

import pytest

from shared.vocabulary import Role
from tests.referrals.advice import (
    ADVICE,
    CONSULTATIONS,
    QUESTION,
    SEARCH,
    a_question,
    about,
    advised,
    asked,
    by_telephone,
    centre,
    noor,
    telephoned,
)
from tests.referrals.doubles import FakePlans
from tests.referrals.steps import a_plan
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("plans")]


async def test_the_list_is_by_first_day_and_goes_on_where_it_ended(world: World) -> None:
    late = await asked(world)
    early = await by_telephone(world)

    first = (await centre(world).get(f"{CONSULTATIONS}?pageSize=1")).json()
    path = f"{CONSULTATIONS}?pageSize=1&cursor={first['next']}"
    second = (await centre(world).get(path)).json()
    open_ones = (await centre(world).get(f"{CONSULTATIONS}?status=asked")).json()["items"]
    addressed = (await noor(world).get(f"{CONSULTATIONS}?side=addressed")).json()["items"]

    assert [first["items"][0]["id"], second["items"][0]["id"]] == [
        early.json()["id"],
        late.json()["id"],
    ]
    assert second["next"] is None
    assert [each["id"] for each in open_ones] == [late.json()["id"]]
    assert addressed == []


@pytest.mark.rule("AMS-REF-03")
async def test_earlier_advice_is_found_by_kind_of_question_without_ids_or_days(
    world: World,
) -> None:
    seen = await advised(world, a_question(voorziening="maatschappelijke_opvang"))
    await asked(world)

    found = await world.user(Role.BUURTTEAM_WORKER, subject="somebody").post(
        SEARCH, {"questionKind": "toegang_mo_bw", "voorziening": "maatschappelijke_opvang"}
    )

    assert found.json()["items"] == [
        {
            "questionKind": "toegang_mo_bw",
            "voorziening": "maatschappelijke_opvang",
            "toParty": "centrale_toegang",
            "form": "advice",
            "advisedIn": "2022-03",
            "outcome": "advised",
            "question": QUESTION,
            "advice": ADVICE["advice"],
            "voorzieningen": [],
        }
    ]
    assert seen.json()["id"] not in found.text


@pytest.mark.parametrize(("plans_advised", "shown"), [(4, 0), (5, 5)])
async def test_of_identified_advice_only_the_kind_is_told_and_only_among_many(
    world: World, plans: FakePlans, plans_advised: int, shown: int
) -> None:
    narrow = {"voorziening": "beschermd_wonen", "byTelephone": telephoned(on="2022-03-01")}
    for _ in range(plans_advised):
        await asked(world, about(a_plan(plans), **narrow))

    found = (await noor(world).post(SEARCH, {})).json()["items"]
    by_voorziening = await noor(world).post(SEARCH, {"voorziening": "beschermd_wonen"})

    assert len(found) == shown
    assert {(each["question"], each["advice"], each["voorziening"]) for each in found} <= {
        (None, None, None)
    }
    assert by_voorziening.json()["items"] == []


async def test_five_pieces_of_advice_on_one_plan_are_not_many(
    world: World, plans: FakePlans
) -> None:
    plan = a_plan(plans)
    for _ in range(5):
        await asked(world, about(plan, byTelephone=telephoned(on="2022-03-01")))

    assert (await noor(world).post(SEARCH, {})).json()["items"] == []


async def test_the_search_goes_on_by_a_cursor_that_says_nothing(world: World) -> None:
    for _ in range(3):
        await by_telephone(world)

    first = (await noor(world).post(SEARCH, {"pageSize": 2})).json()
    second = (await noor(world).post(SEARCH, {"pageSize": 2, "cursor": first["next"]})).json()
    other = await noor(world).post(SEARCH, {"toParty": "okt", "cursor": first["next"]})

    assert (len(first["items"]), len(second["items"]), second["next"]) == (2, 1, None)
    assert other.status_code == 400


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"questionKind": "iets"}, "/questionKind"),
        ({"toParty": "iemand"}, "/toParty"),
        ({"voorziening": "iets"}, "/voorziening"),
    ],
)
async def test_an_unknown_code_in_the_search_is_told_with_the_list(
    world: World, body: dict[str, str], pointer: str
) -> None:
    answer = await noor(world).post(SEARCH, body)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)
