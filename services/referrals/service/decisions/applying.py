"""Asking a formal decision: open to everybody (product decision 4)."""

from dataclasses import dataclass
from uuid import UUID

from services.referrals.domain.applications import GRANTOR, ensure_asks_blind
from services.referrals.models import ApplicationRow, ReferralRow
from services.referrals.repository import ReferralsRepository
from services.referrals.repository.applications import ApplicationsRepository
from services.referrals.repository.helping import HelpersRepository
from services.referrals.repository.reach import Viewer
from services.referrals.service.access import Asked, judged
from services.referrals.service.decisions.application_answers import application_answer
from services.referrals.service.decisions.asked import Received, granting_party
from services.referrals.service.decisions.granting import GRANTING, Granting
from services.referrals.service.decisions.opening import applicant_of
from services.referrals.service.tools import Tools, audit, ensure_has_been
from shared.audit.records import About, Act, SubjectKind, record
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.errors import ConflictError, Fault, InvalidRequestError
from shared.schemas.applications import (
    ApplicationCreate,
    ApplicationRead,
    GrantProjection,
    GrantProjectionRequest,
)
from shared.stelsel.model import MODES
from shared.vocabulary import Reach


@dataclass(frozen=True, slots=True)
class Applying:
    """Use cases of whoever asks a decision: around the plan, the party that was asked, or client
    support for a person who authorised it."""

    tools: Tools

    async def apply(self, call: Call, request: ApplicationCreate) -> ApplicationRead:
        """Ask a formal decision (Wmo 2.3.5): also after a no, also without a plan or a request.

        Plans composes, with the caller's authority, what the grantor may know; that is frozen.
        The term runs from the day it came in. Where nobody names the request it is about, it is
        found by person and voorziening. Raises `ConflictError` while a decision on the same
        question is awaited.
        """
        helping = call.may(Reach.AUTHORISED)
        if helping:
            ensure_asks_blind(_named(request))
        _ensure_one_subject(request)
        ensure_has_been(request.received_on, call, "/receivedOn")
        referral = await self._referral(call, request)
        grantor = self._grantor(call, request, referral)
        item = request.support_item_id or (None if referral is None else referral.support_item_id)
        projection = await self._projection(call, request, item)
        _ensure_same_household(projection, referral)
        asked = Received(
            projection=projection,
            voorziening=request.voorziening,
            form=request.form,
            grantor=grantor,
            applicant=applicant_of(self.tools, call),
            received_on=request.received_on or local_date(call.now),
            reason=request.reason,
            advice=request.advice,
            support_item=item,
            referral=request.referral_id,
            by_helper=helping,
        )
        async with self.tools.db.transaction(call.once) as session:
            if helping:
                helpers, whom = HelpersRepository(session), projection.person_id
                await helpers.ensure_helps(call.principal.subject, projection.household_id, whom)
            granting = Granting(self.tools, session, call)
            row = await granting.receive(asked)
            await audit_application(session, call, Act.WRITE, row)
            return await application_answer(granting, row, in_part=helping)

    async def _referral(self, call: Call, request: ApplicationCreate) -> ReferralRow | None:
        """The request it is about, as far as the caller may see it."""
        if request.referral_id is None:
            return None
        async with self.tools.db.transaction() as session:
            viewer = self.tools.viewer(call)
            row = await ReferralsRepository(session).referral(viewer, request.referral_id)
        same_item = request.support_item_id in {None, row.support_item_id}
        if row.voorziening != request.voorziening or not same_item:
            detail = "Deze aanvraag bij een aanbieder gaat over iets anders. Kies de goede."
            raise ConflictError(detail, [Fault("/referralId", "other-request", detail)])
        return row

    def _grantor(self, call: Call, request: ApplicationCreate, referral: ReferralRow | None) -> str:
        """The party that the route names; where it names none, the party that always decides."""
        stelsel = self.tools.stelsel
        facts = {"form": request.form.value, "hasPlan": request.plan_id is not None}
        entry = applicant_of(self.tools, call) or stelsel.front_party
        asked = Asked(request.voorziening, entry, facts)
        granted_by = judged(stelsel, asked, local_date(call.now)).granted_by
        if referral is not None:
            return granting_party(referral, GRANTOR)
        return GRANTOR if granted_by in MODES else granted_by

    async def _projection(
        self, call: Call, request: ApplicationCreate, item: UUID | None
    ) -> GrantProjection:
        wanted = GrantProjectionRequest(
            person_id=request.person_id,
            support_item_id=item,
            voorziening=request.voorziening if item is None else None,
        )
        if request.plan_id is not None:
            return await self.tools.plans.grant_projection(request.plan_id, wanted, call.behalf)
        assert request.household_id is not None
        return await self.tools.plans.household_grant_projection(
            request.household_id, wanted, call.behalf
        )


def _named(request: ApplicationCreate) -> list[str]:
    """What client support cannot know, as far as it was sent."""
    unknown = {
        "planId": request.plan_id,
        "supportItemId": request.support_item_id,
        "referralId": request.referral_id,
        "advice": request.advice,
    }
    return [name for name, value in unknown.items() if value is not None]


def _ensure_one_subject(request: ApplicationCreate) -> None:
    if (request.plan_id is None) == (request.household_id is None):
        detail = "Noem planId, of householdId als er geen plan is. Het is het een of het ander."
        raise InvalidRequestError(detail, [Fault("", "plan-or-household", detail)])


def _ensure_same_household(projection: GrantProjection, referral: ReferralRow | None) -> None:
    if referral is not None and referral.household_id != projection.household_id:
        detail = "Deze aanvraag bij een aanbieder is van een ander huishouden."
        raise ConflictError(detail, [Fault("/referralId", "other-household", detail)])


async def is_in_part(
    repository: ApplicationsRepository, viewer: Viewer, row: ApplicationRow
) -> bool:
    """Whether the caller follows an application as client support only."""
    if not viewer.call.may(Reach.AUTHORISED):
        return False
    return row.id not in await repository.owned(viewer, [row.id])


async def audit_application(session: Session, call: Call, act: Act, row: ApplicationRow) -> None:
    """Of the household, and of the person whom the decision is about: the projection names them."""
    await audit(session, call, act, row.household_id, GRANTING)
    await record(session, call, act, GRANTING, [About(SubjectKind.PERSON, row.person_id)])
