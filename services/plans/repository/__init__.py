"""Every query of the plans service, by subject; the read models are in views."""

from services.plans.repository.consents import ConsentsRepository
from services.plans.repository.days import DaysRepository
from services.plans.repository.evaluations import EvaluationsRepository
from services.plans.repository.grants import GrantsRepository
from services.plans.repository.leading import Leader, LeadingRepository
from services.plans.repository.persons import MemberOf, PersonHit, PersonsRepository
from services.plans.repository.plans import PlansRepository
from services.plans.repository.services import ServicesRepository
from services.plans.repository.support import SupportRepository
from services.plans.repository.work import WorkRepository

__all__ = [
    "ConsentsRepository",
    "DaysRepository",
    "EvaluationsRepository",
    "GrantsRepository",
    "Leader",
    "LeadingRepository",
    "MemberOf",
    "PersonHit",
    "PersonsRepository",
    "PlansRepository",
    "ServicesRepository",
    "SupportRepository",
    "WorkRepository",
]
