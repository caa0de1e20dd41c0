"""Friday 17:00 and 25 December: who is reachable, and never a dead end (Wmo 2015 art. 2.3.3)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from deploy.local.sample import DAPPERBUURT, NOOR, VOLEWIJCK
from services.intake.domain import roster
from shared.errors import ConflictError, InvalidRequestError
from shared.vocabulary import Role
from tests.intake import steps
from tests.intake.steps import number
from tests.support.world import START, Actor, World

FRIDAY = datetime(2022, 3, 4, 16, 0, tzinfo=UTC)  # 17:00 in Amsterdam
MONDAY = datetime(2022, 3, 7, 8, 0, tzinfo=UTC)
PHONE = "0200000200"


@dataclass(frozen=True)
class Night:
    """A shift over the hour that the clock turns, its last moment and the first after it."""

    starts: str
    ends: str
    inside: str
    after: str


def shift(**other: Any) -> dict[str, Any]:
    """A weekend desk of the central access."""
    return {
        "party": "centrale_toegang",
        "deskName": "Piketdienst opvang",
        "phone": PHONE,
        "subject": "50b00000-0000-4000-8000-000000000041",
        "mandated": True,
        "startsAt": "2022-03-04T17:00:00+01:00",
        "endsAt": "2022-03-07T09:00:00+01:00",
        **other,
    }


async def put(actor: Actor, record: UUID | str = "", **other: Any) -> httpx.Response:
    """Write a shift down."""
    return await actor.put_new(f"/intake/v1/duty-shifts/{record or uuid4()}", shift(**other))


async def change(actor: Actor, path: str, etag: str, **other: Any) -> httpx.Response:
    """Change a shift that was seen."""
    return await actor.send("PUT", path, shift(**other), {"If-Match": etag})


async def who(actor: Actor, party: str = "centrale_toegang", at: str = "") -> dict[str, Any]:
    """Who of a party is reachable."""
    query = f"&at={at.replace('+', '%2B')}" if at else ""
    found = await actor.get(f"/intake/v1/duty?party={party}{query}")
    assert found.status_code == 200, found.text
    answer: dict[str, Any] = found.json()
    return answer


@pytest.mark.rule("AMS-INT-14")
async def test_on_friday_at_five_the_desk_is_named_with_its_number_and_mandate(
    world: World,
) -> None:
    await put(world.user(Role.ADMINISTRATOR))
    noor = world.user(Role.BUURTTEAM_WORKER)
    world.move_to(FRIDAY + timedelta(minutes=5))

    found = await who(noor)

    assert (found["label"], found["reachable"]) == ("Centrale toegang MO/BW", True)
    (desk,) = found["desks"]
    assert (desk["deskName"], desk["phone"], desk["mandated"]) == (
        "Piketdienst opvang",
        PHONE,
        True,
    )
    assert desk["until"] == "2022-03-07T08:00:00Z"
    assert desk["subject"] == shift()["subject"]
    assert (found["on"], found["workingDay"]) == ("2022-03-04", True)


@pytest.mark.rule("AMS-INT-14")
async def test_when_nobody_is_reachable_it_says_when_and_who_is_and_what_always_works(
    world: World,
) -> None:
    administrator = world.user(Role.ADMINISTRATOR)
    await put(administrator)
    night: dict[str, Any] = {
        "startsAt": "2022-03-01T09:00:00+01:00",
        "endsAt": "2022-03-02T09:00:00+01:00",
    }
    await put(administrator, party="veilig_thuis", deskName="Veilig Thuis", **night)

    found = await who(world.user(Role.OKT_WORKER))

    assert (found["reachable"], found["desks"]) == (False, [])
    assert found["next"] == {"deskName": "Piketdienst opvang", "startsAt": "2022-03-04T16:00:00Z"}
    assert [other["party"] for other in found["elsewhere"]] == ["veilig_thuis"]
    assert found["elsewhere"][0]["desks"][0]["phone"] == PHONE
    assert "112" in found["advice"]
    empty = await who(world.user(Role.OKT_WORKER), "blijf_groep", "2022-12-25T12:00:00+01:00")
    assert (empty["next"], empty["elsewhere"]) == (None, [])
    assert "112" in empty["advice"]


async def test_on_25_december_the_desk_answers_and_the_day_is_no_working_day(
    world: World,
) -> None:
    world.move_to(datetime(2022, 12, 23, 12, 0, tzinfo=UTC))
    christmas: dict[str, Any] = {
        "startsAt": "2022-12-23T17:00:00+01:00",
        "endsAt": "2022-12-27T09:00:00+01:00",
    }
    made = await put(world.user(Role.ADMINISTRATOR), **christmas)
    world.move_to(datetime(2022, 12, 25, 14, 0, tzinfo=UTC))

    found = await who(world.user(Role.VEILIG_THUIS))

    assert made.status_code == 200, made.text
    assert (found["reachable"], found["on"], found["workingDay"]) == (True, "2022-12-25", False)
    after = await who(world.user(Role.VEILIG_THUIS), at="2022-12-27T09:00:00+01:00")
    assert (after["reachable"], after["workingDay"]) == (False, True)


NIGHTS = [
    Night(
        "2022-03-26T22:00:00+01:00",
        "2022-03-27T03:30:00+02:00",
        "2022-03-27T01:29:59Z",
        "2022-03-27T01:30:00Z",
    ),
    Night(
        "2022-10-29T22:00:00+02:00",
        "2022-10-30T02:30:00+01:00",
        "2022-10-30T00:45:00Z",
        "2022-10-30T01:30:00Z",
    ),
]


@pytest.mark.parametrize("night", NIGHTS)
async def test_in_the_night_that_the_clock_turns_nobody_loses_or_wins_an_hour(
    world: World, night: Night
) -> None:
    world.move_to(datetime.fromisoformat(night.starts) - timedelta(days=1))
    made = await put(world.user(Role.ADMINISTRATOR), startsAt=night.starts, endsAt=night.ends)
    noor = world.user(Role.BUURTTEAM_WORKER)

    there, gone = await who(noor, at=night.inside), await who(noor, at=night.after)

    assert made.status_code == 200, made.text
    assert (there["reachable"], gone["reachable"]) == (True, False)
    assert there["on"] == gone["on"] == night.ends[:10]


async def test_seven_days_are_counted_on_the_wall_when_the_clock_goes_back(world: World) -> None:
    world.move_to(datetime(2022, 10, 28, 9, 0, tzinfo=UTC))
    administrator = world.user(Role.ADMINISTRATOR)

    week = await put(
        administrator, startsAt="2022-10-28T17:00:00+02:00", endsAt="2022-11-04T17:00:00+01:00"
    )
    longer = await put(
        administrator, startsAt="2022-10-28T17:00:00+02:00", endsAt="2022-11-04T17:01:00+01:00"
    )

    assert week.status_code == 200, week.text
    assert longer.json()["errors"][0]["code"] == "too-long"


async def test_two_desks_may_answer_at_once(world: World) -> None:
    administrator = world.user(Role.ADMINISTRATOR)
    await put(administrator, deskName="Achterwacht", endsAt="2022-03-05T09:00:00+01:00")
    await put(administrator)
    world.move_to(FRIDAY + timedelta(minutes=5))

    found = await who(world.user(Role.CENTRAL_ACCESS))

    assert [desk["deskName"] for desk in found["desks"]] == ["Piketdienst opvang", "Achterwacht"]


async def test_an_unknown_party_is_answered_with_the_parties_that_exist(world: World) -> None:
    answer = await world.user(Role.BUURTTEAM_WORKER).get("/intake/v1/duty?party=brandweer")

    assert answer.status_code == 400
    assert answer.json()["type"].endswith("unknown-code")
    for party in steps.STELSEL.parties:
        assert party.code in answer.json()["detail"]
    assert "brandweer" not in answer.text


async def test_a_provider_rings_the_desk_and_does_not_read_who_sits_there(world: World) -> None:
    await put(world.user(Role.ADMINISTRATOR))
    world.move_to(FRIDAY + timedelta(minutes=5))

    found = await who(world.user(Role.PROVIDER_INTAKE))

    assert found["desks"][0]["phone"] == PHONE
    assert found["desks"][0]["subject"] is None
    path = f"/intake/v1/duty-shifts/{uuid4()}"
    assert (await world.user(Role.PROVIDER_INTAKE).get(path)).status_code == 403


@pytest.mark.parametrize(
    ("other", "pointer", "code"),
    [
        ({"endsAt": "2022-03-04T16:00:00+01:00"}, "/endsAt", "ends-before-it-begins"),
        ({"endsAt": "2022-03-11T17:01:00+01:00"}, "/endsAt", "too-long"),
        ({"startsAt": "2022-03-01T08:44:00+01:00"}, "/startsAt", "in-the-past"),
        ({"party": "brandweer"}, "/party", "unknown-code"),
        ({"teamId": str(uuid4())}, "/teamId", "not-of-party"),
        ({"phone": "bel maar"}, "/phone", "string_pattern_mismatch"),
        ({"startsAt": "2022-03-04T17:00:00"}, "/startsAt", "timezone_aware"),
    ],
)
async def test_a_shift_that_cannot_be_is_refused_with_its_place(
    world: World, other: dict[str, Any], pointer: str, code: str
) -> None:
    refused = await put(world.user(Role.ADMINISTRATOR), **other)

    assert refused.status_code == 400, refused.text
    assert (pointer, code) in {(e["pointer"], e["code"]) for e in refused.json()["errors"]}
    assert number(world, "SELECT count(*) FROM duty_shifts") == 0


async def test_a_lead_keeps_the_roster_of_the_own_team_and_of_no_other(world: World) -> None:
    await steps.directory(world)
    lead = world.user(Role.TEAM_LEAD)
    own: dict[str, Any] = {
        "party": "buurtteam",
        "teamId": str(DAPPERBUURT.id),
        "subject": NOOR.subject,
    }

    made = await put(lead, **own)
    others = await put(lead, **{**own, "teamId": str(VOLEWIJCK.id)})
    whole = await put(lead, party="buurtteam")
    access = await put(lead)

    assert made.status_code == 200, made.text
    assert [answer.status_code for answer in (others, whole, access)] == [404, 404, 404]


async def test_the_central_access_keeps_its_own_desk_and_takes_over_no_other(
    world: World,
) -> None:
    access, record = world.user(Role.CENTRAL_ACCESS), uuid4()
    made = await put(world.user(Role.ADMINISTRATOR), record, party="veilig_thuis")
    path = f"/intake/v1/duty-shifts/{record}"

    own = await put(access)
    taken = await change(access, path, made.headers["ETag"])
    again = await put(access, record)

    assert own.status_code == 200, own.text
    assert (taken.status_code, again.status_code) == (404, 404)
    assert (await access.get(path)).json()["party"] == "veilig_thuis"


async def test_a_running_shift_is_made_shorter_and_one_that_is_over_stays(world: World) -> None:
    administrator, record = world.user(Role.ADMINISTRATOR), uuid4()
    await put(administrator, record)
    path = f"/intake/v1/duty-shifts/{record}"
    world.move_to(FRIDAY + timedelta(hours=3))
    etag = (await administrator.get(path)).headers["ETag"]

    another = await change(administrator, path, etag, subject="somebody-else")
    earlier = await change(administrator, path, etag, startsAt="2022-03-04T20:00:00+01:00")
    shorter = await change(administrator, path, etag, endsAt="2022-03-05T09:00:00+01:00")
    stale = await change(administrator, path, etag)
    world.move_to(MONDAY)
    over = await change(administrator, path, shorter.headers["ETag"])

    assert [another.status_code, earlier.status_code] == [409, 409]
    assert shorter.status_code == 200, shorter.text
    assert stale.status_code == 412
    assert (over.status_code, over.json()["detail"].split(".")[0]) == (
        409,
        "Deze dienst is voorbij",
    )


async def test_a_cancelled_shift_is_no_promise_that_somebody_answers(world: World) -> None:
    administrator, access = world.user(Role.ADMINISTRATOR), world.user(Role.CENTRAL_ACCESS)
    coming, running = uuid4(), uuid4()
    night = {"startsAt": "2022-03-01T09:00:00+01:00", "endsAt": "2022-03-02T09:00:00+01:00"}
    first = await put(administrator, coming)
    second = await put(administrator, running, **night)
    path = "/intake/v1/duty-shifts"

    gone = await access.post(f"{path}/{coming}/cancellations", etag=first.headers["ETag"])
    ended = await access.post(f"{path}/{running}/cancellations", etag=second.headers["ETag"])
    again = await access.post(f"{path}/{coming}/cancellations", etag=gone.headers["ETag"])
    changed = await change(administrator, f"{path}/{coming}", gone.headers["ETag"])

    assert (gone.status_code, ended.status_code) == (200, 200)
    assert (again.status_code, changed.status_code) == (409, 409)
    found = await who(access)
    assert (found["reachable"], found["next"]) == (False, None)
    assert (await access.get(f"{path}?party=centrale_toegang")).json()["items"] == []


async def test_nobody_cancels_the_shift_of_another_party(world: World) -> None:
    record = uuid4()
    made = await put(world.user(Role.ADMINISTRATOR), record, party="veilig_thuis")
    path = f"/intake/v1/duty-shifts/{record}/cancellations"

    for role in (Role.CENTRAL_ACCESS, Role.TEAM_LEAD):
        refused = await world.user(role).post(path, etag=made.headers["ETag"])
        assert refused.status_code == 404
    assert (await who(world.user(Role.OKT_WORKER), "veilig_thuis"))["next"] is not None


async def test_the_roster_of_a_party_comes_in_pages_in_its_order(world: World) -> None:
    administrator, made = world.user(Role.ADMINISTRATOR), []
    for day in (7, 5, 6):
        begin = f"2022-03-0{day}T17:00:00+01:00"
        end = f"2022-03-0{day + 1}T09:00:00+01:00"
        made.append((await put(administrator, startsAt=begin, endsAt=end)).json()["id"])
    path = "/intake/v1/duty-shifts?party=centrale_toegang&pageSize=2"

    first = (await administrator.get(path)).json()
    rest = (await administrator.get(f"{path}&cursor={first['next']}")).json()

    found = [shift["id"] for shift in (*first["items"], *rest["items"])]
    assert (found, rest["next"]) == ([made[1], made[2], made[0]], None)
    unknown = await administrator.get("/intake/v1/duty-shifts?party=brandweer")
    assert unknown.status_code == 400


def test_the_rules_of_the_roster_over_plain_values() -> None:
    known = roster.Shift("one", START - timedelta(hours=1), START + timedelta(hours=8))
    roster.check_change(known, known, START)
    late = roster.Shift("one", START - roster.ON_TIME, START + timedelta(hours=1))
    roster.check_new(late, START)

    with pytest.raises(InvalidRequestError):
        roster.check_new(known, START)
    ended = roster.Shift("one", known.starts_at, START - timedelta(minutes=16))
    with pytest.raises(InvalidRequestError):
        roster.check_change(known, ended, START)
    with pytest.raises(ConflictError):
        roster.check_change(known, known, known.ends_at)
