"""Measures in pairs: right before each window of the product, windows of its floors."""

import random
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Final

from deploy.local.demo.stage import Stage
from shared.vocabulary import ServiceName
from tools.bench.figures import Sample, Window, times
from tools.bench.floors import Running
from tools.bench.load import Asked, callers
from tools.bench.meter import FLOOR, POSTGRES, Meter, used_between
from tools.bench.operations import ALONE, Operation

_REST_SECONDS: Final = 10.0
_SERVICES: Final = tuple(service.value for service in ServiceName)

# A floor answers so many more requests that less time tells as much; and alone there is no queue.
_FLOOR_PART: Final = 0.5
_ALONE_PART: Final = 0.5


@dataclass(frozen=True, slots=True)
class Options:
    """How long and how often."""

    seconds: float
    repeats: int
    seed: int


@dataclass(frozen=True, slots=True)
class Bench:
    """What is there to measure with."""

    stage: Stage
    meter: Meter
    floors: Running
    statements: AbstractSet[str]
    """The operations of which the floors know the statement."""

    async def everything(
        self, operations: Sequence[Operation], options: Options, advance: Callable[[], None]
    ) -> dict[str, list[Sample]]:
        """Samples by operation: each repeat in another order, so that none has always the heat."""
        found: dict[str, list[Sample]] = {each.name: [] for each in operations}
        order, chance = list(operations), random.Random(options.seed)  # noqa: S311 - an order
        for _ in range(options.repeats):
            chance.shuffle(order)
            for operation in order:
                for connections, part in ((operation.together, 1.0), (ALONE, _ALONE_PART)):
                    seconds = options.seconds * part
                    found[operation.name].append(await self._pair(operation, connections, seconds))
                advance()
        return found

    def at_floor(self, asked: Asked, url: str) -> Asked:
        """The request at a floor, with the same headers, so that the parser has the same work."""
        return Asked(f"the floor of {asked.name}", "GET", url, asked.token)

    async def _pair(self, operation: Operation, connections: int, seconds: float) -> Sample:
        asked = operation.asked(self.stage)
        await self.meter.rest(_REST_SECONDS)
        constant = await self._floor(asked, self.floors.constant, connections, seconds)
        statement = None
        if operation.name in self.statements:
            path = self.floors.read(operation.name)
            statement = await self._floor(asked, path, connections, seconds)
        product = await self._window(asked, operation.service, connections, seconds)
        if operation.keyed:
            product = await self._with_what_follows(product)
        return Sample(product, constant, statement)

    async def _floor(self, asked: Asked, url: str, connections: int, seconds: float) -> Window:
        plain = self.at_floor(asked, url)
        return await self._window(plain, FLOOR, connections, seconds * _FLOOR_PART)

    async def _window(self, asked: Asked, server: str, connections: int, seconds: float) -> Window:
        async with callers(asked, connections) as calling:
            before = self.meter.read()
            load = await calling.during(seconds)
            used = used_between(before, self.meter.read())
        return Window(
            connections=connections,
            requests=len(load.took),
            seconds=load.seconds,
            server=used.of(server),
            peers=used.of(*(name for name in _SERVICES if name != server)),
            postgres=used.of(POSTGRES),
            later=0.0,
            others=used.others,
            times=times(load.took),
        )

    async def _with_what_follows(self, window: Window) -> Window:
        """What workers do after the answers is a part of what a write costs."""
        before = self.meter.read()
        await self.meter.rest(_REST_SECONDS)
        return replace(window, later=used_between(before, self.meter.read()).working)
