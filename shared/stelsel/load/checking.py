"""What no shape can say of a pack: references, sources, predicates, and codes that are unique.

Works on plain values and steps over what has no shape, so that all faults come out at once.
"""

import re
from collections.abc import Iterator, Mapping, Set
from typing import Final

from shared.stelsel.load.reading import PackText, Path, Plain
from shared.stelsel.model import EVERY_DOOR, FACTS, MODES, WALK_IN, FactType
from shared.vocabulary import Role

_RULE: Final = (
    r"(?:(?:AMS|A12|HLM|AMF)-(?:ROL|INT|PLN|ACC|PRV|REF|MON|PRI|FIG)-\d{2}|(?:DIS|OPN)-\d{2})"
)
_ARTICLE: Final = (
    r"(?:Wmo|Jeugdwet|Participatiewet|Wlz|Zvw|Wgs|Awb|AVG) \d+[a-z]?(?:[.:]\d+[a-z]?)*(?: lid \d+)?"
)
SOURCE: Final = re.compile(f"{_RULE}|{_ARTICLE}")
"""A rule of the catalogue (`AMS-ACC-09`) or a law article (`Wmo 2.3.5 lid 3`)."""

_QUESTION: Final = re.compile(r"(?:DIS|OPN)-\d{2}")
_LISTS: Final = (
    "parties",
    "conditions",
    "voorzieningen",
    "ladder",
    "life_domains",
    "legal_clocks",
    "norms",
    "signals",
    "complexity_markers",
    "contact_channels",
    "contact_outcomes",
    "clock_changes",
    "step_terms",
    "reporter_kinds",
    "consultation_questions",
    "consultation_targets",
    "not_departable",
    "service_results",
    "decline_codes",
    "caps",
)
_FORMS: Final = ("all_of", "any_of", "not_")
_OF_ONE_FACT: Final = ("equals", "min", "max", "known")


def entries(value: Plain, path: Path) -> Iterator[tuple[Path, dict[str, Plain]]]:
    """The mappings in a list, with their paths; nothing when it is no list."""
    if isinstance(value, list):
        for at, item in enumerate(value):
            if isinstance(item, dict):
                yield (*path, at), item


def below(value: Plain, path: Path = ()) -> Iterator[tuple[Path, dict[str, Plain]]]:
    """Every mapping in a pack with its path, outermost first."""
    if isinstance(value, dict):
        yield path, value
        for key, inner in value.items():
            yield from below(inner, (*path, key))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from below(item, (*path, at))


def check_references(pack: PackText) -> None:
    """Every code that is used is declared, every source has the shape of one, codes are unique."""
    plain = pack.plain
    if not isinstance(plain, dict):
        pack.fault((), "a pack is a mapping")
        return
    known = _known(plain)
    for path, mapping in below(plain):
        for key, value in mapping.items():
            allowed = _allowed(path, key, known)
            if allowed is not None:
                _check_codes(pack, (*path, key), value, allowed)
        _check_sources(pack, path, mapping)
        if not _QUESTION.fullmatch(str(mapping.get("question", "OPN-00"))):
            pack.fault((*path, "question"), "an open question is named by its OPN- or DIS- id")
        if (path and path[-1] in ("when", "met_when")) or _inside_predicate(path):
            _check_predicate(pack, path, mapping)
    for name in _LISTS:
        _check_unique(pack, (name,), plain.get(name), "code")
    _check_unique(pack, ("roles",), plain.get("roles"), "role")


def _known(plain: Mapping[str, Plain]) -> dict[str, frozenset[str]]:
    """The codes each kind of reference may use."""

    def codes(value: Plain) -> frozenset[str]:
        return frozenset(str(item.get("code")) for _, item in entries(value, ()))

    areas = plain.get("areas")
    area_lists = areas if isinstance(areas, dict) else {}
    parties = codes(plain.get("parties"))
    return {
        "party": parties,
        "party or mode": parties | set(MODES),
        "entry": parties | {WALK_IN, EVERY_DOOR},
        "voorziening": codes(plain.get("voorzieningen")),
        "condition": codes(plain.get("conditions")),
        "life domain": codes(plain.get("life_domains")),
        "stadsdeel": codes(area_lists.get("stadsdelen")),
        "gebied": codes(area_lists.get("gebieden")),
        "fact": frozenset(FACTS),
        "legal clock": codes(plain.get("legal_clocks")),
        "consultation question": codes(plain.get("consultation_questions")),
        "role": frozenset(Role),
    }


