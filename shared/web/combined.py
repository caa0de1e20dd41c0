"""Four services in one process: the first path segment says which one answers."""

from collections.abc import Mapping
from contextlib import AsyncExitStack

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.web.middleware import Edge, Meter
from shared.web.problems import plain_problem


async def _nothing_here(scope: Scope, receive: Receive, send: Send) -> None:
    await plain_problem(404)(scope, receive, send)


def combine(apps: Mapping[str, FastAPI]) -> ASGIApp:
    """One ASGI application. It enters the lifespans itself: Starlette does not for mounted apps."""
    elsewhere = Edge(_nothing_here, service="root", body_limit=0, meter=Meter("root"))

    async def lifespans(receive: Receive, send: Send) -> None:
        await receive()
        stage = "startup"
        try:
            async with AsyncExitStack() as stack:
                for app in apps.values():
                    await stack.enter_async_context(app.router.lifespan_context(app))
                await send({"type": "lifespan.startup.complete"})
                stage = "shutdown"
                await receive()
        except BaseException as exc:
            await send({"type": f"lifespan.{stage}.failed", "message": type(exc).__name__})
            raise
        await send({"type": "lifespan.shutdown.complete"})

    async def root(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await lifespans(receive, send)
            return
        first = scope["path"].split("/", 2)[1] if scope["path"].startswith("/") else ""
        app: ASGIApp = apps.get(first, elsewhere)
        await app(scope, receive, send)

    return root
