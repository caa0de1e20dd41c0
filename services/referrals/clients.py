"""What the referrals service asks of its peers: plans for whom, providers where."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.http.peer import OnBehalf, PeerClient
from shared.schemas.applications import GrantProjection, GrantProjectionRequest
from shared.schemas.base import Page
from shared.schemas.consents import Consents
from shared.schemas.leading import HouseholdBasis, HouseholdPackageRequest
from shared.schemas.persons import HouseholdRead
from shared.schemas.plans import CircleRead, DisclosurePackage, PackageRequest, ReferralBasis
from shared.schemas.providers import (
    ConfirmationCreate,
    ContractRead,
    Matches,
    MatchSearch,
    OrganisationRead,
    PlaceReturnCreate,
    PlaceReturnRead,
    ReleaseCreate,
    ReservationCreate,
    ReservationRead,
)
from shared.schemas.registrations import RegistrationNotice, RegistrationNoticeReceipt


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
        """What one provider or party may hear of this household, composed now."""
        path = f"/plans/{plan}/disclosure-packages"
        step = f"package-{request.provider_id or request.party}"
        return await self.peer.post(path, request, DisclosurePackage, behalf, step)

    async def household_basis(
        self, household: UUID, person: UUID, behalf: OnBehalf
    ) -> HouseholdBasis:
        """What leading needs of somebody without a plan item; `NotFoundError` out of reach."""
        path = f"/households/{household}/referral-basis?personId={person}"
        return await self.peer.get(path, HouseholdBasis, behalf)

    async def household_package(
        self, household: UUID, request: HouseholdPackageRequest, behalf: OnBehalf
    ) -> DisclosurePackage:
        """What one provider may hear of somebody without a plan item, composed now."""
        path = f"/households/{household}/disclosure-packages"
        step = f"package-{request.provider_id}"
        return await self.peer.post(path, request, DisclosurePackage, behalf, step)

    async def grant_projection(
        self, plan: UUID, request: GrantProjectionRequest, behalf: OnBehalf
    ) -> GrantProjection:
        """What the party that grants may know of a plan; `NotFoundError` out of reach."""
        path = f"/plans/{plan}/grant-projections"
        return await self.peer.post(path, request, GrantProjection, behalf, "grant-projection")

    async def household_grant_projection(
        self, household: UUID, request: GrantProjectionRequest, behalf: OnBehalf
    ) -> GrantProjection:
        """The same of somebody without a plan item."""
        path = f"/households/{household}/grant-projections"
        return await self.peer.post(path, request, GrantProjection, behalf, "grant-projection")

    async def circle(self, plan: UUID, behalf: OnBehalf) -> CircleRead:
        """Who is around a plan; `NotFoundError` when this user may not see it."""
        return await self.peer.get(f"/plans/{plan}/circle", CircleRead, behalf)

    async def consents(self, plan: UUID, behalf: OnBehalf) -> Consents:
        """What the people of a plan agreed to share, and with which provider."""
        return await self.peer.get(f"/plans/{plan}/consents", Consents, behalf)

    async def household(self, household: UUID, behalf: OnBehalf) -> HouseholdRead:
        """A household as this user may see it, else `NotFoundError`."""
        return await self.peer.get(f"/households/{household}", HouseholdRead, behalf)

    async def notice(self, told: RegistrationNotice) -> RegistrationNoticeReceipt:
        """A registration of which the client agreed that the coordinator hears: this service alone.
        The answer is the same whoever it is about."""
        path, behalf = "/registration-notices", OnBehalf(key=told.registration_id)
        return await self.peer.post(path, told, RegistrationNoticeReceipt, behalf, "notice")

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

    async def organisation(self, provider: UUID, behalf: OnBehalf) -> OrganisationRead:
        """One provider of the registry; `NotFoundError` when there is none."""
        return await self.peer.get(f"/organisations/{provider}", OrganisationRead, behalf)

    async def contract(self, contract: UUID, behalf: OnBehalf) -> ContractRead:
        """One contract of the registry; `NotFoundError` when there is none."""
        return await self.peer.get(f"/contracts/{contract}", ContractRead, behalf)

    async def reserve(self, request: ReservationCreate, behalf: OnBehalf) -> ReservationRead:
        """Hold a place for an attempt; `ConflictError` when there is none."""
        return await self.peer.post("/reservations", request, ReservationRead, behalf, "reserve")

    async def release(self, reservation: UUID, reason: str) -> None:
        """Give a place back: this service alone, so that it happens whoever is at work."""
        path = f"/reservations/{reservation}/releases"
        behalf = OnBehalf(key=reservation)
        await self.peer.post(path, ReleaseCreate(reason=reason), ReservationRead, behalf, "release")

    async def return_place(self, attempt: UUID, reason: str) -> None:
        """Give back whatever is held for an attempt: this service alone, whoever is at work."""
        wanted = PlaceReturnCreate(attempt_id=attempt, reason=reason)
        behalf = OnBehalf(key=attempt)
        await self.peer.post("/place-returns", wanted, PlaceReturnRead, behalf, "return")

    async def confirm(self, reservation: UUID, on: date) -> None:
        """Help began: this service alone. `ConflictError` when the place was lost meanwhile."""
        path = f"/reservations/{reservation}/confirmations"
        behalf = OnBehalf(key=reservation)
        begun = ConfirmationCreate(on=on)
        await self.peer.post(path, begun, ReservationRead, behalf, "confirm")
