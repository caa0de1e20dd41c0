"""Issues the tokens of a local instance: service tokens over HTTP, user tokens by the key."""

import base64
import binascii
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Final, TypeAlias
from urllib.parse import parse_qs, unquote_plus
from uuid import uuid4

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jose import jwk, jwt
from jose.backends.base import Key
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shared.clock import Clock, utc_now
from shared.vocabulary import Role, ServiceName

USER_AUDIENCE: Final = "buurtteam"
USER_CLIENT: Final = "buurtteam-cli"
SERVICE_LIFE: Final = timedelta(minutes=15)
USER_LIFE: Final = timedelta(hours=1)

_ALGORITHM: Final = "ES256"
_COORDINATE_BYTES: Final = 32
_BODY_LIMIT: Final = 8_192
_NO_STORE: Final = {"Cache-Control": "no-store"}
_NOBODY: Final = "no client has this secret"

Claims: TypeAlias = Mapping[str, str | int | list[str]]


@dataclass(frozen=True, slots=True)
class User:
    """Who a user token is for. Claims that are not given are left out of the token."""

    subject: str
    roles: tuple[str, ...]
    organisation: str | None = None
    team: str | None = None
    stadsdeel: str | None = None
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class Signer:
    """The signing key, the name it signs under, and the public half as others may read it."""

    issuer: str
    key: Key
    public: Mapping[str, str]

    def token(self, claims: Claims, life: timedelta, clock: Clock = utc_now) -> str:
        now = int(clock().timestamp())
        times: Claims = {"iat": now, "nbf": now, "exp": now + int(life.total_seconds())}
        return jwt.encode(
            {"iss": self.issuer, "jti": str(uuid4()), **times, **claims},
            self.key,
            algorithm=_ALGORITHM,
            headers={"typ": "at+jwt", "kid": self.public["kid"]},
        )


