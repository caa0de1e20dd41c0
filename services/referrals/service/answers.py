"""Rows to answers: what the coordinator sees of a request, and a provider of an attempt."""

import json
from collections.abc import Sequence
from uuid import UUID

from services.referrals.domain.lifecycle import IDENTIFIED
from services.referrals.models import (
    AttemptRow,
    ReferralRow,
    ReferralStepRow,
    ShortlistEntryRow,
    ShortlistRow,
)
from services.referrals.repository import Details, ReferralsRepository
from services.referrals.service.tools import RECEIPT, REFERRAL, Seals
from shared.auth.call import Call
from shared.db.database import Session
from shared.schemas.access import AccessCheckAnswer
from shared.schemas.referrals import (
    AttemptInShort,
    AttemptRead,
    AttemptReceipt,
    JudgementRead,
    ReferralRead,
    ReferralStep,
    ShortlistEntryRead,
    ShortlistRead,
    WeighingRead,
    Wishes,
)


async def referral_answer(session: Session, call: Call, row: ReferralRow) -> ReferralRead:
    """The answer about one request, with its ETag."""
    details = await ReferralsRepository(session).details([row], call.now)
    return call.answer(referral_read(row, details), REFERRAL, row.id, row.version)


def referral_read(row: ReferralRow, details: Details) -> ReferralRead:
    """A request with everything that hangs on it."""
    judgement = next((each for each in details.judgements if each.referral_id == row.id), None)
    return ReferralRead(
        id=row.id,
        version=row.version,
        plan_id=row.plan_id,
        support_item_id=row.support_item_id,
        voorziening=row.voorziening,
        entry=row.entry,
        status=row.status,
        urgency=row.urgency,
        coordinator=details.coordinators.get(row.plan_id, row.coordinator),
        first_contact_on=row.first_contact_on,
        created_at=row.created_at,
        access_check=AccessCheckAnswer.model_validate(row.access_check),
        weighings=tuple(
            WeighingRead.model_validate(each)
            for each in details.weighings
            if each.referral_id == row.id
        ),
        judgement=None if judgement is None else JudgementRead.model_validate(judgement),
        shortlist=_shortlist(row, details.shortlists, details.entries),
        attempts=tuple(
            AttemptInShort.model_validate(each)
            for each in details.attempts
            if each.referral_id == row.id
        ),
        steps=tuple(_step(each) for each in details.steps if each.referral_id == row.id),
    )


def _step(row: ReferralStepRow) -> ReferralStep:
    return ReferralStep(
        at=row.changed_at,
        previous=row.previous,
        status=row.status,
        code=row.code,
        actor=row.actor,
        skipped=row.skipped,
    )


def _shortlist(
    row: ReferralRow, lists: Sequence[ShortlistRow], entries: Sequence[ShortlistEntryRow]
) -> ShortlistRead | None:
    def is_current(referral: UUID, number: int) -> bool:
        return referral == row.id and number == row.shortlist_number

    for found in lists:
        if is_current(found.referral_id, found.number):
            return ShortlistRead(
                entries=tuple(
                    ShortlistEntryRead.model_validate(entry)
                    for entry in entries
                    if is_current(entry.referral_id, entry.shortlist_number)
                ),
                agreed_by=found.agreed_by,
                agreed_on=found.agreed_on,
                how=found.how,
            )
    return None


async def attempt_read(
    session: Session, call: Call, row: AttemptRow, referral: ReferralRow, seals: Seals
) -> AttemptRead:
    """An attempt as the addressed provider sees it: the identity from acceptance on only.

    Who is disclosed was frozen; who coordinates is told as it is now, since a provider that calls
    the coordinator of last month would find nobody (AMS-REF-08).
    """
    identity = seals.identity(row) if row.status in IDENTIFIED else None
    now = await ReferralsRepository(session).coordinator(referral.plan_id, call.now)
    if identity is not None and now is not None:
        identity = identity.model_copy(update={"coordinator": now})
    wishes = Wishes.model_validate_json(json.dumps(referral.wishes))
    return AttemptRead(
        id=row.id,
        version=row.version,
        referral_id=row.referral_id,
        voorziening=row.voorziening,
        status=row.status,
        urgency=row.urgency,
        first_contact_on=row.first_contact_on,
        offered_at=row.offered_at,
        location_id=row.location_id,
        wishes_days=wishes.days,
        target_group=wishes.target_group,
        language=wishes.language,
        wheelchair_accessible=wishes.wheelchair_accessible,
        need_profile=seals.need_profile(row),
        identity=identity,
        intake_at=row.intake_at,
        intake_place=seals.get(row, "intake_place"),
        started_on=row.started_on,
        stopped_on=row.stopped_on,
    )


def receipt(call: Call, row: AttemptRow) -> AttemptReceipt:
    """What is left to see of a closed attempt."""
    found = AttemptReceipt(id=row.id, version=row.version, status=row.status, code=row.code)
    return call.answer(found, RECEIPT, row.id, row.version)
