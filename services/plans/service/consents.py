"""Consent: recorded per person, provider and purpose; taken back at once, revoked when closed."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.plans.domain.consents import ensure_can_revoke
from services.plans.models import ConsentRow
from services.plans.repository import ConsentsRepository, PersonsRepository, PlansRepository
from services.plans.service.common import (
    CONSENT,
    Happened,
    Parts,
    audit_persons,
    changed,
    plan_to_change,
    refuse,
)
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.identifiers import new_id
from shared.outbox.outbox import Notice
from shared.schemas.consents import ConsentCreate, ConsentRead, Consents, RevocationCreate
from shared.schemas.events import CONSENT_REVOKED, ConsentRevoked
from shared.vocabulary import ConsentStatus, ServiceName


@dataclass(frozen=True, slots=True)
class ConsentCases:
    """Use cases of the worker who speaks with the person about what is shared."""

    parts: Parts

    async def give(self, call: Call, plan_id: UUID, request: ConsentCreate) -> ConsentRead:
        """Record a consent of somebody of the household of the plan.

        One for the same whose last day is over is closed first: nothing is shared by it any more,
        so nobody has to take it back. Raises `ConflictError` where one still holds.
        """
        _ensure_to_come(request.valid_until, local_date(call.now))
        async with self.parts.db.transaction(call.once) as session:
            plan = await plan_to_change(session, call, plan_id)
            members = await PersonsRepository(session).members(plan.household_id)
            if request.person_id not in {each.person.id for each in members}:
                detail = "Deze persoon hoort niet bij het huishouden van dit plan."
                raise refuse("/personId", "not-in-household", detail)
            consent = ConsentRow(
                id=new_id(),
                plan_id=plan.id,
                **request.model_dump(by_alias=False),
                status=ConsentStatus.GIVEN,
                given_at=call.now,
                recorded_by=call.principal.subject,
                changed_at=call.now,
            )
            happened = [Happened("consent_given", None, consent.id)]
            repository = ConsentsRepository(session)
            over = await repository.expired(consent, local_date(call.now))
            if over is not None:
                over.status = ConsentStatus.EXPIRED
                over.closed_at = over.changed_at = call.now
                await repository.flush()
                happened.insert(0, Happened("consent_expired", None, over.id))
            await repository.add(consent)
            await changed(session, call, plan, *happened)
            return _answer(call, consent)

    async def list_all(self, call: Call, plan_id: UUID) -> Consents:
        """The consents of a plan, also what was revoked."""
        async with self.parts.db.transaction() as session:
            plan = await PlansRepository(session).plan(call, plan_id)
            found = await ConsentsRepository(session).of_plan(plan.id)
            await audit_persons(session, call, Act.READ, [each.person_id for each in found])
            return Consents(items=tuple(ConsentRead.model_validate(each) for each in found))

    async def read(self, call: Call, record: UUID) -> ConsentRead:
        """One consent, with the ETag that revoking it needs."""
        async with self.parts.db.transaction() as session:
            consent = await ConsentsRepository(session).seen(call, record)
            await audit_persons(session, call, Act.READ, [consent.person_id])
            return _answer(call, consent)

    async def revoke(self, call: Call, record: UUID, request: RevocationCreate) -> ConsentRead:
        """Take a consent back: nothing new is composed from now on, and referrals closes what is
        open. It is `revoked` when referrals has said that it is closed (design 8)."""
        del request
        async with self.parts.db.transaction(call.once) as session:
            repository = ConsentsRepository(session)
            plan_id = (await repository.seen(call, record)).plan_id
            plan = await PlansRepository(session).plan_for_change(call, plan_id)
            consent = await repository.seen(call, record)
            call.expect(CONSENT, consent.id, consent.version)
            ensure_can_revoke(consent.status)
            consent.status = ConsentStatus.REVOKING
            consent.revoked_at = consent.changed_at = call.now
            consent.revoked_by = call.principal.subject
            await repository.flush()
            told = ConsentRevoked(
                consent_id=consent.id,
                plan_id=plan.id,
                person_id=consent.person_id,
                provider_id=consent.provider_id,
            )
            notice = Notice(CONSENT_REVOKED, consent.id, told, (ServiceName.REFERRALS,))
            await self.parts.outbox.emit(session, notice, call.now)
            await changed(session, call, plan, Happened("consent_revoking", None, consent.id))
            return _answer(call, consent)


def _ensure_to_come(day: date | None, today: date) -> None:
    if day is not None and day < today:
        detail = "Deze dag is voorbij. Kies een dag die nog komt, of laat het veld weg."
        raise refuse("/validUntil", "in-past", detail)


def _answer(call: Call, consent: ConsentRow) -> ConsentRead:
    found = ConsentRead.model_validate(consent)
    return call.answer(found, CONSENT, consent.id, consent.version)
