"""What is known of circles: news that waits closes its plan, too much lag refuses, rebuilt anew."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from deploy.local.sample import CALLERS
from shared.db.circle import CirclePlanRow, CircleRow
from shared.errors import PeerUnavailableError
from shared.outbox.circle import rebuild
from shared.schemas.base import Page
from shared.schemas.events import CIRCLE_CHANGED, CirclePerson
from shared.schemas.plans import CircleRead
from shared.vocabulary import CirclePart, Role, ServiceName
from tests.intake import steps as intake_steps
from tests.intake.doubles import FakePlans as IntakesPlans
from tests.intake.test_circle import SPECIALIST, with_plan
from tests.referrals import steps as referral_steps
from tests.referrals.doubles import FakePlans as ReferralsPlans
from tests.shared.test_dead_letters import fail_for_good, rows
from tests.support.world import START, Actor, World

LATER = START + timedelta(hours=1)
BOTH = (ServiceName.INTAKE, ServiceName.REFERRALS)


async def tell(
    world: World, service: ServiceName, plan: UUID, sequence: int, *people: dict[str, Any]
) -> None:
    """Plans tells a service who is around a plan; received, not yet applied."""
    event = {
        "id": str(uuid4()),
        "source": "urn:nld:buurtteam:plans",
        "type": CIRCLE_CHANGED,
        "subject": str(plan),
        "time": "2022-03-01T08:00:00Z",
        "sequence": str(sequence),
        "data": {
            "planId": str(plan),
            "householdId": str(uuid4()),
            "teamId": None,
            "open": True,
            "circle": [{"validFrom": "2022-01-01T00:00:00Z", **person} for person in people],
        },
    }
    sender = Actor(world.http, world.service_token("plans", service))
    answer = await sender.post(f"/{service}/v1/events", event)
    assert answer.status_code == 202, answer.text


def poison(world: World, service: ServiceName, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on this service cannot apply what it is told of circles."""

    async def broken(_session: object, _received: object) -> None:
        raise RuntimeError

    handlers = world.apps[service].state.inbox._handlers
    monkeypatch.setitem(handlers, CIRCLE_CHANGED, broken)


class AtReferrals:
    """A request on a plan, as its coordinator reads it."""

    service = ServiceName.REFERRALS

    def __init__(self, world: World, plan: UUID, path: str) -> None:
        self.world, self.plan = world, plan
        self.paths = [path, f"{referral_steps.REFERRALS}?planId={plan}"]
        self.person = {"subject": CALLERS[Role.BUURTTEAM_WORKER].subject}

    async def tell(self, sequence: int, plan: UUID | None = None) -> None:
        """The same circle again, with another number."""
        person = {**self.person, "part": "coordinator"}
        await tell(self.world, self.service, plan or self.plan, sequence, person)

    async def seen(self) -> list[int]:
        """How the reads that rest on the circle are answered; a list counts what it shows."""
        actor = referral_steps.worker(self.world)
        one, many = [await actor.get(path) for path in self.paths]
        shown = len(many.json()["items"]) if many.status_code == 200 else many.status_code
        return [one.status_code, shown]


@pytest.fixture
async def at_referrals(world: World) -> AtReferrals:
    """A request that its coordinator reads."""
    plans = ReferralsPlans()
    world.router.apps["plans.test"] = plans.app()
    plan = referral_steps.a_plan(plans)
    made = await referral_steps.created(world, plan)
    found = AtReferrals(world, plan.id, f"{referral_steps.REFERRALS}/{made.json()['id']}")
    assert await found.seen() == [200, 1]
    return found


async def test_news_that_waits_closes_the_plan_in_referrals(at_referrals: AtReferrals) -> None:
    await at_referrals.tell(2)
    closed = await at_referrals.seen()
    await at_referrals.world.drain()

    assert (closed, await at_referrals.seen()) == ([404, 0], [200, 1])


async def test_news_that_says_nothing_new_closes_nothing(at_referrals: AtReferrals) -> None:
    await at_referrals.tell(1)

    assert await at_referrals.seen() == [200, 1]


