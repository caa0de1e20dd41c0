"""Bringing a question for advice to another party, with its first date."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.referrals.domain.anonymity import ensure_anonymous
from services.referrals.domain.consultations import (
    Addressed,
    Side,
    ensure_elsewhere,
    ensure_target,
    mover_of,
    nobody_speaks_for,
)
from services.referrals.models import ConsultationRow, ConsultationStepRow
from services.referrals.repository.consultations import ConsultationsRepository, Seen
from services.referrals.service.advice.addressing import (
    about_of,
    ensure_provider,
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
from services.referrals.service.tools import CONSULTATION, Tools
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.identifiers import new_id
from shared.schemas.consultations import ConsultationRead, ConsultationRedirectCreate
from shared.stelsel.model import ConsultationTarget
from shared.vocabulary import ConsultationLevel, ConsultationStatus

_S: Final = ConsultationStatus
_CARRIED: Final = (
    *("household_id", "plan_id", "support_item_id", "basis", "level", "form", "question_kind"),
    *("urgency", "voorziening", "stadsdeel", "facts", "created_by", "asked_on"),
)
"""What goes along with a question: about whom, what, whose it is and its first day."""


@dataclass(frozen=True, slots=True)
class Passing:
    """The use case of whoever knows that another party knows it better."""

    tools: Tools

    async def redirect(
        self, call: Call, record: UUID, request: ConsultationRedirectCreate
    ) -> ConsultationRead:
        """Bring the question to another party with its first date; it stays the asker's own.

        What is about a person goes on only when the asker says so: redirected by the adviser it
        becomes a draft that the asker can send.
        """
        viewer = self.tools.viewer(call)
        target = target_of(self.tools.stelsel, request.to_party)
        async with self.tools.db.transaction() as session:
            kept = await ConsultationsRepository(session).consultation(viewer, record)
        await ensure_provider(self.tools, call, request.to_provider_id)
        about = about_of(kept.row, request.to_provider_id) if kept.asks else None
        sharing = None if about is None else await sharing_of(self.tools, call, about)
        async with self.tools.db.transaction(call.once) as session:
            await take_over(session, call, about, sharing)
            repository = ConsultationsRepository(session)
            seen = await repository.consultation(viewer, record, lock=True)
            call.expect(CONSULTATION, seen.row.id, seen.row.version)
            side = self._ensure_can_redirect(call, seen, request, target)
            told = await repository.steps([record])
            other = self._carried(call, seen.row, request, told)
            if sharing is not None:
                other.status, other.asked_at = _S.ASKED, call.now
                other.valid_until = sharing.until
            steps = Steps(self.tools, session, call)
            await steps.first(other, side)
            seen.row.redirected_to, seen.row.ended_on = other.id, local_date(call.now)
            await steps.move(seen.row, To(_S.REDIRECTED, side, request.reason))
            await audit_consultation(session, call, Act.WRITE, seen.row)
            return await consultation_answer(session, call, seen, self.tools)

    def _ensure_can_redirect(
        self,
        call: Call,
        seen: Seen,
        request: ConsultationRedirectCreate,
        target: ConsultationTarget,
    ) -> Side:
        row, provider = seen.row, request.to_provider_id
        here = (row.to_party, row.to_provider_id)
        ensure_elsewhere(same=here == (request.to_party, provider))
        ensure_target(target, Addressed(row.level, row.form, provider is not None))
        if row.level is ConsultationLevel.ANONYMOUS:
            ensure_anonymous({"/reason": request.reason}, local_date(call.now))
        alone = nobody_speaks_for(row.to_party, self.tools.stelsel)
        return mover_of(row.status, _S.REDIRECTED, seen.sides(writes_advice_down=alone))

    def _carried(
        self,
        call: Call,
        row: ConsultationRow,
        request: ConsultationRedirectCreate,
        told: Sequence[ConsultationStepRow],
    ) -> ConsultationRow:
        """The same question for somebody else, with what the asker added to it since."""
        seals, anonymous = self.tools.seals(), row.level is ConsultationLevel.ANONYMOUS
        added = [
            seals.text(each, "said")
            for each in told
            if each.side == Side.ASKER and each.said is not None
        ]
        other = ConsultationRow(
            **{name: getattr(row, name) for name in _CARRIED},
            id=new_id(),
            status=_S.ASKED if anonymous else _S.DRAFT,
            asked_at=call.now if anonymous else None,
            to_party=request.to_party,
            to_provider_id=request.to_provider_id,
            voorzieningen=[],
            created_at=call.now,
            changed_at=call.now,
            carried_from=row.id,
            last_step=0,
        )
        seals.put(other, "question", "\n\n".join([seals.text(row, "question"), *added]))
        return other