class OAuthError(Exception):
    """An answer of RFC 6749 section 5.2."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


def read_signer(key_file: Path, issuer: str) -> Signer:
    """Read the private key (PEM, P-256)."""
    pem = key_file.read_bytes()
    private = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{key_file} does not hold a P-256 key")
    numbers = private.public_key().public_numbers()
    # The members and their order are those of RFC 7638: the name of a key follows from the key.
    members = {
        "crv": "P-256",
        "kty": "EC",
        "x": _base64url(numbers.x.to_bytes(_COORDINATE_BYTES)),
        "y": _base64url(numbers.y.to_bytes(_COORDINATE_BYTES)),
    }
    thumbprint = sha256(json.dumps(members, separators=(",", ":")).encode()).digest()
    named = {"kid": _base64url(thumbprint), "alg": _ALGORITHM, "use": "sig"}
    return Signer(issuer, jwk.construct(pem.decode(), _ALGORITHM), members | named)


def mint_user_token(
    signer: Signer, user: User, life: timedelta = SERVICE_LIFE, clock: Clock = utc_now
) -> str:
    """A token for a person, accepted by all four services."""
    where = {
        "organisation": user.organisation,
        "team": user.team,
        "stadsdeel": user.stadsdeel,
        "provider": user.provider,
    }
    claims: Claims = {
        "aud": USER_AUDIENCE,
        "sub": user.subject,
        "azp": USER_CLIENT,
        "roles": list(user.roles),
        **{name: value for name, value in where.items() if value is not None},
    }
    return signer.token(claims, life, clock)


def mint_service_token(
    signer: Signer, client_id: str, audience: str, clock: Clock = utc_now
) -> str:
    """A token for a service that calls another one."""
    claims: Claims = {
        "aud": audience,
        "sub": client_id,
        "azp": client_id,
        "roles": [Role.SERVICE.value],
    }
    return signer.token(claims, SERVICE_LIFE, clock)


def create_issuer(
    signer: Signer, client_secrets: Mapping[str, str], clock: Clock = utc_now
) -> Starlette:
    """The issuer as a web application: public keys, and client credentials (RFC 6749 4.4)."""

    async def keys(_request: Request) -> Response:
        return JSONResponse({"keys": [signer.public]}, headers={"Cache-Control": "max-age=60"})

    async def token(request: Request) -> Response:
        try:
            form = _form(await _body(request))
            client_id = _authenticated(request.headers.get("authorization"), form, client_secrets)
            audience = _audience(form)
        except OAuthError as fault:
            return _oauth_answer(fault)
        issued = mint_service_token(signer, client_id, audience, clock)
        answer = {
            "access_token": issued,
            "token_type": "Bearer",
            "expires_in": int(SERVICE_LIFE.total_seconds()),
        }
        return JSONResponse(answer, headers=_NO_STORE)

    routes = [
        Route("/.well-known/jwks.json", keys, methods=["GET"]),
        Route("/token", token, methods=["POST"]),
    ]
    problems = {
        HTTPStatus.NOT_FOUND: _problem(HTTPStatus.NOT_FOUND),
        HTTPStatus.METHOD_NOT_ALLOWED: _problem(HTTPStatus.METHOD_NOT_ALLOWED),
        HTTPStatus.INTERNAL_SERVER_ERROR: _problem(HTTPStatus.INTERNAL_SERVER_ERROR),
    }
    return Starlette(routes=routes, exception_handlers=problems)


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _BODY_LIMIT:
            raise OAuthError("invalid_request", "The request is too large.")
    return body


def _form(body: bytes) -> dict[str, str]:
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True)
    except ValueError:
        raise OAuthError("invalid_request", "Send a form (urlencoded).") from None
    if any(len(values) > 1 for values in fields.values()):
        raise OAuthError("invalid_request", "A field is given more than once.")
    return {name: values[0] for name, values in fields.items()}


def _authenticated(
    authorization: str | None, form: Mapping[str, str], client_secrets: Mapping[str, str]
) -> str:
    """The client that proves who it is, by HTTP Basic or in the form, never by both."""
    if authorization is None:
        client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    elif "client_secret" in form:
        raise OAuthError("invalid_request", "Authenticate in one way.")
    else:
        client_id, secret = _basic(authorization)
    # A name that does not exist takes as long as a wrong secret.
    known = client_secrets.get(client_id, _NOBODY)
    same = hmac.compare_digest(secret.encode(), known.encode())
    if not same or client_id not in client_secrets:
        raise OAuthError("invalid_client", "Unknown client or wrong secret.")
    return client_id


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    try:
        if scheme.lower() != "basic":
            raise ValueError(scheme)
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (ValueError, binascii.Error):
        raise OAuthError("invalid_client", "Authenticate with HTTP Basic.") from None
    return unquote_plus(client_id), unquote_plus(secret)


def _audience(form: Mapping[str, str]) -> str:
    grant = form.get("grant_type")
    if grant is None:
        raise OAuthError("invalid_request", "grant_type is missing.")
    if grant != "client_credentials":
        raise OAuthError("unsupported_grant_type", "Only client_credentials is offered here.")
    audience = form.get("audience", "")
    if audience not in list(ServiceName):
        raise OAuthError("invalid_request", "audience must be one of: " + ", ".join(ServiceName))
    return audience


def _oauth_answer(fault: OAuthError) -> Response:
    body = {"error": fault.code, "error_description": fault.description}
    if fault.code != "invalid_client":
        return JSONResponse(body, HTTPStatus.BAD_REQUEST, _NO_STORE)
    challenge = {"WWW-Authenticate": 'Basic realm="buurtteam"'}
    return JSONResponse(body, HTTPStatus.UNAUTHORIZED, _NO_STORE | challenge)


class _Problem(JSONResponse):
    media_type = "application/problem+json"


def _problem(status: HTTPStatus) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(_request: Request, error: Exception) -> Response:
        headers = error.headers if isinstance(error, HTTPException) else None
        return _Problem({"title": status.phrase, "status": status.value}, status, headers)

    return answer


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
