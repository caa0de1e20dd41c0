"""Use cases of the intake service. Each public method is one use case, one transaction."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from uuid import UUID

from services.intake.clients import PlansClient, ReferralsClient
from services.intake.repository import (
    ContactRepository,
    DutyRepository,
    Seeker,
    TalkRepository,
)
from services.intake.service.circles import Circles
from services.intake.service.contacts import Contacts
from services.intake.service.crisis import Crisis
from services.intake.service.desk import CONTACT, RECEIPT, Desk
from services.intake.service.directory import TEAM, WORKER, Directory
from services.intake.service.duty import SHIFT, Duty
from services.intake.service.handbacks import REVIEW, Handbacks
from services.intake.service.involvements import Involvements
from services.intake.service.linking import Linking
from services.intake.service.redirects import REDIRECT, Redirects
from services.intake.service.requests import Requests
from services.intake.service.talks import TALK, Talks
from services.intake.service.triage import Triage
from shared.auth.call import Call
from shared.clock import Clock
from shared.db.database import Session
from shared.errors import NotFoundError
from shared.outbox.outbox import Outbox

Look = Callable[[Session, Seeker, UUID], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Peers:
    """Whom intake asks."""

    plans: PlansClient
    referrals: ReferralsClient


@dataclass(frozen=True, slots=True)
class IntakeService:
    """The use cases, by subject."""

    desk: Desk
    contacts: Contacts
    triage: Triage
    redirects: Redirects
    linking: Linking
    talks: Talks
    directory: Directory
    circles: Circles
    duty: Duty
    crisis: Crisis
    involvements: Involvements
    handbacks: Handbacks
    requests: Requests

    @classmethod
    def build(cls, desk: Desk, outbox: Outbox, peers: Peers, clock: Clock) -> "IntakeService":
        """All use cases on one database."""
        redirects, contacts = Redirects(desk, outbox), Contacts(desk)
        return cls(
            desk=desk,
            contacts=contacts,
            triage=Triage(desk, redirects, peers.plans),
            redirects=redirects,
            linking=Linking(desk, peers.plans, outbox),
            talks=Talks(desk, peers.plans),
            directory=Directory(desk, peers.referrals),
            circles=Circles(desk.db, peers.plans, clock),
            duty=Duty(desk, outbox),
            crisis=Crisis(desk, contacts),
            involvements=Involvements(desk),
            handbacks=Handbacks(desk),
            requests=Requests(redirects, clock),
        )

    async def can_reach(self, call: Call, kind: str, record: UUID) -> bool:
        """Whether this caller may still see a record, by the reach of this operation."""
        if kind in {TEAM, WORKER, SHIFT}:
            return True
        async with self.desk.db.transaction() as session:
            try:
                await _LOOKS[kind](session, self.desk.seeker(call), record)
            except NotFoundError:
                return False
        return True


async def _contact(session: Session, seeker: Seeker, record: UUID) -> object:
    return await ContactRepository(session).to_read(seeker, record)


async def _receipt(session: Session, seeker: Seeker, record: UUID) -> object:
    return await ContactRepository(session).to_follow(seeker, record)


async def _talk(session: Session, seeker: Seeker, record: UUID) -> object:
    return await TalkRepository(session).to_read(seeker, record)


async def _redirect(session: Session, seeker: Seeker, record: UUID) -> object:
    return await ContactRepository(session).redirect(seeker, record)


async def _review(session: Session, seeker: Seeker, record: UUID) -> object:
    return await DutyRepository(session).reviewable(seeker, record)


_LOOKS: Final[Mapping[str, Look]] = MappingProxyType(
    {CONTACT: _contact, RECEIPT: _receipt, TALK: _talk, REDIRECT: _redirect, REVIEW: _review}
)
