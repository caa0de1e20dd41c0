"""Carrying over: same story, same first day, in sight until somebody takes it up (OPN-10)."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from deploy.local.sample import OKT_OOST
from shared.vocabulary import Role
from tests.intake import steps
from tests.intake.doubles import FakePlans
from tests.intake.steps import CONTACTS, bring, read, redirect, take_up
from tests.support.world import Actor, World

PERSON = {"givenNames": "Sami", "surname": "Testema"}
STORY = (
    "question",
    "person",
    "reporter",
    "householdSketch",
    "signals",
    "markers",
    "triageNote",
    "firstContactOn",
    "melding",
    "clocks",
    "entry",
    "channel",
    "urgency",
    "wijk",
    "receivedAt",
)


@pytest.fixture
async def noor(world: World) -> Actor:
    """A worker of a buurtteam, in a filled directory."""
    await steps.directory(world)
    return world.user(Role.BUURTTEAM_WORKER)


@pytest.mark.rule("OPN-10")
@pytest.mark.rule("AMS-INT-04")
@pytest.mark.rule("HLM-PRI-03")
async def test_the_story_goes_along_with_its_first_day_and_its_terms(
    world: World, noor: Actor
) -> None:
    contact = await bring(
        noor,
        wijk="ME",
        melding=True,
        firstContactOn="2022-02-20",
        person=PERSON,
        reporter={"kind": "partner", "name": "School"},
        householdSketch="Moeder en zoon.",
    )
    await take_up(noor, contact, urgency="soon", signals=["armoede"], note="Bel na vier uur.")
    before = (await read(noor, contact)).json()
    world.move_to(datetime(2022, 3, 10, 9, 0, tzinfo=UTC))

    sent = await redirect(noor, contact)

    assert sent.status_code == 202, sent.text
    found = sent.json()
    assert sent.headers["Location"] == found["href"]
    assert (found["status"], found["toTeamId"]) == ("sent", str(OKT_OOST.id))
    assert found["firstContactOn"] == "2022-02-20"
    sanne = world.user(Role.OKT_WORKER)
    carried = (await read(sanne, UUID(found["carriedTo"]))).json()
    assert {name: carried[name] for name in STORY} == {name: before[name] for name in STORY}
    assert carried["carriedFrom"] == str(contact)
    assert (carried["status"], carried["assignedTo"]) == ("received", None)
    assert (await read(noor, contact)).json()["status"] == "redirected"


@pytest.mark.rule("OPN-10")
async def test_both_doors_follow_it_and_plans_hears_it_in_order(
    world: World, noor: Actor, plans: FakePlans
) -> None:
    contact = await bring(noor, wijk="ME")
    sent = (await redirect(noor, contact)).json()
    sanne = world.user(Role.OKT_WORKER)
    before = [(await one.get(sent["href"])).json()["status"] for one in (noor, sanne)]

    taken = await take_up(sanne, UUID(sent["carriedTo"]))

    assert taken.status_code == 200, taken.text
    after = [(await one.get(sent["href"])).json() for one in (noor, sanne)]
    assert before == ["sent", "sent"]
    assert {one["status"] for one in after} == {"taken_up"}
    assert all(one["takenUpAt"] for one in after)
    stranger = world.user(Role.OKT_WORKER, subject="other", team=str(uuid4()))
    assert (await stranger.get(sent["href"])).status_code == 404
    await world.drain()
    assert [(event["type"], event["sequence"]) for event in plans.events] == [
        ("nl.wmo.contact.redirected", "1"),
        ("nl.wmo.contact.taken-up", "2"),
    ]
    first, second = plans.events
    assert first["subject"] == second["subject"] == str(contact)
    assert first["data"]["carriedTo"] == second["data"]["contactId"] == sent["carriedTo"]
    assert second["data"]["carriedFrom"] == str(contact)
    assert "huur" not in str(plans.events)


@pytest.mark.rule("OPN-10")
async def test_who_brought_it_in_hears_that_it_was_taken_up_elsewhere(
    world: World, noor: Actor
) -> None:
    provider = world.user(Role.PROVIDER_INTAKE)
    contact = await bring(provider, entry="aanbieder", channel="provider", wijk="ME")
    sent = (await redirect(noor, contact)).json()
    path = f"{CONTACTS}/{contact}/receipt"
    before = (await provider.get(path)).json()

    await take_up(world.user(Role.OKT_WORKER), UUID(sent["carriedTo"]))

    after = (await provider.get(path)).json()
    assert (before["status"], before["takenUp"]) == ("redirected", False)
    assert (after["status"], after["takenUp"]) == ("redirected", True)
    followed = await provider.get(sent["href"])
    assert followed.json()["status"] == "taken_up"
    assert "opvoeden" not in followed.text


@pytest.mark.rule("OPN-10")
async def test_a_contact_that_is_carried_on_settles_every_door_it_came_by(
    world: World, noor: Actor, plans: FakePlans
) -> None:
    contact = await bring(noor, wijk="ME")
    first = (await redirect(noor, contact)).json()
    sanne = world.user(Role.OKT_WORKER)
    second = (await redirect(sanne, UUID(first["carriedTo"]), "veilig_thuis")).json()
    safe = world.user(Role.VEILIG_THUIS)
    between = (await noor.get(first["href"])).json()["status"]

    taken = await take_up(safe, UUID(second["carriedTo"]))

    assert taken.status_code == 200, taken.text
    assert between == "sent"
    for one, href in ((noor, first["href"]), (sanne, second["href"]), (safe, second["href"])):
        assert (await one.get(href)).json()["status"] == "taken_up"
    await world.drain()
    assert [e["type"] for e in plans.events].count("nl.wmo.contact.taken-up") == 2


async def test_advice_at_the_new_door_takes_it_up_too(world: World, noor: Actor) -> None:
    contact = await bring(noor, wijk="ME")
    sent = (await redirect(noor, contact)).json()
    body = {"outcome": "information_and_advice", "advice": "Zo.", "personInformed": True}

    done = await steps.act(
        world.user(Role.OKT_WORKER), UUID(sent["carriedTo"]), "conclusions", body
    )

    assert done.status_code == 200, done.text
    assert (await noor.get(sent["href"])).json()["status"] == "taken_up"


async def test_the_talk_goes_along(world: World, noor: Actor, plans: FakePlans) -> None:
    contact = await steps.linked(noor, plans, wijk="ME")
    begun = await steps.talk(noor, contact)
    written = await steps.write_down(noor, begun, {"adultsHeard": "Zij wil rust."})

    sent = (await redirect(noor, contact)).json()

    sanne = world.user(Role.OKT_WORKER)
    path = f"/intake/v1/clarifications/{written.json()['id']}"
    found = await sanne.get(path)
    assert found.json()["adultsHeard"] == "Zij wil rust."
    assert found.json()["contactId"] == sent["carriedTo"]
    carried = (await read(sanne, UUID(sent["carriedTo"]))).json()
    assert carried["clarificationId"] == written.json()["id"]
    assert carried["householdId"] == found.json()["householdId"]
    assert (await noor.get(path)).status_code == 404


async def test_it_is_carried_over_once(noor: Actor) -> None:
    contact = await bring(noor, wijk="ME")
    assert (await redirect(noor, contact)).status_code == 202

    again = await redirect(noor, contact)

    assert again.status_code == 409
    assert "overgedragen" in again.json()["detail"]


@pytest.mark.parametrize("party", ["buurtteam", "aanbieder", "client", "nowhere"])
async def test_it_goes_only_to_another_party_where_somebody_can_take_it_up(
    noor: Actor, party: str
) -> None:
    contact = await bring(noor, wijk="ME")

    answer = await redirect(noor, contact, party)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/toParty"
    assert "veilig_thuis" in answer.json()["detail"]
    assert (await read(noor, contact)).json()["status"] == "received"


async def test_a_repeated_request_answers_the_same_redirect(noor: Actor) -> None:
    contact = await bring(noor, wijk="ME")
    etag, key = (await read(noor, contact)).headers["ETag"], uuid4()
    body = {"toParty": "okt", "reason": "Opvoeden.", "personInformed": True}
    path = f"{CONTACTS}/{contact}/redirects"

    first = await noor.post(path, body, etag=etag, key=key)
    again = await noor.post(path, body, etag=etag, key=key)

    assert first.status_code == again.status_code == 202
    assert first.content == again.content
    assert again.headers["Idempotency-Replayed"] == "true"


async def test_a_replay_ends_when_the_reach_ends(world: World) -> None:
    await steps.directory(world)
    lead = world.user(Role.TEAM_LEAD)
    contact = await bring(world.user(Role.MUNICIPALITY), entry="gemeente", wijk="ME")
    etag, key = (await read(lead, contact)).headers["ETag"], uuid4()
    path, body = f"{CONTACTS}/{contact}/meldingen", {"firstContactOn": "2022-02-28"}
    first = await lead.post(path, body, etag=etag, key=key)
    moved = world.user(Role.TEAM_LEAD, team=str(uuid4()))

    again = await moved.post(path, body, etag=etag, key=key)

    assert first.status_code == 200
    assert again.status_code == 404
    assert steps.QUESTION not in again.text
