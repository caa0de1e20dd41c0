"""Tokens made by hand, good and hostile: every byte of header, payload and signature is free."""

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal, TypeAlias
from uuid import uuid4

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

ISSUER: Final = "http://issuer.test"
Algorithm: TypeAlias = Literal["ES256", "RS256", "PS256"]
ALGORITHMS: Final[tuple[Algorithm, ...]] = ("ES256", "RS256", "PS256")
Private: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def b64(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _number(value: int) -> str:
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def public_jwk(private: Private, kid: str, algorithm: str) -> dict[str, str]:
    """The public half as a key set shows it."""
    named = {"kid": kid, "alg": algorithm, "use": "sig"}
    if isinstance(private, rsa.RSAPrivateKey):
        numbers = private.public_key().public_numbers()
        return {"kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e), **named}
    point = private.public_key().public_numbers()
    x, y = b64(point.x.to_bytes(32, "big")), b64(point.y.to_bytes(32, "big"))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y, **named}


def signature(private: Private, algorithm: str, data: bytes) -> bytes:
    """A signature as JWS has it."""
    if isinstance(private, ec.EllipticCurvePrivateKey):
        r, s = decode_dss_signature(private.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
    if algorithm.startswith("PS"):
        salted = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size)
        return private.sign(data, salted, hashes.SHA256())
    return private.sign(data, padding.PKCS1v15(), hashes.SHA256())


def claims(**changed: Any) -> dict[str, Any]:
    """What a good user token says; a claim given as `...` is left out."""
    now = int(time.time())
    found: dict[str, Any] = {
        "iss": ISSUER,
        "aud": "buurtteam",
        "sub": "50b00000-0000-4000-8000-000000000099",
        "azp": "buurtteam-cli",
        "jti": str(uuid4()),
        "iat": now,
        "nbf": now,
        "exp": now + 600,
        "roles": ["privacy_officer"],
        **changed,
    }
    return {name: value for name, value in found.items() if value is not ...}


@dataclass(frozen=True)
class Forge:
    """Three published keys, and one of each kind that was never published."""

    keys: Mapping[str, Private]
    strangers: Mapping[str, Private]

    def jwks(self) -> dict[str, Any]:
        """The key set of the issuer."""
        return {"keys": [public_jwk(key, f"key-{name}", name) for name, key in self.keys.items()]}

    def header(self, algorithm: str = "ES256", **changed: Any) -> dict[str, Any]:
        """A good header; a field given as `...` is left out."""
        found = {"alg": algorithm, "typ": "at+jwt", "kid": f"key-{algorithm}", **changed}
        return {name: value for name, value in found.items() if value is not ...}

    def token(
        self,
        header: Mapping[str, Any] | bytes | None = None,
        payload: Mapping[str, Any] | bytes | None = None,
        algorithm: Algorithm = "ES256",
        private: Private | None = None,
    ) -> str:
        """A token, really signed over what is given."""
        head = self.header(algorithm) if header is None else header
        body = claims() if payload is None else payload
        parts = [
            b64(part if isinstance(part, bytes) else json.dumps(part).encode())
            for part in (head, body)
        ]
        data = ".".join(parts)
        signed = signature(private or self.keys[algorithm], algorithm, data.encode())
        return f"{data}.{b64(signed)}"


@cache
def forge() -> Forge:
    """The keys of this run: making them takes a while, so once."""

    def three() -> dict[str, Private]:
        return {
            "ES256": ec.generate_private_key(ec.SECP256R1()),
            "RS256": rsa.generate_private_key(65537, 2048),
            "PS256": rsa.generate_private_key(65537, 2048),
        }

    return Forge(three(), three())
