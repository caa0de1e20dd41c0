"""The words all four services agree on: roles, reaches, services and closed sets. Stdlib only.

Voorzieningen, parties and everything else that a municipality may name differently are data of the
stelsel (`shared.stelsel`), never an enum here.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NewType
from uuid import UUID

ContactId = NewType("ContactId", UUID)
HouseholdId = NewType("HouseholdId", UUID)
PersonId = NewType("PersonId", UUID)
PlanId = NewType("PlanId", UUID)
ProviderId = NewType("ProviderId", UUID)
ReferralId = NewType("ReferralId", UUID)
AttemptId = NewType("AttemptId", UUID)


class ServiceName(StrEnum):
    """The four services, as they are named in paths, prefixes and token audiences."""

    INTAKE = "intake"
    PLANS = "plans"
    REFERRALS = "referrals"
    PROVIDERS = "providers"


class Role(StrEnum):
    """Who a caller is. The stelsel says which role speaks for which party."""

    BUURTTEAM_WORKER = "buurtteam_worker"
    TEAM_LEAD = "team_lead"
    SPECIALIST = "specialist"
    OKT_WORKER = "okt_worker"
    VEILIG_THUIS = "veilig_thuis"
    PROVIDER_INTAKE = "provider_intake"
    PROVIDER_WORKER = "provider_worker"
    PROVIDER_MANAGER = "provider_manager"
    CENTRAL_ACCESS = "central_access"
    MUNICIPALITY = "municipality"
    CONTRACT_MANAGER = "contract_manager"
    SUPERVISOR = "supervisor"
    MONITOR = "monitor"
    CLIENT_SUPPORT = "client_support"
    PRIVACY_OFFICER = "privacy_officer"
    ADMINISTRATOR = "administrator"
    SERVICE = "service"


class Reach(StrEnum):
    """Whose records a permission lets a caller touch. It becomes a WHERE, never an `if role`."""

    PUBLIC = "public"  # no record of a person is involved: routes, codes, the registry
    OWN = "own"  # what the caller made, or what is addressed to the caller
    OWN_CIRCLE = "own_circle"  # plans in whose circle the caller is
    OWN_TEAM = "own_team"  # what lies with the caller's team
    OWN_STADSDEEL = "own_stadsdeel"  # stadsdeel specialists
    OWN_PROVIDER = "own_provider"  # what is addressed to the caller's provider
    AUTHORISED = "authorised"  # a person who asked the caller, client support, to act for them
    SEARCH = "search"  # the register of persons, minimal fields, each hit audited
    ANY = "any"  # all records of this kind: privacy officer, administrator, a peer service
    ON_BEHALF = "on_behalf"  # a peer service, only together with a user, whose reach then counts


class Urgency(StrEnum):
    """How soon somebody must act. `crisis` is Wmo 2.3.3: at once, everything else follows later."""

    NORMAL = "normal"
    SOON = "soon"
    CRISIS = "crisis"


URGENCY_RANK: Final[Mapping[Urgency, int]] = MappingProxyType(
    {Urgency.CRISIS: 0, Urgency.SOON: 1, Urgency.NORMAL: 2}
)
"""The order of every work list and inbox: what cannot wait first. Stored with an attempt."""


class ContactStatus(StrEnum):
    """Life of a contact. There is no `refused`: nobody is sent away (AMS-INT-02)."""

    RECEIVED = "received"
    TAKEN_UP = "taken_up"
    CLARIFYING = "clarifying"
    REDIRECTED = "redirected"
    CONCLUDED = "concluded"


class ContactAction(StrEnum):
    """What may be done to a contact."""

    TAKE_UP = "take_up"
    CLARIFY = "clarify"
    REDIRECT = "redirect"
    CONCLUDE = "conclude"
    HAND_BACK = "hand_back"


class InvolvementHow(StrEnum):
    """How another party came to be around a contact or a request (AMS-ROL-42).

    `taken_up` is what a party says itself; nobody writes it down for another.
    """

    TOLD = "told"
    CONSULTED = "consulted"
    JOINED = "joined"
    TAKEN_UP = "taken_up"


class RedirectStatus(StrEnum):
    """A redirect is followed until somebody has taken it up (OPN-10)."""

    SENT = "sent"
    TAKEN_UP = "taken_up"


class ClarificationStatus(StrEnum):
    """The broad clarification talk over the whole household (AMS-INT-06, 07)."""

    OPEN = "open"
    COMPLETED = "completed"


class ReferralStatus(StrEnum):
    """The request: what the household needs."""

    PREPARING = "preparing"
    JUDGING = "judging"
    GRANTING = "granting"
    PLACING = "placing"
    NO_PROVIDER_LEFT = "no_provider_left"
    ON_HOLD = "on_hold"
    DELIVERING = "delivering"
    ENDED = "ended"
    AFTERCARE = "aftercare"
    NOT_ADMITTED = "not_admitted"
    NOT_GRANTED = "not_granted"
    REDIRECTED = "redirected"
    WITHDRAWN = "withdrawn"
    NO_LONGER_NEEDED = "no_longer_needed"
    MOVED_OUT = "moved_out"
    DECEASED = "deceased"


class AttemptStatus(StrEnum):
    """The attempt: one provider being asked."""

    OFFERED = "offered"
    INFORMATION_ASKED = "information_asked"
    COUNTER_OFFERED = "counter_offered"
    WAITLISTED = "waitlisted"
    ACCEPTED = "accepted"
    INTAKE_PLANNED = "intake_planned"
    STARTED = "started"
    STOPPED = "stopped"
    DECLINED = "declined"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"


class DeclinedBy(StrEnum):
    """Whose no it is."""

    PERSON = "person"
    PROVIDER = "provider"
    CENTRE = "centre"


class SharingBasis(StrEnum):
    """Why a provider may receive data of this person."""

    CONSENT = "consent"
    LEGAL_TASK = "legal_task"
    VITAL_INTEREST = "vital_interest"


class GrantForm(StrEnum):
    """Contracted offer or personal budget (AMS-PLN-17)."""

    ZIN = "zin"
    PGB = "pgb"


class ContractForm(StrEnum):
    """How a contract was awarded; no logic depends on it (OPN-01)."""

    PROCUREMENT = "procurement"
    SUBSIDY = "subsidy"


class ReservationStatus(StrEnum):
    """A place held at a provider: confirmed when help began, lapsed when it did not in time."""

    HELD = "held"
    CONFIRMED = "confirmed"
    RELEASED = "released"
    LAPSED = "lapsed"


class CeilingStatus(StrEnum):
    """Whether a ceiling only warns or blocks (OPN-03)."""

    PROPOSED = "proposed"
    DECIDED = "decided"
