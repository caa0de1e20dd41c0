"""The floors: the least a server can do, on the same server class, loop and protocol as a service.

At `/constant` it answers the same bytes each time. At the path of a read model it runs the same SQL
statement on a pool of psycopg and answers what PostgreSQL built. No token, no audit, no schema.
"""

import json
import os
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Annotated, Any, Final

import typer
import uvicorn
from psycopg_pool import AsyncConnectionPool
from starlette.types import ASGIApp, Receive, Scope, Send

from deploy.service import stop_when_closed
from shared.web.server import serve_config

TOLD: Final = "BENCH_FLOOR"
"""The variable that holds a `Floor` as JSON: it has a password in it."""

CONSTANT: Final = "/constant"
_POOL: Final = 10


@dataclass(frozen=True, slots=True)
class Read:
    """The statement of a read model as psycopg takes it, and whether the answer is a list."""

    url: str
    statement: str
    parameters: Mapping[str, Any]
    listed: bool


def answer_of(found: str, *, listed: bool) -> bytes:
    """Only what is for the caller: the first line is for the service."""
    _, _, body = found.encode().partition(b"\n")
    return b'{"items":' + body + b',"next":null}' if listed else body


class Floor:
    """The application of the floors."""

    def __init__(self, size: int, reads: Mapping[str, Read]) -> None:
        self._constant = json.dumps("x" * (size - 2)).encode()
        self._reads = reads
        self._pools: dict[str, AsyncConnectionPool] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the life of the process."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        path = scope["path"]
        body = self._constant if path == CONSTANT else await self._read(self._reads[path])
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with AsyncExitStack() as stack:
            for url in {read.url for read in self._reads.values()}:
                pool = AsyncConnectionPool(
                    url, min_size=_POOL, max_size=_POOL, kwargs={"autocommit": True}, open=False
                )
                self._pools[url] = await stack.enter_async_context(pool)
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _read(self, read: Read) -> bytes:
        async with self._pools[read.url].connection() as connection:
            cursor = await connection.execute(read.statement.encode(), read.parameters)
            found = await cursor.fetchone()
        if found is None:
            raise LookupError("the statement found nothing")
        return answer_of(found[0], listed=read.listed)


def floor_from(told: str) -> ASGIApp:
    """The application, by what the environment says."""
    found = json.loads(told)
    return Floor(found["size"], {path: Read(**read) for path, read in found["reads"].items()})


def main(
    port: Annotated[int, typer.Option()], until_closed: Annotated[int, typer.Option()]
) -> None:
    """Serve the floors until told to stop, or until whoever started this is gone."""
    stop_when_closed(until_closed)
    uvicorn.Server(serve_config(floor_from(os.environ[TOLD]), "127.0.0.1", port)).run()


if __name__ == "__main__":
    typer.run(main)
