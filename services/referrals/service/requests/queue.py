"""The queue of a party that judges or places: what lies with it, safety first, then age."""

import json
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.referrals.service.tools import LEADING, Tools
from services.referrals.views import QueuePlace, Waiting, queue
from shared.audit.records import About, Act, SubjectKind, record
from shared.auth.call import Call
from shared.clock import local_date


@dataclass(frozen=True, slots=True)
class Queue:
    """Use cases of who judges or places for the whole city."""

    tools: Tools

    async def page(self, call: Call, size: int, cursor: str | None) -> bytes:
        """A page of what lies with the caller's parties, as JSON that PostgreSQL built.

        The teams have no such queue: theirs is around their plans. Whose requests are on it is
        recorded before it leaves.
        """
        query = f"queue/{size}"
        after = call.place(query, cursor, _place)
        viewer = self.tools.viewer(call)
        parties = sorted(set(viewer.parties) - {viewer.front_party})
        asked = Waiting(
            parties,
            self.tools.stelsel.urgency.follow_up,
            sorted(self.tools.reached),
            call.now,
            local_date(call.now),
        )
        head, items = await queue(self.tools.db, asked, after, size)
        seen = json.loads(head)
        about = [About(SubjectKind.HOUSEHOLD, UUID(each)) for each in seen["households"]]
        async with self.tools.db.transaction() as session:
            await record(session, call, Act.READ, LEADING, about)
        more = "null" if seen["last"] is None else json.dumps(call.cursor(query, seen["last"]))
        return b'{"items":' + items + b',"next":' + more.encode() + b"}"


def _place(rank: str, day: str, last: str) -> QueuePlace:
    return QueuePlace(int(rank), date.fromisoformat(day), UUID(last))
