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
    """A condition; `met` is null when it is not known. `dueBy` is filled only in urgency."""

    code: str
    kind: Literal["todo", "criterion", "consult"]
    met: bool | None
    deferrable: bool
    due_by: date | None
    text: Text


class AccessReason(ResponseModel):
    """A rule of the catalogue or a law article, how firmly it stands, and what it says."""

    rule: str
    basis: Literal["stated", "inferred", "configured"]
    text: Text


class AccessNextAction(ResponseModel):
    """A step that can be taken next; braces in `href` are for the caller to fill.

    Without `method` and `href` it is no call of this API: it is done by telephone. `party` is with
    whom, where the step is not the caller's own.
    """

    action: str
    method: Literal["GET", "POST"] | None
    href: str | None
    party: str | None = None


class AccessCheckAnswer(ResponseModel):
    """Who leads, judges, grants and places, what must be done first, and why.

    `ledBy`, `judgedBy`, `grantedBy` and `placedBy` are a party or a mode. `current` is false when
    the stelsel has ended and no later one is loaded.
    """

    stelsel: str
    version: str
    voorziening: str
    entry: str
    on: date
    kind: Kind
    outcome: Outcome
    strictness: Literal["block", "warn"]
    led_by: str
    judged_by: str
    judged_with: tuple[str, ...]
    grant: Literal["never", "optional", "required"] | None
    granted_by: str
    placed_by: str
    consult: tuple[AccessPartyDuty, ...]
    involve: tuple[AccessPartyDuty, ...]
    conditions: tuple[AccessCondition, ...]
    redirect_to: str | None
    alternatives: tuple[str, ...]
    reasons: tuple[AccessReason, ...]
    next_actions: tuple[AccessNextAction, ...]
    current: bool = True


class StelselCode(ResponseModel):
    """One code with its Dutch label; `group` divides a list, such as whose no a decline is."""

    code: str
    label: str
    group: str | None = None


class StelselCodes(ResponseModel):
    """Every code list of a stelsel by its name, as at `GET /referrals/v1/codes`."""

    stelsel: str
    version: str
    lists: dict[str, tuple[StelselCode, ...]]
