"""Wire contract of consents: who may hear of whom, for what, until when."""

from uuid import UUID

from shared.schemas.base import (
    Code,
    Line,
    Moment,
    OptionalDate,
    RequestModel,
    ResponseModel,
    Version,
)
from shared.vocabulary import ConsentStatus, SharingBasis


class ConsentCreate(RequestModel):
    """A person agrees that one provider hears of them, for one purpose, until a day or not."""

    person_id: UUID
    provider_id: UUID
    purpose: Code
    basis: SharingBasis = SharingBasis.CONSENT
    valid_until: OptionalDate = None
    how: Line


class ConsentRead(ResponseModel):
    """A consent. `revoking` until nothing of it can be read any more, only then `revoked`."""

    id: UUID
    version: Version
    plan_id: UUID
    person_id: UUID
    provider_id: UUID
    purpose: str
    basis: SharingBasis
    valid_until: OptionalDate = None
    how: str
    status: ConsentStatus
    given_at: Moment
    revoked_at: Moment | None
    closed_at: Moment | None


class Consents(ResponseModel):
    """The consents of a plan, the newest first; what was revoked stays visible."""

    items: tuple[ConsentRead, ...]


class RevocationCreate(RequestModel):
    """A consent is taken back. A reason is never asked."""

    how: Line
