"""What intake asks of its peers: plans for persons and households, referrals for coordination."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from shared.http.peer import OnBehalf, PeerClient
from shared.schemas.base import Page
from shared.schemas.persons import HouseholdCreate, HouseholdRead, PersonMatches, PersonSearch
from shared.schemas.plans import CircleRead
from shared.schemas.referrals import CoordinationRead

_HOUSEHOLD_STEP: Final = "household"


@dataclass(frozen=True, slots=True)
class PlansClient:
    """The register of persons and households."""

    peer: PeerClient

    async def search_persons(self, search: PersonSearch, behalf: OnBehalf) -> PersonMatches:
        """Who may be meant: one of the three ways of searching."""
        return await self.peer.post("/persons/_zoek", search, PersonMatches, behalf)

    async def read_household(self, household: UUID, behalf: OnBehalf) -> HouseholdRead:
        """A household, if this user reaches it."""
        return await self.peer.get(f"/households/{household}", HouseholdRead, behalf)

    async def create_household(self, request: HouseholdCreate, behalf: OnBehalf) -> HouseholdRead:
        """A new household; the same request of the user makes the same one."""
        return await self.peer.post(
            "/households", request, HouseholdRead, behalf, step=_HOUSEHOLD_STEP
        )

    async def circles(self, cursor: str | None) -> Page[CircleRead]:
        """One page of the circles of all plans: this service alone, nothing about a person."""
        place = "" if cursor is None else f"&cursor={cursor}"
        return await self.peer.get(f"/circles?pageSize=100{place}", Page[CircleRead], OnBehalf())


@dataclass(frozen=True, slots=True)
class ReferralsClient:
    """Who works with whom on a referral."""

    peer: PeerClient

    async def read_coordination(self, subject: str, behalf: OnBehalf) -> CoordinationRead:
        """That this user's provider works with this coordinator now, else `NotFoundError`."""
        return await self.peer.get(f"/coordinations/{subject}", CoordinationRead, behalf)
