"""Races at intake, each with a control: the same race without its guard ends wrong."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest

from deploy.local.sample import DAPPERBUURT, VOLEWIJCK, YUSUF
from shared.vocabulary import Role
from tests.intake import steps
from tests.intake.doubles import FakePlans
from tests.intake.racing import count, race, stand_still, without
from tests.intake.steps import CONTACTS, bring, read
from tests.support.postgres import TestServer
from tests.support.world import Actor, World

TRIGGER = "team_areas_one_team_per_day"
ONE_REDIRECT = "CREATE UNIQUE INDEX uq_redirects_contact_id ON redirects (contact_id)"
ONE_ORIGIN = "CREATE UNIQUE INDEX uq_contacts_carried_from ON contacts (carried_from)"
ONE_OPEN_TALK = (
    "CREATE UNIQUE INDEX uq_clarifications_open_per_contact ON clarifications (contact_id)"
    " WHERE status = 'open'"
)
ONE_KEY = (
    "ALTER TABLE idempotency_keys ADD CONSTRAINT pk_idempotency_keys"
    " PRIMARY KEY (caller, operation, key)"
)
GUARD_OF_AREAS = (
    f"CREATE TRIGGER {TRIGGER} BEFORE INSERT OR UPDATE ON team_areas"
    " FOR EACH ROW EXECUTE FUNCTION check_one_team_per_day()"
)


def codes(answers: list[httpx.Response]) -> list[int]:
    """The status codes, in order of height."""
    return sorted(answer.status_code for answer in answers)


@pytest.fixture
def plans(world: World) -> FakePlans:
    """The register of plans, as a stand-in."""
    found = FakePlans()
    world.router.apps["plans.test"] = found.app()
    return found


@dataclass(frozen=True)
class Pair:
    """Two colleagues of one team, who do the same to one contact, having seen the same."""

    databases: TestServer
    first: Actor
    second: Actor

    async def do(self, contact: UUID, what: str, body: Any) -> list[httpx.Response]:
        """Both at one moment."""
        etag = (await read(self.first, contact)).headers["ETag"]
        path, hold = f"{CONTACTS}/{contact}/{what}", "SELECT 1 FROM contacts FOR UPDATE"
        calls = (one.post(path, body, etag=etag) for one in (self.first, self.second))
        return await race(self.databases, hold, *calls)


@pytest.fixture
async def pair(world: World, databases: TestServer) -> Pair:
    """The two, in a filled directory."""
    await steps.directory(world)
    second = world.user(Role.BUURTTEAM_WORKER, subject=YUSUF.subject)
    return Pair(databases, world.user(Role.BUURTTEAM_WORKER), second)


async def both_take_up(pair: Pair) -> tuple[list[httpx.Response], Any]:
    contact = await bring(pair.first, wijk="ME")
    answers = await pair.do(contact, "triage-decisions", {"urgency": "soon"})
    return answers, (await read(pair.first, contact)).json()


async def test_of_two_who_take_up_one_contact_one_has_it(pair: Pair) -> None:
    answers, found = await both_take_up(pair)

    winner = next(answer for answer in answers if answer.status_code == 200)
    assert codes(answers) in ([200, 409], [200, 412])
    assert found["assignedTo"] == winner.json()["assignedTo"]


async def test_control_without_a_version_both_think_that_they_have_it(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_still(monkeypatch)

    answers, _ = await both_take_up(pair)

    assert codes(answers) == [200, 200]
    assert len({answer.json()["assignedTo"] for answer in answers}) == 2


async def both_redirect(pair: Pair) -> list[httpx.Response]:
    contact = await bring(pair.first, wijk="ME")
    body = {"toParty": "okt", "reason": "Opvoeden.", "personInformed": True}
    return await pair.do(contact, "redirects", body)


CARRIED = "SELECT count(*) FROM contacts WHERE carried_from IS NOT NULL"


@pytest.mark.rule("OPN-10")
async def test_two_who_carry_one_contact_over_make_one(pair: Pair, databases: TestServer) -> None:
    answers = await both_redirect(pair)

    assert codes(answers) in ([202, 409], [202, 412])
    assert count(databases, CARRIED) == 1


async def test_the_database_alone_lets_one_contact_be_carried_once(
    pair: Pair, databases: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_still(monkeypatch)

    answers = await both_redirect(pair)

    assert codes(answers) == [202, 409]
    assert count(databases, CARRIED) == 1


async def test_control_without_the_indexes_one_contact_is_carried_twice(
    pair: Pair, databases: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_still(monkeypatch)
    guards = (
        ("DROP INDEX uq_redirects_contact_id", ONE_REDIRECT),
        ("DROP INDEX uq_contacts_carried_from", ONE_ORIGIN),
    )

    with without(databases, *guards):
        answers = await both_redirect(pair)
        carried = count(databases, CARRIED)

    assert codes(answers) == [202, 202]
    assert carried == 2


async def both_begin_to_talk(pair: Pair, plans: FakePlans) -> Any:
    contact = await steps.linked(pair.first, plans, wijk="ME")
    return await pair.do(contact, "clarifications", steps.OFFERS)


OPEN_TALKS = "SELECT count(*) FROM clarifications WHERE status = 'open'"


async def test_two_who_begin_to_talk_have_one_talk(
    pair: Pair, plans: FakePlans, databases: TestServer
) -> None:
    answers = await both_begin_to_talk(pair, plans)

    assert codes(answers) in ([201, 409], [201, 412])
    assert count(databases, OPEN_TALKS) == 1


async def test_the_database_alone_keeps_it_at_one_open_talk(
    pair: Pair,
    plans: FakePlans,
    databases: TestServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stand_still(monkeypatch)

    answers = await both_begin_to_talk(pair, plans)

    assert codes(answers) == [201, 409]
    assert count(databases, OPEN_TALKS) == 1


async def test_control_without_the_index_there_are_two_open_talks(
    pair: Pair,
    plans: FakePlans,
    databases: TestServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stand_still(monkeypatch)

    with without(databases, ("DROP INDEX uq_clarifications_open_per_contact", ONE_OPEN_TALK)):
        answers = await both_begin_to_talk(pair, plans)
        talks = count(databases, OPEN_TALKS)

    assert codes(answers) == [201, 201]
    assert talks == 2


async def twice_with_one_key(world: World) -> list[httpx.Response]:
    worker, key = world.user(Role.BUURTTEAM_WORKER), uuid4()
    sent = (worker.post(CONTACTS, steps.told(), key=key) for _ in range(2))
    return await race(world.databases, "LOCK TABLE contacts IN EXCLUSIVE MODE", *sent)


async def test_one_key_sent_twice_at_once_makes_one_contact(
    world: World, databases: TestServer
) -> None:
    answers = await twice_with_one_key(world)

    assert codes(answers) == [201, 201]
    assert answers[0].content == answers[1].content
    assert count(databases, "SELECT count(*) FROM contacts") == 1


async def test_control_without_the_key_of_keys_there_are_two_contacts(
    world: World, databases: TestServer
) -> None:
    drop = "ALTER TABLE idempotency_keys DROP CONSTRAINT pk_idempotency_keys"

    with without(databases, (drop, ONE_KEY)):
        await twice_with_one_key(world)
        made = count(databases, "SELECT count(*) FROM contacts")

    assert made == 2


async def two_teams_for_one_wijk(
    world: World, hold: str = "LOCK TABLE team_areas IN EXCLUSIVE MODE"
) -> list[httpx.Response]:
    administrator = world.user(Role.ADMINISTRATOR)
    areas = [{"wijk": "ME", "validFrom": "2022-01-01"}, {"wijk": "MC", "validFrom": "2022-01-01"}]
    first = steps.team_body(DAPPERBUURT, areas=areas)
    second = steps.team_body(VOLEWIJCK, areas=list(reversed(areas)))
    return await race(
        world.databases,
        hold,
        administrator.put_new(f"/intake/v1/teams/{DAPPERBUURT.id}", first),
        administrator.put_new(f"/intake/v1/teams/{VOLEWIJCK.id}", second),
    )


@pytest.mark.rule("AMS-INT-23")
async def test_two_teams_that_claim_one_wijk_at_once_do_not_both_get_it(
    world: World, databases: TestServer
) -> None:
    answers = await two_teams_for_one_wijk(world)

    assert codes(answers) == [200, 409]
    assert count(databases, "SELECT count(*) FROM teams") == 1
    assert count(databases, "SELECT count(DISTINCT team_id) FROM team_areas") == 1


async def test_control_without_the_trigger_both_teams_have_the_wijk(
    world: World, databases: TestServer
) -> None:
    with without(databases, (f"DROP TRIGGER {TRIGGER} ON team_areas", GUARD_OF_AREAS)):
        answers = await two_teams_for_one_wijk(world)
        teams = count(databases, "SELECT count(DISTINCT team_id) FROM team_areas")

    assert codes(answers) == [200, 200]
    assert teams == 2


@pytest.mark.parametrize(("locked", "expected"), [(True, [200, 409]), (False, [200, 200])])
async def test_looking_is_not_enough_it_is_the_lock_of_the_wijk_that_makes_the_second_wait(
    world: World,
    databases: TestServer,
    locked: bool,  # noqa: FBT001
    expected: list[int],
) -> None:
    """Both stop right after they looked: the row of the wijk keeps the second from looking yet."""
    query = "SELECT pg_get_functiondef('check_one_team_per_day'::regproc)"
    with psycopg.connect(databases.server.admin_dsn, dbname=databases.name("intake")) as admin:
        found = admin.execute(query.encode()).fetchone()
    assert found is not None
    whole = str(found[0])
    kept = [line for line in whole.splitlines() if locked or "served_areas" not in line]
    pause = "PERFORM pg_advisory_xact_lock_shared(4711);\n  RETURN NEW;"
    paused = "\n".join(kept).replace("RETURN NEW;", pause)
    assert paused != whole

    with without(databases, (paused, whole)):
        answers = await two_teams_for_one_wijk(world, "SELECT pg_advisory_xact_lock(4711)")

    assert codes(answers) == expected
