"""The codes of a stelsel on the wire: public knowledge, stable once released."""

from datetime import date
from typing import Literal

from shared.schemas.access import Kind
from shared.schemas.base import OptionalDate, ResponseModel, Text
from shared.vocabulary import ConsultationLevel


class CodeRead(ResponseModel):
    """One code with its Dutch label; `group` divides a list, such as whose no a decline is."""

    code: str
    label: str
    group: str | None = None


class CodeList(ResponseModel):
    """A list of codes of the loaded stelsel, stable once released."""

    name: str
    codes: tuple[CodeRead, ...]


class VoorzieningRead(ResponseModel):
    """One entry of the stelsel. `ladderStep` is where it stands from own strength to individual.

    `temporary` is a stay after which the person goes on living at home.
    """

    code: str
    label: str
    text: Text
    kind: Kind
    law: str
    ladder_step: str
    independence: Literal["front", "supplementary", "neither"]
    life_domains: tuple[str, ...]
    in_development: bool
    temporary: bool


class RoleRead(ResponseModel):
    """For which parties a role speaks, and whether it reaches persons at all."""

    role: str
    speaks_for: tuple[str, ...]
    reach_over_persons: bool


class FactRead(ResponseModel):
    """One fact of the access check, with what its value looks like."""

    name: str
    label: str
    type: Literal["boolean", "integer", "text", "uuid", "choice"]
    choices: tuple[str, ...]
    minimum: int | None
    maximum: int | None


class ReadingRead(ResponseModel):
    """One way to read a criterion on which the documents disagree; one is selected (DIS-04)."""

    code: str
    text: Text
    selected: bool


class ConditionRead(ResponseModel):
    """A condition; in urgency it may wait this many days, if it may wait at all."""

    code: str
    text: Text
    kind: Literal["todo", "criterion", "consult"]
    deferrable: bool
    due_days: int | None
    due_working_days: int | None
    readings: tuple[ReadingRead, ...]


class ClockChangeRead(ResponseModel):
    """What moves the last day of a clock. Without weeks the law names no number."""

    code: str
    label: str
    effect: Literal["suspend", "extend"]
    article: str
    weeks: int | None


class ClockRead(ResponseModel):
    """A legal term: how long, from what, by which article, and what moves its last day."""

    code: str
    label: str
    article: str
    starts_at: str
    days: int | None
    weeks: int | None
    changes: tuple[ClockChangeRead, ...]


class ConsultationTargetRead(ResponseModel):
    """A party that may be asked for advice. `answersHere` is false where it is asked by telephone.

    `walkingAlong`: its experts may come along for a while (AMS-ACC-61).
    """

    party: str
    label: str
    questions: tuple[str, ...]
    levels: tuple[ConsultationLevel, ...]
    walking_along: bool
    answers_here: bool


class StepTermRead(ResponseModel):
    """How many days a step should take; null until the municipality says (OPN-36)."""

    code: str
    label: str
    target_days: int | None


class CodesRead(ResponseModel):
    """Every code list of the loaded stelsel, and what belongs to the codes that carry more.

    The stelsel holds from `validFrom` until `validUntil`, both days included.
    """

    stelsel: str
    version: str
    title: str
    valid_from: date
    valid_until: OptionalDate
    front_party: str
    lists: tuple[CodeList, ...]
    voorzieningen: tuple[VoorzieningRead, ...]
    roles: tuple[RoleRead, ...]
    facts: tuple[FactRead, ...]
    conditions: tuple[ConditionRead, ...]
    clocks: tuple[ClockRead, ...]
    step_terms: tuple[StepTermRead, ...]
    consultation_targets: tuple[ConsultationTargetRead, ...]
