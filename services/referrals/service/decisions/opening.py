"""Where help needs a formal decision, the application is made as soon as access is judged."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.referrals.domain.applications import GRANTOR
from services.referrals.models import ReferralRow
from services.referrals.repository.joining import JoiningApplications
from services.referrals.service.decisions.asked import Received, granting_party
from services.referrals.service.decisions.granting import GRANTING, Granting
from services.referrals.service.movement import Movement, ToNote
from services.referrals.service.tools import Tools, audit
from shared.audit.records import Act
from shared.auth.call import Call
from shared.clock import local_date
from shared.db.database import Session
from shared.errors import NotFoundError
from shared.schemas.applications import GrantProjection, GrantProjectionRequest
from shared.stelsel.model import Need
from shared.vocabulary import ApplicationStatus, GrantForm, Reach, ReferralStatus, WorkItemKind

ASK_FORMAL_DECISION: Final = "ask_formal_decision"
DROP_APPLICATION: Final = "drop_application"
"""Work that is deferred, by name."""

_REASON: Final = "Voor deze hulp is een besluit nodig. Over de toegang is een oordeel gegeven."


async def projection_for(tools: Tools, call: Call, row: ReferralRow) -> GrantProjection | None:
    """What the grantor may know, where this request will wait for a decision; asked of plans before
    anything is written. None where no decision is needed, or the caller may not tell it."""
    checked = row.judged_check or row.access_check
    if checked["grant"] != Need.REQUIRED.value:
        return None
    wanted = GrantProjectionRequest(person_id=row.person_id, support_item_id=row.support_item_id)
    try:
        if row.plan_id is not None and row.support_item_id is not None:
            return await tools.plans.grant_projection(row.plan_id, wanted, call.behalf)
        return await tools.plans.household_grant_projection(row.household_id, wanted, call.behalf)
    except NotFoundError:
        return None


async def ask_decision(
    tools: Tools, movement: Movement, row: ReferralRow, known: GrantProjection | None, advice: str
) -> None:
    """The application of a request that waits for a decision, with the judgement as advice; where
    it cannot be made now the coordinator is asked to."""
    if row.status is not ReferralStatus.GRANTING:
        return
    if known is None:
        await note_decision_needed(movement, row)
        return
    call = movement.call
    asked = Received(
        projection=known.model_copy(update={"plan_id": row.plan_id or known.plan_id}),
        voorziening=row.voorziening,
        form=GrantForm(row.facts.get("form") or GrantForm.ZIN),
        grantor=granting_party(row, GRANTOR),
        applicant=applicant_of(tools, call),
        received_on=local_date(call.now),
        reason=_REASON,
        advice=advice,
        support_item=row.support_item_id,
        referral=row.id,
    )
    await Granting(tools, movement.session, call).receive_once(asked)


async def note_decision_needed(movement: Movement, row: ReferralRow) -> None:
    """On the coordinator's desk: somebody must ask the decision."""
    if row.status is ReferralStatus.GRANTING:
        await movement.note(row, ToNote(WorkItemKind.APPLICATION_STEP, ASK_FORMAL_DECISION))


async def drop_application(tools: Tools, session: Session, row: ReferralRow) -> None:
    """A request that waits for a decision is ended: nobody needs that decision any more."""
    if row.status is ReferralStatus.GRANTING:
        record = str(row.id)
        await tools.jobs.defer(session, DROP_APPLICATION, record, referral=record)


@dataclass(frozen=True, slots=True)
class Dropping:
    """What follows when a request is ended while it waits for a decision."""

    tools: Tools

    async def drop(self, referral: str) -> None:
        """Withdraw its application; one that was decided meanwhile stays as it is."""
        call = self.tools.own_call(DROP_APPLICATION)
        async with self.tools.db.transaction() as session:
            row = await JoiningApplications(session).open_of(UUID(referral))
            if row is None:
                return
            granting = Granting(self.tools, session, call)
            granting.end_pause(row, granting.today)
            await granting.move(row, ApplicationStatus.WITHDRAWN)
            await audit(session, call, Act.WRITE, row.household_id, GRANTING)


def applicant_of(tools: Tools, call: Call) -> str | None:
    """The party outside the teams at which a decision is asked; None around a plan."""
    if call.may(Reach.OWN_CIRCLE) or call.may(Reach.OWN_TEAM):
        return None
    own = set(tools.viewer(call).parties) - {tools.stelsel.front_party}
    return min(own, default=None)
