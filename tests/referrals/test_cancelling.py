"""The team takes back what it asked of one provider; the request goes on."""

import asyncio
from uuid import uuid4

import psycopg
import pytest

from shared.vocabulary import Role, ServiceName
from tests.providers.steps import taken
from tests.referrals.doubles import FakePlans
from tests.referrals.steps import (
    ATTEMPTS,
    REFERRALS,
    Under,
    a_shortlist,
    accepted,
    attempt_to,
    desk,
    do,
    listed,
    offered,
    the_offer,
    worker,
)
from tests.referrals.test_sharing import revoke
from tests.support.world import Actor, World

REVOKED = {"code": "consent_revoked"}
OTHER = {"code": "person_chooses_other"}
INTAKE = {"at": "2022-03-02T09:00:00Z", "place": "Oosterpark 1"}


async def now(world: World, under: Under) -> Under:
    """The request as the worker sees it now."""
    under.referral = await worker(world).get(under.path())
    return under


@pytest.mark.rule("OPN-31")
async def test_after_a_revocation_an_accepted_offer_is_taken_back_and_the_place_is_free(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    yes = await accepted(world, under)
    await revoke(world, under, under.first)
    held = await taken(world, under.first)
    await now(world, under)
    blocked = await attempt_to(worker(world), under.referral, "attempts")

    answer = await do(worker(world), under.referral, "cancellations", REVOKED)
    await world.drain()

    assert (held, await taken(world, under.first)) == (1, 0)
    assert blocked.status_code == 409, "as long as it lies there nobody else is asked"
    found = answer.json()
    assert [(a["status"], a["code"]) for a in found["attempts"]] == [
        ("cancelled", "consent_revoked")
    ]
    assert found["status"] == "placing"
    gone = await desk(world, under.first).get(f"{ATTEMPTS}/{yes.json()['id']}")
    assert gone.status_code == 404
    assert (await desk(world, under.second).get(ATTEMPTS)).json()["items"] == []
    await do(worker(world), answer, "attempts")
    assert (await the_offer(world, under.second)).json()["status"] == "offered"


@pytest.mark.rule("AMS-REF-06")
@pytest.mark.parametrize("stage", ["offered", "accepted", "intake_planned"])
async def test_an_offer_is_taken_back_until_help_begins_and_reading_stops(
    world: World, plans: FakePlans, stage: str
) -> None:
    under = await offered(world, plans)
    seen = await the_offer(world, under.first)
    if stage != "offered":
        seen = await accepted(world, under)
    if stage == "intake_planned":
        seen = await do(desk(world, under.first), seen, "intake-appointments", INTAKE)
    await now(world, under)

    answer = await do(worker(world), under.referral, "cancellations", OTHER)
    await world.drain()

    assert seen.json()["status"] == stage
    assert answer.json()["attempts"][0]["status"] == "cancelled"
    assert await taken(world, under.first) == 0
    gone = await desk(world, under.first).get(f"{ATTEMPTS}/{seen.json()['id']}")
    nothing = await desk(world, under.first).get(f"{ATTEMPTS}/{uuid4()}")
    assert (gone.status_code, gone.content) == (404, nothing.content)
    address = world.databases.url(ServiceName.REFERRALS)
    with psycopg.connect(address.replace("postgresql+psycopg://", "postgresql://", 1)) as db:
        assert db.execute("SELECT identity FROM attempts").fetchall() == [(None,)]
        steps = db.execute("SELECT mover, code FROM attempt_steps ORDER BY id DESC").fetchall()
    assert steps[0] == ("team", "person_chooses_other")
    moved = [e["data"] for e in plans.events if e["type"] == "nl.wmo.attempt.moved"][-1]
    assert (moved["status"], moved["code"]) == ("cancelled", "person_chooses_other")


async def test_where_the_list_is_at_its_end_nobody_is_left_and_a_new_list_goes_on(
    world: World, plans: FakePlans
) -> None:
    under = await listed(world, plans)
    wanted = a_shortlist(under.plan, under.first)
    under.referral = await do(worker(world), under.referral, "shortlists", wanted)
    under.referral = await do(worker(world), under.referral, "attempts")

    answer = await do(worker(world), under.referral, "cancellations", OTHER)

    assert answer.json()["status"] == "no_provider_left"
    wanted = a_shortlist(under.plan, under.second)
    again = await do(worker(world), answer, "shortlists", wanted)
    assert again.json()["status"] == "placing"


async def test_what_cannot_be_taken_back_is_refused(world: World, plans: FakePlans) -> None:
    under = await listed(world, plans)
    none = await attempt_to(worker(world), under.referral, "cancellations", OTHER)
    old = under.referral
    under.referral = await do(worker(world), under.referral, "attempts")
    path = f"{under.path()}/cancellations"

    unknown = await attempt_to(worker(world), under.referral, "cancellations", {"code": "onzin"})
    stale = await attempt_to(worker(world), old, "cancellations", OTHER)
    missing = await worker(world).post(path, OTHER)
    keyless = await worker(world).send(
        "POST",
        path,
        OTHER,
        {"Idempotency-Key": "", "If-Match": under.referral.headers["ETag"]},
    )
    by_provider = await desk(world, under.first).post(path, OTHER, etag='"x"')

    codes = [a.status_code for a in (none, unknown, stale, missing, keyless, by_provider)]
    assert codes == [409, 400, 412, 428, 400, 403]
    assert "person_chooses_other" in unknown.json()["detail"]
    assert "onzin" not in unknown.text
    assert (await the_offer(world, under.first)).json()["status"] == "offered"


async def test_help_that_runs_is_stopped_by_the_provider_and_not_taken_back(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    actor = desk(world, under.first)
    seen = await do(actor, await accepted(world, under), "intake-appointments", INTAKE)
    await do(actor, seen, "starts", {"on": "2022-03-01"})
    await now(world, under)

    answer = await attempt_to(worker(world), under.referral, "cancellations", REVOKED)

    assert answer.status_code == 409
    assert "stopped" in answer.json()["detail"]
    assert await taken(world, under.first) == 1


async def test_for_another_team_the_request_does_not_exist(world: World, plans: FakePlans) -> None:
    under = await offered(world, plans)
    outsider = world.user(Role.BUURTTEAM_WORKER, subject="50b0-noord", team=str(uuid4()))
    etag = under.referral.headers["ETag"]

    theirs = await outsider.post(f"{under.path()}/cancellations", OTHER, etag=etag)
    nothing = await outsider.post(f"{REFERRALS}/{uuid4()}/cancellations", OTHER, etag=etag)

    assert (theirs.status_code, theirs.content) == (404, nothing.content)


async def test_a_cancellation_is_replayed_with_its_key_and_another_body_is_refused(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    key = uuid4()

    first = await attempt_to(worker(world), under.referral, "cancellations", OTHER, key=key)
    again = await attempt_to(worker(world), under.referral, "cancellations", OTHER, key=key)
    other = await attempt_to(worker(world), under.referral, "cancellations", REVOKED, key=key)

    assert (first.status_code, again.content) == (201, first.content)
    assert other.status_code == 409
    assert len((await worker(world).get(under.path())).json()["attempts"]) == 1


async def test_a_yes_and_a_cancellation_at_once_leave_no_place_taken_without_an_offer(
    world: World, plans: FakePlans
) -> None:
    """Whoever comes second is told; whatever the order, place and attempt agree."""
    under = await offered(world, plans)
    seen = await the_offer(world, under.first)

    async def cancel(actor: Actor) -> int:
        answer = await attempt_to(actor, under.referral, "cancellations", OTHER)
        return answer.status_code

    yes, cancelled = await asyncio.gather(
        attempt_to(desk(world, under.first), seen, "acceptances"), cancel(worker(world))
    )
    await world.drain()

    status = (await worker(world).get(under.path())).json()["attempts"][0]["status"]
    assert (yes.status_code, cancelled, status, await taken(world, under.first)) in [
        (201, 412, "accepted", 1),
        (404, 201, "cancelled", 0),
        (412, 201, "cancelled", 0),
    ]
