"""What a provider may hear before it said yes: enough to judge, nobody recognisable (design 8)."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from services.plans.domain.households import age_on
from shared.errors import Fault, InvalidRequestError, UnknownCodeError
from shared.vocabulary import HouseholdRole

_BANDS: Final = ((11, "0-11"), (17, "12-17"), (29, "18-29"))
_OLDEST: Final = 90
_HIDDEN: Final = "[…]"
_SHORTEST_NAME: Final = 2
_PARTICLE: Final = 3
_NUMBERS: Final = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # an e-mail address
    r"|\b[1-9][0-9]{3}(?:\s?(?-i:[A-Z]{2})|[a-z]{2})\b"  # a postcode
    r"|\b[0-9]{1,2}\s+(?:jan|feb|mrt|maa|apr|mei|jun|jul|aug|sep|okt|nov|dec)[a-z]*\.?\s+[0-9]{4}\b"
    r"|\b[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ](?:[0-9]{4}|[0-9]{2})\b|\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b"
    r"|\+?[0-9](?:[ .-]?[0-9]){7,}"  # a telephone number or a citizen service number
    r"|\b[0-9]{1,3}[\s-]{0,2}(?:jaar|jr\.?)\s+(?:oud|jong)\b"  # an exact age: the band says enough
    r"|\b[0-9]{1,3}[\s-]{0,2}jarige?\b"
    r"|(?:(?<=\bben )|(?<=\bis )|(?<=\bvan )|(?<=\bword )|(?<=\bwordt ))[0-9]{2,3}\s+jaar\b"
    r"|\b(?:geboren|geboortejaar)\b[^\w\n]*(?:(?:in|op)\s+)?[0-9]{4}\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the household, as far as it matters who is concerned."""

    person_id: UUID
    role: HouseholdRole
    birth_date: date | None


def ensure_one_recipient(party: str | None, *, provider: bool, known: Sequence[str]) -> None:
    """A package is for one provider, or for one party of the stelsel.

    Raises `InvalidRequestError` for both or neither, `UnknownCodeError` for no such party.
    """
    if provider == (party is not None):
        detail = "Noem een aanbieder (providerId) of een partij (party), een van de twee."
        raise InvalidRequestError(detail, [Fault("/providerId", "one-of-two", detail)])
    if party is not None and party not in known:
        raise UnknownCodeError("/party", "partij", known)


def concerned(members: Sequence[Member], goal_members: Iterable[UUID]) -> tuple[Member, ...]:
    """The persons whose help this is: those of its goals, else the main member."""
    wanted = set(goal_members)
    found = tuple(member for member in members if member.person_id in wanted)
    return found or tuple(m for m in members if m.role is HouseholdRole.MAIN)


def client_of(members: Sequence[Member]) -> Member | None:
    """Of the persons concerned, whose age and area count: the main member, else the eldest."""
    main = [member for member in members if member.role is HouseholdRole.MAIN]
    eldest = sorted(members, key=lambda member: member.birth_date or date.max)
    return next(iter(main or eldest), None)


def age_band(birth_date: date | None, day: date) -> str | None:
    """An age as a band such as `30-39`; under thirty the bands that care knows."""
    age = age_on(birth_date, day)
    if age is None:
        return None
    if age >= _OLDEST:
        return f"{_OLDEST}+"
    for until, band in _BANDS:
        if age <= until:
            return band
    return f"{age // 10 * 10}-{age // 10 * 10 + 9}"


def without_identity(text: str, names: Iterable[str | None]) -> str:
    """A text in which the names of members, numbers, addresses and exact ages are hidden.

    `names` are given names, surnames and streets as they are written; each of their words is
    hidden wherever it stands, with or without its accents, except a particle in small letters
    such as `van` or `de`.
    """
    words = {
        _bare(word)
        for name in names
        if name is not None
        for word in re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", name))
        if len(word) >= _SHORTEST_NAME and not (word.islower() and len(word) <= _PARTICLE)
    }
    hidden = _NUMBERS.sub(_HIDDEN, unicodedata.normalize("NFC", text))
    for word in sorted(words, key=lambda each: (-len(each), each)):
        hidden = _without(hidden, word)
    return hidden


def _without(text: str, word: str) -> str:
    """The text without one name; found in its bare form, which has the same places."""
    # A short name such as An or De is a common word too: hidden only as a name is written.
    short = len(word) <= _PARTICLE
    spellings = rf"(?:{re.escape(word)}|{re.escape(word.upper())})" if short else re.escape(word)
    found = re.finditer(
        rf"(?<![^\W\d_]){spellings}(?:'?s)?(?![^\W\d_])",
        _bare(text),
        flags=0 if short else re.IGNORECASE,
    )
    pieces, rest = [], 0
    for match in found:
        pieces.append(text[rest : match.start()])
        rest = match.end()
    return _HIDDEN.join([*pieces, text[rest:]])


def _bare(text: str) -> str:
    """A text without accents, letter for letter, so that every place in it stays where it was."""
    return "".join(unicodedata.normalize("NFD", letter)[0] for letter in text)
