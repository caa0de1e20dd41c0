"""Asking advice: a question, a draft of one, or advice that was given by telephone."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from uuid import UUID

from services.referrals.domain.anonymity import ensure_anonymous
from services.referrals.domain.consultations import (
    Addressed,
    Side,
    Telephoned,
    ensure_level_whole,
    ensure_not_own_party,
    ensure_target,
    ensure_telephone_whole,
    mover_of,
)
from services.referrals.models import ConsultationRow
from services.referrals.repository.consultations import ConsultationsRepository
from services.referrals.service.advice.addressing import (
    About,
    Sharing,
    about_of,
    ensure_known_codes,
    ensure_provider,
    ensure_stadsdeel,
    sharing_of,
    take_over,
    target_of,
)
from services.referrals.service.advice.consulting import (
    Steps,
    To,
    audit_consultation,
    consultation_answer,
)
from services.referrals.service.tools import CONSULTATION, Tools, ensure_has_been
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import AMSTERDAM, local_date
from shared.identifiers import new_id
from shared.schemas.consultations import (
    AdviceByTelephone,
    AskingCreate,
    ConsultationCreate,
    ConsultationRead,
)
from shared.vocabulary import ConsultationLevel, ConsultationStatus

_S: Final = ConsultationStatus
_NOON: Final = time(12)


@dataclass(frozen=True, slots=True)
class Asking:
    """Use cases of whoever asks advice."""

    tools: Tools

    async def create(self, call: Call, request: ConsultationCreate) -> ConsultationRead:
        """Ask advice, keep a draft of it, or write down what was advised by telephone.

        Raises `InvalidRequestError` for a text of an anonymous question in which somebody can be
        recognised: it names the kind, and nothing is stored.
        """
        viewer = self.tools.viewer(call)
        self._judge(call, request)
        ensure_not_own_party(
            request.to_party, viewer.parties, recorded=request.by_telephone is not None
        )
        await ensure_provider(self.tools, call, request.to_provider_id)
        about = _about(request)
        sharing = None if about is None else await sharing_of(self.tools, call, about)
        row = self._row(call, request, sharing)
        async with self.tools.db.transaction(call.once) as session:
            await take_over(session, call, about, sharing)
            steps = Steps(self.tools, session, call)
            await steps.first(row, Side.ASKER, row.asked_at)
            if request.by_telephone is not None:
                await self._by_telephone(steps, row, request.by_telephone)
            # The circle has just been taken over: the caller must be in it.
            seen = await ConsultationsRepository(session).consultation(viewer, row.id)
            await audit_consultation(session, call, Act.WRITE, seen.row)
            return await consultation_answer(session, call, seen, self.tools)

    async def ask(self, call: Call, record: UUID, request: AskingCreate) -> ConsultationRead:
        """Ask what was a draft; what plans says of sharing it is asked again."""
        del request
        viewer = self.tools.viewer(call)
        async with self.tools.db.transaction() as session:
            kept = (await ConsultationsRepository(session).consultation(viewer, record)).row
        about = about_of(kept, kept.to_provider_id)
        sharing = None if about is None else await sharing_of(self.tools, call, about)
        async with self.tools.db.transaction(call.once) as session:
            await take_over(session, call, about, sharing)
            seen = await ConsultationsRepository(session).consultation(viewer, record, lock=True)
            row = seen.row
            call.expect(CONSULTATION, row.id, row.version)
            side = mover_of(row.status, _S.ASKED, seen.sides(writes_advice_down=False))
            row.asked_at = call.now
            row.asked_on = row.asked_on if row.carried_from else local_date(call.now)
            row.valid_until = None if sharing is None else sharing.until
            await Steps(self.tools, session, call).move(row, To(_S.ASKED, side))
            await audit_consultation(session, call, Act.WRITE, row)
            return await consultation_answer(session, call, seen, self.tools)

    def _judge(self, call: Call, request: ConsultationCreate) -> None:
        """What can be judged without asking anybody; the texts of an anonymous question last."""
        stelsel, told = self.tools.stelsel, request.by_telephone
        target = target_of(stelsel, request.to_party, request.question_kind)
        given = {
            "/planId": request.plan_id is not None,
            "/supportItemId": request.support_item_id is not None,
            "/basis": request.basis is not None,
        }
        ensure_level_whole(request.level, given)
        to_provider = request.to_provider_id is not None
        ensure_target(target, Addressed(request.level, request.form, to_provider))
        ensure_known_codes(stelsel, {"/voorziening": request.voorziening})
        ensure_stadsdeel(stelsel, request.stadsdeel)
        if told is not None:
            motivated = told.motivation is not None
            ensure_telephone_whole(Telephoned(request.draft, told.followed, motivated))
            ensure_has_been(told.on, call, "/byTelephone/on")
        if request.level is ConsultationLevel.ANONYMOUS:
            ensure_anonymous(_texts(request), local_date(call.now))

    def _row(
        self, call: Call, request: ConsultationCreate, sharing: Sharing | None
    ) -> ConsultationRow:
        told = request.by_telephone
        at = call.now if told is None else _moment(told.on, call)
        row = ConsultationRow(
            id=new_id(),
            household_id=None if sharing is None else sharing.circle.household_id,
            valid_until=None if sharing is None else sharing.until,
            status=_S.DRAFT if request.draft else _S.ASKED,
            **request.model_dump(
                by_alias=False, exclude={"question", "facts", "draft", "by_telephone"}
            ),
            facts=request.facts.known(),
            voorzieningen=[],
            created_by=call.principal.subject,
            created_at=call.now,
            changed_at=call.now,
            asked_on=local_date(at),
            asked_at=None if request.draft else at,
            last_step=0,
        )
        self.tools.seals().put(row, "question", request.question)
        return row

    async def _by_telephone(
        self, steps: Steps, row: ConsultationRow, told: AdviceByTelephone
    ) -> None:
        """All steps at once, as they were that day; who advised is kept by function."""
        seals, at = self.tools.seals(), _moment(told.on, steps.call)
        seals.put(row, "given_by", told.given_by)
        await steps.move(row, To(_S.TAKEN_UP, Side.ADVISER, at=at))
        seals.put(row, "advice", told.advice)
        row.advised_on = told.on
        await steps.move(row, To(_S.ADVISED, Side.ADVISER, told.advice, at))
        if told.followed is None:
            return
        row.ended_on = told.on
        if told.motivation is not None:
            seals.put(row, "outcome_motivation", told.motivation)
        outcome = _S.FOLLOWED if told.followed else _S.DEPARTED
        await steps.move(row, To(outcome, Side.ASKER, told.motivation, at))


def _texts(request: ConsultationCreate) -> dict[str, str | None]:
    """Everything in a question that somebody wrote, by JSON pointer."""
    told, facts = request.by_telephone, request.facts
    return {
        "/question": request.question,
        "/facts/residenceMunicipality": facts.residence_municipality,
        "/facts/municipality": facts.municipality,
        "/byTelephone/givenBy": None if told is None else told.given_by,
        "/byTelephone/advice": None if told is None else told.advice,
        "/byTelephone/motivation": None if told is None else told.motivation,
    }


def _about(request: ConsultationCreate) -> About | None:
    if request.plan_id is None or request.basis is None:
        return None
    return About(request.plan_id, request.support_item_id, request.basis, request.to_provider_id)


def _moment(day: date, call: Call) -> datetime:
    """When something happened of which the day is known: now if it was today, else at noon."""
    if day == local_date(call.now):
        return call.now
    return datetime.combine(day, _NOON, AMSTERDAM)
