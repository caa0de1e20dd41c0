"""Friday 17:00 and 25 December, played as the demonstration plays them."""

import pytest

from deploy.local.demo.christmas import christmas
from deploy.local.demo.evening import friday_evening, monday, roster
from deploy.local.demo.registry import capacity_id, load_registry
from deploy.local.demo.stage import Stage
from deploy.local.sample import LIEKE, NOOR, RAVI, VEILIG_IN_FICTIE
from shared.vocabulary import Role
from tests.journey.staging import stage_in
from tests.support.world import World

LATER = {"investigation": "2022-04-19", "grant_decision": "2022-04-29"}
"""Six weeks end on Good Friday and go on to the day after Easter; eight weeks end on a Friday."""


@pytest.mark.rule("AMS-INT-14")
@pytest.mark.rule("AMS-ACC-40")
@pytest.mark.rule("AMS-ROL-42")
@pytest.mark.rule("AMS-REF-14")
@pytest.mark.rule("OPN-41")
async def test_on_friday_evening_a_bed_takes_four_calls_and_all_that_is_owed_has_its_day(
    world: World,
) -> None:
    stage = stage_in(world)
    await load_registry(stage)
    await roster(stage)
    sent = _calls_of(stage)

    await friday_evening(stage)

    assert sent[1:5] == [
        "/referrals/v1/access-checks",
        "/intake/v1/duty?party=veilig_thuis",
        "/intake/v1/crisis-contacts",
        "/referrals/v1/temporary-provisions",
    ]
    owed = stage.told["owed"]
    assert owed.items() >= LATER.items()
    assert (owed["access_decision"], owed["children_told"]) == ("2022-03-04", "2022-03-04")
    assert await _taken(world) == 1


@pytest.mark.rule("AMS-INT-14")
@pytest.mark.rule("AMS-REF-14")
async def test_on_monday_the_team_goes_on_and_what_is_owed_is_owed_still(world: World) -> None:
    stage = stage_in(world)
    for chapter in (load_registry, roster, friday_evening, monday):
        await chapter(stage)

    contact = stage.told["after"]
    assert (contact["handedBack"]["by"], contact["assignedTo"]) == (RAVI.subject, NOOR.subject)
    assert [each["party"] for each in contact["involvements"]] == ["veilig_thuis"]
    done = {each["code"]: each["done"] for each in contact["owed"]}
    assert (done["child_safety"], done["plan_required"]) == (True, False)
    assert set(stage.told["left"]) >= set(LATER)
    reviews = await stage.as_worker(LIEKE).get("/intake/v1/duty-reviews")
    assert reviews.body["items"] == []


@pytest.mark.rule("AMS-ACC-36")
@pytest.mark.rule("AMS-INT-14")
async def test_on_christmas_day_there_is_a_bed_and_the_terms_know_the_calendar(
    world: World,
) -> None:
    stage = stage_in(world)
    await load_registry(stage)

    await christmas(stage)

    # Six and eight weeks after a Sunday end on a Sunday, and go on to the Monday.
    assert (
        stage.told["christmas_owed"].items()
        >= {
            "investigation": "2023-02-06",
            "grant_decision": "2023-02-20",
        }.items()
    )
    assert "access_decision" not in stage.told["christmas_owed"]
    contact = stage.told["christmas_after"]
    assert (contact["firstContactOn"], contact["melding"]) == ("2022-12-25", True)
    assert contact["handedBack"]["note"].startswith("Hij sliep in De Proefhaven")


def _calls_of(stage: Stage) -> list[str]:
    """What the people of the story ask from now on, in its order."""
    seen: list[str] = []
    address = stage.address

    def remember(path: str) -> str:
        seen.append(path)
        return address(path)

    stage.address = remember
    return seen


async def _taken(world: World) -> int:
    """How many places of the secret house are held."""
    (voorziening,), (house,) = VEILIG_IN_FICTIE.voorzieningen, VEILIG_IN_FICTIE.locations
    capacity = capacity_id(VEILIG_IN_FICTIE, voorziening, house)
    found = await world.user(Role.ADMINISTRATOR).get(f"/providers/v1/capacities/{capacity}")
    taken: int = found.json()["taken"]
    return taken
