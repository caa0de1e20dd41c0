"""The broad talk: offered rightly, about everybody and everything, in time."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.vocabulary import Role
from tests.intake import steps
from tests.intake.doubles import FakePlans
from tests.intake.steps import CONTACTS, bring, complete, everything, linked, read, talk, write_down
from tests.support.world import Actor, World

DOMAINS = [domain.code for domain in steps.STELSEL.life_domains]


@pytest.fixture
async def noor(world: World) -> Actor:
    """A worker of a team, in a filled directory."""
    await steps.directory(world)
    return world.user(Role.BUURTTEAM_WORKER)


@pytest.mark.parametrize(
    ("lacking", "article"),
    [("personalPlanOffered", "lid 2"), ("clientSupportOffered", "lid 3")],
)
async def test_the_talk_begins_after_both_offers(
    noor: Actor, plans: FakePlans, lacking: str, article: str
) -> None:
    contact = await linked(noor, plans, wijk="ME")
    path = f"{CONTACTS}/{contact}/clarifications"

    answer = await noor.post(path, {**steps.OFFERS, lacking: False})

    assert answer.status_code == 409
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [f"/{lacking}"]
    assert article in answer.json()["detail"]
    assert (await read(noor, contact)).json()["clarificationId"] is None


async def test_the_talk_is_about_a_household_and_somebody_took_it_up(noor: Actor) -> None:
    contact = await bring(noor, wijk="ME")
    received = await talk(noor, contact)
    await steps.take_up(noor, contact)

    unlinked = await talk(noor, contact)

    assert (received.status_code, unlinked.status_code) == (409, 409)
    assert "huishouden" in unlinked.json()["detail"]


@pytest.mark.rule("AMS-INT-06")
@pytest.mark.rule("AMS-INT-07")
@pytest.mark.rule("AMS-INT-08")
async def test_a_talk_is_written_down_bit_by_bit_and_says_what_is_missing(
    noor: Actor, plans: FakePlans
) -> None:
    contact = await linked(noor, plans, "main", "child", wijk="ME")

    begun = await talk(noor, contact)
    first = await write_down(
        noor, begun, {"domains": [{"domain": "wonen", "situation": "Een lekkage."}]}
    )
    second = await write_down(
        noor, first, {"domains": [{"domain": "werk", "wishes": "Een baan."}], "adultsHeard": "Ja."}
    )

    assert begun.status_code == 201, begun.text
    assert begun.json()["missing"] == [*DOMAINS, "adults_heard", "children_heard"]
    assert [note["domain"] for note in second.json()["domains"]] == ["wonen", "werk"]
    left = [code for code in DOMAINS if code not in {"wonen", "werk"}]
    assert second.json()["missing"] == [*left, "children_heard"]
    found = (await read(noor, contact)).json()
    assert (found["status"], found["clarificationId"]) == ("clarifying", begun.json()["id"])


@pytest.mark.rule("AMS-INT-08")
@pytest.mark.rule("DIS-10")
@pytest.mark.parametrize("domain", ["wonen", "inkomen", "schulden", "veiligheid"])
async def test_a_basic_security_cannot_be_left_out_with_a_reason(
    noor: Actor, plans: FakePlans, domain: str
) -> None:
    contact = await linked(noor, plans, wijk="ME")
    body = everything()
    body["domains"] = [
        {"domain": note["domain"], "notDiscussedBecause": "Wilde zij niet."}
        if note["domain"] == domain
        else note
        for note in body["domains"]
    ]

    written = await write_down(noor, await talk(noor, contact), body)
    answer = await complete(noor, written)

    assert written.json()["missing"] == [domain]
    assert answer.status_code == 409
    assert [fault["code"] for fault in answer.json()["errors"]] == [domain]


@pytest.mark.rule("AMS-INT-06")
async def test_with_a_child_in_the_household_the_children_are_heard(
    noor: Actor, plans: FakePlans
) -> None:
    contact = await linked(noor, plans, "main", "child", wijk="ME")
    written = await write_down(noor, await talk(noor, contact), everything())

    without = await complete(noor, written)
    heard = await write_down(noor, written, {"childrenHeard": "Sami wil voetballen."})
    done = await complete(noor, heard)

    assert without.status_code == 409
    assert done.status_code == 200, done.text
    assert done.json()["childrenHeard"] == "Sami wil voetballen."


@pytest.mark.rule("AMS-INT-06")
async def test_a_child_that_came_into_the_household_meanwhile_is_heard_too(
    noor: Actor, plans: FakePlans
) -> None:
    contact = await linked(noor, plans, wijk="ME")
    written = await write_down(noor, await talk(noor, contact), everything())
    assert written.json()["missing"] == []
    (household,) = plans.households.values()
    household["members"].append({**household["members"][0], "role": "child"})

    answer = await complete(noor, written)

    assert answer.status_code == 409
    assert [fault["code"] for fault in answer.json()["errors"]] == ["children_heard"]


async def test_a_completed_talk_meets_the_term_of_the_investigation(
    world: World, noor: Actor, plans: FakePlans
) -> None:
    contact = await linked(noor, plans, wijk="ME", melding=True)
    begun = await talk(noor, contact)
    world.move_to(datetime(2022, 3, 4, 9, 0, tzinfo=UTC))
    body = {**everything(), "personalPlanReceived": True}
    written = await write_down(noor, begun, body)
    world.move_to(datetime(2022, 3, 20, 23, 30, tzinfo=UTC))

    done = await complete(noor, written)

    assert (done.json()["status"], done.json()["completedOn"]) == ("completed", "2022-03-21")
    clocks = {c["code"]: c["metOn"] for c in (await read(noor, contact)).json()["clocks"]}
    assert clocks == {"investigation": "2022-03-21", "personal_plan": "2022-03-04"}


async def test_a_completed_talk_is_not_changed_any_more(noor: Actor, plans: FakePlans) -> None:
    contact = await linked(noor, plans, wijk="ME")
    done = await complete(noor, await write_down(noor, await talk(noor, contact), everything()))

    changed = await write_down(noor, done, {"adultsHeard": "Toch anders."})
    again = await complete(noor, done)

    assert (changed.status_code, again.status_code) == (409, 409)


async def test_there_is_one_open_talk_and_after_it_another(noor: Actor, plans: FakePlans) -> None:
    contact = await linked(noor, plans, wijk="ME")
    first = await talk(noor, contact)

    second = await talk(noor, contact)
    await complete(noor, await write_down(noor, first, everything()))
    third = await talk(noor, contact)

    assert (second.status_code, third.status_code) == (409, 201)
    assert (await read(noor, contact)).json()["clarificationId"] == third.json()["id"]


@pytest.mark.parametrize(
    ("domains", "pointer"),
    [
        ([{"domain": "zwemmen", "situation": "x"}], "/domains/0/domain"),
        ([{"domain": "wonen"}, {"domain": "wonen"}], "/domains/1/domain"),
    ],
)
async def test_a_life_domain_is_one_of_the_stelsel_and_named_once(
    noor: Actor, plans: FakePlans, domains: Any, pointer: str
) -> None:
    contact = await linked(noor, plans, wijk="ME")

    answer = await write_down(noor, await talk(noor, contact), {"domains": domains})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_a_stale_and_a_missing_version_change_nothing(noor: Actor, plans: FakePlans) -> None:
    contact = await linked(noor, plans, wijk="ME")
    begun = await talk(noor, contact)
    await write_down(noor, begun, {"adultsHeard": "Eerst."})
    path = f"/intake/v1/clarifications/{begun.json()['id']}"

    stale = await write_down(noor, begun, {"adultsHeard": "Later."})
    missing = await noor.send("PATCH", path, {"adultsHeard": "Zonder."})

    assert (stale.status_code, missing.status_code) == (412, 428)
    assert (await noor.get(path)).json()["adultsHeard"] == "Eerst."


async def test_a_talk_of_another_team_does_not_exist(
    world: World, noor: Actor, plans: FakePlans
) -> None:
    contact = await linked(noor, plans, wijk="ME")
    begun = await talk(noor, contact)
    stranger = world.user(Role.BUURTTEAM_WORKER, subject="ravi", team=None)
    path = f"/intake/v1/clarifications/{begun.json()['id']}"

    answers = [
        await stranger.get(path),
        await stranger.patch(path, {"adultsHeard": "x"}, begun.headers["ETag"]),
        await complete(stranger, begun),
        await stranger.get("/intake/v1/clarifications/00000000-0000-4000-8000-000000000000"),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
