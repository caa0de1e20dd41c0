"""Arrangements of parties that must be around a request."""

from shared.vocabulary import Role
from tests.contract.operations.arranging import Ready, arrangement
from tests.referrals.steps import REFERRALS
from tests.referrals.test_involving import requested
from tests.support.world import World


@arrangement("referrals")
async def take_up_involvement(world: World) -> Ready:
    _, made = await requested(world)
    path = f"{REFERRALS}/{made.json()['id']}/involvement-receipts"
    return Ready(Role.VEILIG_THUIS, path, {}, party=True)
