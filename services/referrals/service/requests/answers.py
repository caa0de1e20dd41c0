"""Rows to answers: what the coordinator sees of a request, and a provider of an attempt."""

import json
from datetime import date
from uuid import UUID

from services.referrals.domain.continuity import earliest
from services.referrals.domain.contributions import contribution_of, costs
from services.referrals.domain.involving import to_tell
from services.referrals.domain.leading import how_to_ask
from services.referrals.domain.lifecycle import IDENTIFIED
from services.referrals.models import (
    AttemptRow,
    JudgementRow,
    ReferralRow,
    ReferralStepRow,
    ReturnAgreementRow,
    WeighingRow,
)
from services.referrals.repository import Details, ReferralsRepository
from services.referrals.repository.continuity import ContinuityRepository
from services.referrals.service.requests.continuity_answers import (
    aftercare_read,
    continuity_read,
    recalls_read,
    return_read,
)
from services.referrals.service.tools import RECEIPT, REFERRAL, Seals, Tools
from shared.auth.call import Call
from shared.db.database import Session
from shared.schemas.access import AccessCheckAnswer, AccessNextAction
from shared.schemas.contributions import ContributionRead
from shared.schemas.referrals import (
    AttemptInShort,
    AttemptRead,
    AttemptReceipt,
    InvolvedRead,
    JudgementRead,
    ReferralRead,
    ReferralStep,
    ShortlistEntryRead,
    ShortlistRead,
    WeighingRead,
    Wishes,
)
from shared.stelsel.model import ActionCode, Stelsel
from shared.stelsel.routes import action
from shared.vocabulary import InvolvementHow


async def referral_answer(
    session: Session, call: Call, row: ReferralRow, tools: Tools
) -> ReferralRead:
    """The answer about one request, with its ETag."""
    details = await ReferralsRepository(session).details([row], call.now)
    return call.answer(referral_read(row, details, tools), REFERRAL, row.id, row.version)


def referral_read(row: ReferralRow, details: Details, tools: Tools) -> ReferralRead:
    """A request with everything that hangs on it, its texts opened."""
    seals = tools.seals()
    return ReferralRead(
        id=row.id,
        version=row.version,
        household_id=row.household_id,
        plan_id=row.plan_id,
        support_item_id=row.support_item_id,
        person_id=row.person_id,
        need=seals.get(row, "need"),
        contact_id=row.contact_id,
        voorziening=row.voorziening,
        entry=row.entry,
        status=row.status,
        urgency=row.urgency,
        coordinator=_coordinator(row, details),
        judge_party=row.judge_party,
        placing_party=row.placing_party,
        first_contact_on=row.first_contact_on,
        created_at=row.created_at,
        access_check=AccessCheckAnswer.model_validate(row.access_check),
        weighings=_weighings(row, details, seals),
        judgement=_last_judgement(row, details, tools),
        contribution=_contribution(row),
        involved=_involved(row, details),
        to_tell=_to_tell(row, details, tools),
        shortlist=_shortlist(row, details, seals),
        attempts=_attempts(row, details),
        steps=tuple(_step(each) for each in details.steps if each.referral_id == row.id),
        round=row.round,
        return_agreement=return_read(details.continuity.returns.get(row.id), seals),
        aftercare=aftercare_read(row, details.continuity, seals),
        recalls=recalls_read(row, details.continuity, seals),
        continuity=continuity_read(row, details.continuity),
    )


def _weighings(row: ReferralRow, details: Details, seals: Seals) -> tuple[WeighingRead, ...]:
    own = (each for each in details.weighings if each.referral_id == row.id)
    return tuple(_weighing(each, seals) for each in own)


def _attempts(row: ReferralRow, details: Details) -> tuple[AttemptInShort, ...]:
    own = (each for each in details.attempts if each.referral_id == row.id)
    return tuple(AttemptInShort.model_validate(each) for each in own)


def _coordinator(row: ReferralRow, details: Details) -> str | None:
    """Who coordinates the plan now; without a plan nobody does."""
    return (
        row.coordinator
        if row.plan_id is None
        else details.coordinators.get(row.plan_id, row.coordinator)
    )


