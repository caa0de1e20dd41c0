"""Monday morning: what was done out of hours goes to the team, and somebody else looks at it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from deploy.local.sample import CALLERS, DAPPERBUURT, OKT_OOST, RAVI, VOLEWIJCK, YUSUF
from services.intake.service.urgent import end_of_next_working_day
from shared.vocabulary import Role
from tests.intake import steps
from tests.intake.steps import CONTACTS, act, bring, number, read, take_up
from tests.intake.test_crisis import FRIDAY_EVENING, crisis, on_duty
from tests.intake.test_duty import MONDAY
from tests.support.world import START, Actor, World

NOTE = "Zij slaapt bij de nachtopvang. Bel haar om tien uur."
DUTY = {"party": "buurtteam", "teamId": str(VOLEWIJCK.id)}


@pytest.fixture
async def ravi(world: World) -> Actor:
    """A worker of another team, on duty this weekend; it is Friday evening."""
    await steps.directory(world)
    subject = RAVI.subject
    await on_duty(world, Role.BUURTTEAM_WORKER, "buurtteam", teamId=str(DAPPERBUURT.id))
    made = await world.user(Role.ADMINISTRATOR).put_new(
        f"/intake/v1/duty-shifts/{uuid4()}",
        {
            **DUTY,
            "deskName": "Achterwacht",
            "phone": "0200000201",
            "subject": subject,
            "startsAt": "2022-03-04T17:30:00+01:00",
            "endsAt": "2022-03-07T09:00:00+01:00",
        },
    )
    assert made.status_code == 200, made.text
    return world.user(Role.BUURTTEAM_WORKER, subject=subject, team=str(VOLEWIJCK.id))


async def hand_back(actor: Actor, contact: UUID, **body: Any) -> httpx.Response:
    """Give it to the team of the area."""
    return await act(actor, contact, "handbacks", {"note": NOTE, **body})


async def kept(actor: Actor, **other: Any) -> UUID:
    """A crisis that the duty officer keeps until Monday."""
    made = await crisis(actor, **other)
    assert made.json()["kept"] is True
    return UUID(made.json()["id"])


async def item(actor: Actor, contact: UUID) -> dict[str, Any]:
    """The contact in the work list of somebody."""
    found = (await actor.get(CONTACTS)).json()["items"]
    (one,) = [each for each in found if each["id"] == str(contact)]
    return dict(one)


@pytest.mark.rule("AMS-INT-14")
@pytest.mark.parametrize("by", [{"toTeamId": str(DAPPERBUURT.id)}, {"wijk": "ME"}])
async def test_on_monday_the_team_sees_what_was_done_by_whom_and_when(
    world: World, ravi: Actor, by: dict[str, str]
) -> None:
    contact = await kept(ravi)
    world.move_to(MONDAY)

    made = await hand_back(ravi, contact, **by)

    assert made.status_code == 201, made.text
    assert (made.json()["toTeamId"], made.json()["by"]) == (str(DAPPERBUURT.id), RAVI.subject)
    assert made.json()["readableUntil"] == "2022-03-08T23:00:00Z"
    noor = world.user(Role.BUURTTEAM_WORKER)
    listed = await item(noor, contact)
    assert (listed["handedBack"]["note"], listed["handedBack"]["by"]) == (NOTE, RAVI.subject)
    assert listed["handedBack"]["at"].startswith("2022-03-07T08:00")
    assert (listed["takenUp"], listed["status"]) == (False, "received")
    found = (await read(noor, contact)).json()
    assert (found["handedBack"]["note"], found["assignedTo"]) == (NOTE, None)
    assert (found["firstContactOn"], found["urgency"]) == ("2022-03-04", "crisis")


@pytest.mark.rule("AMS-INT-14")
async def test_the_reach_of_duty_ends_after_the_next_working_day(world: World, ravi: Actor) -> None:
    contact = await kept(ravi)
    world.move_to(MONDAY)
    handed = await hand_back(ravi, contact, wijk="ME")
    noor, path = world.user(Role.BUURTTEAM_WORKER), f"{CONTACTS}/{contact}"
    assert (await take_up(noor, contact, note="Verder met ons.")).status_code == 200

    world.move_to(datetime(2022, 3, 8, 22, 59, tzinfo=UTC))
    inside = await ravi.get(path)
    changed = await ravi.patch(path, {"householdSketch": "X"}, inside.headers["ETag"])
    world.move_to(datetime(2022, 3, 8, 23, 0, 1, tzinfo=UTC))
    outside = await ravi.get(path)

    assert handed.status_code == 201
    assert (inside.status_code, changed.status_code, outside.status_code) == (200, 404, 404)
    assert outside.json()["detail"] == (await ravi.get(f"{CONTACTS}/{uuid4()}")).json()["detail"]
    assert (await ravi.get(f"{path}/receipt")).json()["handedBack"] is None
    assert (await noor.get(path)).status_code == 200


async def test_not_taken_up_by_the_team_it_is_out_of_the_makers_reach_too(
    world: World, ravi: Actor
) -> None:
    contact = await kept(ravi)
    world.move_to(MONDAY)
    await hand_back(ravi, contact, wijk="ME")

    world.move_to(MONDAY + timedelta(days=3))

    assert (await ravi.get(f"{CONTACTS}/{contact}")).status_code == 404
    assert (await ravi.get(f"{CONTACTS}/{contact}/receipt")).status_code == 200


async def test_what_is_brought_in_off_duty_is_read_as_it_always_was(world: World) -> None:
    await steps.directory(world)
    world.move_to(FRIDAY_EVENING)
    noor = world.user(Role.BUURTTEAM_WORKER)
    contact = await bring(noor, addressedTo="okt", wijk="ME")

    world.move_to(MONDAY + timedelta(days=30))

    assert (await noor.get(f"{CONTACTS}/{contact}")).status_code == 200
    await take_up(world.user(Role.OKT_WORKER), contact)
    assert (await noor.get(f"{CONTACTS}/{contact}")).status_code == 404


async def test_what_is_brought_in_on_duty_for_another_door_is_read_until_the_box_closes(
    world: World, ravi: Actor
) -> None:
    contact = await bring(ravi, addressedTo="okt", wijk="ME")
    await take_up(world.user(Role.OKT_WORKER), contact)

    world.move_to(datetime(2022, 3, 8, 22, 59, tzinfo=UTC))
    inside = await ravi.get(f"{CONTACTS}/{contact}")
    world.move_to(datetime(2022, 3, 8, 23, 0, 1, tzinfo=UTC))
    outside = await ravi.get(f"{CONTACTS}/{contact}")

    assert (inside.status_code, outside.status_code) == (200, 404)


async def test_what_is_never_handed_back_stays_with_the_team_and_leaves_the_desk_of_duty(
    world: World, ravi: Actor
) -> None:
    contact = await kept(ravi, wijk="ME")
    path = f"{CONTACTS}/{contact}"
    world.move_to(datetime(2022, 3, 8, 22, 59, tzinfo=UTC))
    inside = await ravi.get(path)

    world.move_to(datetime(2022, 3, 8, 23, 0, 1, tzinfo=UTC))

    assert (inside.status_code, (await ravi.get(path)).status_code) == (200, 404)
    assert (await ravi.get(CONTACTS)).json()["items"] == []
    listed = await item(world.user(Role.BUURTTEAM_WORKER), contact)
    assert listed["id"] == str(contact)
    lead = world.user(Role.TEAM_LEAD)
    (waiting,) = (await lead.get("/intake/v1/duty-reviews")).json()["items"]
    assert (waiting["overdue"], waiting["handedBackAt"]) == (True, None)


async def test_a_wijk_that_no_team_serves_goes_to_the_queue_of_every_team(
    world: World, ravi: Actor
) -> None:
    contact = await kept(ravi)

    made = await hand_back(ravi, contact, wijk="TC")

    assert (made.json()["toParty"], made.json()["toTeamId"]) == ("buurtteam", None)
    assert (await item(world.user(Role.BUURTTEAM_WORKER), contact))["handedBack"]["note"] == NOTE


async def test_it_may_go_to_the_okt_and_on_to_another_team(world: World, ravi: Actor) -> None:
    contact = await kept(ravi)

    first = await hand_back(ravi, contact, toTeamId=str(OKT_OOST.id))
    second = await hand_back(world.user(Role.OKT_WORKER), contact, toTeamId=str(DAPPERBUURT.id))

    assert (first.json()["toParty"], second.json()["toParty"]) == ("okt", "buurtteam")
    listed = await item(world.user(Role.BUURTTEAM_WORKER), contact)
    assert listed["handedBack"]["by"] == CALLERS[Role.OKT_WORKER].subject
    assert number(world, "SELECT count(*) FROM handbacks") == 2


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ({"wijk": "ME", "toTeamId": str(DAPPERBUURT.id)}, ""),
        ({"wijk": "ZZ"}, "/wijk"),
        ({"toTeamId": str(uuid4())}, "/toTeamId"),
        ({"wijk": "ME", "note": ""}, "/note"),
    ],
)
async def test_a_mistake_is_told_and_the_contact_stays(
    world: World, ravi: Actor, body: dict[str, Any], pointer: str
) -> None:
    contact = await kept(ravi)

    refused = await hand_back(ravi, contact, **body)

    assert refused.status_code == 400, refused.text
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
    assert (await read(ravi, contact)).json()["assignedTo"] == RAVI.subject
    assert number(world, "SELECT count(*) FROM handbacks") == 0


async def test_a_contact_that_is_done_is_not_handed_back_and_an_old_state_neither(
    ravi: Actor,
) -> None:
    contact = await kept(ravi)
    etag = (await read(ravi, contact)).headers["ETag"]
    body = {"outcome": "information_and_advice", "advice": "Zo.", "personInformed": True}
    await act(ravi, contact, "conclusions", body)

    done = await hand_back(ravi, contact, wijk="ME")
    stale = await ravi.post(
        f"{CONTACTS}/{contact}/handbacks", {"note": NOTE, "wijk": "ME"}, etag=etag
    )

    assert (done.status_code, stale.status_code) == (409, 412)


async def test_the_lead_lists_what_was_done_on_duty_and_confirms_it_once(
    world: World, ravi: Actor
) -> None:
    contact = await kept(ravi)
    world.move_to(MONDAY)
    await hand_back(ravi, contact, wijk="ME")
    lead = world.user(Role.TEAM_LEAD)
    (listed,) = (await lead.get("/intake/v1/duty-reviews")).json()["items"]
    path = f"{CONTACTS}/{contact}/duty-reviews"

    made = await lead.post(path, {"remark": "Goed gedaan."})
    again = await lead.post(path, {})

    assert (listed["contactId"], listed["madeBy"]) == (str(contact), RAVI.subject)
    assert (listed["reviewBy"], listed["overdue"], listed["deskName"]) == (
        "2022-03-07",
        False,
        "Achterwacht",
    )
    assert made.status_code == 201, made.text
    assert made.json()["reviewedBy"] == CALLERS[Role.TEAM_LEAD].subject
    assert "Goed gedaan" not in made.text
    assert again.status_code == 409
    assert (await lead.get("/intake/v1/duty-reviews")).json()["items"] == []
    sealed = "SELECT count(*) FROM duty_contacts WHERE encode(told, 'escape') LIKE '%gedaan%'"
    assert number(world, sealed) == 0


async def test_only_who_can_read_it_can_look_at_it(world: World, ravi: Actor) -> None:
    contact = await kept(ravi)
    world.move_to(MONDAY)
    await hand_back(ravi, contact, wijk="ME")
    lead_of_the_shift = world.user(Role.TEAM_LEAD, subject="x", team=str(VOLEWIJCK.id))

    listed = (await lead_of_the_shift.get("/intake/v1/duty-reviews")).json()["items"]
    refused = await lead_of_the_shift.post(f"{CONTACTS}/{contact}/duty-reviews", {})

    assert (listed, refused.status_code) == ([], 404)
    (waiting,) = (await world.user(Role.TEAM_LEAD).get("/intake/v1/duty-reviews")).json()["items"]
    assert (await world.user(Role.TEAM_LEAD).get(waiting["href"])).status_code == 200


async def test_a_review_that_waits_too_long_says_so(world: World, ravi: Actor) -> None:
    contact = await kept(ravi)

    world.move_to(MONDAY + timedelta(days=1))

    lead = world.user(Role.TEAM_LEAD, team=str(VOLEWIJCK.id))
    (listed,) = (await lead.get("/intake/v1/duty-reviews")).json()["items"]
    assert (listed["contactId"], listed["overdue"], listed["handedBackAt"]) == (
        str(contact),
        True,
        None,
    )


async def test_nobody_looks_at_the_own_work_and_a_stranger_sees_none(
    world: World, ravi: Actor
) -> None:
    world.move_to(START)
    await on_duty(world, Role.TEAM_LEAD, "buurtteam", teamId=str(DAPPERBUURT.id))
    lead = world.user(Role.TEAM_LEAD)
    contact = await kept(lead)
    stranger = world.user(Role.TEAM_LEAD, subject="other", team=str(uuid4()))

    own = await lead.post(f"{CONTACTS}/{contact}/duty-reviews", {})
    foreign = await stranger.post(f"{CONTACTS}/{contact}/duty-reviews", {})
    normal = await lead.post(f"{CONTACTS}/{await bring(ravi, addressedTo='okt')}/duty-reviews", {})
    missing = await lead.post(f"{CONTACTS}/{uuid4()}/duty-reviews", {})

    assert own.status_code == 409
    assert (foreign.status_code, normal.status_code, missing.status_code) == (404, 404, 404)
    assert (await stranger.get("/intake/v1/duty-reviews")).json()["items"] == []


async def test_a_colleague_of_the_central_access_looks_at_its_own_desk(world: World) -> None:
    await on_duty(world, Role.CENTRAL_ACCESS, "centrale_toegang")
    contact = await kept(world.user(Role.CENTRAL_ACCESS))
    colleague = world.user(Role.CENTRAL_ACCESS, subject="colleague")

    made = await colleague.post(f"{CONTACTS}/{contact}/duty-reviews", {})

    assert made.status_code == 201, made.text
    assert made.json()["reviewedBy"] == "colleague"


async def test_of_two_who_look_at_once_one_is_told(world: World, ravi: Actor) -> None:
    contact = await kept(ravi)
    await hand_back(ravi, contact, wijk="ME")
    first = world.user(Role.TEAM_LEAD)
    second = world.user(Role.TEAM_LEAD, subject="another-lead")
    path = f"{CONTACTS}/{contact}/duty-reviews"

    answers = await asyncio.gather(first.post(path, {}), second.post(path, {}))

    codes = sorted(answer.status_code for answer in answers)
    assert codes[0] == 201
    assert codes[1] in {409, 412}


async def test_reviews_come_in_pages_the_oldest_first(world: World, ravi: Actor) -> None:
    made = []
    for minute in range(3):
        world.move_to(FRIDAY_EVENING + timedelta(minutes=minute))
        made.append(str(await kept(ravi)))
    lead = world.user(Role.TEAM_LEAD, team=str(VOLEWIJCK.id))

    first = (await lead.get("/intake/v1/duty-reviews?pageSize=2")).json()
    rest = (await lead.get(f"/intake/v1/duty-reviews?pageSize=2&cursor={first['next']}")).json()

    found = [one["contactId"] for one in (*first["items"], *rest["items"])]
    assert (found, rest["next"]) == (made, None)


async def test_a_colleague_of_the_receiving_team_goes_on(world: World, ravi: Actor) -> None:
    contact = await kept(ravi)
    await hand_back(ravi, contact, wijk="ME")
    yusuf = world.user(Role.BUURTTEAM_WORKER, subject=YUSUF.subject)

    taken = await take_up(yusuf, contact)

    assert taken.status_code == 200, taken.text
    assert taken.json()["assignedTo"] == YUSUF.subject


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        ("2022-03-07T08:00:00+00:00", "2022-03-08T23:00:00+00:00"),  # Monday: Tuesday midnight
        ("2022-03-04T22:30:00+00:00", "2022-03-07T23:00:00+00:00"),  # Friday 23:30: Monday
        ("2022-03-04T23:30:00+00:00", "2022-03-07T23:00:00+00:00"),  # Saturday here already
        ("2022-03-25T12:00:00+00:00", "2022-03-28T22:00:00+00:00"),  # over the summer clock
        ("2022-12-23T12:00:00+00:00", "2022-12-27T23:00:00+00:00"),  # 26 December is a holiday
        ("2022-04-14T12:00:00+00:00", "2022-04-19T22:00:00+00:00"),  # Good Friday to Easter Monday
    ],
)
def test_the_end_of_the_next_working_day_knows_holidays_and_the_clock(
    moment: str, until: str
) -> None:
    found = end_of_next_working_day(datetime.fromisoformat(moment))

    assert found.astimezone(UTC).isoformat() == until
