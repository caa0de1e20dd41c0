"""What the other services tell plans, by the owner of each kind of event."""

from typing import Any
from uuid import uuid4

from shared.schemas.events import OWNERS
from shared.vocabulary import ServiceName
from tests.support.world import World


async def tell(
    world: World, kind: str, subject: str, data: dict[str, Any], *, sequence: int = 1
) -> None:
    """An event of its owner arrives and is applied."""
    source = OWNERS[kind].value
    event = {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": f"urn:nld:buurtteam:{source}",
        "type": kind,
        "subject": subject,
        "time": world.kernel(ServiceName.PLANS).clock().isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "sequence": str(sequence),
        "data": data,
    }
    headers = {"Authorization": f"Bearer {world.service_token(source, 'plans')}"}
    url = "http://plans.test/plans/v1/events"
    answer = await world.http.post(url, json=event, headers=headers)
    assert answer.status_code == 202, answer.text
    await world.drain()
