"""What the other services tell referrals, as tests say it."""

from typing import Any
from uuid import uuid4

from shared.schemas.events import OWNERS
from shared.vocabulary import Role, ServiceName
from tests.providers.steps import change
from tests.referrals.doubles import FakePlans
from tests.support.registry import Offer
from tests.support.world import World

REFERRALS = "http://referrals.test/referrals/v1/events"


async def tell(
    world: World, kind: str, subject: str, data: dict[str, Any], *, sequence: int = 1
) -> None:
    """An event of its owner arrives and is applied."""
    await hear(world, kind, subject, data, sequence=sequence)
    await world.drain()


async def hear(
    world: World, kind: str, subject: str, data: dict[str, Any], *, sequence: int = 1
) -> None:
    """An event of its owner arrives, and waits."""
    source = OWNERS[kind].value
    event = {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": f"urn:nld:buurtteam:{source}",
        "type": kind,
        "subject": subject,
        "time": world.kernel(ServiceName.REFERRALS).clock().isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "sequence": str(sequence),
        "data": data,
    }
    headers = {"Authorization": f"Bearer {world.service_token(source, 'referrals')}"}
    answer = await world.http.post(REFERRALS, json=event, headers=headers)
    assert answer.status_code == 202, answer.text


def notes(plans: FakePlans) -> list[tuple[str, str]]:
    """What was put on the coordinator's desk: kind and code."""
    return [
        (event["data"]["kind"], event["data"]["code"])
        for event in plans.events
        if event["type"] == "nl.wmo.referral.noted"
    ]


async def stop(world: World, made: Offer, how: str) -> None:
    """The provider is suspended, or its contract ends today; and everybody has heard it."""
    manager = world.user(Role.CONTRACT_MANAGER)
    if how == "suspended":
        path, what, more = f"organisations/{made.provider}", "suspensions", {}
    else:
        path, what, more = f"contracts/{made.contract}", "endings", {"from": "2022-03-01"}
    answer = await change(manager, f"/providers/v1/{path}", what, {"reason": "quality", **more})
    assert answer.status_code == 200, answer.text
    await world.drain()
