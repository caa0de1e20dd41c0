"""What the use cases around a consultation share: steps, answers, and what consent still allows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.referrals.domain.codes import CONSULTED, CONSULTED_TEXT
from services.referrals.domain.consultations import OPEN, Side, mover_of
from services.referrals.domain.judging import party_label
from services.referrals.domain.lifecycle import waiting_days
from services.referrals.models import ConsultationRow, ConsultationStepRow
from services.referrals.repository.consultations import ConsultationsRepository, Seen
from services.referrals.service.tools import CONSULTATION, CONSULTING, Seals, Tools, audit
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.identifiers import new_id
from shared.outbox.outbox import Notice
from shared.schemas.access import AccessCheckAnswer, AccessCondition, AccessFacts
from shared.schemas.consultations import ConsultationRead, ConsultationStep
from shared.schemas.events import CONSULTATION_MOVED, ConsultationMoved
from shared.stelsel.model import Stelsel
from shared.vocabulary import ConsultationStatus, ServiceName

_S: Final = ConsultationStatus
_AS_STORED: Final = (
    *("id", "version", "status", "level", "form", "to_party", "to_provider_id", "question_kind"),
    *("urgency", "voorziening", "stadsdeel", "basis", "asked_on", "asked_at", "expected_on"),
    *("advised_on", "walking_along_from", "walking_along_until", "redirected_to", "carried_from"),
)
"""What every side sees as it is stored."""


@dataclass(frozen=True, slots=True)
class To:
    """Where a consultation goes, by whose hand, what was said, and when it happened."""

    status: ConsultationStatus
    side: Side
    said: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps of consultations within one transaction of one call."""

    tools: Tools
    session: Session
    call: Call

    async def first(self, row: ConsultationRow, side: Side, at: datetime | None = None) -> None:
        """The first step of a new consultation."""
        await ConsultationsRepository(self.session).add(row)
        await self._step(row, None, To(row.status, side, at=at))

    async def move(self, row: ConsultationRow, to: To) -> None:
        """Set the state; raises `ConflictError` when the table does not allow it."""
        mover_of(row.status, to.status, {to.side})
        previous, row.status, row.changed_at = row.status, to.status, self.call.now
        await self._step(row, previous, to)

    async def _step(
        self, row: ConsultationRow, previous: ConsultationStatus | None, to: To
    ) -> None:
        row.last_step += 1
        step = ConsultationStepRow(
            id=new_id(),
            household_id=row.household_id,
            changed_at=self.call.now,
            consultation_id=row.id,
            number=row.last_step,
            previous=previous,
            status=to.status,
            side=to.side.value,
            actor=self.call.principal.subject,
            at=to.at or self.call.now,
        )
        if to.said is not None:
            self.tools.seals().put(step, "said", to.said)
        await ConsultationsRepository(self.session).add(row, step)
        if to.status is _S.ASKED and row.to_provider_id is not None:
            await audit_consultation(self.session, self.call, Act.DISCLOSE, row)
        await self._tell(row, previous, to.status)

    async def _tell(
        self,
        row: ConsultationRow,
        previous: ConsultationStatus | None,
        status: ConsultationStatus,
    ) -> None:
        """Plans hears of what was asked about a plan; a draft is nobody's but the asker's."""
        unsent = status is _S.DRAFT or (previous is _S.DRAFT and status is _S.WITHDRAWN)
        if row.plan_id is None or unsent:
            return
        moved = ConsultationMoved(
            consultation_id=row.id, plan_id=row.plan_id, to_party=row.to_party, status=status
        )
        notice = Notice(CONSULTATION_MOVED, row.id, moved, (ServiceName.PLANS,))
        await self.tools.outbox.emit(self.session, notice, self.call.now)


async def consultation_answer(
    session: Session, call: Call, seen: Seen, tools: Tools
) -> ConsultationRead:
    """The answer about one consultation, with its ETag."""
    row = seen.row
    steps = await ConsultationsRepository(session).steps([row.id])
    found = consultation_read(call, seen, steps, tools.seals())
    return call.answer(found, CONSULTATION, row.id, row.version)


