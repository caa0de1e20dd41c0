"""Of two states about the same the newer one holds, whichever comes first."""

from uuid import uuid4

from services.plans.models import HouseholdRequestRow
from shared.db.newer import keep_newer
from shared.vocabulary import ReferralStatus, ServiceName
from tests.plans.support import open_case
from tests.support.world import World


async def test_a_state_is_kept_whole_and_an_older_or_equal_one_changes_nothing(
    world: World,
) -> None:
    case = await open_case(world)
    kernel, request = world.kernel(ServiceName.PLANS), uuid4()

    async def told(sequence: int, status: ReferralStatus, party: str | None) -> bool:
        async with kernel.db.transaction() as session:
            row = HouseholdRequestRow(
                referral_id=request,
                household_id=case.household["id"],
                judge_party=party,
                status=status,
                sequence=sequence,
                changed_at=kernel.clock(),
            )
            return await keep_newer(session, row)

    assert await told(2, ReferralStatus.JUDGING, "a")
    assert not await told(2, ReferralStatus.PLACING, "b")
    assert not await told(1, ReferralStatus.PLACING, "b")
    assert await told(5, ReferralStatus.DELIVERING, None)
    async with kernel.db.transaction() as session:
        kept = await session.get(HouseholdRequestRow, request)
        assert kept is not None
        found = (kept.sequence, kept.status, kept.judge_party)
    assert found == (5, ReferralStatus.DELIVERING, None)
