"""Two workers renew one consent at once: one new consent holds, and its index is what holds it."""

import asyncio
from datetime import UTC, datetime

from services.plans.models.consents import ONE_CONSENT
from shared.vocabulary import ServiceName
from tests.plans.support import Case, created, open_case
from tests.plans.test_consents import give
from tests.support.world import World

AFTER = datetime(2022, 3, 6, 9, tzinfo=UTC)
INDEX = (
    f"CREATE UNIQUE INDEX {ONE_CONSENT} ON consents (person_id, provider_id, purpose) "
    "WHERE status = 'given'"
)


async def expired(world: World) -> tuple[Case, str]:
    """A consent whose last day is over, and for which provider it was."""
    case = await open_case(world)
    provider = created(await give(case, validUntil="2022-03-05"))["providerId"]
    world.move_to(AFTER)
    return case, provider


async def renew(case: Case, provider: str, racers: int) -> list[int]:
    """So many renew it at once."""
    found = await asyncio.gather(*(give(case, providerId=provider) for _ in range(racers)))
    return sorted(answer.status_code for answer in found)


async def statuses(case: Case) -> list[str]:
    """The consents of the plan now."""
    items = (await case.worker.get(f"{case.path}/consents")).json()["items"]
    return sorted(each["status"] for each in items)


async def test_of_four_that_renew_one_consent_one_wins(world: World) -> None:
    case, provider = await expired(world)

    assert await renew(case, provider, 4) == [201, 409, 409, 409]
    assert await statuses(case) == ["expired", "given"]


async def test_without_its_index_one_consent_is_renewed_by_all(world: World) -> None:
    case, provider = await expired(world)
    databases = world.databases
    databases.execute(ServiceName.PLANS, f"DROP INDEX {ONE_CONSENT}")
    try:
        assert await renew(case, provider, 4) == [201] * 4
        assert await statuses(case) == ["expired", *["given"] * 4]
    finally:
        databases.empty(ServiceName.PLANS)
        databases.execute(ServiceName.PLANS, INDEX)
