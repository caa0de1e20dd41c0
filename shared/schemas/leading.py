"""Leading somebody without a plan: what referrals asks plans, and what intake hears of it."""

from uuid import UUID

from shared.schemas.base import RequestModel, ResponseModel, Text
from shared.schemas.plans import CircleRead
from shared.vocabulary import ReferralStatus, SharingBasis


class HouseholdBasis(ResponseModel):
    """What must be known of a household before leading somebody without a plan. No name in it.

    With an open plan also who coordinates, and the circle: from then on it is shared work
    (AMS-ACC-35, 39).
    """

    household_id: UUID
    person_id: UUID
    member_ids: tuple[UUID, ...]
    open_plan_id: UUID | None
    coordinator: str | None
    circle: CircleRead | None
    stadsdeel: str | None
    wijk: str | None
    age: int | None


class HouseholdPackageRequest(RequestModel):
    """Compose what one provider may hear of a person for whom no item of a plan says the need."""

    person_id: UUID
    provider_id: UUID
    basis: SharingBasis
    need: Text


class RequestOfContact(ResponseModel):
    """A request that came from a contact, and where it stands now."""

    referral_id: UUID
    status: ReferralStatus
