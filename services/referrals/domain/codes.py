"""The codes that are the same in every stelsel: how a request ends, and how delivery stops."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from shared.stelsel.model import Consequence, DeclineCode, Stelsel
from shared.vocabulary import DeclinedBy, ReferralStatus

PLAN_AGREED: Final = "plan_agreed"
PLAN_AGREED_TEXT: Final = "De leden van het huishouden zijn het eens met het plan."

CONSULTED: Final = "consultation_held"
CONSULTED_TEXT: Final = "Advies gevraagd aan {party}."

CLIENT: Final = "client"
"""The party that every stelsel has for the person who asks (design section 5)."""

PROVIDER: Final = "aanbieder"
"""The party that every stelsel has for whoever is contracted (design section 5)."""

ENDING_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        ReferralStatus.WITHDRAWN.value: "De cliënt trekt de aanvraag in",
        ReferralStatus.NO_LONGER_NEEDED.value: "De hulp is niet meer nodig",
        ReferralStatus.MOVED_OUT.value: "De cliënt is verhuisd",
        ReferralStatus.DECEASED.value: "De cliënt is overleden",
        ReferralStatus.REDIRECTED.value: "De vraag is naar een andere ingang gebracht",
    }
)

CANCEL_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "consent_revoked": "De cliënt wil niet meer delen met deze aanbieder",
        "person_chooses_other": "De cliënt kiest een andere aanbieder",
        "no_fit_after_intake": "Het past niet, bleek bij de kennismaking",
        "place_lost": "Bij de aanbieder is geen plaats meer",
        "provider_stopped": "De aanbieder kan deze hulp niet meer geven",
    }
)
"""Why the team takes an offer back, also one that was accepted, while the request goes on."""

HANDED_OVER: Final = "handed_over"
"""The stop of help that the team or another provider took over; only after that was recorded."""

STOP_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "goal_reached": "Het doel is bereikt",
        "back_to_team": "De cliënt gaat verder met hulp van het buurtteam",
        "no_longer_needed": "De hulp is niet meer nodig",
        "person_stops": "De cliënt wil stoppen",
        "other_support_fits_better": "Andere hulp past beter",
        "lighter_support": "De cliënt gaat verder met lichtere hulp",
        HANDED_OVER: "De hulp is overgedragen",
        "long_term_care": "De zorg gaat over naar de Wet langdurige zorg",
        "provider_stops": "De aanbieder kan niet verder",
        "moved_out": "De cliënt is verhuisd",
        "deceased": "De cliënt is overleden",
    }
)

AFTERCARE_END_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "going_well": "Het gaat goed; contact houden is niet meer nodig",
        "person_stops": "De cliënt wil dit contact niet meer",
        "other_support": "De cliënt krijgt andere hulp",
        "moved_out": "De cliënt is verhuisd",
        "deceased": "De cliënt is overleden",
    }
)

RECALLED: Final = "recalled"
"""Why aftercare ended and a request goes on: intensive support is asked again."""

GRANT_WITHDRAWN: Final = "grant_withdrawn"
"""Why what was asked by a grant ends: the grant was withdrawn."""


def decline_codes(stelsel: Stelsel, by: DeclinedBy) -> Mapping[str, DeclineCode]:
    """The codes with which the person, the provider or the centre can say no in this stelsel."""
    return {item.code: item for item in stelsel.decline_codes if item.by is by}


def goes_on(code: DeclineCode) -> bool:
    """Whether the next provider of the agreed shortlist is asked; else the coordinator decides."""
    return code.consequence is Consequence.NEXT_ON_SHORTLIST


CLOSE_SHARING: Final = "close_sharing"
"""The work that closes what was shared by a consent; while it waits nothing of it is read."""
