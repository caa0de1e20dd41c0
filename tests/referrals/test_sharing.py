"""A consent that is taken back: nothing can be read any more, and plans hears it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from shared.schemas.events import CONSENT_REVOKED
from shared.vocabulary import ServiceName
from tests.referrals.doubles import SURNAME, FakePlans
from tests.referrals.steps import (
    ATTEMPTS,
    Under,
    a_plan,
    a_shortlist,
    accepted,
    admitted,
    attempt_to,
    desk,
    do,
    offered,
    the_offer,
    worker,
)
from tests.referrals.telling import hear, notes, tell
from tests.support.registry import Offer, two_offers
from tests.support.world import World

NO = {"declinedBy": "provider", "code": "no_capacity"}
CONSENT = str(uuid4())


async def revoke(
    world: World, under: Under, made: Offer, person: str | None = None, consent: str = CONSENT
) -> None:
    """The person takes back that this provider hears of them."""
    data = {
        "consentId": consent,
        "planId": str(under.plan.id),
        "personId": person or str(under.plan.member),
        "providerId": str(made.provider),
    }
    await tell(world, CONSENT_REVOKED, consent, data)


def closed(plans: FakePlans) -> list[str]:
    """The consents of which referrals said that they are closed."""
    return [e["subject"] for e in plans.events if e["type"] == "nl.wmo.consent.closed"]


async def readable(world: World, made: Offer, seen: httpx.Response) -> list[Any]:
    """What a provider sees of an attempt: alone, in its inbox, and by a replay."""
    actor = desk(world, made)
    alone = await actor.get(f"{ATTEMPTS}/{seen.json()['id']}")
    return [alone.status_code, len((await actor.get(ATTEMPTS)).json()["items"])]


@pytest.mark.rule("OPN-31")
async def test_after_a_revocation_nothing_of_help_that_was_agreed_can_be_read(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    key = uuid4()
    seen = await the_offer(world, under.first)
    yes = await attempt_to(desk(world, under.first), seen, "acceptances", key=key)
    before = await readable(world, under.first, yes)

    await revoke(world, under, under.first)

    replayed = await attempt_to(desk(world, under.first), seen, "acceptances", key=key)
    gone = await desk(world, under.first).get(f"{ATTEMPTS}/{uuid4()}")
    assert (yes.json()["identity"]["persons"][0]["surname"], before) == (SURNAME, [200, 1])
    assert await readable(world, under.first, yes) == [404, 0]
    assert (replayed.status_code, replayed.content) == (404, gone.content)
    assert stored(world) == [(None, True)]
    attempts = (await worker(world).get(under.path())).json()["attempts"]
    assert [each["status"] for each in attempts] == ["accepted"]
    assert notes(plans) == [("consent_revoked", "consent_revoked")]
    assert closed(plans) == [CONSENT]


def stored(world: World) -> list[tuple[object, ...]]:
    """Whether an identity is still stored, and whether the disclosure is marked as revoked."""
    address = world.databases.url(ServiceName.REFERRALS)
    with psycopg.connect(address.replace("postgresql+psycopg://", "postgresql://", 1)) as db:
        return db.execute("SELECT identity, revoked_at IS NOT NULL FROM attempts").fetchall()


@pytest.mark.rule("OPN-31")
@pytest.mark.parametrize("parked", ["", "apply_event", "close_sharing"])
async def test_a_revocation_that_waits_or_failed_closes_what_it_is_about_already(
    world: World, plans: FakePlans, parked: str
) -> None:
    under = await offered(world, plans)
    yes = await attempt_to(
        desk(world, under.first), await the_offer(world, under.first), "acceptances"
    )
    about = {"planId": str(under.plan.id), "personId": str(under.plan.member)}
    told = {"consentId": CONSENT, **about, "providerId": str(under.first.provider)}
    other = {**told, "consentId": str(uuid4()), "planId": str(uuid4())}

    await hear(world, CONSENT_REVOKED, str(uuid4()), other)
    before = await readable(world, under.first, yes)
    with parking(world, parked):
        await hear(world, CONSENT_REVOKED, CONSENT, told)
        if parked:
            await world.drain()

    assert before == [200, 1]
    assert await readable(world, under.first, yes) == [404, 0]
    assert CONSENT not in closed(plans)


@contextmanager
def parking(world: World, work: str) -> Iterator[None]:
    """This work fails for good as soon as it is there, as a faulty release would make it."""
    world.databases.execute(
        ServiceName.REFERRALS,
        "CREATE FUNCTION park() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF NEW.task_name = '{work}' THEN NEW.status = 'failed'; END IF; RETURN NEW; END $$;"
        " CREATE TRIGGER park BEFORE INSERT ON procrastinate_jobs FOR EACH ROW"
        " EXECUTE FUNCTION park()",
    )
    try:
        yield
    finally:
        world.databases.execute(ServiceName.REFERRALS, "DROP FUNCTION park() CASCADE")


async def test_help_that_runs_can_still_be_ended_by_who_may_not_read_it_any_more(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    actor = desk(world, under.first)
    intake = {"at": "2022-03-02T09:00:00Z", "place": "Oosterpark 1"}
    seen = await do(actor, await accepted(world, under), "intake-appointments", intake)
    seen = await do(actor, seen, "starts", {"on": "2022-03-01"})
    await revoke(world, under, under.first)

    stopped = await do(actor, seen, "stops", {"on": "2022-03-01", "code": "person_stops"})

    assert stopped.json()["status"] == "stopped"
    assert (await worker(world).get(under.path())).json()["status"] == "ended"


async def test_an_offer_lapses_and_nobody_else_is_asked_unless_the_coordinator_does(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    seen = await the_offer(world, under.first)

    await revoke(world, under, under.first)

    found = await worker(world).get(under.path())
    assert [(a["status"], a["code"]) for a in found.json()["attempts"]] == [
        ("lapsed", "consent_revoked")
    ]
    assert await readable(world, under.first, seen) == [404, 0]
    await do(worker(world), found, "attempts")
    assert len((await desk(world, under.second).get(ATTEMPTS)).json()["items"]) == 1


async def test_what_was_composed_before_is_not_sent_to_the_next(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    await revoke(world, under, under.second)

    await do(desk(world, under.first), await the_offer(world, under.first), "declines", NO)

    assert (await worker(world).get(under.path())).json()["status"] == "no_provider_left"
    assert (await desk(world, under.second).get(ATTEMPTS)).json()["items"] == []


async def test_a_list_composed_before_the_revocation_and_kept_after_it_is_not_sent(
    world: World, plans: FakePlans
) -> None:
    """The package of the stand-in is older than the revocation, as one under way would be."""
    plan = a_plan(plans)
    first, second = await two_offers(world)
    seen = await admitted(world, plan)
    await revoke(world, Under(plan, first, second, seen), first)
    seen = await do(worker(world), seen, "shortlists", a_shortlist(plan, first))

    refused = await attempt_to(worker(world), seen, "attempts")

    assert refused.status_code == 409
    assert refused.json()["detail"].startswith("De cliënt wil dit niet meer delen")
    assert (await desk(world, first).get(ATTEMPTS)).json()["items"] == []


async def test_a_revocation_by_somebody_else_or_towards_somebody_else_closes_nothing_here(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    seen = await accepted(world, under)

    await revoke(world, under, under.first, person=str(uuid4()), consent=str(uuid4()))
    await revoke(world, under, under.second, consent=str(uuid4()))

    assert await readable(world, under.first, seen) == [200, 1]
    assert notes(plans) == []
    assert len(closed(plans)) == 2, "nothing was open, and that is told as well"


async def test_what_is_shared_by_a_legal_task_does_not_end_with_a_consent(
    world: World, plans: FakePlans
) -> None:
    plan = a_plan(plans)
    first, second = await two_offers(world)
    seen = await admitted(world, plan)
    wanted = a_shortlist(plan, first)
    wanted["entries"][0]["basis"] = "legal_task"
    seen = await do(worker(world), seen, "shortlists", wanted)
    under = Under(plan, first, second, await do(worker(world), seen, "attempts"))
    yes = await accepted(world, under)

    await revoke(world, under, first)

    assert await readable(world, first, yes) == [200, 1]


@pytest.mark.rule("OPN-31")
async def test_a_disclosure_is_read_until_its_last_day_and_not_after(
    world: World, plans: FakePlans, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = type(a_plan(plans)).package

    def until(self: Any, provider: str, party: str | None = None) -> dict[str, Any]:
        return {**package(self, provider, party), "validUntil": "2022-03-05"}

    monkeypatch.setattr("tests.referrals.doubles.Plan.package", until)
    under = await offered(world, plans)
    seen = await the_offer(world, under.first)

    world.move_to(datetime(2022, 3, 5, 20, tzinfo=UTC))
    last_day = await readable(world, under.first, seen)
    world.move_to(datetime(2022, 3, 5, 23, 30, tzinfo=UTC))  # the sixth in Amsterdam
    after = await readable(world, under.first, seen)
    late = await attempt_to(desk(world, under.first), seen, "acceptances")

    assert (last_day, after) == ([200, 1], [404, 0])
    assert late.status_code == 404
