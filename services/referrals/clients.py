"""What the referrals service asks of its peers: plans for whom, providers where."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.http.peer import OnBehalf, PeerClient
from shared.schemas.base import Page
from shared.schemas.plans import CircleRead, DisclosurePackage, PackageRequest, ReferralBasis
from shared.schemas.providers import (
    ConfirmationCreate,
    Matches,
    MatchSearch,
    ReleaseCreate,
    ReservationCreate,
    ReservationRead,
)


@dataclass(frozen=True, slots=True)
class PlansClient:
    """Questions to the plan, always on behalf of the user who asks."""

    peer: PeerClient

    async def basis(self, plan: UUID, support_item: UUID, behalf: OnBehalf) -> ReferralBasis:
        """What a referral needs of the plan; `NotFoundError` when this user may not see it."""
        path = f"/plans/{plan}/referral-basis?supportItemId={support_item}"
        return await self.peer.get(path, ReferralBasis, behalf)

    async def package(
        self, plan: UUID, request: PackageRequest, behalf: OnBehalf
    ) -> DisclosurePackage:
        """What one provider may hear of this household, composed now."""
        path = f"/plans/{plan}/disclosure-packages"
        step = f"package-{request.provider_id}"
        return await self.peer.post(path, request, DisclosurePackage, behalf, step)

    async def circles(self, cursor: str | None) -> Page[CircleRead]:
        """One page of the circles of all plans: this service alone, nothing about a person."""
        place = "" if cursor is None else f"&cursor={cursor}"
        return await self.peer.get(f"/circles?pageSize=100{place}", Page[CircleRead], OnBehalf())


@dataclass(frozen=True, slots=True)
class ProvidersClient:
    """Questions to the registry."""

    peer: PeerClient

    async def matches(self, request: MatchSearch, behalf: OnBehalf) -> Matches:
        """Who is contracted for this; nobody's data is in the question."""
        return await self.peer.post("/matches/_zoek", request, Matches, behalf)

    async def reserve(self, request: ReservationCreate, behalf: OnBehalf) -> ReservationRead:
        """Hold a place for an attempt; `ConflictError` when there is none."""
        return await self.peer.post("/reservations", request, ReservationRead, behalf, "reserve")

    async def release(self, reservation: UUID, reason: str) -> None:
        """Give a place back: this service alone, so that it happens whoever is at work."""
        path = f"/reservations/{reservation}/releases"
        behalf = OnBehalf(key=reservation)
        await self.peer.post(path, ReleaseCreate(reason=reason), ReservationRead, behalf, "release")

    async def confirm(self, reservation: UUID, on: date) -> None:
        """Help began: this service alone. `ConflictError` when the place was lost meanwhile."""
        path = f"/reservations/{reservation}/confirmations"
        behalf = OnBehalf(key=reservation)
        begun = ConfirmationCreate(on=on)
        await self.peer.post(path, begun, ReservationRead, behalf, "confirm")
