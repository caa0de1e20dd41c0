"""One run: start the product, fill it, measure it, and leave nothing behind."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import httpx

from deploy.local.demo.stage import Stage
from deploy.local.fleet import Fleet, launched
from deploy.local.postgres import temporary_data_folder
from deploy.local.product import DEFAULT_STELSEL
from deploy.local.roster import FleetSetup
from shared.clock import clock_from
from shared.vocabulary import ServiceName
from tools.bench.figures import Sample
from tools.bench.floors import Running, floors
from tools.bench.load import WrongAnswerError, answer_to
from tools.bench.measuring import Bench, Options
from tools.bench.meter import FLOOR, POSTGRES, Meter
from tools.bench.operations import OPERATIONS, Operation
from tools.bench.starting import machine, postgres_starts, service_start, versions
from tools.bench.statements import Statement, statements
from tools.bench.town import BEGIN, fill

# The limit per caller would end the run; that it is counted costs the same at any height.
_SETTINGS: Final = {
    service.value: {f"{service.upper()}_REQUESTS_PER_MINUTE": "1000000000"}
    for service in ServiceName
}

# About the plan of the story, where that is not measured.
_CONSTANT_BYTES: Final = 16_384

_AROUND_SECONDS: Final = 300
_PATIENCE: Final = 10


@dataclass(frozen=True, slots=True)
class Result:
    """All that one run found."""

    options: Options
    samples: Mapping[str, Sequence[Sample]]
    starts: Mapping[str, float]
    memory: Mapping[str, float]
    versions: Mapping[str, str]
    machine: Mapping[str, Any]
    constant_bytes: int


@dataclass(frozen=True, slots=True)
class Watch:
    """Is told how far the run is: what begins, and that one operation was measured once."""

    say: Callable[[str], None]
    advance: Callable[[], None]


async def bench(operations: Sequence[Operation], options: Options, watch: Watch) -> Result:
    """Measure these operations on a folder of its own, which is gone afterwards.

    Raises `WrongAnswerError` when anything but the wanted answer comes back, `TimeoutError` when
    it takes many times as long as it should.
    """
    measuring = len(operations) * options.repeats * (options.seconds + 1)
    with temporary_data_folder() as folder:
        async with asyncio.timeout(_AROUND_SECONDS + _PATIENCE * measuring):
            return await _on(folder, operations, options, watch)


async def _on(
    folder: Path, operations: Sequence[Operation], options: Options, watch: Watch
) -> Result:
    facts = machine()
    watch.say("Starting PostgreSQL twice, then the product …")
    starts = postgres_starts(folder)
    began = perf_counter()
    setup = FleetSetup(clock_start=BEGIN, extra_env=_SETTINGS, tell=watch.say)
    async with launched(folder, setup) as fleet, _stage_of(fleet) as stage:
        starts["the product, with migrations"] = perf_counter() - began
        watch.say("Filling it with people who do not exist …")
        await fill(stage, {need for each in operations for need in each.needs})
        again = await service_start(fleet, ServiceName.PLANS)
        starts["one service again, plans"] = again
        known = _statements_for(operations, fleet, stage)
        size = await _size_of_the_plan(operations, stage)
        reads = {name: each.read(fleet) for name, each in known.items()}
        async with floors(folder, size, reads) as floor:
            meter = Meter(_processes(fleet, floor))
            tools = Bench(stage, meter, floor, frozenset(known))
            await _ensure_floors_answer_the_same(tools, operations)
            watch.say("Measuring …")
            samples = await tools.everything(operations, options, watch.advance)
            return Result(options, samples, starts, meter.memory(), versions(fleet), facts, size)


@asynccontextmanager
async def _stage_of(fleet: Fleet) -> AsyncIterator[Stage]:
    async with httpx.AsyncClient(timeout=15, trust_env=False) as http:
        yield Stage(
            http=http,
            address=lambda path: f"{fleet.base_url(path.split('/')[1])}{path}",
            token=fleet.token,
            move_clock=fleet.move_clock,
            settle=_a_moment,
            chapter=_silent,
            tell=_silent,
        )


async def _a_moment() -> None:
    await asyncio.sleep(0.05)


def _silent(_: str) -> None:
    """Filling tells no story."""


def _processes(fleet: Fleet, floor: Running) -> dict[str, int]:
    found = {name: fleet.pid(name) for name in fleet.names}
    return {**found, POSTGRES: fleet.database.pid, FLOOR: floor.pid}


def _statements_for(
    operations: Sequence[Operation], fleet: Fleet, stage: Stage
) -> dict[str, Statement]:
    now = clock_from(fleet.clock_file)()
    every = statements(stage.told.get("plan_id", ""), DEFAULT_STELSEL, now)
    wanted = {each.name for each in operations}
    return {name: each for name, each in every.items() if name in wanted}


async def _size_of_the_plan(operations: Sequence[Operation], stage: Stage) -> int:
    plan = OPERATIONS[0]
    return len(await answer_to(plan.asked(stage))) if plan in operations else _CONSTANT_BYTES


async def _ensure_floors_answer_the_same(tools: Bench, operations: Sequence[Operation]) -> None:
    """A floor that does something else would be no floor; an empty list would be no list."""
    for operation in operations:
        if operation.name not in tools.statements:
            continue
        asked = operation.asked(tools.stage)
        product = json.loads(await answer_to(asked))
        floor = json.loads(await answer_to(tools.at_floor(asked, tools.floors.read(asked.name))))
        if (floor := floor.get("items", floor)) != product.get("items", product) or not floor:
            raise WrongAnswerError(f"{asked.name}: its floor answers something else.")
