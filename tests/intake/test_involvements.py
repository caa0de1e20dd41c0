"""Who else is around a contact: written down, and with the story only on purpose (AMS-ROL-42)."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from shared.vocabulary import Role
from tests.intake import steps
from tests.intake.steps import CONTACTS, bring, number, read, take_up
from tests.support.world import Actor, World

NOTE = "Hij weet niet dat zij belt."
WHY = "Er is direct gevaar voor de kinderen."


@pytest.fixture
async def noor(world: World) -> Actor:
    """A worker of a buurtteam, in a filled directory."""
    await steps.directory(world)
    return world.user(Role.BUURTTEAM_WORKER)


async def involve(actor: Actor, contact: UUID, **body: Any) -> httpx.Response:
    """Another party is told."""
    told = {"party": "veilig_thuis", "how": "told", **body}
    return await actor.post(f"{CONTACTS}/{contact}/involvements", told)


async def taken_up(noor: Actor) -> UUID:
    """A contact with a story and a note of ours."""
    person = {"surname": "Testema", "whereabouts": "Bij haar zus."}
    contact = await bring(noor, wijk="ME", melding=True, person=person)
    assert (await take_up(noor, contact, urgency="crisis", note=NOTE)).status_code == 200
    return contact


@pytest.mark.rule("AMS-ROL-42")
@pytest.mark.rule("AMS-REF-14")
@pytest.mark.parametrize("party", ["veilig_thuis", "gecertificeerde_instelling", "blijf_groep"])
async def test_a_party_that_was_told_is_written_down_and_gets_nothing(
    world: World, noor: Actor, party: str
) -> None:
    contact = await taken_up(noor)
    before = (await read(noor, contact)).headers["ETag"]

    made = await involve(noor, contact, party=party, how="joined", meldcodeStep=2)

    assert made.status_code == 201, made.text
    found = await read(noor, contact)
    (involved,) = found.json()["involvements"]
    assert involved == made.json()
    assert (involved["party"], involved["how"], involved["meldcodeStep"]) == (party, "joined", 2)
    assert (involved["shared"], involved["receipt"]) == (False, None)
    assert found.headers["ETag"] != before
    assert found.json()["addressedTo"] == "buurtteam"
    assert number(world, "SELECT count(*) FROM contacts") == 1
    assert (await world.user(Role.VEILIG_THUIS).get(CONTACTS)).json()["items"] == []


@pytest.mark.rule("AMS-ROL-42")
@pytest.mark.rule("AMS-ACC-41")
async def test_shared_on_purpose_the_party_gets_its_own_contact_and_the_first_stays(
    world: World, noor: Actor
) -> None:
    contact = await taken_up(noor)

    made = await involve(noor, contact, share=True, reason=WHY, meldcodeStep=5)

    assert made.json()["shared"] is True
    safe = world.user(Role.VEILIG_THUIS)
    (item,) = (await safe.get(CONTACTS)).json()["items"]
    theirs = await read(safe, item["id"])
    assert theirs.json()["question"] == steps.QUESTION
    assert theirs.json()["person"]["whereabouts"] == "Bij haar zus."
    assert (theirs.json()["urgency"], theirs.json()["firstContactOn"]) == ("crisis", "2022-03-01")
    assert (theirs.json()["carriedFrom"], theirs.json()["melding"]) == (None, False)
    assert theirs.json()["clocks"] == []
    assert NOTE not in theirs.text
    assert WHY not in theirs.text
    ours = (await read(noor, contact)).json()
    assert (ours["status"], ours["triageNote"]) == ("taken_up", NOTE)
    assert ours["involvements"][0]["reason"] == WHY
    assert (await safe.get(f"{CONTACTS}/{contact}")).status_code == 404


@pytest.mark.rule("AMS-REF-13")
async def test_who_shared_hears_that_it_was_taken_up_and_reads_no_more_of_it(
    world: World, noor: Actor
) -> None:
    receipt = (await involve(noor, await taken_up(noor), share=True, reason=WHY)).json()["receipt"]
    theirs = UUID(receipt.split("/")[-2])
    before = (await noor.get(receipt)).json()["takenUp"]

    await take_up(world.user(Role.VEILIG_THUIS), theirs, note="Alleen voor ons.")

    assert before is False
    assert (await noor.get(receipt)).json()["takenUp"] is True
    assert (await noor.get(f"{CONTACTS}/{theirs}")).status_code == 404


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"share": True}, "/reason"),
        ({"share": True, "reason": WHY, "party": "blijf_groep"}, "/party"),
        ({"party": "brandweer"}, "/party"),
        ({"party": "buurtteam"}, "/party"),
        ({"meldcodeStep": 6}, "/meldcodeStep"),
        ({"meldcodeStep": 0}, "/meldcodeStep"),
        ({"how": "geroepen"}, "/how"),
        ({"at": "2022-03-02T08:00:00Z"}, "/at"),
        ({"at": "1999-03-02T08:00:00Z"}, "/at"),
    ],
)
async def test_a_mistake_is_told_and_nobody_hears_anything(
    world: World, noor: Actor, body: dict[str, Any], pointer: str
) -> None:
    contact = await taken_up(noor)

    refused = await involve(noor, contact, **body)

    assert refused.status_code == 400, refused.text
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
    assert number(world, "SELECT count(*) FROM involvements") == 0
    assert number(world, "SELECT count(*) FROM contacts") == 1


async def test_a_contact_of_another_door_cannot_be_shared(world: World, noor: Actor) -> None:
    contact = await taken_up(noor)
    stranger = world.user(Role.OKT_WORKER)

    refused = await involve(stranger, contact, share=True, reason=WHY)
    nowhere = await involve(stranger, uuid4(), share=True, reason=WHY)

    assert refused.status_code == nowhere.status_code == 404
    assert refused.json()["detail"] == nowhere.json()["detail"]
    assert number(world, "SELECT count(*) FROM contacts") == 1


async def test_a_repeated_call_shares_once(world: World, noor: Actor) -> None:
    path, key = f"{CONTACTS}/{await taken_up(noor)}/involvements", uuid4()
    body = {"party": "veilig_thuis", "how": "told", "share": True, "reason": WHY}

    first = await noor.post(path, body, key=key)
    again = await noor.post(path, body, key=key)

    assert first.content == again.content
    assert number(world, "SELECT count(*) FROM contacts") == 2


async def test_who_is_involved_goes_along_with_a_contact_that_is_carried_over(
    world: World, noor: Actor
) -> None:
    contact = await taken_up(noor)
    await involve(noor, contact, reason=WHY)

    sent = (await steps.redirect(noor, contact)).json()

    carried = (await read(world.user(Role.OKT_WORKER), sent["carriedTo"])).json()
    assert [each["party"] for each in carried["involvements"]] == ["veilig_thuis"]
    assert carried["involvements"][0]["reason"] == WHY
    refused = await involve(noor, contact)
    assert refused.status_code == 409


async def test_disclosing_is_recorded_about_the_contact_that_went(
    world: World, noor: Actor
) -> None:
    receipt = (await involve(noor, await taken_up(noor), share=True, reason=WHY)).json()["receipt"]
    officer = world.user(Role.PRIVACY_OFFICER)

    found = await officer.get(f"/intake/v1/audit-records?subjectId={receipt.split('/')[-2]}")

    assert [(one["act"], one["operation"]) for one in found.json()["items"]] == [
        ("disclose", "create_involvement")
    ]
