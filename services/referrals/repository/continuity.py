"""Questions around and after help: aftercare, recalls, going back, and when help ends."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from services.referrals.domain.continuity import Ending
from services.referrals.domain.lifecycle import CLOSED_REQUESTS, IDENTIFIED
from services.referrals.models import (
    AftercareContactRow,
    AftercareRow,
    AttemptRow,
    GrantRow,
    JudgementRow,
    RecallRow,
    ReferralRow,
    ReturnAgreementRow,
    ToldStateRow,
)
from shared.db.database import Session
from shared.vocabulary import AttemptStatus, EndCause, GrantForm, GrantStatus, ReferralStatus

_AFTER_HELP = (ReferralStatus.ENDED, ReferralStatus.AFTERCARE)


@dataclass(frozen=True, slots=True)
class Continuity:
    """What hangs on some requests around and after the help, for one answer."""

    aftercares: Sequence[AftercareRow]
    contacts: Sequence[AftercareContactRow]
    recalls: Sequence[RecallRow]
    returns: Mapping[UUID, ReturnAgreementRow]
    endings: Mapping[UUID, Sequence[Ending]]
    following: Mapping[UUID, UUID]


class ContinuityRepository:
    """Aftercare, recalls and agreements on going back; when help ends and what follows."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def aftercare(self, referral: UUID) -> AftercareRow | None:
        """The aftercare of a request that runs; the caller holds the request."""
        row = AftercareRow
        query = select(row).where(row.referral_id == referral, row.ended_on.is_(None))
        found: AftercareRow | None = await self._session.scalar(query)
        return found

    async def return_agreement(self, referral: UUID) -> ReturnAgreementRow | None:
        """What holds now about going back."""
        return (await self._returns([referral])).get(referral)

    async def of(self, ids: Collection[UUID]) -> Continuity:
        """Everything around and after these requests."""
        aftercare, contact, recall = AftercareRow, AftercareContactRow, RecallRow
        aftercares = select(aftercare).where(aftercare.referral_id.in_(ids))
        contacts = (
            select(contact)
            .join(aftercare, aftercare.id == contact.aftercare_id)
            .where(aftercare.referral_id.in_(ids))
        )
        recalls = select(recall).where(recall.referral_id.in_(ids))
        return Continuity(
            list(await self._session.scalars(aftercares.order_by(aftercare.round))),
            list(await self._session.scalars(contacts.order_by(contact.number))),
            list(await self._session.scalars(recalls.order_by(recall.round))),
            await self._returns(ids),
            await self.endings(ids),
            await self._following(ids),
        )

    async def endings(self, ids: Collection[UUID]) -> Mapping[UUID, Sequence[Ending]]:
        """The days on which the help of these requests is known to end, or ended, and by what."""
        found: dict[UUID, list[Ending]] = defaultdict(list)
        parts = (_by_grant(ids), _by_decision(ids), _by_contract(ids), _by_placement(ids))
        for referral, cause, on in await self._session.execute(union_all(*parts)):
            found[referral].append(Ending(on, EndCause(cause)))
        return found

    async def grant_over(self, row: ReferralRow, today: date) -> bool:
        """Whether the grant by which a request was granted runs no more; without one it does not
        matter."""
        if row.grant_id is None:
            return False
        grant = GrantRow
        lasts = or_(grant.valid_until.is_(None), grant.valid_until >= today)
        running = select(grant.id).where(
            grant.id == row.grant_id, grant.status == GrantStatus.RUNNING, lasts
        )
        return await self._session.scalar(running) is None

    async def _returns(self, ids: Collection[UUID]) -> dict[UUID, ReturnAgreementRow]:
        """The last agreement of each: in this order a later one takes the place of an earlier."""
        row = ReturnAgreementRow
        query = select(row).where(row.referral_id.in_(ids)).order_by(row.number)
        return {found.referral_id: found for found in await self._session.scalars(query)}

    async def _following(self, ids: Collection[UUID]) -> dict[UUID, UUID]:
        """The open request for the same item, or without one for the same person and help."""
        row, other = ReferralRow, aliased(ReferralRow)
        same_person = and_(
            row.support_item_id.is_(None),
            other.support_item_id.is_(None),
            other.household_id == row.household_id,
            other.person_id == row.person_id,
            other.voorziening == row.voorziening,
        )
        same = or_(other.support_item_id == row.support_item_id, same_person)
        query = select(row.id, other.id.label("follows")).join(
            other, and_(same, other.id != row.id, other.status.not_in(CLOSED_REQUESTS))
        )
        found = await self._session.execute(query.where(row.id.in_(ids)))
        return {each.id: each.follows for each in found}


def _ending(cause: EndCause, day: object) -> Select[UUID, str, date]:
    return select(ReferralRow.id, literal(cause.value), day)  # type: ignore[call-overload,no-any-return]


def _by_grant(ids: Collection[UUID]) -> Select[UUID, str, date]:
    """The grant a request was granted by, else one that runs for it; a pgb also once it ended."""
    row, grant = ReferralRow, GrantRow
    running = and_(row.grant_id.is_(None), grant.status == GrantStatus.RUNNING)
    under_way = row.status.not_in(CLOSED_REQUESTS)
    by_pgb = and_(row.status.in_(_AFTER_HELP), grant.form == GrantForm.PGB)
    return (
        _ending(EndCause.GRANT, grant.valid_until)
        .join(grant, grant.referral_id == row.id)
        .where(row.id.in_(ids), grant.valid_until.is_not(None), or_(under_way, by_pgb))
        .where(or_(grant.id == row.grant_id, running))
    )


def _by_decision(ids: Collection[UUID]) -> Select[UUID, str, date]:
    """The last judgement, where it says until when its yes holds."""
    row, judgement, later = ReferralRow, JudgementRow, aliased(JudgementRow)
    last = (
        select(func.max(later.round)).where(later.referral_id == row.id).correlate(row)
    ).scalar_subquery()
    return (
        _ending(EndCause.DECISION, judgement.valid_until)
        .join(judgement, and_(judgement.referral_id == row.id, judgement.round == last))
        .where(row.id.in_(ids), judgement.valid_until.is_not(None))
        .where(row.status.not_in(CLOSED_REQUESTS))
    )


def _by_contract(ids: Collection[UUID]) -> Select[UUID, str, date]:
    """The contract of the provider that said yes, as far as the registry told."""
    row, attempt, told = ReferralRow, AttemptRow, ToldStateRow
    return (
        _ending(EndCause.CONTRACT, told.ends_on)
        .join(attempt, and_(attempt.referral_id == row.id, attempt.status.in_(IDENTIFIED)))
        .join(told, told.subject == attempt.contract_id)
        .where(row.id.in_(ids), told.ends_on.is_not(None))
    )


def _by_placement(ids: Collection[UUID]) -> Select[UUID, str, date]:
    """The day on which the provider stopped, in the last round."""
    row, attempt = ReferralRow, AttemptRow
    return (
        _ending(EndCause.PLACEMENT, attempt.stopped_on)
        .join(attempt, and_(attempt.referral_id == row.id, attempt.round == row.round))
        .where(attempt.status == AttemptStatus.STOPPED, row.id.in_(ids))
        .where(row.status.in_(_AFTER_HELP), attempt.stopped_on.is_not(None))
    )
