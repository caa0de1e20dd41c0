"""Tables of the plans database. A row never leaves the service layer."""

from services.plans.models.base import PlansRow, metadata
from services.plans.models.consents import ONE_CONSENT, ConsentRow
from services.plans.models.evaluations import (
    AgreementRow,
    EvaluationDecisionRow,
    EvaluationMomentRow,
    EvaluationRow,
)
from services.plans.models.leading import (
    HouseholdEntryRow,
    HouseholdHelperRow,
    HouseholdRequestRow,
)
from services.plans.models.persons import (
    BSN_ONCE,
    MAIN_HOUSEHOLD,
    MEMBER_ONCE,
    ONE_MAIN_MEMBER,
    HouseholdRow,
    MemberRow,
    PersonRow,
)
from services.plans.models.plans import (
    ONE_COORDINATOR,
    ONE_OPEN_PLAN,
    PART_ONCE,
    CircleMemberRow,
    PlanRow,
    TimelineRow,
)
from services.plans.models.services import ServiceProgressRow
from services.plans.models.support import (
    DisclosureRow,
    GoalMemberRow,
    GoalRow,
    SupportGoalRow,
    SupportItemRow,
)
from services.plans.models.told import ToldDayRow, ToldProgressRow
from services.plans.models.work import (
    ONE_OPEN_WORK_ITEM,
    ONE_PARTY_TO_TELL,
    ONE_REDIRECT,
    AttemptProgressRow,
    ReferralProgressRow,
    WorkItemRow,
)

__all__ = [
    "BSN_ONCE",
    "MAIN_HOUSEHOLD",
    "MEMBER_ONCE",
    "ONE_CONSENT",
    "ONE_COORDINATOR",
    "ONE_MAIN_MEMBER",
    "ONE_OPEN_PLAN",
    "ONE_OPEN_WORK_ITEM",
    "ONE_PARTY_TO_TELL",
    "ONE_REDIRECT",
    "PART_ONCE",
    "AgreementRow",
    "AttemptProgressRow",
    "CircleMemberRow",
    "ConsentRow",
    "DisclosureRow",
    "EvaluationDecisionRow",
    "EvaluationMomentRow",
    "EvaluationRow",
    "GoalMemberRow",
    "GoalRow",
    "HouseholdEntryRow",
    "HouseholdHelperRow",
    "HouseholdRequestRow",
    "HouseholdRow",
    "MemberRow",
    "PersonRow",
    "PlanRow",
    "PlansRow",
    "ReferralProgressRow",
    "ServiceProgressRow",
    "SupportGoalRow",
    "SupportItemRow",
    "TimelineRow",
    "ToldDayRow",
    "ToldProgressRow",
    "WorkItemRow",
    "metadata",
]
