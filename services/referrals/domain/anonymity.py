"""What points at a person in a free text, judged without keeping or repeating any of it.

Every detector looks at every text, whatever was found before; each kind has a code and words of
one length. So neither the time nor the size of a refusal says which kind it was.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from unicodedata import category, normalize

from shared.errors import Fault, InvalidRequestError


class Identifying(StrEnum):
    """The kinds of data that point at a person. The codes are of one length."""

    BSN = "citizen-number"
    ADDRESS = "postal-address"
    TELEPHONE = "contact-number"
    E_MAIL = "e-mail-address"
    IBAN = "account-number"
    DATE = "exact-birthday"
    NAME = "name-of-person"


WORDS: Final = MappingProxyType(
    {
        Identifying.BSN: "een burgerservicenummer",
        Identifying.ADDRESS: "een adres of huisnummer",
        Identifying.TELEPHONE: "een nummer om te bellen",
        Identifying.E_MAIL: "iemands eigen mailadres",
        Identifying.IBAN: "een IBAN-rekeningnummer",
        Identifying.DATE: "een exacte dag of datum",
        Identifying.NAME: "de naam van een persoon",
    }
)
"""What is said of each kind; of one length too."""

_GAP: Final = r"[\s.\-/_]{0,3}"
_BSN: Final = re.compile(rf"(?=(?<!\d)(\d(?:{_GAP}\d){{8}})(?!\d))")
_BSN_NAMED: Final = re.compile(
    rf"\b(?:bsn|burgerservicenummer|sofinummer)\W{{0,15}}\d(?:{_GAP}\d){{7,8}}", re.IGNORECASE
)
_BSN_WEIGHTS: Final = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_ELEVEN: Final = 11

_POSTCODE: Final = re.compile(
    r"(?<!\d)[1-9]\d{3}(?:[A-Za-z]{2}|\s[A-Z]{2}|\s(?P<small>[a-z]{2}))(?![A-Za-z])"
)
_SMALL_WORDS: Final = frozenset(
    (
        "al",
        "ah",
        "cm",
        "de",
        "dm",
        "eh",
        "en",
        "er",
        "ex",
        "ga",
        "ha",
        "he",
        "hi",
        "ik",
        "in",
        "is",
        "ja",
        "je",
        "kg",
        "km",
        "kw",
        "mg",
        "ml",
        "mm",
        "na",
        "nu",
        "of",
        "om",
        "op",
        "pc",
        "pd",
        "te",
        "uw",
        "va",
        "wc",
        "we",
        "ze",
        "zo",
    )
)
"""Words of two letters that often follow a year or an amount, and are no part of a postcode."""
_NEAR: Final = 25
_NUMBER_AFTER: Final = re.compile(r"\A[\s,;.:\-(]*(?:(?:nr|no|nummer|huisnummer)\W*)?\d{1,5}(?!\d)")
_NUMBER_BEFORE: Final = re.compile(r"(?<!\d)\d{1,5}\s?-?[A-Za-z]{0,4}[\s,;.:\-)]*\Z")
_STREET: Final = re.compile(
    r"\b[A-Z][\w'-]{0,60}(?:straat|laan|gracht|kade|plein|steeg|singel|weg|dijk|hof|pad|plantsoen|park)"
    r"\s+(?:(?:nr|no|nummer)\.?\s*)?\d{1,5}(?!\d)"
)

_DIGITS: Final = r"(?:[\s.\-()]{0,2}\d)"
_TELEPHONE: Final = re.compile(
    rf"(?<!\d)0{_DIGITS}{{9}}(?!\d)|(?:\+|(?<!\d)00)\s?[1-9]{_DIGITS}{{7,14}}(?!\d)"
)
_E_MAIL: Final = re.compile(r"[^\s@<>,;:()]{1,64}\s?@\s?[^\s@<>,;:()]{1,190}\.[A-Za-z]{2,}")
_IBAN_NL: Final = re.compile(r"\bNL\s?\d{2}\s?[A-Z]{4}(?:[\s.]?\d){10}", re.IGNORECASE)
_IBAN: Final = re.compile(r"(?=\b([A-Z]{2}\d{2}(?:\s?[A-Z0-9]){11,30}))")
_IBAN_LENGTHS: Final = range(15, 35)
_NINETY_SEVEN: Final = 97

_MONTHS: Final = MappingProxyType(
    {
        name: number
        for number, names in enumerate(
            (
                "januari jan january", "februari feb february", "maart mrt mar march",
                "april apr", "mei may", "juni jun june", "juli jul july",
                "augustus aug august", "september sep sept", "oktober okt oct october",
                "november nov", "december dec",
            ),
            start=1,
        )
        for name in names.split()
    }
)  # fmt: skip
_DAY_FIRST: Final = re.compile(r"(?<!\d)(\d{1,2})[\s./\-]{1,3}(\d{1,2})[\s./\-]{1,3}(\d{4})(?!\d)")
_YEAR_FIRST: Final = re.compile(r"(?<!\d)(\d{4})[\s./\-]{1,3}(\d{1,2})[\s./\-]{1,3}(\d{1,2})(?!\d)")
_IN_WORDS: Final = re.compile(
    rf"(?<!\d)(\d{{1,2}})e?[\s.\-]{{1,3}}({'|'.join(_MONTHS)})[\s.\-,]{{1,3}}(\d{{4}})(?!\d)",
    re.IGNORECASE,
)
_BORN: Final = re.compile(
    r"\b(?:geb(?:oren|\.)?|geboortedatum|dob)\W{0,5}(?:op\s)?(?:\d{8}|\d{1,2}\W{1,3}\w+\W{1,3}\d{2})",
    re.IGNORECASE,
)
_FIRST_YEAR: Final = 1900

_PARTICLES: Final = r"(?:(?:van|de|der|den|ten|ter|el|al|bin|ibn|la|le|du|di|da|dos|'t)\s+){0,3}"
_NAME_FIELD: Final = re.compile(
    r"\b(?:naam|voornaam|achternaam|roepnaam|name)\s*[:=]\s*(?!onbekend|anoniem|geen\b|n\.?v\.?t)\w",
    re.IGNORECASE,
)
_TITLED: Final = re.compile(
    r"\b(?:[Mm]evrouw|[Mm]evr\.?|[Mm]w\.?|[Mm]eneer|[Mm]ijnheer|[Dd]e heer|[Dd]hr\.?|[Hh]r\.)\s+"
    rf"{_PARTICLES}[A-ZÀ-ÖØ-Þ][\w'.-]*"
)
_CALLED: Final = re.compile(
    r"\b(?:heet|genaamd|noemt zich|(?:zijn|haar|hun|de)\s+naam\s+is)\s+"
    rf"{_PARTICLES}[A-ZÀ-ÖØ-Þ][\w'-]+"
)


def ensure_anonymous(texts: Mapping[str, str | None], today: date) -> None:
    """Nothing in these texts, by their JSON pointers, points at a person.

    Raises `InvalidRequestError` with one fault for each kind in each text; never a text itself.
    """
    found = [
        (pointer, kind)
        for pointer, text in texts.items()
        if text is not None
        for kind in identifying(text, today)
    ]
    if not found:
        return
    raise InvalidRequestError(
        "Deze vraag is anoniem, maar in de tekst staat iets dat naar een persoon wijst. Laat dat "
        "weg, of stel de vraag met naam en grondslag (identified). Er is niets bewaard.",
        [
            Fault(pointer, kind, f"In deze tekst staat {WORDS[kind]}. Laat dat weg.")
            for pointer, kind in found
        ],
    )


def identifying(text: str, today: date) -> tuple[Identifying, ...]:
    """The kinds of identifying data in a text, in the order of `Identifying`.

    A full date counts when it may be one of birth: from 1900 up to today. A day that is still to
    come may be named, such as that of an eviction.
    """
    plain = _plain(text)
    judged = {kind: detect(plain) for kind, detect in _DETECTORS.items()}
    judged[Identifying.DATE] = _has_date(plain, today)
    return tuple(kind for kind in Identifying if judged[kind])


def _plain(text: str) -> str:
    """One way of writing: no look-alike digits, no invisible signs, every dash the same."""
    seen = "".join(sign for sign in normalize("NFKC", text) if category(sign) != "Cf")
    return "".join("-" if category(sign) == "Pd" else sign for sign in seen)


def _has_bsn(text: str) -> bool:
    numbers = [_numbers(match[1]) for match in _BSN.finditer(text)]
    passing = [number for number in numbers if _passes_elfproef(number)]
    return bool(passing) | bool(_BSN_NAMED.search(text))


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(sign) for sign in text if sign.isdecimal())


def _passes_elfproef(digits: tuple[int, ...]) -> bool:
    total = sum(weight * digit for weight, digit in zip(_BSN_WEIGHTS, digits, strict=True))
    return any(digits) and total % _ELEVEN == 0


def _has_address(text: str) -> bool:
    near = [
        match
        for match in _POSTCODE.finditer(text)
        if match["small"] not in _SMALL_WORDS
        and (
            _NUMBER_AFTER.match(text[match.end() : match.end() + _NEAR])
            or _NUMBER_BEFORE.search(text[max(0, match.start() - _NEAR) : match.start()])
        )
    ]
    return bool(near) | bool(_STREET.search(text))


def _has_telephone(text: str) -> bool:
    return bool(_TELEPHONE.search(_IBAN_NL.sub(" ", text)))


def _has_e_mail(text: str) -> bool:
    return bool(_E_MAIL.search(text))


def _has_iban(text: str) -> bool:
    candidates = ["".join(match[1].split()) for match in _IBAN.finditer(text)]
    passing = [each for each in candidates if _passes_97(each)]
    return bool(passing) | bool(_IBAN_NL.search(text))


def _passes_97(candidate: str) -> bool:
    """Whether an account number begins here (ISO 13616), however much text follows it."""
    return any(
        int("".join(str(int(sign, 36)) for sign in number[4:] + number[:4])) % _NINETY_SEVEN == 1
        for number in (candidate[:length] for length in _IBAN_LENGTHS if length <= len(candidate))
    )


def _has_name(text: str) -> bool:
    found = [pattern.search(text) for pattern in (_NAME_FIELD, _TITLED, _CALLED)]
    return any(found)


def _has_date(text: str, today: date) -> bool:
    named = [
        *(_day(year, month, day) for day, month, year in _DAY_FIRST.findall(text)),
        *(_day(year, month, day) for year, month, day in _YEAR_FIRST.findall(text)),
        *(
            _day(year, str(_MONTHS[month.lower()]), day)
            for day, month, year in _IN_WORDS.findall(text)
        ),
    ]
    past = [each for each in named if each is not None and each <= today]
    return bool(past) | bool(_BORN.search(text))


def _day(year: str, month: str, day: str) -> date | None:
    """The day that three numbers are, if they are one of a life that may still go on."""
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if found.year >= _FIRST_YEAR else None


_DETECTORS: Final[Mapping[Identifying, Callable[[str], bool]]] = MappingProxyType(
    {
        Identifying.BSN: _has_bsn,
        Identifying.ADDRESS: _has_address,
        Identifying.TELEPHONE: _has_telephone,
        Identifying.E_MAIL: _has_e_mail,
        Identifying.IBAN: _has_iban,
        Identifying.NAME: _has_name,
    }
)
