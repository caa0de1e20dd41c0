"""Taking up, and marking a melding: who does it, how soon, and since when the terms run."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from deploy.local.sample import DAPPERBUURT, YUSUF
from shared.vocabulary import Role
from tests.intake import steps
from tests.intake.steps import CONTACTS, act, bring, read, take_up
from tests.support.world import Actor, World

TERMS = {"investigation": "2022-04-12", "personal_plan": "2022-03-08"}


@pytest.fixture
async def noor(world: World) -> Actor:
    """A worker of a team, in a filled directory."""
    await steps.directory(world)
    return world.user(Role.BUURTTEAM_WORKER)


def due(body: dict[str, Any]) -> dict[str, str]:
    """The last day of each term."""
    return {clock["code"]: clock["dueOn"] for clock in body["clocks"]}


@pytest.mark.rule("AMS-INT-17")
@pytest.mark.rule("AMS-INT-27")
async def test_taking_up_keeps_signals_and_markers_and_who_does_it(noor: Actor) -> None:
    contact = await bring(noor, wijk="ME")

    taken = await take_up(
        noor,
        contact,
        urgency="soon",
        signals=["geldzorgen", "wonen"],
        markers=["care_avoiding"],
        note="Gaat niet naar buiten.",
    )

    found = taken.json()
    assert taken.status_code == 200, taken.text
    assert (found["status"], found["urgency"]) == ("taken_up", "soon")
    assert found["signals"] == ["geldzorgen", "wonen"]
    assert found["markers"] == ["care_avoiding"]
    assert found["triageNote"] == "Gaat niet naar buiten."
    assert found["question"] == steps.QUESTION
    assert UUID(found["assignedTo"])


@pytest.mark.rule("AMS-INT-17")
@pytest.mark.parametrize(
    ("change", "pointer"),
    [({"signals": ["geld"]}, "/signals/0"), ({"markers": ["x"]}, "/markers/0")],
)
async def test_a_signal_that_the_stelsel_does_not_have_is_refused(
    noor: Actor, change: dict[str, Any], pointer: str
) -> None:
    contact = await bring(noor, wijk="ME")

    answer = await take_up(noor, contact, **change)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert (await read(noor, contact)).json()["status"] == "received"


@pytest.mark.rule("OPN-24")
async def test_taking_up_from_the_queue_brings_it_to_the_team_of_who_does_it(
    world: World, noor: Actor
) -> None:
    contact = await bring(noor)
    stranger = world.user(Role.BUURTTEAM_WORKER, subject="ravi", team=str(uuid4()))
    assert (await stranger.get(f"{CONTACTS}/{contact}")).status_code == 200

    taken = await take_up(noor, contact)

    assert taken.json()["teamId"] == str(DAPPERBUURT.id)
    assert (await stranger.get(f"{CONTACTS}/{contact}")).status_code == 404


async def test_a_colleague_of_the_team_may_be_named_and_nobody_else(
    world: World, noor: Actor
) -> None:
    contact = await bring(noor, wijk="ME")
    unknown = await take_up(noor, contact, assignedTo=YUSUF.subject)
    worker = {"name": YUSUF.name, "teamId": str(DAPPERBUURT.id), "role": "buurtteam_worker"}
    path = f"/intake/v1/workers/{YUSUF.subject}"
    assert (await world.user(Role.ADMINISTRATOR).put_new(path, worker)).status_code == 200

    known = await take_up(noor, contact, assignedTo=YUSUF.subject)

    assert unknown.status_code == 409
    assert known.json()["assignedTo"] == YUSUF.subject


async def test_a_change_asks_the_version_that_was_seen(noor: Actor) -> None:
    contact = await bring(noor, wijk="ME")
    path, body = f"{CONTACTS}/{contact}/triage-decisions", {"urgency": "soon"}
    seen = (await read(noor, contact)).headers["ETag"]

    without = await noor.post(path, body)
    first = await noor.post(path, body, etag=seen)
    stale = await noor.post(path, body, etag=seen)

    assert (without.status_code, first.status_code, stale.status_code) == (428, 200, 412)
    again = await noor.post(path, body, etag=first.headers["ETag"])
    assert again.status_code == 200


async def test_a_melding_starts_the_legal_terms_on_the_first_day(noor: Actor) -> None:
    contact = await bring(noor, wijk="ME", melding=True)

    found = (await read(noor, contact)).json()

    assert due(found) == TERMS
    assert {clock["startedOn"] for clock in found["clocks"]} == {"2022-03-01"}
    assert all(clock["article"].startswith("Wmo 2.3.2") for clock in found["clocks"])


async def test_a_melding_by_another_door_starts_on_the_day_of_the_first_contact(
    world: World, noor: Actor
) -> None:
    contact = await bring(
        world.user(Role.MUNICIPALITY),
        entry="sociaal_loket",
        channel="sociaal_loket",
        melding=True,
        firstContactOn="2022-02-15",
        wijk="ME",
    )

    found = (await read(noor, contact)).json()

    assert due(found) == {"investigation": "2022-03-29", "personal_plan": "2022-02-22"}


async def test_a_term_that_ends_on_a_holiday_ends_on_the_next_working_day(noor: Actor) -> None:
    contact = await bring(noor, wijk="ME", melding=True, firstContactOn="2022-02-19")

    assert due((await read(noor, contact)).json())["personal_plan"] == "2022-02-28"


async def test_a_melding_can_be_marked_afterwards_and_the_first_day_holds(
    world: World, noor: Actor
) -> None:
    contact = await bring(noor, wijk="ME")
    await take_up(noor, contact)
    world.move_to(datetime(2022, 3, 20, 9, 0, tzinfo=UTC))

    marked = await act(noor, contact, "meldingen", {})

    assert marked.status_code == 200, marked.text
    assert marked.json()["melding"] is True
    assert due(marked.json()) == TERMS


async def test_an_earlier_first_day_holds_and_a_later_one_does_not(noor: Actor) -> None:
    contact = await bring(noor, wijk="ME", melding=True)

    later = await act(noor, contact, "meldingen", {"firstContactOn": "2022-03-01"})
    earlier = await act(noor, contact, "meldingen", {"firstContactOn": "2022-02-15"})
    back = await act(noor, contact, "meldingen", {"firstContactOn": "2022-02-28"})

    assert due(later.json()) == TERMS
    assert earlier.json()["firstContactOn"] == "2022-02-15"
    assert due(earlier.json())["investigation"] == "2022-03-29"
    assert back.json() == earlier.json()
    assert back.headers["ETag"] == earlier.headers["ETag"]


async def test_a_melding_cannot_begin_in_the_future(noor: Actor) -> None:
    contact = await bring(noor, wijk="ME")

    answer = await act(noor, contact, "meldingen", {"firstContactOn": "2022-03-02"})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/firstContactOn"
