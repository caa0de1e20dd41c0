"""A peer in trouble: the caller answers in time, changes nothing half way, and does it once."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from time import monotonic
from typing import Final

import httpx
import pytest

from deploy.local.sample import YUSUF
from shared.errors import PeerUnavailableError
from shared.http.client import new_client
from shared.http.peer import OnBehalf, PeerClient
from shared.http.resilience import Circuit, Guard
from shared.schemas.referrals import CoordinationRead
from shared.vocabulary import Role
from tests.faults.calls import (
    LISTENS_MS,
    Asked,
    acceptance,
    accepted,
    held,
    on_the_way,
    register_workers,
)
from tests.faults.circuits import Ask, check_closes, check_opens
from tests.faults.fault import AFTER_THE_EFFECT, Fault, Seen, always, times
from tests.faults.proxy import Proxy
from tests.faults.support import Note
from tests.faults.town import BEGIN, Town, offered, open_town
from tests.intake.steps import CONTACTS, told
from tests.referrals.steps import ATTEMPTS
from tests.support.effort import Effort

SLACK_SECONDS: Final = 2.0
PATIENCE: Final = 5
SAVED_TRIES: Final = 12
"""More than a process may have saved up in quiet times."""

BY_THE_CLOCK: Final = (
    "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
    " VALUES ('default', %s, '{\"timestamp\": 0}')"
)
"""What the clock does every hour, now."""

COORDINATION: Final = f"/referrals/v1/coordinations/{YUSUF.subject}"


@pytest.fixture(scope="module")
async def town() -> AsyncIterator[Town]:
    async with open_town() as found:
        await register_workers(found)
        yield found


@pytest.fixture(autouse=True)
def no_faults_left(town: Town) -> Iterator[None]:
    yield
    town.mend()


def told_by(town: Town, service: str) -> int:
    """How many events a service ever wrote."""
    return town.number(service, "SELECT coalesce(sum(last), 0) FROM outbox_sequences")


def is_refusal(answer: httpx.Response, peer: str) -> None:
    """503 as a problem that names the peer, and says when to try again."""
    assert answer.status_code == 503, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.json()["type"] == "urn:problem:peer-unavailable"
    assert f" {peer} " in answer.json()["detail"]


async def disturbed(town: Town, asked: Asked, fault: Fault) -> None:
    """While the fault lasts: an answer in time that says who is away, and nothing has changed."""
    caller, peer = asked.way
    way = town.way(*asked.way)
    before, events, fired = await asked.seen(), told_by(town, caller), way.fired[fault]
    way.choose, way.late_seconds = always(fault, asked.path), LISTENS_MS / 1000 + 0.2
    for _ in range(PATIENCE):
        began = monotonic()
        answer = await asked.send(LISTENS_MS)
        took = monotonic() - began
        # On a busy machine the time may be over before the peer was asked; that is no fault met.
        if way.fired[fault] > fired:
            break

    town.mend()
    assert way.fired[fault] > fired, f"{asked.name}: no fault was met, but {answer.text}"
    is_refusal(answer, peer)
    assert took < LISTENS_MS / 1000 + SLACK_SECONDS
    assert (await asked.seen(), told_by(town, caller)) == (before, events)


@pytest.mark.parametrize("fault", list(Fault))
async def test_a_call_to_a_peer_in_trouble_is_refused_in_time_and_done_once_when_repeated(
    town: Town, fault: Fault
) -> None:
    async for asked in on_the_way(town):
        await disturbed(town, asked, fault)
        await town.quiet()
        if fault not in AFTER_THE_EFFECT:
            assert asked.effects() == asked.none, asked.name

        again = await asked.send()
        replayed = await asked.send()

        assert again.is_success, f"{asked.name}: {again.text}"
        assert replayed.content == again.content
        assert asked.effects() == asked.once, asked.name


def lookup(town: Town) -> Ask:
    """A provider asks intake for a worker, for which intake has to ask referrals: not theirs."""
    stranger = town.user(Role.PROVIDER_INTAKE)

    async def ask() -> int:
        answer = await stranger.get(f"/intake/v1/workers/{YUSUF.subject}")
        return answer.status_code

    return ask


async def test_a_circuit_opens_sheds_probes_once_and_closes(town: Town) -> None:
    ask, way = lookup(town), town.way("intake", "referrals")
    assert await ask() == 404

    await check_opens(ask, way, COORDINATION)
    await check_closes(ask, way, COORDINATION, good=404)


async def test_control_a_circuit_that_never_opens_is_caught(town: Town) -> None:
    class NeverOpens(Circuit):
        def _note(self, *, healthy: bool) -> None:
            pass

    way, guard = town.way("intake", "referrals"), Guard("referrals")
    guard.circuit = NeverOpens("referrals", guard.around)

    with pytest.raises(AssertionError, match="an open circuit asks nobody"):
        await _in_this_process(way, guard)
    town.mend()
    await _in_this_process(way, Guard("referrals"))


async def _in_this_process(way: Proxy, guard: Guard) -> None:
    """The same check of a client of our own, with a guard of our own."""

    async def token() -> str:
        return "none"

    async with new_client() as http:
        client = PeerClient("referrals", way.url, http, token, guard)

        async def ask() -> int:
            try:
                await client.get(f"/coordinations/{YUSUF.subject}", CoordinationRead, OnBehalf())
            except PeerUnavailableError:
                return 503
            return 200

        await check_opens(ask, way, COORDINATION)


async def test_tries_add_no_more_than_a_fifth_to_the_calls(
    town: Town, effort: Effort, note: Note
) -> None:
    """Every other call fails first. Without a budget half of all would be asked again."""
    ask, way, calls = lookup(town), town.way("intake", "referrals"), effort.of(80, 600)
    known: set[str] = set()

    def every_other_first(request: Seen) -> Fault | None:
        first = request.path == COORDINATION and request.trace not in known
        known.add(request.trace)
        return Fault.UNAVAILABLE if first and len(known) % 2 else None

    before, way.choose = len(way.asked(COORDINATION)), every_other_first

    answers = [await ask() for _ in range(calls)]

    town.mend()
    extra = len(way.asked(COORDINATION)) - before - calls
    note(f"{calls} calls, half of them failed first, were {calls + extra} requests")
    assert set(answers) == {404, 503}
    assert 0 < extra <= calls * 0.2 + SAVED_TRIES < calls / 2
    assert answers.count(503) == calls / 2 - extra


async def test_what_is_left_of_the_time_shrinks_with_each_try(town: Town) -> None:
    ask, way, given = lookup(town), town.way("intake", "referrals"), 1500
    for _ in range(SAVED_TRIES):
        assert await ask() == 404
    way.choose, before = always(Fault.UNAVAILABLE, COORDINATION), len(way.asked(COORDINATION))
    headers = {"Request-Deadline-Ms": str(given)}

    answer = await town.user(Role.PROVIDER_INTAKE).send(
        "GET", f"/intake/v1/workers/{YUSUF.subject}", headers=headers
    )

    town.mend()
    told = [each.deadline_ms for each in way.asked(COORDINATION)[before:]]
    assert answer.status_code == 503
    assert len(told) == 3
    assert given > told[0] > 0
    assert told[2] < given - 100, "what was spent on the first tries is gone"


async def test_each_question_of_one_request_has_less_time_than_the_one_before(town: Town) -> None:
    noor, way = town.user(Role.BUURTTEAM_WORKER), town.way("intake", "plans")
    named = {"surname": "Testema", "birthDate": "1961-03-14", "bsn": "999900031"}
    person = {**named, "postcode": "1031ZZ", "houseNumber": 3}
    brought = await noor.post(CONTACTS, told(wijk="ME", person=person))
    way.choose, way.late_seconds = always(Fault.LATENCY, "/persons/_zoek"), 0.2
    headers = {"Request-Deadline-Ms": "1900"}

    found = await noor.send(
        "POST", f"{CONTACTS}/{brought.json()['id']}/candidates/_zoek", {}, headers
    )

    town.mend()
    left = [each.deadline_ms for each in way.asked("/persons/_zoek")]
    assert found.status_code == 200, found.text
    assert len(left) == 3
    assert left == sorted(left, reverse=True)
    assert max(left) < 1900
    assert left[0] - left[2] > 200


async def test_what_can_wait_is_accepted_and_told_once_when_the_answers_come_again(
    town: Town,
) -> None:
    """Help begins and ends while providers is not heard: its place follows, each step once."""
    made, attempt = await accepted(town)
    desk, way = town.desk(made), town.way("referrals", "providers")
    etag = (await desk.get(f"{ATTEMPTS}/{attempt}")).headers["ETag"]
    meeting = {"at": "2022-03-02T09:00:00Z", "place": "Bij de aanbieder"}
    await desk.post(f"{ATTEMPTS}/{attempt}/intake-appointments", meeting, etag=etag)
    for act, path in (("starts", "/confirmations"), ("stops", "/releases")):
        way.choose, before = times(2, Fault.ANSWER_LOST, path), len(way.asked(path))
        etag = (await desk.get(f"{ATTEMPTS}/{attempt}")).headers["ETag"]
        body = {"on": "2022-03-01"} | ({"code": "goal_reached"} if act == "stops" else {})

        answer = await desk.post(f"{ATTEMPTS}/{attempt}/{act}", body, etag=etag)

        assert answer.is_success, answer.text
        await town.until(f"providers was heard: {act}", lambda: _nothing_waits(town, "referrals"))
        # Two answers were lost; the third came.
        assert len(way.asked(path)) - before == 3
        keys = {each.headers["idempotency-key"] for each in way.asked(path)[before:]}
        assert len(keys) == 1
        state = "SELECT status, released_at IS NULL FROM reservations WHERE attempt_id = %s"
        expected = ("confirmed", True) if act == "starts" else ("released", False)
        assert town.rows("providers", state, attempt) == [expected]
    # Help that was given stays counted in its year; the place is free, and was freed once.
    assert held(town, attempt, made) == (0, 0, 1)


async def test_a_place_held_for_a_yes_that_never_came_lapses_by_itself(town: Town) -> None:
    """The answer of providers was lost, and the provider does not try again."""
    _, _, made = await offered(town)
    asked = await acceptance(town, made)
    [attempt] = [item["id"] for item in (await asked.actor.get(ATTEMPTS)).json()["items"]]
    await disturbed(town, asked, Fault.ANSWER_LOST)
    leaked = held(town, attempt, made)

    town.fleet.move_clock(BEGIN + timedelta(days=29))
    for service, work in (
        ("providers", "lapse_reservations"),
        ("providers", "forget_keys"),
        ("referrals", "forget_keys"),
    ):
        town.rows(service, BY_THE_CLOCK, work)
    await town.until("nothing waits", lambda: _nothing_waits(town, "providers", "referrals"))
    lapsed = held(town, attempt, made)
    again = await asked.send()

    town.fleet.move_clock(BEGIN)
    assert (leaked, lapsed) == ((1, 1, 1), (0, 0, 0))
    assert again.is_success, again.text
    assert asked.effects() == asked.once


def _nothing_waits(town: Town, *services: str) -> bool:
    """No job is left to do, and none has failed."""
    left = "SELECT count(*) FROM procrastinate_jobs WHERE status <> 'succeeded'"
    return all(town.number(service, left) == 0 for service in services)