def consultation_read(
    call: Call, seen: Seen, steps: Sequence[ConsultationStepRow], seals: Seals
) -> ConsultationRead:
    """A consultation as this side of it sees it.

    Whoever did not ask does not see which request came of it, and a provider no id of the plan.
    """
    row, today = seen.row, local_date(call.now)
    given_by = seals.get(row, "given_by")
    ended_on = row.advised_on or row.ended_on
    shown: dict[str, Any] = {name: getattr(row, name) for name in _AS_STORED}
    if seen.asks or row.to_provider_id is None:
        shown |= {"plan_id": row.plan_id, "support_item_id": row.support_item_id}
    return ConsultationRead(
        **{"plan_id": None, "support_item_id": None, **shown},
        question=seals.text(row, "question"),
        facts=AccessFacts.model_validate(row.facts, strict=False),
        asked_by=row.created_by,
        taken_up_by=row.taken_up_by or given_by,
        advice=seals.get(row, "advice"),
        advised_by=row.advised_by or given_by,
        voorzieningen=tuple(row.voorzieningen),
        outcome_motivation=seals.get(row, "outcome_motivation"),
        referral_id=row.referral_id if seen.asks else None,
        waiting_days=0 if row.status is _S.DRAFT else waiting_days(row.asked_on, ended_on, today),
        steps=tuple(_step(each, seals) for each in steps if each.consultation_id == row.id),
    )


def _step(row: ConsultationStepRow, seals: Seals) -> ConsultationStep:
    return ConsultationStep(
        at=row.at,
        previous=row.previous,
        status=row.status,
        actor=row.actor,
        text=seals.get(row, "said"),
    )


async def audit_consultation(session: Session, call: Call, act: Act, row: ConsultationRow) -> None:
    """One record about the household; an anonymous question is about nobody."""
    if row.household_id is not None:
        await audit(session, call, act, row.household_id, CONSULTING)


async def close_shared(steps: Steps, plan: UUID, provider: UUID, until: datetime) -> None:
    """A consent was taken back: the provider reads nothing of it any more, and what it was still
    asked is withdrawn. Nothing of what it knew by name is left with it (design section 8)."""
    repository = ConsultationsRepository(steps.session)
    for row in await repository.shared_by_consent(plan, provider, until):
        if row.status in OPEN:
            row.ended_on = local_date(steps.call.now)
            await steps.move(row, To(_S.WITHDRAWN, Side.SYSTEM))
        await repository.close_reading(row.id, steps.call.now)
        await audit_consultation(steps.session, steps.call, Act.WRITE, row)


def with_consultations(
    answer: AccessCheckAnswer, advised: Collection[str], stelsel: Stelsel
) -> AccessCheckAnswer:
    """The check with what was asked of others: a party whose advice is there counts as consulted.

    Where it may be asked and was not, nothing is in the way: a decision without consultation is
    allowed (AMS-ACC-34, OPN-14).
    """
    asked = tuple(
        AccessCondition(
            code=CONSULTED,
            kind="consult",
            met=each.party in advised,
            blocks=False,
            deferrable=True,
            due_by=None,
            text=CONSULTED_TEXT.format(party=party_label(stelsel, each.party)),
        )
        for each in answer.consult
        if each.party in advised or each.duty == "must"
    )
    return answer.model_copy(update={"conditions": (*answer.conditions, *asked)})


async def frozen_check(
    session: Session, plan: UUID | None, answer: AccessCheckAnswer, stelsel: Stelsel
) -> dict[str, Any]:
    """A check as it is kept on a request, with the parties that advised on its plan."""
    repository = ConsultationsRepository(session)
    advised = set() if plan is None else await repository.advised_parties(plan)
    return with_consultations(answer, advised, stelsel).model_dump(mode="json", by_alias=True)
