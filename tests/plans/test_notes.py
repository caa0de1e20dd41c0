"""What others tell that a person must look at, and what plans tells of a plan."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest

from shared.schemas.events import CONTACT_CONCLUDED, REFERRAL_NOTED
from shared.vocabulary import ServiceName
from tests.plans.support import Case, open_case
from tests.plans.telling import tell
from tests.support.world import World

KINDS = ("room_again", "place_lost", "provider_stopped", "consent_revoked", "plan_closed")


async def note(case: Case, kind: str, about: str, sequence: int, code: str = "quality") -> None:
    """Referrals says that somebody must look at something."""
    referral = str(uuid4())
    data = {
        "referralId": referral,
        "planId": case.plan["id"],
        "supportItemId": str(uuid4()),
        "aboutId": about,
        "kind": kind,
        "code": code,
    }
    await tell(case.world, REFERRAL_NOTED, referral, data, sequence=sequence)


@pytest.mark.rule("AMS-REF-08")
@pytest.mark.parametrize("kind", KINDS)
async def test_a_note_lies_on_the_desk_of_the_coordinator_once_until_it_is_done(
    world: World, kind: str
) -> None:
    case = await open_case(world)
    about = str(uuid4())

    await note(case, kind, about, 1)
    await note(case, kind, about, 2)

    work = await case.work(kind)
    assert [(each["aboutId"], each["code"], each["dueOn"], each["owner"]) for each in work] == [
        (about, "quality", "2022-03-02", case.plan["coordinator"])
    ]
    assert (await case.timeline()).count(kind) == 1
    path = f"/plans/v1/work-items/{work[0]['id']}"
    etag = (await case.worker.get(path)).headers["ETag"]
    assert (await case.worker.post(f"{path}/completions", etag=etag)).status_code == 200
    await note(case, kind, about, 3)
    assert len(await case.work(kind)) == 1, "what happens again is work again"


@pytest.mark.rule("AMS-REF-21")
async def test_a_newer_reason_to_look_takes_the_place_of_the_older_one(world: World) -> None:
    case = await open_case(world)
    about, other = str(uuid4()), str(uuid4())

    await note(case, "transfer_step", about, 1, "proposed")
    await note(case, "transfer_step", other, 1, "proposed")
    await note(case, "transfer_step", about, 2, "phase_ends")

    work = {each["aboutId"]: each["code"] for each in await case.work("transfer_step")}
    assert work == {about: "phase_ends", other: "proposed"}
    assert (await case.timeline()).count("transfer_step") == 3


@pytest.mark.rule("AMS-INT-02")
async def test_the_contact_with_which_it_began_is_on_the_timeline(world: World) -> None:
    case = await open_case(world)
    contact = str(uuid4())
    data = {"contactId": contact, "planId": case.plan["id"], "outcome": "plan"}

    await tell(world, CONTACT_CONCLUDED, contact, data)

    found = [e for e in (await case.view())["timeline"] if e["kind"] == "contact_concluded"]
    assert [(e["code"], e["subjectId"], e["actor"]) for e in found] == [("plan", contact, None)]


async def test_referrals_hears_that_a_plan_was_opened_changed_and_closed(world: World) -> None:
    """The real services: opening and closing are heard in the order in which they happened."""
    case = await open_case(world)
    body: dict[str, Any] = {"direction": "Weer onder de mensen"}
    changed = await case.worker.patch(case.path, body, await case.etag())
    await world.drain()
    opened = states(world)

    closed = await case.worker.post(f"{case.path}/closings", etag=changed.headers["ETag"])
    await world.drain()

    assert closed.status_code == 200, closed.text
    assert (opened, states(world)) == ([("open", False)], [("closed", True)])


def states(world: World) -> list[tuple[object, ...]]:
    """What referrals knows of the plan."""
    address = world.databases.url(ServiceName.REFERRALS)
    with psycopg.connect(address.replace("postgresql+psycopg://", "postgresql://", 1)) as db:
        return db.execute("SELECT code, blocked FROM told_states WHERE kind = 'plan'").fetchall()