async def test_parked_news_closes_its_plan_until_it_is_redriven(
    at_referrals: AtReferrals, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = at_referrals.world
    with monkeypatch.context() as broken:
        poison(world, ServiceName.REFERRALS, broken)
        await at_referrals.tell(2)
        await fail_for_good(world, ServiceName.REFERRALS)
    world.move_to(LATER)
    parked = await at_referrals.seen()
    administrator = world.user(Role.ADMINISTRATOR)
    [letter] = (await administrator.get("/referrals/v1/dead-letters")).json()["items"]

    await administrator.post(f"/referrals/v1/dead-letters/{letter['id']}/redrives")
    await world.drain()

    assert letter["subject"] == str(at_referrals.plan)
    assert (parked, await at_referrals.seen()) == ([404, 0], [200, 1])


async def test_a_poisoned_message_of_one_plan_does_not_close_another(
    at_referrals: AtReferrals, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does what waits behind it, however long it takes."""
    other, world = uuid4(), at_referrals.world
    with monkeypatch.context() as broken:
        poison(world, ServiceName.REFERRALS, broken)
        await at_referrals.tell(1, other)
        await at_referrals.tell(2, other)
        await world.kernel(ServiceName.REFERRALS).jobs.drain()
    world.move_to(LATER)

    waiting = "SELECT attempts FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id"
    assert rows(world, ServiceName.REFERRALS, waiting) == [(1,), (0,)]
    assert await at_referrals.seen() == [200, 1]


async def test_beyond_the_accepted_lag_reads_by_the_circle_are_refused(
    at_referrals: AtReferrals,
) -> None:
    world, other = at_referrals.world, uuid4()
    await at_referrals.tell(1, other)
    world.move_to(START + timedelta(seconds=890))
    accepted = await at_referrals.seen()
    world.move_to(START + timedelta(seconds=910))

    refused = await at_referrals.seen()
    answer = await referral_steps.worker(world).get(at_referrals.paths[0])
    missing = await referral_steps.worker(world).get(f"{referral_steps.REFERRALS}/{uuid4()}")
    await world.drain()

    assert (accepted, refused) == ([200, 1], [503, 503])
    assert answer.json()["type"] == "urn:problem:stale-projection"
    assert answer.headers["Retry-After"]
    assert missing.content == answer.content
    assert await at_referrals.seen() == [200, 1]


async def test_a_provider_still_has_its_inbox_but_not_who_coordinates(
    at_referrals: AtReferrals,
) -> None:
    world = at_referrals.world
    provider = world.user(Role.PROVIDER_INTAKE)
    paths = [referral_steps.ATTEMPTS, "/referrals/v1/coordinations/somebody"]
    before = [(await provider.get(path)).status_code for path in paths]
    await at_referrals.tell(2)
    world.move_to(LATER)

    behind = [(await provider.get(path)).status_code for path in paths]

    assert (before, behind) == ([200, 404], [200, 503])


async def test_at_intake_only_what_rests_on_the_circle_is_refused(world: World) -> None:
    await intake_steps.directory(world)
    plans = IntakesPlans()
    world.router.apps["plans.test"] = plans.app()
    noor, teun = world.user(Role.BUURTTEAM_WORKER), world.user(Role.SPECIALIST, subject=SPECIALIST)
    contact, plan, talk = await with_plan(noor, plans)
    await tell(world, ServiceName.INTAKE, plan, 1, {"subject": SPECIALIST, "part": "specialist"})
    await world.drain()
    paths = [f"{intake_steps.CONTACTS}/{contact}", f"/intake/v1/clarifications/{talk}"]
    before = [(await teun.get(path)).status_code for path in paths]
    await tell(world, ServiceName.INTAKE, uuid4(), 1)
    world.move_to(LATER)

    by_circle = [await teun.get(path) for path in paths]
    by_team = [(await noor.get(path)).status_code for path in paths]
    await world.drain()
    after = [(await teun.get(path)).status_code for path in paths]

    assert [answer.status_code for answer in by_circle] == [503, 503]
    assert {answer.json()["type"] for answer in by_circle} == {"urn:problem:stale-projection"}
    assert (before, by_team, after) == ([200, 200], [200, 200], [200, 200])


def a_circle(plan: UUID, sequence: int, *subjects: str) -> CircleRead:
    """A circle as plans has it."""
    since = START - timedelta(days=9)
    people = tuple(
        CirclePerson(subject=one, part=CirclePart.WORKER, valid_from=since) for one in subjects
    )
    return CircleRead(
        plan_id=plan,
        household_id=uuid4(),
        team_id=None,
        open=True,
        sequence=sequence,
        circle=people,
    )


def known(world: World, service: ServiceName) -> dict[UUID, tuple[int, list[str]]]:
    """The projection of a service."""
    state, circle = CirclePlanRow.__tablename__, CircleRow.__tablename__
    statement = (
        f"SELECT plan_id, sequence, array(SELECT subject FROM {circle} c"  # noqa: S608  our names
        f" WHERE c.plan_id = s.plan_id ORDER BY subject) FROM {state} s"
    )
    return {plan: (number, people) for plan, number, people in rows(world, service, statement)}


@pytest.mark.parametrize("service", BOTH)
async def test_a_rebuild_takes_over_what_is_newer_and_nothing_else(
    world: World, service: ServiceName
) -> None:
    old, same, newer, unknown = (uuid4() for _ in range(4))
    kernel = world.kernel(service)
    for plan in (old, same, newer):
        person = {"subject": "told", "part": "worker"}
        await tell(world, service, plan, 5, person)
    await world.drain()
    pages: dict[str | None, Page[CircleRead]] = {
        None: Page(items=(a_circle(old, 4, "x"), a_circle(same, 5, "x")), next="second"),
        "second": Page(items=(a_circle(newer, 6, "a", "b"), a_circle(unknown, 1, "c"))),
    }

    async def answers(cursor: str | None) -> Page[CircleRead]:
        return pages[cursor]

    taken = await rebuild(kernel.db, answers, kernel.clock)
    again = await rebuild(kernel.db, answers, kernel.clock)

    assert (taken, again) == (2, 0)
    assert known(world, service) == {
        old: (5, ["told"]),
        same: (5, ["told"]),
        newer: (6, ["a", "b"]),
        unknown: (1, ["c"]),
    }


@pytest.mark.parametrize("service", BOTH)
async def test_every_night_the_real_plans_are_asked_page_by_page(
    world: World, service: ServiceName, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [a_circle(uuid4(), number + 1, f"worker-{number}") for number in range(3)]
    asked: list[str | None] = []
    use_cases = world.apps[service].state.service.circles
    plans = use_cases.plans if service is ServiceName.INTAKE else use_cases.tools.plans

    async def one_by_one(_self: object, cursor: str | None) -> Page[CircleRead]:
        asked.append(cursor)
        place = int(cursor or 0)
        more = str(place + 1) if place + 1 < len(found) else None
        return Page(items=(found[place],), next=more)

    monkeypatch.setattr(type(plans), "circles", one_by_one)
    kernel = world.kernel(service)
    task = kernel.jobs._app.tasks["rebuild_circles"]
    await task.func(0)

    assert asked == [None, "1", "2"]
    assert known(world, service) == {
        item.plan_id: (item.sequence, [item.circle[0].subject]) for item in found
    }
    crons = {
        periodic.task.name: periodic.cron
        for periodic in kernel.jobs._app.periodic_registry.periodic_tasks.values()
    }
    assert crons["rebuild_circles"] == "23 2 * * *"


async def test_a_rebuild_asks_plans_itself_and_fails_when_it_is_away(world: World) -> None:
    use_cases = world.apps[ServiceName.INTAKE].state.service.circles
    assert await use_cases.rebuild() == 0
    world.router.apps.pop("plans.test")

    with pytest.raises(PeerUnavailableError):
        await use_cases.rebuild()


async def test_a_rebuild_opens_what_news_that_is_parked_had_closed(
    at_referrals: AtReferrals, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = at_referrals.world
    poison(world, ServiceName.REFERRALS, monkeypatch)
    await at_referrals.tell(2)
    await fail_for_good(world, ServiceName.REFERRALS)
    closed = await at_referrals.seen()
    kernel = world.kernel(ServiceName.REFERRALS)

    async def answers(_cursor: str | None) -> Page[CircleRead]:
        return Page(items=(a_circle(at_referrals.plan, 2, at_referrals.person["subject"]),))

    await rebuild(kernel.db, answers, kernel.clock)

    assert (closed, await at_referrals.seen()) == ([404, 0], [200, 1])
