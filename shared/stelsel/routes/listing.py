"""Every code list of a stelsel, as published at `GET /referrals/v1/codes`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from shared.stelsel.model import (
    ACTIONS,
    FACTS,
    MODES,
    NOBODY,
    NOT_SAID,
    WALK_IN,
    ContributionKind,
    Kind,
    Stelsel,
    Term,
)
from shared.stelsel.routes.answer import OUTCOMES

KINDS: Final = MappingProxyType(
    {
        Kind.REFERRAL: "Aanvraag bij een aanbieder",
        Kind.TEAM_SERVICE: "Doet het team zelf",
        Kind.CALL_IN: "Specialist die het team inschakelt",
        Kind.MUNICIPAL_SERVICE: "Dienst van de gemeente",
        Kind.FREE_ACCESS: "Voor iedereen open",
        Kind.OTHER_LAW: "Hulp uit een andere wet",
    }
)
"""Every kind of voorziening with its Dutch label."""

CONTRIBUTIONS: Final = MappingProxyType(
    {
        ContributionKind.NONE: "Geen eigen bijdrage",
        ContributionKind.FIXED: "Een vast bedrag",
        ContributionKind.TARIFF_REFERENCE: "Volgens een tarief",
    }
)
"""Every kind of own contribution with its Dutch label."""

MODE_LABELS: Final = MappingProxyType(
    {WALK_IN: "Zo binnenlopen", NOBODY: "Niemand: deze stap is er niet", NOT_SAID: "Niet bepaald"}
)
"""What may stand where a party is expected, with its Dutch label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeEntry:
    """One published code with its Dutch label; `group` divides a list (kind, or whose no it is)."""

    code: str
    label: str
    group: str | None = None


def codes(stelsel: Stelsel) -> Mapping[str, tuple[CodeEntry, ...]]:
    """Every code list of the stelsel by its name."""
    return {**_of_routes(stelsel), **_of_words(stelsel)}


def _of_routes(stelsel: Stelsel) -> Mapping[str, tuple[CodeEntry, ...]]:
    return {
        "voorzieningen": tuple(
            CodeEntry(code=item.code, label=item.label, group=item.kind)
            for item in stelsel.voorzieningen
        ),
        "kinds": tuple(CodeEntry(code=kind, label=label) for kind, label in KINDS.items()),
        "parties": tuple(CodeEntry(code=p.code, label=p.label) for p in stelsel.parties),
        "modes": tuple(CodeEntry(code=mode, label=MODE_LABELS[mode]) for mode in MODES),
        "contributionKinds": tuple(
            CodeEntry(code=kind, label=label) for kind, label in CONTRIBUTIONS.items()
        ),
        "outcomes": tuple(CodeEntry(code=each, label=label) for each, label in OUTCOMES.items()),
        "conditions": tuple(
            CodeEntry(code=item.code, label=item.text, group=item.kind)
            for item in stelsel.conditions
        ),
        "actions": tuple(CodeEntry(code=a.code, label=a.label) for a in ACTIONS.values()),
        "facts": tuple(CodeEntry(code=f.name, label=f.label, group=f.type) for f in FACTS.values()),
        "ladder": _entries(stelsel.ladder),
        "declineCodes": tuple(
            CodeEntry(code=item.code, label=item.label, group=item.by)
            for item in stelsel.decline_codes
        ),
    }


def _of_words(stelsel: Stelsel) -> Mapping[str, tuple[CodeEntry, ...]]:
    return {
        "lifeDomains": _entries(stelsel.life_domains),
        "legalClocks": _entries(stelsel.legal_clocks),
        "clockChanges": tuple(
            CodeEntry(code=item.code, label=item.label, group=item.clock)
            for item in stelsel.clock_changes
        ),
        "stepTerms": _entries(stelsel.step_terms),
        "norms": _entries(stelsel.norms),
        "signals": _entries(stelsel.signals),
        "complexityMarkers": _entries(stelsel.complexity_markers),
        "contactChannels": _entries(stelsel.contact_channels),
        "contactOutcomes": _entries(stelsel.contact_outcomes),
        "reporterKinds": _entries(stelsel.reporter_kinds),
        "consultationQuestions": _entries(stelsel.consultation_questions),
        "consultationTargets": _entries(stelsel.consultation_targets),
        "notDepartable": _entries(stelsel.not_departable),
        "serviceResults": _entries(stelsel.service_results),
    }


def _entries(terms: Iterable[Term]) -> tuple[CodeEntry, ...]:
    return tuple(CodeEntry(code=term.code, label=term.label) for term in terms)
