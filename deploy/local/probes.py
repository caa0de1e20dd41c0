"""Whether a process does its work: a service by its `readyz`, a worker by its database."""

from datetime import datetime
from typing import Final

import httpx
import psycopg
from httpx_aiohttp import AiohttpTransport

_SECONDS: Final = 2
_ANNOUNCED: Final = "SELECT EXISTS (SELECT FROM procrastinate_workers WHERE last_heartbeat >= %s)"


async def answers(url: str, wanted: int | None = None) -> bool:
    """Does anybody answer there, and with this status?"""
    try:
        # A transport of its own without TLS: loading certificates takes longer than asking.
        async with httpx.AsyncClient(
            timeout=_SECONDS, trust_env=False, transport=AiohttpTransport()
        ) as client:
            answer = await client.get(url)
    except httpx.TransportError:
        return False
    return wanted is None or answer.status_code == wanted


async def worker_announced(database_url: str, since: datetime | None) -> bool:
    """Has a worker of this database told that it is there?"""
    dsn = database_url.replace("+psycopg", "")
    try:
        async with await psycopg.AsyncConnection.connect(dsn, connect_timeout=_SECONDS) as opened:
            found = await (await opened.execute(_ANNOUNCED, [since])).fetchone()
    except psycopg.Error:
        return False
    return found == (True,)
