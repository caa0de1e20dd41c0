"""The own contribution on the wire: that it was told, and when help that costs something ran.

None, fixed, or by a tariff; told before anything is agreed; start and stop are kept for the CAK.
Nothing is calculated (product decision 3, A12-PLN-23).
"""

from datetime import date
from typing import Literal
from uuid import UUID

from shared.schemas.base import Moment, OptionalDate, RequestModel, ResponseModel, Text

ContributionKind = Literal["none", "fixed", "tariff_reference"]


class ContributionNoticeCreate(RequestModel):
    """The person was told what it costs, on this day."""

    told_on: date


class ContributionRead(ResponseModel):
    """What the person pays, where the amount stands, and when that was told.

    `owed`: it costs something and nobody told the person yet; only in urgency can that be.
    """

    kind: ContributionKind
    reference: str | None
    text: Text
    told_on: OptionalDate
    owed: bool


class ContributionPeriodRead(ResponseModel):
    """When help ran for which a contribution is due. Of whom is known by the record it is about.

    `aboutKind` says what `aboutId` names: a request, a provider's registration, or a grant (pgb).
    """

    id: UUID
    about_kind: Literal["referral", "direct_registration", "grant"]
    about_id: UUID
    voorziening: str
    kind: ContributionKind
    reference: str
    told_on: OptionalDate
    started_on: date
    stopped_on: OptionalDate
    changed_at: Moment
