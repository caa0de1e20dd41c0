"""The access check on the wire: what is asked of a stelsel and what it answers (design section 5).

No personal data goes in or out. Facts are optional; an absent fact is unknown, which is not false.
"""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.schemas.base import Code, RequestModel, ResponseModel, Text

MunicipalityName = Annotated[str, Field(min_length=1, max_length=80)]

Outcome = Literal[
    "open",
    "open_with_conditions",
    "redirect",
    "no_referral_needed",
    "not_indicated",
    "not_determined",
]
Kind = Literal[
    "referral", "team_service", "call_in", "municipal_service", "free_access", "other_law"
]


class AccessFacts(RequestModel):
    """What is known about the question, never about who it is. Every fact may be left out."""

    urgent: bool | None = None
    unsafe_now: bool | None = None
    night_shelter_needed_tonight: bool | None = None
    after_domestic_violence: bool | None = None
    has_plan: bool | None = None
    age: Annotated[int, Field(ge=0, le=130, description="Age in years.")] | None = None
    residence_municipality: MunicipalityName | None = None
    from_neighbourhood: bool | None = None
    has_reasonable_network: bool | None = None
    homeless: bool | None = None
    regional_ties: bool | None = None
    oggz_problems: bool | None = None
    can_be_helped_outside_shelter: bool | None = None
    only_housing_problem: bool | None = None
    strictly_24h_needed: bool | None = Field(None, alias="strictly24hNeeded")
    unsafe_at_home: bool | None = None
    safe_with_family_or_friends: bool | None = None
    lives_independently: bool | None = None
    psychosocial_or_psychiatric_or_lvb: bool | None = None
    acute_situation: bool | None = None
    long_term_intensive: bool | None = None
    specialist: bool | None = None
    small_city_scale: bool | None = None
    work_with_wage_value_considered: bool | None = None
    social_base_considered: bool | None = None
    in_supported_work: bool | None = None
    relieves_carer: bool | None = None
    multiple_questions: bool | None = None
    without_limitation: bool | None = None
    generally_usual: bool | None = None
    wlz_indication: bool | None = None
    form: Literal["zin", "pgb"] | None = None
    nominated_by_provider_id: UUID | None = None
    chosen_provider_id: UUID | None = None
    direct_provider_id: UUID | None = None
    municipality: MunicipalityName | None = None

    def known(self) -> dict[str, bool | int | str]:
        """The facts that have a value, by wire name, as `shared.stelsel.routes` takes them."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class AccessCheckRequest(RequestModel):
    """Which voorziening, at which door, on which day. `stelsel` is only for comparing."""

    voorziening: Code
    entry: Code
    on: date | None = Field(
        None, description="Absent: today, or the last valid day of the stelsel."
    )
    stelsel: Code | None = Field(None, description="Absent: the stelsel of this deployment.")
    facts: AccessFacts = AccessFacts()


class AccessPartyDuty(ResponseModel):
    """A party that may or must be consulted or involved."""

    party: str
    duty: Literal["may", "must"]


class AccessCondition(ResponseModel):
    """A condition; `met` is null when it is not known. `dueBy` is filled only in urgency.

    `blocks` says whether it stops the next step as long as it is unmet; what may wait does not.
    """

    code: str
    kind: Literal["todo", "criterion", "consult"]
    met: bool | None
    blocks: bool = True
    deferrable: bool
    due_by: date | None
    text: Text


class AccessReason(ResponseModel):
    """A rule of the catalogue or a law article, how firmly it stands, and what it says.

    `departable` is false for what nobody departs from, however good the reason.
    """

    rule: str
    basis: Literal["stated", "inferred", "configured"]
    text: Text
    departable: bool = True


class AccessContribution(ResponseModel):
    """What the person pays. To be told before anything is agreed; nothing is calculated.

    `none`: nothing. `fixed`: a fixed amount. `tariff_reference`: by a tariff. `reference` says
    where the amount stands.
    """

    kind: Literal["none", "fixed", "tariff_reference"]
    reference: str | None
    text: Text
    reasons: tuple[AccessReason, ...]


class AccessNextAction(ResponseModel):
    """A step that can be taken next; braces in `href` are for the caller to fill.

    `party` is with whom, where the step is not the caller's own. Without `method` and `href` there
    is nothing to call: it is that party's turn.
    """

    action: str
    method: Literal["GET", "POST"] | None = None
    href: str | None = None
    party: str | None = None


class AccessCheckAnswer(ResponseModel):
    """Who leads, judges, grants and places, what must be done first, and why.

    `ledBy`, `judgedBy`, `grantedBy` and `placedBy` are a party or a mode; of a specialist who is
    called in and of a municipal service `placedBy` is the party that takes the request up.
    `direct`: a provider may register its own client here; `noticeToTeam`: the coordinator is then
    told, if the client agrees. `contribution` is null while nobody knows it. `current` is false
    when the stelsel has ended and no later one is loaded.
    """

    stelsel: str
    version: str
    voorziening: str
    entry: str
    on: date
    kind: Kind
    outcome: Outcome
    strictness: Literal["block", "warn"]
    direct: bool = False
    notice_to_team: bool = False
    led_by: str
    judged_by: str
    judged_with: tuple[str, ...]
    grant: Literal["never", "optional", "required"] | None
    granted_by: str
    placed_by: str
    consult: tuple[AccessPartyDuty, ...]
    involve: tuple[AccessPartyDuty, ...]
    contribution: AccessContribution | None = None
    conditions: tuple[AccessCondition, ...]
    redirect_to: str | None
    alternatives: tuple[str, ...]
    reasons: tuple[AccessReason, ...]
    next_actions: tuple[AccessNextAction, ...]
    current: bool = True


class AccessOverviewRequest(RequestModel):
    """Everything there is for one situation, at one door, on one day."""

    entry: Code
    on: date | None = Field(
        None, description="Absent: today, or the last valid day of the stelsel."
    )
    stelsel: Code | None = Field(None, description="Absent: the stelsel of this deployment.")
    facts: AccessFacts = AccessFacts()


class AccessOverviewItem(ResponseModel):
    """One voorziening with its answer. `order` 1 is the lightest step of the ladder."""

    ladder_step: str
    order: int
    label: str
    answer: AccessCheckAnswer


class AccessOverview(ResponseModel):
    """Every voorziening: the lightest step of the ladder first, in a step what is open first."""

    stelsel: str
    version: str
    entry: str
    on: date
    current: bool
    items: tuple[AccessOverviewItem, ...]


class AccessChange(ResponseModel):
    """One fact with another value, and what becomes different in the answer.

    `value` is null for not known, and `known` where only counts that something is known. `changed`
    names fields of the answer; `conditions` are the codes that come, go or become otherwise;
    `reasons` are those that were not there.
    """

    fact: str
    label: str
    value: bool | int | str | None
    outcome: Outcome
    changed: tuple[str, ...]
    conditions: tuple[str, ...]
    reasons: tuple[AccessReason, ...]


class AccessComparison(ResponseModel):
    """The answer, and every single fact that would change it; what opens most comes first."""

    answer: AccessCheckAnswer
    changes: tuple[AccessChange, ...]
