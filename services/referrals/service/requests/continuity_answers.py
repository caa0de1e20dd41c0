"""Rows to answers: what comes around and after help, as a part of the request."""

from services.referrals.domain.continuity import earliest
from services.referrals.models import AftercareContactRow, ReferralRow, ReturnAgreementRow
from services.referrals.repository.continuity import Continuity
from services.referrals.service.tools import Seals
from shared.schemas.continuity import (
    AftercareContactRead,
    AftercareRead,
    ContinuityRead,
    RecallRead,
    ReturnAgreementRead,
)


def aftercare_read(row: ReferralRow, known: Continuity, seals: Seals) -> AftercareRead | None:
    """The aftercare that runs, or the last one, its notes opened."""
    found = [each for each in known.aftercares if each.referral_id == row.id]
    if not found:
        return None
    last = found[-1]
    return AftercareRead(
        contact_every_days=last.contact_every_days,
        next_contact_on=last.next_contact_on if last.ended_on is None else None,
        until=last.until,
        started_on=last.started_on,
        ended_on=last.ended_on,
        code=last.code,
        contacts=tuple(
            _contact(each, seals) for each in known.contacts if each.aftercare_id == last.id
        ),
    )


def recalls_read(row: ReferralRow, known: Continuity, seals: Seals) -> tuple[RecallRead, ...]:
    """Every time intensive support was asked again, in order."""
    return tuple(
        RecallRead(
            round=each.round,
            motivation=seals.text(each, "motivation"),
            status=each.status,
            recalled_by=each.recalled_by,
            at=each.changed_at,
        )
        for each in known.recalls
        if each.referral_id == row.id
    )


def return_read(row: ReturnAgreementRow | None, seals: Seals) -> ReturnAgreementRead | None:
    """What holds about going back to the team, its texts opened."""
    if row is None:
        return None
    return ReturnAgreementRead(
        criteria=seals.text(row, "criteria"),
        agreed_with=seals.text(row, "agreed_with"),
        agreed_on=row.agreed_on,
        review_on=row.review_on,
    )


def continuity_read(row: ReferralRow, known: Continuity) -> ContinuityRead | None:
    """When this help ends first, as far as that is known, and what follows."""
    ending = earliest(known.endings.get(row.id, ()))
    if ending is None:
        return None
    return ContinuityRead(
        ends_on=ending.on,
        cause=ending.cause,
        followed_by_referral_id=known.following.get(row.id),
    )


def _contact(row: AftercareContactRow, seals: Seals) -> AftercareContactRead:
    return AftercareContactRead(
        on=row.contact_on,
        going=row.going,
        note=seals.get(row, "note"),
        next_contact_on=row.next_contact_on,
        recorded_by=row.recorded_by,
        recorded_at=row.changed_at,
    )
