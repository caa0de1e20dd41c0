"""What the use cases of referrals work with, and what several of them do."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from secrets import token_hex
from typing import Final, TypeAlias
from uuid import UUID

from services.referrals.clients import PlansClient, ProvidersClient
from services.referrals.domain import codes
from services.referrals.domain.judging import parties_of
from services.referrals.domain.lifecycle import FIRST_ROUND
from services.referrals.models import (
    AttemptRow,
    JudgementRow,
    ShortlistRow,
    WeighingRow,
    WithId,
)
from services.referrals.repository.reach import Viewer
from shared.audit.records import About, Act, SubjectKind, record
from shared.auth.call import Call, Trace
from shared.auth.principal import Principal
from shared.calendar import LONG_AGO
from shared.clock import Clock, local_date
from shared.db.database import Database, Session
from shared.db.sealing import KeyRing, Place
from shared.errors import Fault, InvalidRequestError
from shared.http.peer import OnBehalf
from shared.outbox.jobs import Jobs
from shared.outbox.outbox import Outbox
from shared.schemas.plans import Identity, NeedProfile
from shared.stelsel.model import AFTER_OBJECTION_TERM, AT_DECISION, Stelsel
from shared.stelsel.routes import clock_of, days_of
from shared.vocabulary import Reach, ServiceName

_SELF: Final = ServiceName.REFERRALS.value
LEADING: Final = "leading"
PLACING: Final = "placing"
CONSULTING: Final = "consulting"
"""Processing activities of the register (GDPR art. 30)."""

REFERRAL: Final = "referral"
ATTEMPT: Final = "attempt"
RECEIPT: Final = "receipt"
CONSULTATION: Final = "consultation"
APPLICATION: Final = "application"
APPLICATION_IN_PART: Final = "application_in_part"
OBJECTION: Final = "objection"
GRANT: Final = "grant"
TEMPORARY_PROVISION: Final = "temporary_provision"
PROVISION_FOR_MANDATE: Final = "temporary_provision_for_mandate"
INVOLVEMENT: Final = "involvement"
SERVICE_REQUEST: Final = "service_request"
SERVICE_BY_NAME: Final = "service_request_by_name"
DIRECT_REGISTRATION: Final = "direct_registration"
REGISTRATION_BY_NAME: Final = "direct_registration_by_name"
TRANSFER_BATCH: Final = "transfer_batch"
TRANSFER_ENTRY: Final = "transfer_entry"
"""Names of records in `can_reach`. In part is what client support sees of its own, or who grants of
a mandate. A receipt of an attempt shows nothing of a person; an answer that shows whom a light
request or a registration is about is given again only while it runs."""

GIVE_BACK: Final = "give_place_back"
RETURN_PLACE: Final = "return_place"
CONFIRM: Final = "confirm_place"
CLOSE_OFFERS: Final = "close_offers"
CLOSE_SHARING: Final = codes.CLOSE_SHARING
TELL_LAST_DAY: Final = "tell_last_day"
"""Work that use cases defer, by name."""

SealedRow: TypeAlias = JudgementRow | ShortlistRow | WeighingRow | WithId
"""The rows with sealed columns: most are bound to an id of their own."""

PLAN_IS_CLOSED: Final = "Dit plan is gesloten. Open eerst een nieuw plan voor dit huishouden."
_A_YEAR: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Tools:
    """The collaborators of every use case.

    `reached` are the parties that hear of a request in a list or on a desk of their own.
    """

    db: Database
    plans: PlansClient
    providers: ProvidersClient
    stelsel: Stelsel
    load: Callable[[str], Stelsel]
    outbox: Outbox
    jobs: Jobs
    clock: Clock
    accepted_lag: timedelta
    reached: frozenset[str]
    transfer_reminder: timedelta

    def viewer(self, call: Call) -> Viewer:
        """Who looks, and for which parties of the stelsel."""
        parties = parties_of(self.stelsel, call.principal.roles)
        objecting = (clock_of(self.stelsel, at) for at in (AT_DECISION, AFTER_OBJECTION_TERM))
        return Viewer(
            call,
            parties,
            self.stelsel.front_party,
            call.now - self.accepted_lag,
            timedelta(days=sum(days_of(clock) for clock in objecting)),
        )

    def own_call(self, operation: str) -> Call:
        """This service at work by itself: nobody asked, so nothing is answered."""
        trace = Trace(token_hex(16), token_hex(8))
        return Call(
            principal=Principal.of_service(_SELF),
            operation=operation,
            reaches=frozenset({Reach.ANY}),
            now=self.clock(),
            trace=trace,
            behalf=OnBehalf(traceparent=trace.traceparent()),
            keyed_hash=self.db.ring.keyed_hash,
        )

    def seals(self) -> "Seals":
        """What is stored sealed, and how it opens."""
        return Seals(self.db.ring)


@dataclass(frozen=True, slots=True)
class Seals:
    """The sealed columns of this service: what a provider may hear, and free text around it."""

    ring: KeyRing

    def put(self, row: SealedRow, column: str, text: str) -> None:
        """Seal a text into a column of a row; what says which row it is must be set before."""
        setattr(row, column, self.sealed(row, column, text))

    def sealed(self, row: SealedRow, column: str, text: str) -> bytes:
        """A text sealed for a column of a row."""
        return self.ring.seal(text, _place(row, column))

    def text(self, row: SealedRow, column: str) -> str:
        """Open a column of a row that always holds something."""
        return self.ring.open(getattr(row, column), _place(row, column))

    def get(self, row: SealedRow, column: str) -> str | None:
        """Open a column of a row, if it holds anything."""
        sealed: bytes | None = getattr(row, column)
        if sealed is None:
            return None
        return self.ring.open(sealed, _place(row, column))

    def need_profile(self, row: AttemptRow) -> NeedProfile:
        """Stage one of the disclosure."""
        return NeedProfile.model_validate_json(self.get(row, "need_profile") or "{}")

    def identity(self, row: AttemptRow) -> Identity | None:
        """Stage two of the disclosure, as long as the disclosure lasts."""
        text = self.get(row, "identity")
        return None if text is None else Identity.model_validate_json(text)


def reached_parties(stelsel: Stelsel, taking_up: Collection[str]) -> frozenset[str]:
    """The parties that hear of a request by this program: the teams on their desks, and those for
    which somebody speaks who may take it up. Any other must be called (AMS-ROL-42)."""
    return parties_of(stelsel, taking_up) | {stelsel.front_party}


def _place(row: SealedRow, column: str) -> Place:
    """Where a sealed text lives.

    The number of a weighing is known once it is stored only: it is the condition that was weighed,
    for which request and when.
    """
    record: object
    match row:
        case WeighingRow():
            record = f"{row.referral_id}/{row.condition}/{row.made_at.astimezone(UTC).isoformat()}"
        case ShortlistRow():
            record = f"{row.referral_id}/{row.number}"
        case JudgementRow():
            record = (
                row.referral_id if row.round == FIRST_ROUND else f"{row.referral_id}/{row.round}"
            )
        case _:
            record = row.id
    return Place(row.__tablename__, record, column)


async def audit(session: Session, call: Call, act: Act, household: UUID, activity: str) -> None:
    """One record about a household."""
    await record(session, call, act, activity, [About(SubjectKind.HOUSEHOLD, household)])


async def audit_persons(session: Session, call: Call, act: Act, identity: Identity) -> None:
    """One record per person whose identity is shown."""
    persons = [About(SubjectKind.PERSON, person.person_id) for person in identity.persons]
    await record(session, call, act, PLACING, persons)


def ensure_near(moment: datetime, call: Call, pointer: str) -> None:
    """An appointment is within a year of now, before or after; raises `InvalidRequestError`.

    Further away it is a mistake in the year, and at the edge of the calendar no moment at all.
    """
    if abs(moment - call.now) > _A_YEAR:
        detail = "Deze afspraak ligt meer dan een jaar van vandaag. Kijk het jaar na."
        raise InvalidRequestError(detail, [Fault(pointer, "too-far", detail)])


def ensure_has_been(day: date | None, call: Call, pointer: str) -> None:
    """What has happened did so today or before, and not long ago; raises `InvalidRequestError`."""
    if day is not None and day < local_date(call.now) - LONG_AGO:
        detail = "Deze dag ligt meer dan tien jaar terug. Kijk het jaar na."
        raise InvalidRequestError(detail, [Fault(pointer, "too-long-ago", detail)])
    if day is not None and day > local_date(call.now):
        detail = "Deze dag ligt in de toekomst. Kies vandaag of eerder."
        raise InvalidRequestError(detail, [Fault(pointer, "in-future", detail)])
