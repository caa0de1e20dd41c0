"""A body from outside, read strictly: what two readers could read in two ways is refused."""

import json
from typing import Any, Final

from fastapi import Request

from shared.errors import Fault, InvalidRequestError
from shared.schemas.base import WireBody

_MAX_DEPTH: Final = 20
_LARGEST_INT: Final = 2**53


def _refuse(code: str, detail: str) -> InvalidRequestError:
    return InvalidRequestError(detail, [Fault("", code, detail)])


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _refuse("duplicate-key", "Een veld staat er dubbel in.")
    return found


def _no_constants(_: str) -> None:
    raise _refuse("not-a-number", "NaN en Infinity zijn geen getallen in JSON.")


def _small_int(digits: str) -> int:
    if len(digits) > len(str(_LARGEST_INT)) or abs(int(digits)) > _LARGEST_INT:
        raise _refuse("number-too-large", "Een getal is te groot.")
    return int(digits)


def _small_float(digits: str) -> float:
    found = float(digits)
    if found in (float("inf"), float("-inf")):
        raise _refuse("number-too-large", "Een getal is te groot.")
    return found


def _check_depth(raw: bytes) -> None:
    depth = 0
    in_text = escaped = False
    for char in raw:
        if in_text:
            in_text = escaped or char != ord('"')
            escaped = not escaped and char == ord("\\")
        elif char == ord('"'):
            in_text = True
        else:
            depth += (char in b"[{") - (char in b"]}")
            if depth > _MAX_DEPTH:
                raise _refuse("too-deep", f"JSON mag hoogstens {_MAX_DEPTH} niveaus diep zijn.")


def read_json(raw: bytes) -> Any:
    """Parse a body; an object comes back as `WireBody`. Raises `InvalidRequestError`."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise _refuse("not-utf-8", "De aanvraag is geen UTF-8.") from None
    if b"[" in raw or raw.count(b"{") > _MAX_DEPTH:
        _check_depth(raw)
    try:
        found = json.loads(
            text,
            object_pairs_hook=_no_doubles,
            parse_constant=_no_constants,
            parse_int=_small_int,
            parse_float=_small_float,
        )
    except (ValueError, RecursionError):
        raise _refuse("json-invalid", "Dit is geen geldige JSON.") from None
    if "\\u" in text:
        _check_escapes(found)
    return WireBody(found, raw) if type(found) is dict else found


def _check_escapes(found: Any) -> None:
    """An escaped NUL or half a surrogate pair is legal JSON, and poison for every store."""
    text = json.dumps(found, ensure_ascii=False)
    if "\\u0000" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise _refuse(
            "bad-text", "Een tekst bevat een teken dat niet bestaat (NUL of een half teken)."
        )


class StrictRequest(Request):
    """A request whose JSON is read by our own rules."""

    async def json(self) -> Any:
        """The body, read once."""
        if not hasattr(self, "_strict"):
            self._strict = read_json(await self.body())
        return self._strict
