"""What is told later: a name in the second talk, the sketch of a household."""

from typing import Any

import pytest

from deploy.local.sample import DAPPERBUURT, VOLEWIJCK
from shared.vocabulary import Role
from tests.intake import steps
from tests.intake.steps import CONTACTS, bring, read
from tests.support.world import Actor, World


@pytest.fixture
async def noor(world: World) -> Actor:
    """A worker of a team, in a filled directory."""
    await steps.directory(world)
    return world.user(Role.BUURTTEAM_WORKER, team=str(DAPPERBUURT.id))


async def change(actor: Actor, contact: Any, body: dict[str, Any]) -> Any:
    """Change a contact as it is now."""
    found = await read(actor, contact)
    return await actor.patch(f"{CONTACTS}/{contact}", body, found.headers["ETag"])


@pytest.mark.rule("HLM-PRI-03")
async def test_a_name_given_later_stands_beside_what_was_told_first(noor: Actor) -> None:
    contact = await bring(noor, wijk="ME", anonymous=True, householdSketch="Woont alleen.")

    changed = await change(noor, contact, {"person": {"surname": "Voorbeeld", "bsn": "999900031"}})

    found = changed.json()
    assert changed.status_code == 200, changed.text
    assert found["person"]["surname"] == "Voorbeeld"
    assert found["anonymous"] is False
    assert found["question"] == steps.QUESTION
    assert found["householdSketch"] == "Woont alleen."


async def test_who_leaves_a_telephone_number_later_is_not_anonymous_any_more(noor: Actor) -> None:
    contact = await bring(noor, wijk="ME", anonymous=True)

    changed = await change(noor, contact, {"person": {"phone": "0612345678"}})

    assert changed.status_code == 200, changed.text
    assert (changed.json()["anonymous"], changed.json()["person"]["phone"]) == (False, "0612345678")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"person": {"bsn": "999900030"}}, "/person/bsn"),
        ({"reporter": {"kind": "buurman"}}, "/reporter/kind"),
        ({"question": "Iets anders"}, ""),
    ],
)
async def test_what_cannot_be_is_refused_and_changes_nothing(
    noor: Actor, body: dict[str, Any], pointer: str
) -> None:
    contact = await bring(noor, wijk="ME")
    before = await read(noor, contact)

    refused = await change(noor, contact, body)

    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == pointer
    assert (await read(noor, contact)).content == before.content


async def test_a_contact_of_another_team_does_not_exist(noor: Actor, world: World) -> None:
    contact = await bring(noor, wijk="ME")
    etag = (await read(noor, contact)).headers["ETag"]
    stranger = world.user(Role.BUURTTEAM_WORKER, subject="ander", team=str(VOLEWIJCK.id))

    refused = await stranger.patch(f"{CONTACTS}/{contact}", {"householdSketch": "x"}, etag)

    assert refused.status_code == 404


async def test_what_is_done_is_not_rewritten(noor: Actor) -> None:
    contact = await bring(noor, wijk="ME")
    ended = {"outcome": "information_and_advice", "advice": "Bel.", "personInformed": True}
    await steps.act(noor, contact, "conclusions", ended)

    refused = await change(noor, contact, {"householdSketch": "Toch anders."})

    assert refused.status_code == 409


async def test_of_two_changes_of_one_state_the_second_is_told(noor: Actor) -> None:
    contact = await bring(noor, wijk="ME")
    etag = (await read(noor, contact)).headers["ETag"]

    first = await noor.patch(f"{CONTACTS}/{contact}", {"householdSketch": "Een."}, etag)
    second = await noor.patch(f"{CONTACTS}/{contact}", {"householdSketch": "Twee."}, etag)

    assert (first.status_code, second.status_code) == (200, 412)
