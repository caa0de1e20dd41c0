"""Closed sets of words around the household and its plan."""

from enum import StrEnum


class PlanStatus(StrEnum):
    """A plan is open from the first day; agreement is per member (OPN-39), not a status."""

    OPEN = "open"
    CLOSED = "closed"


class HouseholdRole(StrEnum):
    """What a person is in a household."""

    MAIN = "main"
    PARTNER = "partner"
    CHILD = "child"
    PARENT = "parent"
    CARER = "carer"
    OTHER = "other"


class RegieHolder(StrEnum):
    """Who directs the plan: the client, unless not able (AMS-ROL-05, DIS-11)."""

    CLIENT = "client"
    SHARED = "shared"
    TEAM = "team"
    REPRESENTATIVE = "representative"


class CirclePart(StrEnum):
    """What somebody does around a plan."""

    COORDINATOR = "coordinator"
    WORKER = "worker"
    SPECIALIST = "specialist"
    OKT = "okt"


class GoalStatus(StrEnum):
    """Life of a goal on the plan."""

    OPEN = "open"
    REACHED = "reached"
    DROPPED = "dropped"


class SupportStatus(StrEnum):
    """Life of a support item. An item with a referral follows that referral."""

    PROPOSED = "proposed"
    ARRANGING = "arranging"
    RUNNING = "running"
    STOPPED = "stopped"


class AgreementAnswer(StrEnum):
    """What a member of the household says of the plan (OPN-39)."""

    AGREED = "agreed"
    PARTLY = "partly"
    DISAGREED = "disagreed"
    NOT_ASKED = "not_asked"


class EvaluationDecision(StrEnum):
    """Per support item at an evaluation (AMS-PLN-10)."""

    CONTINUE = "continue"
    STOP = "stop"
    CHANGE = "change"


class WorkItemKind(StrEnum):
    """Why something lies on somebody's desk (product decision 23)."""

    EVALUATION_DUE = "evaluation_due"
    REDIRECT_TO_TAKE_UP = "redirect_to_take_up"
    SHORTLIST_EXHAUSTED = "shortlist_exhausted"
    REFERRAL_STEP = "referral_step"
    SUPPORT_UNCHANGED_LONG = "support_unchanged_long"
    ONWARD_STEP = "onward_step"
    ROOM_AGAIN = "room_again"
    PLACE_LOST = "place_lost"
    PROVIDER_STOPPED = "provider_stopped"
    CONSENT_REVOKED = "consent_revoked"
    PLAN_CLOSED = "plan_closed"
    CONSULTATION_STEP = "consultation_step"
    SERVICE_REQUEST_STEP = "service_request_step"
    APPLICATION_STEP = "application_step"
    GRANT_ENDS = "grant_ends"
    GRANT_REEXAMINATION = "grant_reexamination"
    OWED_STEP = "owed_step"
    PARTY_TO_TELL = "party_to_tell"
    DIRECT_ENTRY = "direct_entry"
    DIRECT_REGISTRATION = "direct_registration"
    TRANSFER_STEP = "transfer_step"
    AFTERCARE_CONTACT = "aftercare_contact"
    RETURN_REVIEW = "return_review"
    DECISION_ENDS = "decision_ends"
    CONTRACT_ENDS = "contract_ends"


class ConsentStatus(StrEnum):
    """Life of a consent: revoked only when whoever shares has closed everything (design 8).

    `expired`: its last day was over when a new one took its place; nobody took it back.
    """

    GIVEN = "given"
    REVOKING = "revoking"
    REVOKED = "revoked"
    EXPIRED = "expired"
