"""The wrong door does not exist: carried over, both told, and in sight until taken up (OPN-10)."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from deploy.local.sample import CALLERS, DAPPERBUURT, DE_VOORBEELDTUIN
from shared.vocabulary import Role
from tests.intake import steps
from tests.intake.steps import CONTACTS, act, bring, read, redirect, take_up
from tests.support.world import Actor, World

WAITING = "/intake/v1/redirects"
WIDER = "Zij krijgt hulp in de huishouding en kan de huur niet meer betalen."


@pytest.fixture
async def noor(world: World) -> Actor:
    """A worker of a buurtteam, in a filled directory."""
    await steps.directory(world)
    return world.user(Role.BUURTTEAM_WORKER)


async def waiting(actor: Actor, query: str = "") -> list[dict[str, Any]]:
    """What this door sent away and nobody took up."""
    found = await actor.get(f"{WAITING}{query}")
    assert found.status_code == 200, found.text
    return list(found.json()["items"])


@pytest.mark.rule("OPN-10")
@pytest.mark.rule("AMS-INT-02")
@pytest.mark.rule("AMS-INT-04")
async def test_the_sender_sees_what_nobody_took_up_the_oldest_first_until_somebody_does(
    world: World, noor: Actor
) -> None:
    first = (await redirect(noor, await bring(noor, wijk="ME"), "okt")).json()
    world.move_to(datetime(2022, 3, 2, 9, 0, tzinfo=UTC))
    second = (await redirect(noor, await bring(noor, wijk="ME"), "veilig_thuis")).json()
    before = await waiting(noor)

    await take_up(world.user(Role.OKT_WORKER), UUID(first["carriedTo"]))

    assert [each["id"] for each in before] == [first["id"], second["id"]]
    assert [each["id"] for each in await waiting(noor)] == [second["id"]]
    assert await waiting(world.user(Role.OKT_WORKER)) == []
    assert await waiting(world.user(Role.CENTRAL_ACCESS)) == []


@pytest.mark.rule("OPN-10")
@pytest.mark.rule("OPN-36")
async def test_what_waits_too_long_is_marked_until_it_is_taken_up(
    world: World, noor: Actor
) -> None:
    world.move_to(datetime(2022, 3, 4, 15, 0, tzinfo=UTC))
    sent = (await redirect(noor, await bring(noor, wijk="ME"))).json()
    urgent = (await redirect(noor, await bring(noor, wijk="ME", urgency="crisis"))).json()

    world.move_to(datetime(2022, 3, 8, 22, 0, tzinfo=UTC))
    inside = {each["id"]: each for each in await waiting(noor)}
    world.move_to(datetime(2022, 3, 9, 0, 0, tzinfo=UTC))
    over = {each["id"]: each for each in await waiting(noor)}
    await take_up(world.user(Role.OKT_WORKER), UUID(sent["carriedTo"]))
    after = (await noor.get(sent["href"])).json()

    assert (inside[sent["id"]]["followUpOn"], inside[sent["id"]]["overdue"]) == (
        "2022-03-08",
        False,
    )
    assert (inside[urgent["id"]]["followUpOn"], inside[urgent["id"]]["overdue"]) == (
        "2022-03-04",
        True,
    )
    assert over[sent["id"]]["overdue"] is True
    assert (after["overdue"], after["followUpOn"]) == (False, None)


async def test_the_whole_team_sees_what_was_sent_and_another_team_does_not(
    world: World, noor: Actor
) -> None:
    sent = (await redirect(noor, await bring(noor, wijk="ME"))).json()
    colleague = world.user(Role.BUURTTEAM_WORKER, subject="colleague")
    stranger = world.user(
        Role.BUURTTEAM_WORKER, subject="stranger", team="7ea00000-0000-4000-8000-000000000002"
    )

    assert [each["id"] for each in await waiting(colleague)] == [sent["id"]]
    assert await waiting(stranger) == []


async def test_the_list_comes_in_pages_without_a_word_of_the_story(noor: Actor) -> None:
    made = [(await redirect(noor, await bring(noor, wijk="ME"))).json()["id"] for _ in range(3)]

    first = await noor.get(f"{WAITING}?pageSize=2")
    rest = await noor.get(f"{WAITING}?pageSize=2&cursor={first.json()['next']}")

    assert [each["id"] for each in (*first.json()["items"], *rest.json()["items"])] == made
    assert rest.json()["next"] is None
    assert "opvoeden" not in first.text + rest.text
    assert steps.QUESTION not in first.text


@pytest.mark.rule("AMS-ACC-27")
@pytest.mark.rule("AMS-REF-16")
@pytest.mark.rule("AMS-REF-13")
@pytest.mark.rule("AMS-INT-43")
@pytest.mark.parametrize(
    "role", [Role.PROVIDER_INTAKE, Role.PROVIDER_WORKER, Role.PROVIDER_MANAGER]
)
async def test_a_provider_passes_a_wider_question_on_in_one_call_and_follows_it_to_its_end(
    world: World, noor: Actor, role: Role
) -> None:
    provider = world.user(role)
    body = {
        "entry": "aanbieder",
        "channel": "provider",
        "question": WIDER,
        "wijk": "ME",
        "melding": True,
        "firstContactOn": "2022-02-21",
        "person": {"surname": "Testema", "phone": "0200000101"},
        "reporter": {"kind": "provider", "personKnows": True},
        "voorziening": "hulp_bij_het_huishouden",
    }

    made = await provider.post(CONTACTS, body)

    assert made.status_code == 201, made.text
    receipt = made.json()
    assert (receipt["addressedTo"], receipt["teamId"]) == ("buurtteam", str(DAPPERBUURT.id))
    assert receipt["firstContactOn"] == "2022-02-21"
    contact = UUID(receipt["id"])
    assert (await read(noor, contact)).json()["nominatedByProviderId"] == str(DE_VOORBEELDTUIN.id)
    assert (await provider.get(receipt["href"])).json()["takenUp"] is False
    await take_up(noor, contact, note="Zij schaamt zich.")
    taken = await provider.get(receipt["href"])
    await act(noor, contact, "conclusions", {"outcome": "light_support", "personInformed": True})
    ended = await provider.get(receipt["href"])
    assert (taken.json()["takenUp"], ended.json()["status"]) == (True, "concluded")
    for answer in (taken, ended):
        assert not any(word in answer.text for word in (WIDER, "Testema", "schaamt"))
    assert (await provider.get(CONTACTS)).status_code == 403


@pytest.mark.rule("AMS-REF-16")
async def test_a_provider_speaks_for_itself_only(world: World, noor: Actor) -> None:
    provider = world.user(Role.PROVIDER_INTAKE)

    for party in ("buurtteam", "veilig_thuis", "centrale_toegang"):
        refused = await provider.post(CONTACTS, steps.told(entry=party, channel="provider"))
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["pointer"] == "/entry"
    assert (await noor.get(CONTACTS)).json()["items"] == []


@pytest.mark.rule("OPN-10")
@pytest.mark.rule("AMS-REF-13")
@pytest.mark.parametrize(
    ("role", "party"),
    [(Role.CENTRAL_ACCESS, "centrale_toegang"), (Role.VEILIG_THUIS, "veilig_thuis")],
)
async def test_what_came_to_the_wrong_organisation_goes_to_the_buurtteam_and_both_are_told(
    world: World, noor: Actor, role: Role, party: str
) -> None:
    actor = world.user(role)
    contact = await bring(actor, entry=party, addressedTo=party, wijk="ME", melding=True)

    sent = await redirect(actor, contact, "buurtteam")

    assert (sent.status_code, sent.headers["Location"]) == (202, sent.json()["href"])
    (item,) = (await noor.get(CONTACTS)).json()["items"]
    assert item["id"] == sent.json()["carriedTo"]
    assert [each["id"] for each in await waiting(actor)] == [sent.json()["id"]]
    await take_up(noor, UUID(item["id"]))
    assert (await actor.get(sent.json()["href"])).json()["status"] == "taken_up"
    assert await waiting(actor) == []
    carried = (await read(noor, item["id"])).json()
    assert (carried["question"], carried["entry"]) == (steps.QUESTION, party)
    assert [clock["code"] for clock in carried["clocks"]] == ["personal_plan", "investigation"]


async def test_somebody_of_another_team_sees_nothing_of_what_this_team_sent(
    world: World, noor: Actor
) -> None:
    await redirect(noor, await bring(noor, wijk="ME"))
    moved = world.user(
        Role.BUURTTEAM_WORKER,
        subject=CALLERS[Role.TEAM_LEAD].subject,
        team="7ea00000-0000-4000-8000-000000000002",
    )

    assert await waiting(moved) == []
