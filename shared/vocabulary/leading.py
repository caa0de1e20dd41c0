"""Closed sets of words around the right door: advice, services called in, decisions, entries."""

from enum import StrEnum


class ConsultationStatus(StrEnum):
    """Life of a consultation; ownership of the question never moves (design section 6)."""

    DRAFT = "draft"
    ASKED = "asked"
    TAKEN_UP = "taken_up"
    INFORMATION_ASKED = "information_asked"
    ADVISED = "advised"
    FOLLOWED = "followed"
    DEPARTED = "departed"
    WITHDRAWN = "withdrawn"
    BECAME_REFERRAL = "became_referral"
    REDIRECTED = "redirected"


class ConsultationLevel(StrEnum):
    """Whether the adviser may know whom it is about; anonymous needs no consent."""

    ANONYMOUS = "anonymous"
    IDENTIFIED = "identified"


class ConsultationForm(StrEnum):
    """Sharing expertise, or walking along for a while (AMS-ACC-61)."""

    ADVICE = "advice"
    WALKING_ALONG = "walking_along"


class AftercareGoing(StrEnum):
    """How it goes with somebody in aftercare, as both see it at a contact (AMS-REF-20)."""

    WELL = "well"
    WORRIES = "worries"
    INTENSIVE_NEEDED = "intensive_needed"


class EndCause(StrEnum):
    """Why help ends: its grant, the decision on access, the contract of who gives it, or the
    placement itself (AMS-REF-17)."""

    GRANT = "grant"
    DECISION = "decision"
    CONTRACT = "contract"
    PLACEMENT = "placement"


class DayKind(StrEnum):
    """A day around a request that its plan must know: when help ends, by what, and when somebody
    has to be spoken to."""

    GRANT = "grant"
    DECISION = "decision"
    CONTRACT = "contract"
    PLACEMENT = "placement"
    AFTERCARE_CONTACT = "aftercare_contact"
    RETURN_REVIEW = "return_review"


class ServiceRequestStatus(StrEnum):
    """Life of a light request: a municipal service, or a specialist who is called in."""

    ASKED = "asked"
    TAKEN_UP = "taken_up"
    ANSWERED = "answered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class ApplicationStatus(StrEnum):
    """Life of an application (aanvraag, Wmo 2.3.5); suspended is Awb 4:15."""

    RECEIVED = "received"
    SUSPENDED = "suspended"
    GRANTED = "granted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class GrantStatus(StrEnum):
    """Life of a grant (toekenning); a temporary one follows Wmo 2.3.3."""

    RUNNING = "running"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class GrantEventKind(StrEnum):
    """What happened to a grant or to a no, in order; nothing is written over."""

    GRANTED = "granted"
    CHANGED = "changed"
    REEXAMINED = "reexamined"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class ObjectionStatus(StrEnum):
    """Life of an objection (bezwaar, Awb 6:4)."""

    LODGED = "lodged"
    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class TemporaryProvisionStatus(StrEnum):
    """Life of help that was arranged at once and is accounted for afterwards (Wmo 2.3.3)."""

    RUNNING = "running"
    FOLLOWED_UP = "followed_up"
    ENDED = "ended"


class MandateStanding(StrEnum):
    """Whether who arranged help at once had the mandate for it, by the duty roster (Wmo 2.6.3)."""

    CONFIRMED = "confirmed"
    NOT_ON_ROSTER = "not_on_roster"


class DirectRegistrationStatus(StrEnum):
    """Life of a registration by the provider itself, on the direct track (AMS-ACC-23, 43)."""

    REGISTERED = "registered"
    STARTED = "started"
    STOPPED = "stopped"
    DECLINED = "declined"


class TransferBatchStatus(StrEnum):
    """Life of the frame in which people move from one organisation to another (AMS-REF-21)."""

    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class TransferStatus(StrEnum):
    """Life of one person's help that moves; `stays` is a no, and never an end of help."""

    LISTED = "listed"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DOUBLE = "double"
    HANDED_OVER = "handed_over"
    FINISHES_HERE = "finishes_here"
    STAYS = "stays"
    WITHDRAWN = "withdrawn"
