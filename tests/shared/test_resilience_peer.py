"""A peer in trouble: few safe retries within a budget, a circuit, a deadline that only shrinks."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from time import monotonic
from uuid import uuid4

import httpx
import pytest

from shared.errors import ConflictError, DomainError, NotFoundError, PeerUnavailableError
from shared.http.delivery import EventRefusedError, deliver_over
from shared.http.peer import OnBehalf, PeerClient
from shared.http.resilience import Circuit, Guard, RetryBudget, Surroundings
from shared.schemas.base import RequestModel, ResponseModel

Answers = Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]


class Question(RequestModel):
    """Something to ask."""

    text: str = "?"


class Answer(ResponseModel):
    """Something to hear."""

    number: int = 7


@dataclass
class Fake:
    """Time that only a test moves; sleeping moves it too. Chance is fixed."""

    time: float = 1000.0
    luck: float = 0.5
    slept: list[float] = field(default_factory=list)

    def around(self) -> Surroundings:
        """As a guard wants it."""
        return Surroundings(lambda: self.time, lambda: self.luck, self.sleep)

    async def sleep(self, seconds: float) -> None:
        """Wait, at once."""
        self.slept.append(seconds)
        self.time += seconds


@dataclass
class Peer:
    """A peer that does what its script says, then answers; every request that came is kept."""

    script: list[int | Exception] = field(default_factory=list)
    ever: int | Exception = 200
    seen: list[httpx.Request] = field(default_factory=list)
    fake: Fake = field(default_factory=Fake)

    def __post_init__(self) -> None:
        self.guard = Guard("plans", self.fake.around())

    async def handle(self, request: httpx.Request) -> httpx.Response:
        """One request."""
        self.seen.append(request)
        found = self.script.pop(0) if self.script else self.ever
        if isinstance(found, Exception):
            raise found
        return httpx.Response(found, json={"number": 7})

    def client(self, answers: Answers | None = None) -> PeerClient:
        """A client of this peer."""
        http = httpx.AsyncClient(transport=httpx.MockTransport(answers or self.handle))
        return PeerClient("plans", "http://plans.test", http, token, self.guard)


async def token() -> str:
    """Our own."""
    return "token"


async def get(client: PeerClient, behalf: OnBehalf | None = None) -> Answer:
    """A question by GET."""
    return await client.get("/x", Answer, behalf or OnBehalf())


async def fails(client: PeerClient, behalf: OnBehalf | None = None) -> None:
    """A question that gets no answer."""
    with pytest.raises(PeerUnavailableError):
        await get(client, behalf)


TROUBLES = [
    503,
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout("slow"),
    httpx.ReadTimeout("slow"),
    httpx.RemoteProtocolError("cut mid-answer"),
]


@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
async def test_a_read_is_tried_again(trouble: int | Exception) -> None:
    peer = Peer([trouble])

    assert (await get(peer.client())).number == 7
    assert len(peer.seen) == 2


async def test_at_most_two_extra_tries() -> None:
    peer = Peer(ever=503)
    await fails(peer.client())

    assert len(peer.seen) == 3


async def test_a_keyed_post_is_tried_again_with_the_same_key_and_body() -> None:
    peer = Peer([httpx.ReadError("cut after the effect")])
    behalf = OnBehalf(key=uuid4())

    await peer.client().post("/x", Question(text="a"), Answer, behalf, "step")

    keys = {request.headers["idempotency-key"] for request in peer.seen}
    assert (len(peer.seen), keys) == (2, {behalf.step("step")})
    assert {request.content for request in peer.seen} == {b'{"text":"a"}'}


async def test_a_post_that_only_reads_is_tried_again() -> None:
    peer = Peer([503])

    await peer.client().post("/x/_zoek", Question(), Answer, OnBehalf())

    assert len(peer.seen) == 2
    assert "idempotency-key" not in peer.seen[1].headers


async def test_a_post_that_writes_without_a_key_is_never_tried_again() -> None:
    peer = Peer([503])

    with pytest.raises(PeerUnavailableError):
        await peer.client().post("/x", Question(), Answer, OnBehalf(), "step")

    assert len(peer.seen) == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, NotFoundError), (409, ConflictError), (500, PeerUnavailableError)],
)
async def test_an_answer_is_an_answer_and_is_not_asked_twice(
    status: int, error: type[DomainError]
) -> None:
    peer = Peer([status])

    with pytest.raises(error):
        await get(peer.client())

    assert len(peer.seen) == 1


async def test_the_waiting_is_a_random_part_of_a_doubling_time() -> None:
    peer, lucky = Peer(ever=503), Peer(ever=503, fake=Fake(luck=0.0))
    await fails(peer.client())
    await fails(lucky.client())

    assert peer.fake.slept == [0.1, 0.2]
    assert lucky.fake.slept == [0.0, 0.0]


async def test_retries_stay_inside_the_deadline_of_the_caller() -> None:
    peer = Peer(ever=503)
    await fails(peer.client(), OnBehalf(deadline=monotonic() + 0.2))

    assert len(peer.seen) == 2
    assert sum(peer.fake.slept) < 0.2


async def test_a_call_without_time_left_is_not_sent_and_opens_nothing() -> None:
    peer = Peer()
    for _ in range(10):
        await fails(peer.client(), OnBehalf(deadline=monotonic() + 0.03))

    assert peer.seen == []
    assert (await get(peer.client())).number == 7


@pytest.mark.parametrize("given", [0.3, 1.0, 60.0, None])
async def test_the_next_hop_is_told_less_than_is_left_at_every_try(given: float | None) -> None:
    peer, ends = Peer([503]), []

    async def note(request: httpx.Request) -> httpx.Response:
        told = int(request.headers["request-deadline-ms"]) / 1000
        ends.append(peer.fake.time + told)
        assert told > 0
        return await peer.handle(request)

    deadline = None if given is None else monotonic() + given
    await get(peer.client(note), OnBehalf(deadline=deadline))

    until = 1000 + min(2.0, given or 2.0)
    assert [end < until - 0.04 for end in ends] == [True, True]


async def test_a_dripping_peer_is_left_in_time() -> None:
    async def hangs(_request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(30)
        return httpx.Response(200)

    began = monotonic()
    await fails(Peer().client(hangs), OnBehalf(deadline=monotonic() + 0.3))

    assert monotonic() - began < 1.0


async def test_a_first_answer_that_was_lost_leaves_time_for_a_second_try() -> None:
    peer = Peer()

    async def lost_once(request: httpx.Request) -> httpx.Response:
        if not peer.seen:
            peer.seen.append(request)
            await asyncio.sleep(30)
        peer.fake.time += 0.4
        return await peer.handle(request)

    found = await get(peer.client(lost_once), OnBehalf(deadline=monotonic() + 0.4))

    assert (found.number, len(peer.seen)) == (7, 2)


def test_the_budget_gives_a_fifth_of_the_calls_and_saves_ten_at_most() -> None:
    budget = RetryBudget()
    reserve = [budget.spend() for _ in range(3)]
    paid = 0
    for _ in range(1000):
        budget.earn()
        paid += budget.spend()
    for _ in range(1000):
        budget.earn()
    saved = sum(budget.spend() for _ in range(100))

    assert reserve == [True, True, False]
    assert (paid, saved) == (200, 10)


async def test_a_peer_that_fails_now_and_then_costs_a_fifth_more_at_most() -> None:
    peer = Peer()
    client, calls = peer.client(), 300
    for number in range(calls):
        peer.script = [503] if number % 2 else []
        with contextlib.suppress(PeerUnavailableError):
            await get(client)

    assert len(peer.seen) <= calls * 1.2 + 2
    assert len(peer.seen) > calls * 1.1


async def test_a_receiver_down_for_a_minute_is_hardly_asked() -> None:
    """C5: calls <= 1.2 x normal, the circuit open within five failures, callers told at once."""
    peer = Peer(ever=httpx.ConnectError("down"))
    client, calls = peer.client(), 60
    for _ in range(calls):
        await fails(client)
        peer.fake.time += 1.0

    assert len(peer.seen) <= calls * 1.2
    assert len(peer.seen) <= 5 + 60 / 4
    peer.ever = 200
    peer.fake.time += 6.0
    assert (await get(client)).number == 7


async def open_circuit(peer: Peer) -> PeerClient:
    """A client whose circuit is open: five failures in a row."""
    client = peer.client()
    peer.ever = 503
    while len(peer.seen) < 5:
        await fails(client)
    peer.ever = 200
    return client


async def test_an_open_circuit_fails_at_once_and_sends_nothing() -> None:
    peer = Peer()
    client = await open_circuit(peer)
    peer.fake.time += 4.9

    await fails(client)

    assert len(peer.seen) == 5


async def test_after_five_seconds_a_probe_closes_the_circuit() -> None:
    peer = Peer()
    client = await open_circuit(peer)
    peer.fake.time += 5.1

    first, second = await get(client), await get(client)

    assert (first.number, second.number, len(peer.seen)) == (7, 7, 7)


async def test_a_probe_that_fails_opens_it_again_without_a_retry() -> None:
    peer = Peer()
    client = await open_circuit(peer)
    peer.fake.time += 5.1
    peer.ever = 503
    await fails(client)
    peer.ever = 200
    peer.fake.time += 4.0

    await fails(client)

    assert len(peer.seen) == 6


async def test_one_probe_at_a_time() -> None:
    peer = Peer()
    await open_circuit(peer)
    peer.fake.time += 5.1
    begun, go_on = asyncio.Event(), asyncio.Event()
    entered = []

    async def slow(request: httpx.Request) -> httpx.Response:
        begun.set()
        entered.append(request)
        await go_on.wait()
        return await peer.handle(request)

    client = peer.client(slow)
    probe = asyncio.create_task(get(client))
    await begun.wait()
    await fails(client)
    go_on.set()

    assert (await probe).number == 7
    assert len(entered) == 1


async def test_a_probe_that_is_cancelled_lets_the_next_one_probe() -> None:
    peer = Peer()
    await open_circuit(peer)
    peer.fake.time += 5.1

    async def hangs(_request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(30)
        return httpx.Response(200)

    probe = asyncio.create_task(get(peer.client(hangs)))
    await asyncio.sleep(0.01)
    probe.cancel()
    await asyncio.gather(probe, return_exceptions=True)

    assert (await get(peer.client())).number == 7


def test_the_time_that_a_circuit_is_open_is_jittered() -> None:
    moments = set()
    for luck in (0.0, 0.5, 1.0):
        fake = Fake(luck=luck)
        circuit = Circuit("plans", fake.around())
        for _ in range(5):
            with circuit.attempt() as attempt:
                attempt.healthy = False
        step = 0
        while True:
            try:
                with circuit.attempt():
                    break
            except PeerUnavailableError:
                step += 1
                fake.time = 1000 + step / 10
        moments.add(step / 10)

    assert moments == {4.0, 5.0, 6.0}


async def test_failures_that_are_not_in_a_row_open_nothing() -> None:
    peer = Peer()
    client = peer.client()
    for _ in range(20):
        peer.script = [500, 500, 500, 500, 404]
        for error in [PeerUnavailableError] * 4 + [NotFoundError]:
            with pytest.raises(error):
                await get(client)

    assert len(peer.seen) == 100


async def test_callers_in_a_hurry_do_not_close_the_peer_for_others() -> None:
    peer = Peer()

    async def slow(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.3)
        return await peer.handle(request)

    client = peer.client(slow)
    hurry = [fails(client, OnBehalf(deadline=monotonic() + 0.1)) for _ in range(20)]
    await asyncio.gather(*hurry)

    assert (await get(client)).number == 7


async def test_an_issuer_that_is_away_says_nothing_about_the_peer() -> None:
    peer = Peer()
    working = peer.client()

    async def no_token() -> str:
        raise PeerUnavailableError("issuer")

    broken = peer.client()
    broken._token = no_token
    for _ in range(10):
        await fails(broken)

    assert (await get(working)).number == 7
    assert len(peer.seen) == 1


async def issuer(_audience: str) -> str:
    """Our own token for a receiver."""
    return "token"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (202, None),
        (400, EventRefusedError),
        (413, EventRefusedError),
        (401, PeerUnavailableError),
        (404, PeerUnavailableError),
        (429, PeerUnavailableError),
        (503, PeerUnavailableError),
    ],
)
async def test_a_delivery_tells_a_refusal_from_somebody_who_is_away(
    status: int, error: type[Exception] | None
) -> None:
    peer = Peer(ever=status)
    http = httpx.AsyncClient(transport=httpx.MockTransport(peer.handle))
    deliver = deliver_over(http, {"intake": "http://intake.test"}, issuer)

    if error is None:
        await deliver("intake", "{}")
    else:
        with pytest.raises(error):
            await deliver("intake", "{}")

    assert len(peer.seen) == 1


async def test_a_stuck_receiver_does_not_hold_the_worker_for_the_others() -> None:
    peer = Peer()

    async def handle(request: httpx.Request) -> httpx.Response:
        if request.url.host == "intake.test":
            peer.seen.append(request)
            raise httpx.ReadTimeout("stuck")
        return httpx.Response(202)

    http = httpx.AsyncClient(transport=httpx.MockTransport(handle))
    urls = {"intake": "http://intake.test", "referrals": "http://referrals.test"}
    deliver = deliver_over(http, urls, issuer)
    for _ in range(50):
        with pytest.raises(PeerUnavailableError):
            await deliver("intake", "{}")
        await deliver("referrals", "{}")

    assert len(peer.seen) == 5