def _involved(row: ReferralRow, details: Details) -> tuple[InvolvedRead, ...]:
    """Who may or must be around this by the check, and who was told; the first time counts."""
    duties: dict[str, str | None] = {
        each["party"]: each["duty"] for each in row.access_check["involve"]
    }
    told = [each for each in details.involvements if each.referral_id == row.id]
    for each in told:
        duties.setdefault(each.party, None)
    first = {each.party: each for each in reversed(told)}
    taken = {e.party: e.recorded_at for e in told if e.how is InvolvementHow.TAKEN_UP}
    return tuple(
        InvolvedRead.model_validate(
            {
                "party": party,
                "duty": duty,
                "how": None if party not in first else first[party].how,
                "informed_on": None if party not in first else first[party].informed_on,
                "informed_at": None if party not in first else first[party].recorded_at,
                "taken_up_at": taken.get(party),
            }
        )
        for party, duty in duties.items()
    )


def _contribution(row: ReferralRow) -> ContributionRead | None:
    """What it costs by the check it was judged by last; null where nobody knows."""
    found = contribution_of(row.judged_check, row.access_check)
    if found is None:
        return None
    return ContributionRead(
        kind=found["kind"],
        reference=found["reference"],
        text=found["text"],
        told_on=row.contribution_told_on,
        owed=costs(found) and row.contribution_told_on is None,
    )


def _to_tell(row: ReferralRow, details: Details, tools: Tools) -> tuple[str, ...]:
    told = {each.party for each in details.involvements if each.referral_id == row.id}
    return to_tell(row.access_check["involve"], told, tools.reached)


def _step(row: ReferralStepRow) -> ReferralStep:
    return ReferralStep(
        at=row.changed_at,
        previous=row.previous,
        status=row.status,
        code=row.code,
        actor=row.actor,
        skipped=row.skipped,
    )


def _weighing(row: WeighingRow, seals: Seals) -> WeighingRead:
    return WeighingRead(
        condition=row.condition,
        considered=row.considered,
        outcome=seals.text(row, "outcome"),
        motivation=seals.text(row, "motivation"),
        made_by=row.made_by,
        made_at=row.made_at,
    )


def _last_judgement(row: ReferralRow, details: Details, tools: Tools) -> JudgementRead | None:
    """The judgement that holds: that of the last round."""
    judged = [each for each in details.judgements if each.referral_id == row.id]
    return _judgement(judged[-1], tools.seals(), tools.stelsel) if judged else None


def _judgement(row: JudgementRow, seals: Seals, stelsel: Stelsel) -> JudgementRead:
    ask = AccessNextAction.model_validate(action(ActionCode.ASK_FORMAL_DECISION))
    return JudgementRead(
        admitted=row.admitted,
        judged_by=row.judged_by,
        judge=row.judge,
        with_client=row.with_client,
        motivation=seals.text(row, "motivation"),
        what_now=seals.get(row, "what_now"),
        valid_until=row.valid_until,
        how_to_ask=how_to_ask(stelsel),
        next_actions=(ask,),
        at=row.at,
    )


def _shortlist(row: ReferralRow, details: Details, seals: Seals) -> ShortlistRead | None:
    def is_current(referral: UUID, number: int) -> bool:
        return referral == row.id and number == row.shortlist_number

    for found in details.shortlists:
        if is_current(found.referral_id, found.number):
            return ShortlistRead(
                entries=tuple(
                    ShortlistEntryRead.model_validate(entry)
                    for entry in details.entries
                    if is_current(entry.referral_id, entry.shortlist_number)
                ),
                agreed_by=found.agreed_by,
                agreed_on=found.agreed_on,
                how=seals.text(found, "how"),
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
    ends_on, agreement = await _ahead(session, row)
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
        ends_on=ends_on,
        return_agreement=return_read(agreement, seals),
    )


async def _ahead(
    session: Session, row: AttemptRow
) -> tuple[date | None, ReturnAgreementRow | None]:
    """On which day this help ends and what was agreed on going back; after a yes only."""
    if row.status not in IDENTIFIED:
        return None, None
    repository = ContinuityRepository(session)
    ending = earliest((await repository.endings([row.referral_id])).get(row.referral_id, ()))
    agreement = await repository.return_agreement(row.referral_id)
    return None if ending is None else ending.on, agreement


def receipt(call: Call, row: AttemptRow) -> AttemptReceipt:
    """What is left to see of a closed attempt."""
    found = AttemptReceipt(id=row.id, version=row.version, status=row.status, code=row.code)
    return call.answer(found, RECEIPT, row.id, row.version)
