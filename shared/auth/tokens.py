"""Bearer tokens: the only module that imports `jose`."""

import asyncio
import contextlib
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from time import monotonic
from typing import Annotated, Any, Final, TypeAlias
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from jose import JOSEError, jwk, jwt
from jose.backends.base import Key
from jose.utils import base64_to_long
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.auth.precheck import InvalidTokenError, read_header
from shared.auth.principal import Principal
from shared.clock import utc_now
from shared.errors import PeerUnavailableError
from shared.vocabulary import Role

USER_AUDIENCE: Final = "buurtteam"
_ALGORITHMS: Final = frozenset({"RS256", "ES256", "PS256"})
_LEEWAY_SECONDS: Final = 30
_LONGEST_LIFE_SECONDS: Final = 3600
_REFRESH_SECONDS: Final = 300.0
_COOLDOWN_SECONDS: Final = 30.0
_CACHE_SECONDS: Final = 30.0
_CACHE_SIZE: Final = 2000

FetchKeys: TypeAlias = Callable[[], Awaitable[dict[str, Any]]]
_Text = Annotated[str, Field(min_length=1, max_length=128)]
_Seconds = Annotated[int, Field(gt=0, lt=2**40)]


class _Claims(BaseModel):
    """Every claim that must be there, with its one allowed type."""

    model_config = ConfigDict(extra="ignore", strict=True)

    iss: str
    aud: _Text
    sub: _Text
    azp: _Text
    jti: _Text
    iat: _Seconds
    exp: _Seconds
    nbf: _Seconds | None = None
    roles: Annotated[list[_Text], Field(min_length=1, max_length=8)]
    organisation: str | None = None
    team: str | None = None
    stadsdeel: Annotated[str, Field(max_length=2)] | None = None
    provider: str | None = None


class PssKey(Key):
    """An RSA key for PS256 (RFC 7518 3.5), which python-jose does not have."""

    def __init__(self, item: Mapping[str, Any]) -> None:
        exponent, modulus = base64_to_long(item["e"]), base64_to_long(item["n"])
        self._key = rsa.RSAPublicNumbers(exponent, modulus).public_key()

    def verify(self, msg: bytes, sig: bytes) -> bool:
        """Whether this is the signature of that message."""
        salted = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size)
        try:
            self._key.verify(sig, msg, salted, hashes.SHA256())
        except InvalidSignature:
            return False
        return True


class Keys:
    """The issuer's public keys: the algorithm is pinned to each key; the last good set is kept."""

    def __init__(self, fetch: FetchKeys) -> None:
        self._fetch = fetch
        self._keys: dict[str, tuple[str, Any]] = {}
        self._fetched = -1e9
        self._tried = -1e9
        self._lock = asyncio.Lock()

    async def find(self, kid: str) -> tuple[str, Any]:
        """Algorithm and key by name; asks the issuer at most once per 30 seconds."""
        asking = self._lock.locked() and kid not in self._keys
        if asking or self._wanting(kid):
            async with self._lock:
                if self._wanting(kid):  # whoever waited here finds what the first one fetched
                    self._tried = monotonic()
                    await self._refresh()
        try:
            return self._keys[kid]
        except KeyError:
            if not self._keys:
                # We never saw a key: that is our trouble, not a bad token.
                self._tried = -1e9
                raise PeerUnavailableError("issuer") from None
            raise InvalidTokenError from None

    def _wanting(self, kid: str) -> bool:
        stale = monotonic() - self._fetched > _REFRESH_SECONDS
        return (stale or kid not in self._keys) and monotonic() - self._tried > _COOLDOWN_SECONDS

    async def _refresh(self) -> None:
        try:
            found = await self._fetch()
        except PeerUnavailableError:
            return
        keys = _usable(found)
        if keys:
            self._keys, self._fetched = keys, monotonic()


def _usable(found: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    """The public keys of a set by name; one that we cannot read does not spoil the others."""
    keys = {}
    for item in found.get("keys", []):
        algorithm = item.get("alg")
        if item.get("use", "sig") != "sig" or algorithm not in _ALGORITHMS or "kid" not in item:
            continue
        with contextlib.suppress(JOSEError, KeyError, TypeError, ValueError):
            keys[str(item["kid"])] = (str(algorithm), _construct(item, str(algorithm)))
    return keys


def _construct(item: Mapping[str, Any], algorithm: str) -> Key:
    return PssKey(item) if algorithm == "PS256" else jwk.construct(dict(item), algorithm)


class Verifier:
    """Judges tokens: one issuer, a strict profile, a short memory of what was judged good."""

    def __init__(self, issuer: str, keys: Keys) -> None:
        self._issuer = issuer.rstrip("/")
        self._keys = keys
        self._cache: OrderedDict[tuple[bytes, str], tuple[Principal, float, int]] = OrderedDict()

    async def verify(self, token: str, *audiences: str) -> Principal:
        """The principal of a good token for one of these audiences, else `InvalidTokenError`."""
        digest = hashlib.sha256(token.encode(errors="replace")).digest()
        cached = (digest, " ".join(audiences))
        principal, until, expires = self._cache.get(cached, (None, 0.0, 0))
        if principal is not None and monotonic() < until and utc_now().timestamp() < expires:
            return principal
        kid = read_header(token)
        algorithm, key = await self._keys.find(kid)
        claims = self._judge(_decode(token, key, algorithm), audiences)
        found = _principal(claims)
        self._cache[cached] = (found, monotonic() + _CACHE_SECONDS, claims.exp)
        if len(self._cache) > _CACHE_SIZE:
            self._cache.popitem(last=False)
        return found

    def _judge(self, payload: dict[str, Any], audiences: tuple[str, ...]) -> _Claims:
        try:
            claims = _Claims.model_validate(payload)
        except ValidationError as exc:
            raise InvalidTokenError from exc
        now = utc_now().timestamp()
        good = (
            claims.iss.rstrip("/") == self._issuer
            and claims.aud in audiences
            and claims.exp > now - _LEEWAY_SECONDS
            and claims.iat <= now + _LEEWAY_SECONDS
            and (claims.nbf or 0) <= now + _LEEWAY_SECONDS
            and 0 < claims.exp - claims.iat <= _LONGEST_LIFE_SECONDS
        )
        if not good:
            raise InvalidTokenError
        return claims


def _decode(token: str, key: Any, algorithm: str) -> dict[str, Any]:
    options = {"verify_aud": False, "verify_iss": False, "leeway": _LEEWAY_SECONDS}
    try:
        return dict(jwt.decode(token, key, algorithms=[algorithm], options=options))
    except Exception as exc:  # python-jose raises more than JWTError on crafted tokens
        raise InvalidTokenError from exc


def _principal(claims: _Claims) -> Principal:
    service = claims.aud != USER_AUDIENCE
    try:
        roles = frozenset(Role(role) for role in claims.roles)
        organisation, team, provider = (
            None if value is None else UUID(value)
            for value in (claims.organisation, claims.team, claims.provider)
        )
    except ValueError as exc:
        raise InvalidTokenError from exc
    # A service token opens nothing as a user, and a user can never act as a service.
    if service != (roles == {Role.SERVICE}) or (not service and Role.SERVICE in roles):
        raise InvalidTokenError
    return Principal(
        subject=claims.sub,
        roles=roles,
        client=claims.azp,
        organisation=organisation,
        team=team,
        stadsdeel=claims.stadsdeel,
        provider=provider,
    )
