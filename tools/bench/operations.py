"""What is measured: four read models, one plain read, two checks, two writes, one hidden record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from deploy.local.demo.central_day import CONTACTS, QUEUE, centre
from deploy.local.demo.doors import VOORZIENING
from deploy.local.demo.placing import ATTEMPTS, desk_of
from deploy.local.demo.stage import Actor, Stage
from deploy.local.sample import DE_VOORBEELDTUIN, MARIA, NOOR, RAVI, TESTEMA
from shared.vocabulary import ServiceName
from tools.bench.load import Asked
from tools.bench.town import Need

ALONE: Final = 1
TOGETHER: Final = 16

# What asks a peer has two seconds for all of it; with more at once two cores cannot keep to that.
_FEW: Final = 4


@dataclass(frozen=True, slots=True)
class Operation:
    """A request that can be repeated without end, by so many connections at once.

    `goals` are by the name of a ratio; they were proposed before anything was built.
    """

    name: str
    service: ServiceName
    needs: frozenset[Need]
    caller: Callable[[Stage], Actor]
    path: Callable[[Mapping[str, Any]], str]
    body: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
    wanted: HTTPStatus = HTTPStatus.OK
    keyed: bool = False
    together: int = TOGETHER
    goals: Mapping[str, float] = field(default_factory=dict)

    def asked(self, stage: Stage) -> Asked:
        """The request, with a token that is new."""
        caller = self.caller(stage)
        return Asked(
            name=self.name,
            method="GET" if self.body is None else "POST",
            url=caller.address(self.path(stage.told)),
            token=caller.token,
            wanted=self.wanted,
            body=self.body and self.body(stage.told),
            keyed=self.keyed,
        )


def _noor(stage: Stage) -> Actor:
    return stage.as_worker(NOOR)


def _at(path: str) -> Callable[[Mapping[str, Any]], str]:
    """The path, with what the story was told filled in."""
    return lambda told: path.format(**told)


def _sent(body: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    return lambda _: body


_FACTS: Final = {"hasPlan": True, "relievesCarer": True}
_CONTACT: Final = {
    "entry": "buurtteam",
    "channel": "phone",
    "question": "Mevrouw komt de deur niet meer uit en maakt zich zorgen over geld.",
    "melding": True,
    "wijk": TESTEMA.address.wijk,
    "person": {
        "givenNames": MARIA.given_names,
        "surname": MARIA.surname,
        "birthDate": MARIA.birth_date.isoformat(),
        "bsn": MARIA.bsn,
    },
}


def _question(told: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "toParty": "centrale_toegang",
        "level": "identified",
        "questionKind": "toegang_mo_bw",
        "question": "Past beschermd wonen hier, of iets lichters?",
        "planId": told["other_plan"],
        "basis": "legal_task",
    }


_REGISTRY: Final = frozenset({Need.REGISTRY})
_STORY: Final = frozenset({Need.STORY})
_HOUSEHOLDS: Final = _REGISTRY | {Need.HOUSEHOLDS}
_LIST_GOALS: Final = {"cpu_to_statement": 1.8, "both_to_statement": 1.15, "tail_to_statement": 1.1}

OPERATIONS: Final = (
    Operation(
        "plan",
        ServiceName.PLANS,
        _STORY,
        _noor,
        _at("{plan}"),
        goals={"cpu_to_statement": 1.8, "rate_to_statement": 0.75, "tail_to_statement": 1.1},
    ),
    Operation(
        "work-items",
        ServiceName.PLANS,
        _HOUSEHOLDS,
        _noor,
        _at("/plans/v1/work-items"),
        goals=_LIST_GOALS,
    ),
    Operation(
        "attempts",
        ServiceName.REFERRALS,
        _HOUSEHOLDS,
        lambda stage: desk_of(stage, DE_VOORBEELDTUIN),
        _at(ATTEMPTS),
        goals=_LIST_GOALS,
    ),
    Operation(
        "queue",
        ServiceName.REFERRALS,
        _REGISTRY | {Need.GUESTS},
        centre,
        _at(QUEUE),
        goals=_LIST_GOALS,
    ),
    Operation(
        "household", ServiceName.PLANS, _STORY, _noor, _at("/plans/v1/households/{household}")
    ),
    Operation(
        "access-check",
        ServiceName.REFERRALS,
        frozenset(),
        _noor,
        _at("/referrals/v1/access-checks"),
        _sent({"voorziening": VOORZIENING, "entry": "buurtteam", "facts": _FACTS}),
    ),
    Operation(
        "access-overview",
        ServiceName.REFERRALS,
        frozenset(),
        _noor,
        _at("/referrals/v1/access-overviews"),
        _sent({"entry": "buurtteam", "facts": _FACTS}),
    ),
    Operation(
        "contact",
        ServiceName.INTAKE,
        _REGISTRY,
        _noor,
        _at(CONTACTS),
        _sent(_CONTACT),
        HTTPStatus.CREATED,
        keyed=True,
    ),
    Operation(
        "consultation",
        ServiceName.REFERRALS,
        _HOUSEHOLDS,
        _noor,
        _at("/referrals/v1/consultations"),
        _question,
        HTTPStatus.CREATED,
        keyed=True,
        together=_FEW,
    ),
    Operation(
        "hidden",
        ServiceName.PLANS,
        _STORY,
        lambda stage: stage.as_worker(RAVI),
        _at("{plan}"),
        wanted=HTTPStatus.NOT_FOUND,
    ),
)
"""In the order in which they are shown; `contact` asks no peer, `consultation` asks plans once."""


def chosen(names: list[str]) -> tuple[Operation, ...]:
    """Those with these names, in order; all where none is named. `KeyError` for a name unknown."""
    known = {each.name: each for each in OPERATIONS}
    wanted = {known[name].name for name in names} or set(known)
    return tuple(each for each in OPERATIONS if each.name in wanted)
