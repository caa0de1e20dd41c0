"""What a caller can do next after an access check: stable codes with the call that does it."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class ActionCode(StrEnum):
    """The next steps an answer can offer; stable once released."""

    CREATE_REFERRAL = "create_referral"
    REGISTER_DIRECTLY = "register_directly"
    CREATE_PLAN = "create_plan"
    ADD_SUPPORT_ITEM = "add_support_item"
    CALL_IN_SPECIALIST = "call_in_specialist"
    ASK_MUNICIPAL_SERVICE = "ask_municipal_service"
    ASK_CONSULTATION = "ask_consultation"
    CARRY_CONTACT_OVER = "carry_contact_over"
    CREATE_CONTACT = "create_contact"
    ASK = "ask"
    MOTIVATED_DEVIATION = "motivated_deviation"
    ASK_FORMAL_DECISION = "ask_formal_decision"
    SEE_WHO_IS_REACHABLE = "see_who_is_reachable"
    CREATE_TEMPORARY_PROVISION = "create_temporary_provision"


@dataclass(frozen=True, slots=True)
class Action:
    """One step: method, path (braces mark what the caller fills in) and its Dutch label.

    A contract test holds every path against the documents of the services.
    """

    code: ActionCode
    method: str
    href: str
    label: str


ACTIONS: Final = MappingProxyType(
    {
        action.code: action
        for action in (
            Action(
                ActionCode.CREATE_REFERRAL, "POST", "/referrals/v1/referrals", "Maak een aanvraag"
            ),
            Action(
                ActionCode.REGISTER_DIRECTLY,
                "POST",
                "/referrals/v1/direct-registrations",
                "Meld rechtstreeks aan",
            ),
            Action(ActionCode.CREATE_PLAN, "POST", "/plans/v1/plans", "Maak een plan"),
            Action(
                ActionCode.ADD_SUPPORT_ITEM,
                "POST",
                "/plans/v1/plans/{planId}/support-items",
                "Zet het in het plan",
            ),
            Action(
                ActionCode.CALL_IN_SPECIALIST,
                "POST",
                "/referrals/v1/service-requests",
                "Schakel een specialist in",
            ),
            Action(
                ActionCode.ASK_MUNICIPAL_SERVICE,
                "POST",
                "/referrals/v1/service-requests",
                "Vraag het aan de gemeente",
            ),
            Action(
                ActionCode.ASK_CONSULTATION,
                "POST",
                "/referrals/v1/consultations",
                "Vraag advies",
            ),
            Action(
                ActionCode.CARRY_CONTACT_OVER,
                "POST",
                "/intake/v1/contacts/{contactId}/redirects",
                "Breng het contact over",
            ),
            Action(ActionCode.CREATE_CONTACT, "POST", "/intake/v1/contacts", "Maak een contact"),
            Action(
                ActionCode.ASK,
                "POST",
                "/referrals/v1/consultations",
                "Leg de vraag voor",
            ),
            Action(
                ActionCode.MOTIVATED_DEVIATION,
                "POST",
                "/referrals/v1/referrals",
                "Wijk af met een reden",
            ),
            Action(
                ActionCode.ASK_FORMAL_DECISION,
                "POST",
                "/referrals/v1/applications",
                "Vraag een besluit",
            ),
            Action(
                ActionCode.SEE_WHO_IS_REACHABLE,
                "GET",
                "/intake/v1/duty?party={party}",
                "Zie wie er bereikbaar is",
            ),
            Action(
                ActionCode.CREATE_TEMPORARY_PROVISION,
                "POST",
                "/referrals/v1/temporary-provisions",
                "Regel iets tijdelijks",
            ),
        )
    }
)
"""Every next action by its code."""
