"""What the checker is worth: spoiled answers, and services with a guard less, are found."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.plans.models import ONE_OPEN_PLAN
from services.providers.models import NO_MORE_THAN_CEILING, NO_MORE_THAN_PLACES
from shared.auth.call import Call
from tests.histories.checker import linearizable
from tests.histories.clients import luck_of
from tests.histories.playing import KINDS, doubt, play
from tests.histories.spoiling import SPOILS
from tests.support.effort import Effort
from tests.support.world import World

SPOILED = 20


@pytest.mark.parametrize("name", SPOILS)
async def test_control_a_spoiled_answer_is_found(world: World, name: str) -> None:
    kind = KINDS[name]
    found = {spoil.__name__: [0, 0] for spoil in SPOILS[name]}
    for seed in range(3):
        for scene in await play(world, kind, seed):
            assert (wrong := doubt(scene, kind, seed)) is None, wrong
            for spoil in SPOILS[name]:
                for number in range(SPOILED):
                    ops = spoil(scene.record.ops, luck_of(f"{seed}/{number}"))
                    if ops is not None:
                        refused = not linearizable(ops, scene.start, kind.step)
                        found[spoil.__name__][0] += refused
                        found[spoil.__name__][1] += 1
        if all(tried for _, tried in found.values()):
            break

    assert all(tried for _, tried in found.values()), found
    assert all(refused >= 0.9 * tried for refused, tried in found.values()), found


Broken = Callable[[World, pytest.MonkeyPatch], AbstractContextManager[None]]


@contextmanager
def _without(world: World, service: str, drops: list[str], restores: list[str]) -> Iterator[None]:
    for statement in drops:
        world.databases.execute(service, statement)
    try:
        yield
    finally:
        world.databases.empty(service)
        for statement in restores:
            world.databases.execute(service, statement)


def no_limit(world: World, _: pytest.MonkeyPatch) -> AbstractContextManager[None]:
    """The counters of places without their checks."""
    decided = "status <> 'decided' OR ceiling IS NULL OR taken <= ceiling"
    checks = {
        "capacities": (NO_MORE_THAN_PLACES, "taken >= 0 AND taken <= places"),
        "contract_years": (NO_MORE_THAN_CEILING, decided),
    }
    return _without(
        world,
        "providers",
        [f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, (name, _) in checks.items()],
        [
            f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({rule})"
            for table, (name, rule) in checks.items()
        ],
    )


def two_plans(world: World, _: pytest.MonkeyPatch) -> AbstractContextManager[None]:
    """Plans without the index that allows one open plan."""
    index = f"CREATE UNIQUE INDEX {ONE_OPEN_PLAN} ON plans (household_id) WHERE status = 'open'"
    return _without(world, "plans", [f"DROP INDEX {ONE_OPEN_PLAN}"], [index])


@contextmanager
def any_version(_: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Changes without a look at If-Match."""
    with monkeypatch.context() as patch:
        patch.setattr(Call, "expect", lambda *_: None)
        yield


@contextmanager
def no_keys(_: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Requests whose key is forgotten."""

    async def forgotten(*_: object) -> None:
        return None

    with monkeypatch.context() as patch:
        patch.setattr("shared.web.route._once", forgotten)
        yield


@contextmanager
def cached(world: World, _: pytest.MonkeyPatch) -> Iterator[None]:
    """Plans behind a cache that is careless: every third reader hears what another heard."""
    plans, kept, asked = world.router.apps["plans.test"], dict[str, list[Message]](), [0]

    async def cache(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await plans(scope, receive, send)
            return
        asked[0] += 1
        if asked[0] % 3 and scope["path"] in kept:
            for message in kept[scope["path"]]:
                await send(message)
            return
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)
            await send(message)

        await plans(scope, receive, keep)
        if asked[0] % 3 == 0 or scope["path"] not in kept:
            kept[scope["path"]] = messages

    app: ASGIApp = cache
    world.router.apps["plans.test"] = app
    try:
        yield
    finally:
        world.router.apps["plans.test"] = plans


@pytest.mark.parametrize(
    "control",
    [
        ("places", no_limit, 0.08),
        ("household", two_plans, 0.08),
        ("register", any_version, 0.08),
        ("register", cached, 0.08),
        ("household", no_keys, 0.3),
        ("last place", no_limit, 0.08),
    ],
    ids=lambda control: f"{control[0]}-{control[1].__name__}",
)
async def test_control_a_service_with_a_guard_less_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch, effort: Effort, control: Any
) -> None:
    name, broken, share = control
    kind = KINDS[name]
    found = []
    with broken(world, monkeypatch):
        for seed in range(effort.of(short=3, long=10)):
            scenes = await play(world, kind, seed, share)
            found += [each for scene in scenes if (each := doubt(scene, kind, seed))]
            if found and not effort.long_form:
                break

    assert found
    assert found[0].startswith("seed ")
