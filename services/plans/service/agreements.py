"""What each member says of the plan: the plan runs without all of them, and their no is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.plans.models import AgreementRow, PlanRow
from services.plans.repository import EvaluationsRepository, PersonsRepository
from services.plans.service.common import PLAN, Happened, Parts, changed, plan_to_change, refuse
from services.plans.service.goals import ensure_members
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.identifiers import new_id
from shared.schemas.plans import AgreementCreate, AgreementRead, MemberAgreementRead
from shared.vocabulary import AgreementAnswer, HouseholdRole


@dataclass(frozen=True, slots=True)
class Agreements:
    """Use cases around who agrees (OPN-39)."""

    parts: Parts

    async def record(self, call: Call, plan_id: UUID, request: AgreementCreate) -> AgreementRead:
        """Write down the answers of members, with how they gave them."""
        today = local_date(call.now)
        for number, answer in enumerate(request.answers):
            if answer.on is not None and answer.on > today:
                detail = "Een antwoord is al gegeven: kies een dag tot en met vandaag."
                raise refuse(f"/answers/{number}/on", "in-the-future", detail)
        async with self.parts.db.transaction(call.once) as session:
            plan = await plan_to_change(session, call, plan_id)
            persons = [answer.person_id for answer in request.answers]
            await ensure_members(session, plan, persons, "/answers")
            repository = EvaluationsRepository(session)
            await repository.add(
                *(
                    AgreementRow(
                        id=new_id(),
                        plan_id=plan.id,
                        person_id=each.person_id,
                        answer=each.answer,
                        how=each.how,
                        answered_on=each.on or today,
                        recorded_at=call.now,
                        recorded_by=call.principal.subject,
                    )
                    for each in request.answers
                )
            )
            happened = [
                Happened("agreement_recorded", code=each.answer, subject_id=each.person_id)
                for each in request.answers
            ]
            await changed(session, call, plan, *happened)
            latest = await repository.latest_answers(plan.id)
            found = AgreementRead(
                plan_id=plan.id,
                agreed=await is_agreed(session, plan),
                answers=tuple(_read(row) for row in latest),
            )
            return call.answer(found, PLAN, plan.id)


async def is_agreed(session: Session, plan: PlanRow) -> bool:
    """Whether the client, the main member, agrees with the plan by the latest answer."""
    members = await PersonsRepository(session).members(plan.household_id)
    mains = {each.person.id for each in members if each.member.role is HouseholdRole.MAIN}
    latest: Sequence[AgreementRow] = await EvaluationsRepository(session).latest_answers(plan.id)
    return any(row.person_id in mains and row.answer is AgreementAnswer.AGREED for row in latest)


def _read(row: AgreementRow) -> MemberAgreementRead:
    return MemberAgreementRead(
        person_id=row.person_id, answer=row.answer, how=row.how, on=row.answered_on
    )
