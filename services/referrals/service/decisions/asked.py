"""What a new application is made of, and what happens to a grant, as values."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.referrals.models import ReferralRow
from shared.schemas.applications import GrantProjection
from shared.stelsel.model import MODES
from shared.vocabulary import GrantEventKind, GrantForm, GrantStatus


def granting_party(referral: ReferralRow, otherwise: str) -> str:
    """The party that grants, by the check by which a request was judged last; where that names
    none, the party that always decides."""
    found = str((referral.judged_check or referral.access_check)["grantedBy"])
    return otherwise if found in MODES else found


@dataclass(frozen=True, slots=True)
class Received:
    """What a new application is made of."""

    projection: GrantProjection
    voorziening: str
    form: GrantForm
    grantor: str
    applicant: str | None
    received_on: date
    reason: str
    advice: str | None = None
    support_item: UUID | None = None
    referral: UUID | None = None
    by_helper: bool = False


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happens to a grant."""

    kind: GrantEventKind
    reference: str | None = None
    text: str | None = None
    status: GrantStatus = GrantStatus.RUNNING
