"""The steps of a question for advice: of the party that advises, and of who asked."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.referrals.domain.anonymity import ensure_anonymous
from services.referrals.domain.consultations import (
    ensure_outcome_whole,
    ensure_walks,
    mover_of,
    nobody_speaks_for,
)
from services.referrals.models import ConsultationRow
from services.referrals.repository import ReferralsRepository
from services.referrals.repository.consultations import ConsultationsRepository, Seen
from services.referrals.service.advice.addressing import ensure_known_codes
from services.referrals.service.advice.consulting import (
    Steps,
    To,
    audit_consultation,
    consultation_answer,
)
from services.referrals.service.tools import CONSULTATION, Seals, Tools
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.errors import ConflictError, Fault, InvalidRequestError, NotFoundError
from shared.schemas.consultations import (
    AdviceCreate,
    ConsultationRead,
    InformationCreate,
    InformationRequestCreate,
    OutcomeCreate,
    TakingUpCreate,
    WithdrawalCreate,
)
from shared.vocabulary import ConsultationLevel, ConsultationStatus, Reach

_S: Final = ConsultationStatus

Change = Callable[[Steps, Seen], Awaitable[None]]
"""What one step does, on a row that is locked and was seen in its last state."""


@dataclass(frozen=True, slots=True)
class Advising:
    """Use cases of both sides of a question that was asked."""

    tools: Tools

    async def take_up(self, call: Call, record: UUID, request: TakingUpCreate) -> ConsultationRead:
        """The party that was asked takes it up; of two colleagues at once one does."""
        if request.expected_on is not None and request.expected_on < local_date(call.now):
            detail = "Deze dag is voorbij. Kies vandaag of later."
            raise InvalidRequestError(detail, [Fault("/expectedOn", "in-past", detail)])

        async def change(steps: Steps, seen: Seen) -> None:
            seen.row.taken_up_by = call.principal.subject
            seen.row.expected_on = request.expected_on
            await self._move(steps, seen, _S.TAKEN_UP)

        return await self._change(call, record, change)

    async def request_information(
        self, call: Call, record: UUID, request: InformationRequestCreate
    ) -> ConsultationRead:
        """Who advises needs to know more first."""

        async def change(steps: Steps, seen: Seen) -> None:
            self._judge(call, seen, {"/question": request.question})
            await self._move(steps, seen, _S.INFORMATION_ASKED, request.question)

        return await self._change(call, record, change)

    async def add_information(
        self, call: Call, record: UUID, request: InformationCreate
    ) -> ConsultationRead:
        """What was asked for, judged as the question was."""

        async def change(steps: Steps, seen: Seen) -> None:
            if seen.row.status is not _S.INFORMATION_ASKED:
                raise ConflictError("Er is niet om meer informatie gevraagd.")
            self._judge(call, seen, {"/text": request.text})
            await self._move(steps, seen, _S.TAKEN_UP, request.text)

        return await self._change(call, record, change)

    async def advise(self, call: Call, record: UUID, request: AdviceCreate) -> ConsultationRead:
        """Give the advice. What is done with it is up to who asked."""
        codes = {f"/voorzieningen/{at}": code for at, code in enumerate(request.voorzieningen)}
        ensure_known_codes(self.tools.stelsel, codes)

        async def change(steps: Steps, seen: Seen) -> None:
            row, begin, end = seen.row, request.walking_along_from, request.walking_along_until
            ensure_walks(row.form, begin, end)
            self._judge(call, seen, {"/advice": request.advice})
            self._seals().put(row, "advice", request.advice)
            row.advised_by = call.principal.subject
            row.advised_on = local_date(call.now)
            row.voorzieningen = list(request.voorzieningen)
            row.walking_along_from, row.walking_along_until = begin, end
            await self._move(steps, seen, _S.ADVISED, request.advice)

        return await self._change(call, record, change)

    async def record_outcome(
        self, call: Call, record: UUID, request: OutcomeCreate
    ) -> ConsultationRead:
        """What was done with the advice. Departing from it is motivated, and allowed (OPN-14)."""
        outcome, motivation = ConsultationStatus(request.outcome), request.motivation
        referral = request.referral_id
        ensure_outcome_whole(
            outcome, motivated=motivation is not None, referral=referral is not None
        )

        async def change(steps: Steps, seen: Seen) -> None:
            row = seen.row
            self._judge(call, seen, {"/motivation": motivation})
            if referral is not None:
                await self._ensure_of_plan(steps, row, referral)
            if motivation is not None:
                self._seals().put(row, "outcome_motivation", motivation)
            row.referral_id, row.ended_on = referral, local_date(call.now)
            await self._move(steps, seen, outcome, motivation)

        return await self._change(call, record, change)

    async def withdraw(
        self, call: Call, record: UUID, request: WithdrawalCreate
    ) -> ConsultationRead:
        """The question is not needed any more."""

        async def change(steps: Steps, seen: Seen) -> None:
            self._judge(call, seen, {"/reason": request.reason})
            seen.row.ended_on = local_date(call.now)
            await self._move(steps, seen, _S.WITHDRAWN, request.reason)

        return await self._change(call, record, change)

    async def _change(self, call: Call, record: UUID, change: Change) -> ConsultationRead:
        """One step of somebody who saw the last state. Who asks from within a circle must be in it
        now, as plans knows it."""
        viewer = self.tools.viewer(call)
        async with self.tools.db.transaction() as session:
            kept = await ConsultationsRepository(session).consultation(viewer, record)
        around = call.may(Reach.OWN_CIRCLE) or call.may(Reach.OWN_TEAM)
        if kept.row.plan_id is not None and kept.asks and around:
            await self.tools.plans.circle(kept.row.plan_id, call.behalf)
        async with self.tools.db.transaction(call.once) as session:
            seen = await ConsultationsRepository(session).consultation(viewer, record, lock=True)
            call.expect(CONSULTATION, seen.row.id, seen.row.version)
            await change(Steps(self.tools, session, call), seen)
            await audit_consultation(session, call, Act.WRITE, seen.row)
            return await consultation_answer(session, call, seen, self.tools)

    async def _move(
        self, steps: Steps, seen: Seen, status: ConsultationStatus, said: str | None = None
    ) -> None:
        alone = nobody_speaks_for(seen.row.to_party, self.tools.stelsel)
        side = mover_of(seen.row.status, status, seen.sides(writes_advice_down=alone))
        await steps.move(seen.row, To(status, side, said))

    def _judge(self, call: Call, seen: Seen, texts: dict[str, str | None]) -> None:
        """Nothing that is said around an anonymous question points at a person."""
        if seen.row.level is ConsultationLevel.ANONYMOUS:
            ensure_anonymous(texts, local_date(call.now))

    async def _ensure_of_plan(self, steps: Steps, row: ConsultationRow, referral: UUID) -> None:
        """The request it became is one the caller sees, on the plan it was about."""
        detail = "Deze aanvraag hoort niet bij dit plan, of u mag haar niet zien."
        fault = Fault("/referralId", "other-plan", detail)
        viewer = self.tools.viewer(steps.call)
        try:
            found = await ReferralsRepository(steps.session).referral(viewer, referral)
        except NotFoundError as exc:
            raise InvalidRequestError(detail, [fault]) from exc
        if row.plan_id is not None and found.plan_id != row.plan_id:
            raise InvalidRequestError(detail, [fault])

    def _seals(self) -> Seals:
        return self.tools.seals()