_REFERENCES: Final = {
    "by": "party or mode",
    "with_": "party",
    "party": "party",
    "to": "party",
    "redirect_to": "party",
    "front_party": "party",
    "speaks_for": "party",
    "entries": "entry",
    "fact": "fact",
    "role": "role",
    "voorziening": "voorziening",
    "alternatives": "voorziening",
    "next_steps": "voorziening",
    "follow_up": "condition",
    "clock": "legal clock",
    "questions": "consultation question",
    "stadsdeel": "stadsdeel",
    "gebied": "gebied",
}


def _allowed(path: Path, key: str, known: Mapping[str, Set[str]]) -> tuple[str, Set[str]] | None:
    """What kind of code stands under this key here, with the codes it may be."""
    what = _REFERENCES.get(key)
    if key == "by" and path[:1] == ("decline_codes",):
        what = None
    if path and key == "voorzieningen":
        what = "voorziening"
    if path and key == "life_domains":
        what = "life domain"
    if key == "voorziening_kinds":
        return None
    if key == "code" and "doors" in path:
        what = "condition"
    if key == "code" and path[:1] == ("consultation_targets",):
        what = "party"
    return None if what is None else (what, known[what])


def _check_codes(pack: PackText, path: Path, value: Plain, allowed: tuple[str, Set[str]]) -> None:
    what, known = allowed
    for code in value if isinstance(value, list) else [value]:
        if isinstance(code, str) and code not in known:
            pack.fault(path, f"unknown {what} '{code}'")


def _check_sources(pack: PackText, path: Path, mapping: Mapping[str, Plain]) -> None:
    sources = mapping.get("sources")
    if not isinstance(sources, list):
        return
    if not sources:
        pack.fault((*path, "sources"), "a cell names at least one source")
    for source in sources:
        if not isinstance(source, str) or not SOURCE.fullmatch(source):
            pack.fault((*path, "sources"), f"'{source}' is no rule id and no law article")
    if path[0] == "voorzieningen":
        _check_basis(pack, path, mapping.get("basis"), [str(source) for source in sources])
    text = mapping.get("text")
    if isinstance(text, str) and not text.strip():
        pack.fault((*path, "text"), "a cell has a text")


def _check_basis(pack: PackText, path: Path, basis: Plain, sources: list[str]) -> None:
    """Configured means that an open question or a disagreement is answered by a setting."""
    open_ones = [source for source in sources if source.startswith(("DIS-", "OPN-"))]
    if basis == "configured" and not open_ones:
        pack.fault((*path, "basis"), "a configured cell names the DIS- or OPN- it answers")
    if basis == "stated" and open_ones:
        pack.fault((*path, "basis"), f"{open_ones[0]} is open, so the cell is not stated")


def _inside_predicate(path: Path) -> bool:
    return any(form in path for form in _FORMS)


def _check_predicate(pack: PackText, path: Path, mapping: Mapping[str, Plain]) -> None:
    """Exactly one form; bounds only for a number, `equals` only of the type of its fact."""
    forms = [form for form in ("fact", *_FORMS) if mapping.get(form)]
    extras = [name for name in _OF_ONE_FACT if name in mapping]
    if len(forms) != 1 or (extras and forms != ["fact"]):
        pack.fault(path, "a predicate has exactly one form: fact, all_of, any_of or not")
        return
    fact = FACTS.get(str(mapping.get("fact")))
    if fact is None:
        return
    bounded = "min" in mapping or "max" in mapping
    if bounded and fact.type is not FactType.INTEGER:
        pack.fault(path, f"fact '{fact.name}' is no number")
    if len(extras) - (bounded and "min" in mapping and "max" in mapping) > 1:
        pack.fault(path, "a predicate has exactly one form: equals, min/max or known")
    if not extras and fact.type is not FactType.BOOLEAN:
        pack.fault(path, f"fact '{fact.name}' is not yes or no; say equals, min, max or known")
    if "equals" in mapping and not _fits(mapping["equals"], fact.type, fact.choices):
        pack.fault(path, f"fact '{fact.name}' never has this value")


def _fits(value: Plain, kind: FactType, choices: tuple[str, ...]) -> bool:
    if kind is FactType.BOOLEAN:
        return isinstance(value, bool)
    if kind is FactType.INTEGER:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, str) and (not choices or value in choices)


def _check_unique(pack: PackText, path: Path, value: Plain, key: str) -> None:
    seen: set[str] = set()
    for where, item in entries(value, path):
        code = str(item.get(key))
        if code in seen:
            pack.fault((*where, key), f"'{code}' is declared twice")
        seen.add(code)
