"""Who arranges help at once has the mandate by the roster, or somebody else confirms it."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.local.sample import CALLERS, DAPPERBUURT, VOLEWIJCK
from shared.vocabulary import Role
from tests.intake.steps import directory
from tests.plans.support import open_case
from tests.referrals.arranging import (
    FRIDAY,
    PROVISIONS,
    a_provision,
    act,
    arranged,
    officer,
    rostered,
)
from tests.support.world import Actor, World

pytestmark = pytest.mark.anyio

SHIFTS = "/intake/v1/duty-shifts"


def step(seen: httpx.Response) -> dict[str, Any] | None:
    """The owed step of the mandate, if there is one."""
    steps: list[dict[str, Any]] = seen.json()["owed"]
    return next((each for each in steps if each["code"] == "confirm_mandate"), None)


def municipality(world: World) -> Actor:
    """Who speaks for the party that grants."""
    return world.user(Role.MUNICIPALITY)


async def confirm(actor: Actor, seen: httpx.Response) -> httpx.Response:
    """Confirm the mandate of a provision as the caller sees it now."""
    path = f"{PROVISIONS}/{seen.json()['id']}"
    return await act(actor, await actor.get(path), "mandate-confirmations", {"note": "Klopt."})


async def on_the_roster(world: World, **more: Any) -> str:
    """Noor answers a desk with the mandate, as intake keeps it; its path."""
    await directory(world)
    path = f"{SHIFTS}/{uuid4()}"
    shift = {
        "party": "buurtteam",
        "teamId": str(DAPPERBUURT.id),
        "deskName": "Achterwacht",
        "phone": "0200000200",
        "subject": CALLERS[Role.BUURTTEAM_WORKER].subject,
        "mandated": True,
        "startsAt": "2022-03-01T08:00:00Z",
        "endsAt": "2022-03-02T08:00:00Z",
        **more,
    }
    made = await world.user(Role.ADMINISTRATOR).put_new(path, shift)
    assert made.status_code == 200, made.text
    await world.drain()
    return path


async def test_who_is_on_the_roster_with_the_mandate_owes_no_confirmation(world: World) -> None:
    await on_the_roster(world)

    seen = await arranged(world.user(Role.BUURTTEAM_WORKER))

    assert (seen.json()["mandate"], step(seen)) == ("confirmed", None)


async def test_a_shift_that_was_called_off_gives_no_mandate_any_more(world: World) -> None:
    path = await on_the_roster(world)
    administrator = world.user(Role.ADMINISTRATOR)
    shift = await administrator.get(path)
    off = await administrator.post(f"{path}/cancellations", etag=shift.headers["ETag"])
    await world.drain()

    seen = await arranged(world.user(Role.BUURTTEAM_WORKER))

    assert off.status_code == 200, off.text
    assert seen.json()["mandate"] == "not_on_roster"


async def test_who_is_not_on_the_roster_helps_all_the_same_and_somebody_looks_on_monday(
    world: World,
) -> None:
    world.move_to(FRIDAY)

    seen = await arranged(world.user(Role.BUURTTEAM_WORKER))

    owed = step(seen)
    assert seen.json()["status"] == "running"
    assert seen.json()["mandate"] == "not_on_roster"
    assert owed is not None
    assert (owed["dueOn"], owed["source"]) == ("2022-03-07", "Wmo 2.3.3, 2.6.3")
    assert seen.json()["until"] == "2022-03-18"  # the day of the plan, not of the confirmation


@pytest.mark.parametrize(
    "more",
    [
        {"mandated": False},
        {"subject": "somebody-else"},
        {"startsAt": "2022-03-01T09:00:00Z"},
        {"endsAt": "2022-03-01T07:30:00Z"},
        {"cancelledAt": "2022-03-01T07:30:00Z"},
    ],
)
async def test_a_shift_that_does_not_cover_it_confirms_nothing_before_or_after(
    world: World, more: dict[str, Any]
) -> None:
    await rostered(world, Role.CENTRAL_ACCESS, **more)
    seen = await arranged(officer(world))

    await rostered(world, Role.CENTRAL_ACCESS, **more)

    again = await officer(world).get(f"{PROVISIONS}/{seen.json()['id']}")
    owed = step(again)
    assert (seen.json()["mandate"], again.json()["mandate"]) == ("not_on_roster", "not_on_roster")
    assert owed is not None
    assert owed["doneAt"] is None


async def test_news_of_the_shift_that_comes_late_confirms_it_by_itself(world: World) -> None:
    case = await open_case(world)
    await world.drain()
    made = await case.worker.post(PROVISIONS, a_provision(contactId=None, planId=case.plan["id"]))
    await world.drain()
    before = {item["code"] for item in await case.work("owed_step")}

    await rostered(world, Role.BUURTTEAM_WORKER)
    await world.drain()

    seen = await case.worker.get(f"{PROVISIONS}/{made.json()['id']}")
    owed = step(seen)
    assert made.json()["mandate"] == "not_on_roster"
    assert "confirm_mandate" in before
    assert (seen.json()["mandate"], owed is not None and owed["doneAt"] is not None) == (
        "confirmed",
        True,
    )
    assert "confirm_mandate" not in {item["code"] for item in await case.work("owed_step")}


async def test_older_news_of_a_shift_gives_nobody_the_mandate_back(world: World) -> None:
    shift = await rostered(world, Role.CENTRAL_ACCESS, mandated=False, sequence=2)

    await rostered(world, Role.CENTRAL_ACCESS, shift=shift, sequence=1)

    assert (await arranged(officer(world))).json()["mandate"] == "not_on_roster"


async def test_somebody_else_confirms_it_and_the_officer_never(world: World) -> None:
    worker = world.user(Role.BUURTTEAM_WORKER)
    seen = await arranged(worker)
    own = await arranged(world.user(Role.TEAM_LEAD))
    lead = world.user(Role.TEAM_LEAD)

    ticked = await act(worker, seen, "follow-ups", {"code": "confirm_mandate"})
    by_role = await act(worker, seen, "mandate-confirmations", {})
    himself = await confirm(lead, own)
    done = await confirm(lead, seen)
    again = await confirm(lead, seen)

    assert (ticked.status_code, by_role.status_code) == (409, 403)
    assert (himself.status_code, done.status_code, again.status_code) == (409, 201, 409)
    assert "teamleider" in ticked.json()["detail"]
    owed = step(done)
    assert owed is not None
    assert owed["doneAt"] is not None
    assert done.json()["mandate"] == "not_on_roster"  # what the roster said stays written


async def test_a_lead_of_another_team_does_not_see_it(world: World) -> None:
    seen = await arranged(world.user(Role.BUURTTEAM_WORKER))
    lead = world.user(Role.TEAM_LEAD, subject="another-lead", team=str(VOLEWIJCK.id))
    paths = [f"{PROVISIONS}/{each}/mandate-confirmations" for each in (seen.json()["id"], uuid4())]

    answers = [await lead.post(path, {}, etag=seen.headers["ETag"]) for path in paths]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


async def test_who_grants_confirms_it_without_the_story_and_sees_no_other(world: World) -> None:
    story = {"reason": "Canarie-een", "factsSeen": "Canarie-twee"}
    seen = await arranged(officer(world), **story)
    grants = municipality(world)
    path = f"{PROVISIONS}/{seen.json()['id']}"
    waiting = await grants.get(PROVISIONS)

    read = await grants.get(path)
    done = await confirm(grants, seen)
    after = await grants.get(PROVISIONS)
    await rostered(world, Role.CENTRAL_ACCESS)
    confirmed = await grants.get(path)
    other = await grants.get(f"{PROVISIONS}/{(await arranged(officer(world))).json()['id']}")

    assert [line["id"] for line in waiting.json()["items"]] == [seen.json()["id"]]
    assert (read.status_code, done.status_code) == (200, 201)
    for answer in (waiting, read, done):
        assert "Canarie" not in answer.text
    assert (read.json()["reason"], read.json()["factsSeen"]) == (None, None)
    assert read.json()["decidedBy"] == CALLERS[Role.CENTRAL_ACCESS].subject
    assert after.json()["items"] == []
    assert (confirmed.status_code, other.status_code) == (404, 404)
    assert confirmed.content == other.content
    whole = await officer(world).get(path)
    assert whole.json()["reason"] == "Canarie-een"


async def test_what_was_confirmed_by_hand_is_followed_up_with_the_rest(world: World) -> None:
    seen = await arranged(officer(world))
    for code in [each["code"] for each in seen.json()["owed"]]:
        if code != "confirm_mandate":
            seen = await act(officer(world), seen, "follow-ups", {"code": code})
            assert seen.status_code == 201, seen.text
    before = seen.json()["status"]

    done = await confirm(municipality(world), seen)

    assert (before, done.json()["status"]) == ("running", "followed_up")
