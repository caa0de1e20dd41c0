"""A strict look at a token before any library sees it.

python-jose 3.5 accepts a DER public key as an HMAC secret, ignores `kid`, `crit` and missing
claims, and raises RecursionError on a 3 KB token. What does not fit this profile never reaches it.
"""

import base64
import binascii
import json
import re
from typing import Any, Final

_MAX_LENGTH: Final = 4096
_SHAPE: Final = re.compile(r"\A[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]{80,1024}\Z")
_HEADER: Final = frozenset({"alg", "typ", "kid"})
_KID: Final = re.compile(r"\A[A-Za-z0-9._-]{1,64}\Z")
_MAX_DEPTH: Final = 5


class InvalidTokenError(Exception):
    """The bearer token is missing, expired, forged or not meant for this service."""


def _decode(part: str) -> bytes:
    try:
        raw = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as exc:
        raise InvalidTokenError from exc
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != part:
        raise InvalidTokenError  # another spelling of the same bytes
    return raw


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InvalidTokenError
    return found


def _no_constants(_: str) -> None:
    raise InvalidTokenError


def _depth(raw: bytes) -> int:
    deepest = depth = 0
    for char in raw:
        depth += (char in b"[{") - (char in b"]}")
        deepest = max(deepest, depth)
    return deepest


def _object(raw: bytes) -> dict[str, Any]:
    if raw[:1] != b"{" or _depth(raw) > _MAX_DEPTH:
        raise InvalidTokenError
    try:
        found = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_no_doubles, parse_constant=_no_constants
        )
    except (ValueError, RecursionError) as exc:
        raise InvalidTokenError from exc
    if not isinstance(found, dict):
        raise InvalidTokenError
    return found


def read_header(token: str) -> str:
    """The `kid` of a token that fits the profile (RFC 9068, `typ` `at+jwt`), else an error.

    The header may hold `alg`, `typ` and `kid` only; the algorithm is taken from the key, never
    from here.
    """
    if len(token) > _MAX_LENGTH or not _SHAPE.match(token):
        raise InvalidTokenError
    head, body, signature = token.split(".")
    header = _object(_decode(head))
    _object(_decode(body))
    _decode(signature)
    kid = header.get("kid")
    if set(header) != _HEADER or header["typ"] != "at+jwt" or not isinstance(header["alg"], str):
        raise InvalidTokenError
    if not isinstance(kid, str) or not _KID.match(kid):
        raise InvalidTokenError
    return kid
