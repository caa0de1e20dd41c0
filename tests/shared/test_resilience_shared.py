"""Budget and circuit belong to a service and its peer, not to the object that happens to ask."""

from contextlib import suppress
from dataclasses import dataclass

import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from shared.errors import PeerUnavailableError
from shared.http.peer import OnBehalf, PeerClient
from shared.schemas.base import ResponseModel
from shared.vocabulary import ServiceName
from shared.web.kernel import Kernel
from tests.support.world import World


class Answer(ResponseModel):
    """Nothing is answered here."""


@dataclass
class Down:
    """A peer that only says 503; it counts how often it is asked."""

    asked: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        self.asked += 1
        await Response(status_code=503)(scope, receive, send)


@pytest.fixture
def down(world: World) -> Down:
    """Plans and providers are down."""
    found = Down()
    world.router.apps |= {"plans.test": found, "providers.test": found}
    return found


def client(kernel: Kernel, peer: ServiceName = ServiceName.PLANS) -> PeerClient:
    """One more client."""
    return kernel.peer(peer, f"http://{peer}.test")  # type: ignore[arg-type]  # any text will do


async def ask(asker: PeerClient, down: Down) -> int:
    """How many requests one question costs."""
    before = down.asked
    with suppress(PeerUnavailableError):
        await asker.get("/x", Answer, OnBehalf())
    return down.asked - before


async def test_clients_of_one_peer_share_a_budget_and_a_circuit(world: World, down: Down) -> None:
    kernel = world.kernel(ServiceName.REFERRALS)
    one, other = client(kernel), client(kernel)

    costs = [await ask(asker, down) for asker in (one, other, other, one, client(kernel))]

    # The reserve pays two more tries; the next two pay for none; after five failures it is open.
    assert costs == [3, 1, 1, 0, 0]


async def test_control_with_a_guard_of_their_own_each_client_tries_again(
    world: World, down: Down
) -> None:
    kernel = world.kernel(ServiceName.REFERRALS)
    costs = []
    for _ in range(3):
        kernel.guards.clear()
        costs.append(await ask(client(kernel), down))

    assert costs == [3, 3, 3]


async def test_another_peer_and_another_service_have_their_own(world: World, down: Down) -> None:
    referrals, intake = (world.kernel(name) for name in (ServiceName.REFERRALS, ServiceName.INTAKE))
    asked = client(referrals)
    while await ask(asked, down):
        pass

    assert await ask(client(referrals, ServiceName.PROVIDERS), down) == 3
    assert await ask(client(intake), down) == 3


async def test_the_clients_that_a_service_is_made_of_are_guarded_so(world: World) -> None:
    for name, peers in (
        (ServiceName.INTAKE, {"plans", "referrals"}),
        (ServiceName.REFERRALS, {"plans", "providers"}),
    ):
        assert set(world.kernel(name).guards) == peers
