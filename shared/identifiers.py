"""Identifiers: made by the server, checked, derived and folded for searching."""

import re
import unicodedata
from typing import Final
from uuid import UUID, uuid4, uuid5

from stdnum.nl import bsn as _bsn

_PARTICLES: Final = frozenset(
    {
        "van",
        "de",
        "der",
        "den",
        "het",
        "t",
        "ter",
        "ten",
        "te",
        "in",
        "op",
        "aan",
        "bij",
        "la",
        "le",
    }
    | {"el", "al", "ben", "von", "zu", "du", "des", "d", "l", "s", "uit", "voor", "over", "onder"}
)

# Letters that Unicode does not take apart into a letter and a mark.
_LETTERS: Final = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "\u0131": "i",
        "ħ": "h",
    }
)


def new_id() -> UUID:
    """A fresh UUIDv4. Ids are made here only: one chosen by a client would tell what exists."""
    return uuid4()


def derived_key(key: UUID, step: str) -> UUID:
    """The Idempotency-Key of one step inside a keyed request: the same on every replay."""
    return uuid5(key, step)


def is_bsn(value: str) -> bool:
    """Whether nine digits pass the elfproef (Besluit bsn art. 3)."""
    nine = len(value) == 9 and value.isascii() and value.isdigit()  # noqa: PLR2004  by definition
    return nine and bool(_bsn.is_valid(value))


def fold_name(name: str) -> str:
    """A surname as the register searches it: no diacritics, no case, no leading particles.

    `van den Berg-Öztürk` and `Berg Ozturk` fold to the same text (BRP search, surname prefix).
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    words = re.findall(r"[^\W_]+", letters.translate(_LETTERS).replace("ij", "y"))
    while len(words) > 1 and words[0] in _PARTICLES:
        words = words[1:]
    return " ".join(words)
