"""The load: every answer is checked, and what is counted is what was answered."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, TypeAlias

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from deploy.local.demo.stage import Stage
from shared.vocabulary import Role, ServiceName
from tests.deploy.processes import becomes, is_alive
from tools.bench.floors import Running, floors
from tools.bench.load import Asked, WrongAnswerError, answer_to, callers
from tools.bench.measuring import Bench, Options
from tools.bench.meter import Meter
from tools.bench.operations import Operation

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
SECONDS: Final = 0.05


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """A server that answers so, whatever is asked."""
    app = web.Application()
    app.router.add_route("*", "/{any:.*}", handler)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


async def fine(_: web.Request) -> web.StreamResponse:
    return web.json_response({"fine": True})


def asked(url: str, **more: object) -> Asked:
    return Asked("plan", "GET", f"{url}/plan", "secret-token", **more)  # type: ignore[arg-type]


async def test_what_is_counted_is_what_was_answered_without_the_first_of_each_connection() -> None:
    seen: list[str] = []

    async def note(request: web.Request) -> web.StreamResponse:
        seen.append(request.headers["Authorization"])
        return await fine(request)

    async with serving(note) as url, callers(asked(url), 4) as calling:
        assert len(seen) == 4
        load = await calling.during(SECONDS)

    assert len(load.took) == len(seen) - 4 >= 4
    assert set(seen) == {"Bearer secret-token"}
    assert "secret-token" not in repr(asked(url))


async def test_one_wrong_status_among_many_ends_it() -> None:
    seen: list[int] = []

    async def tired(request: web.Request) -> web.StreamResponse:
        seen.append(1)
        return web.Response(status=503, text="no room") if len(seen) == 20 else await fine(request)

    async with serving(tired) as url, callers(asked(url), 4) as calling:
        with pytest.raises(WrongAnswerError, match="plan: 503 instead of 200: no room"):
            await calling.during(30)


async def test_a_refusal_that_is_wanted_is_fine_and_anything_else_is_not() -> None:
    async def hidden(_: web.Request) -> web.StreamResponse:
        return web.Response(status=404)

    async with serving(hidden) as url, callers(asked(url, wanted=404), 2) as calling:
        assert (await calling.during(SECONDS)).took
    async with serving(fine) as url:
        with pytest.raises(WrongAnswerError, match="200 instead of 404"):
            await answer_to(asked(url, wanted=404))


async def test_no_answer_is_a_wrong_answer() -> None:
    async def gone(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    async with serving(gone) as url:
        with pytest.raises(WrongAnswerError, match="no answer"):
            async with callers(asked(url), 2):
                pass


@pytest.mark.parametrize("keyed", [True, False])
async def test_a_keyed_write_is_another_one_each_time(*, keyed: bool) -> None:
    keys: list[str | None] = []

    async def note(request: web.Request) -> web.StreamResponse:
        keys.append(request.headers.get("Idempotency-Key"))
        return await fine(request)

    async with serving(note) as url, callers(asked(url, keyed=keyed, body={}), 2) as calling:
        await calling.during(SECONDS)

    assert len(set(keys)) == (len(keys) if keyed else 1)
    assert (None in keys) is not keyed


@asynccontextmanager
async def bench_at(url: str) -> AsyncIterator[Bench]:
    """All that measures, with the product and its floors at one address."""
    async with httpx.AsyncClient() as http:
        stage = Stage(
            http=http,
            address=lambda path: f"{url}{path}",
            token=lambda *_, **__: "token",
            move_clock=lambda _: None,
            settle=lambda: asyncio.sleep(0),
            chapter=lambda _: None,
            tell=lambda _: None,
        )
        yield Bench(stage, Meter({}), Running(url, 0), frozenset({"plan"}))


def operation(**changes: object) -> Operation:
    """One that needs nothing."""
    told: dict[str, object] = {
        "name": "plan",
        "service": ServiceName.PLANS,
        "needs": frozenset(),
        "caller": lambda stage: stage.as_role(Role.BUURTTEAM_WORKER, "somebody"),
        "path": lambda _: "/product",
        **changes,
    }
    return Operation(**told)  # type: ignore[arg-type]


async def test_each_window_of_the_product_comes_right_after_those_of_its_floors() -> None:
    paths: list[str] = []

    async def note(request: web.Request) -> web.StreamResponse:
        if not paths or paths[-1] != request.path:
            paths.append(request.path)
        return await fine(request)

    counted: list[int] = []
    async with serving(note) as url, bench_at(url) as bench:
        found = await bench.everything(
            [operation()], Options(SECONDS, 2, 0), lambda: counted.append(1)
        )

    assert paths == ["/constant", "/plan", "/product"] * 4
    assert [each.product.connections for each in found["plan"]] == [16, 1] * 2
    assert all(each.statement is not None for each in found["plan"])
    assert len(counted) == 2


@pytest.mark.parametrize("bad", ["/constant", "/plan", "/product"])
async def test_a_wrong_answer_of_product_or_floor_fails_the_run(bad: str) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(status=500) if request.path == bad else await fine(request)

    async with serving(handler) as url, bench_at(url) as bench:
        with pytest.raises(WrongAnswerError, match="500 instead of 200"):
            await bench.everything([operation()], Options(SECONDS, 1, 0), lambda: None)


async def test_the_floor_answers_as_many_bytes_and_ends_with_whoever_used_it(
    tmp_path: Path,
) -> None:
    seen: list[tuple[int, int]] = []

    async def use() -> None:
        async with floors(tmp_path, 1000, {}) as running:
            answer = await answer_to(Asked("constant", "GET", running.constant, ""))
            assert is_alive(running.pid)
            seen.append((running.pid, len(answer)))
            raise WrongAnswerError("on purpose")

    with pytest.raises(WrongAnswerError, match="on purpose"):
        await use()

    ((pid, size),) = seen
    assert size == 1000
    assert becomes(lambda: not is_alive(pid))
