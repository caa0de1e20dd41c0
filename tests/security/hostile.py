"""Hostile tokens, by class: what the field has tried against JWT, and what our profile refuses."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any, Final

from cryptography.hazmat.primitives import serialization

from tests.support.tokens import ALGORITHMS, Forge, b64, claims, public_jwk

_REQUIRED: Final = ("iss", "aud", "sub", "azp", "jti", "iat", "exp", "roles")
_KIDS: Final[tuple[Any, ...]] = (
    *("unknown", "../../../etc/passwd", "x' OR '1'='1", "key-ES256\x00", "http://evil.example/k"),
    *("", "key-ES256 ", "KEY-ES256", "k" * 65, "sleutel-é", 1, None, True),
    *(["key-ES256"], {"kid": "key-ES256"}, ...),
)
Hostile = Iterator[tuple[str, str]]


def _now() -> int:
    """Now: a corpus is judged in the minute it is made."""
    return int(time.time())


def _pem(forge: Forge, name: str) -> bytes:
    return (
        forge.keys[name]
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def _secrets(forge: Forge, name: str) -> Iterator[tuple[str, bytes]]:
    """Everything public that somebody could have taken for a shared secret."""
    public, pem = forge.keys[name].public_key(), _pem(forge, name)
    info = serialization.PublicFormat.SubjectPublicKeyInfo
    ssh = serialization.PublicFormat.OpenSSH
    yield "pem", pem
    yield "stripped-pem", pem.strip()
    yield "pem-body", b"".join(pem.splitlines()[1:-1])
    yield "der", public.public_bytes(serialization.Encoding.DER, info)
    yield "ssh", public.public_bytes(serialization.Encoding.OpenSSH, ssh)
    yield "jwk", json.dumps(public_jwk(forge.keys[name], f"key-{name}", name)).encode()
    yield "empty", b""
    yield "secret", b"secret"
    yield "kid", f"key-{name}".encode()


def _without_signature(forge: Forge) -> Hostile:
    for alg in ("none", "None", "NONE", "nOnE", "", " none", None):
        data = forge.token(forge.header(alg=alg)).rsplit(".", 1)
        yield f"alg {alg!r}, no signature", f"{data[0]}."
        yield f"alg {alg!r}, a real signature", ".".join(data)
    yield "no signature part", forge.token().rsplit(".", 1)[0]


def _shared_secret(forge: Forge) -> Hostile:
    for name in ALGORITHMS:
        for alg, digest in (
            ("HS256", hashlib.sha256),
            ("HS384", hashlib.sha384),
            ("HS512", hashlib.sha512),
        ):
            for how, secret in _secrets(forge, name):
                header = forge.header(name, alg=alg)
                data = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims()).encode())}"
                signed = hmac.new(secret, data.encode(), digest).digest()
                yield f"{alg} by {how} of {name}", f"{data}.{b64(signed)}"


def _confusion(forge: Forge) -> Hostile:
    for alg in ("RS256", "RS384", "RS512", "PS256", "ES384", "ES512", "HS256", "EdDSA", "dir", 1):
        yield f"says {alg}, signed ES256", forge.token(forge.header(alg=alg, kid="key-ES256"))
    for name in ALGORITHMS:
        for other in ALGORITHMS:
            if name != other:
                header = forge.header(name, kid=f"key-{other}")
                yield f"{name} under the name of {other}", forge.token(header, algorithm=name)
    rsa = forge.keys["RS256"], forge.keys["PS256"]
    yield (
        "PS256 by the RS256 key",
        forge.token(forge.header("PS256", kid="key-RS256"), algorithm="PS256", private=rsa[0]),
    )
    yield (
        "RS256 by the PS256 key",
        forge.token(forge.header("RS256", kid="key-PS256"), algorithm="RS256", private=rsa[1]),
    )
    for name in ALGORITHMS:
        stranger = forge.strangers[name]
        yield f"a stranger's {name}", forge.token(algorithm=name, private=stranger)


def _headers(forge: Forge) -> Hostile:
    for kid in _KIDS:
        yield f"kid {kid!r}", forge.token(forge.header(kid=kid))
    stranger = forge.strangers["ES256"]
    jwk = public_jwk(stranger, "key-ES256", "ES256")
    for name, value in {
        "jku": "http://evil.example/jwks.json",
        "x5u": "http://evil.example/x.pem",
        "x5c": ["AAAA"],
        "crit": ["exp"],
        "b64": False,
        "zip": "DEF",
        "enc": "A256GCM",
        "cty": "JWT",
        "nonce": "x",
        "epk": {},
    }.items():
        yield f"header {name}", forge.token({**forge.header(), name: value})
    yield "its own key in the header", forge.token(forge.header(jwk=jwk), private=stranger)
    yield "our key in the header", forge.token(forge.header(jwk=forge.jwks()["keys"][0]))
    for typ in (..., "JWT", "at+JWT", "application/at+jwt", "", None, ["at+jwt"], 1):
        yield f"typ {typ!r}", forge.token(forge.header(typ=typ))
    yield "no alg", forge.token(forge.header(alg=...))


def _claims(forge: Forge) -> Hostile:
    wrong: tuple[Any, ...] = (None, 1.5, True, {"a": 1}, [], "", "9" * 200)
    for name in _REQUIRED:
        yield f"no {name}", forge.token(payload=claims(**{name: ...}))
        for value in wrong:
            yield f"{name} is {str(value)[:20]!r}", forge.token(payload=claims(**{name: value}))
    for name in ("iat", "exp"):
        yield f"{name} as text", forge.token(payload=claims(**{name: str(_now() + 60)}))
    for name in ("iss", "sub", "aud", "azp", "jti"):
        yield f"{name} as number", forge.token(payload=claims(**{name: 7}))
    yield "nbf as text", forge.token(payload=claims(nbf=str(_now())))
    for name, value in {
        "organisation": "x",
        "team": "../x",
        "provider": "1",
        "stadsdeel": "MMM",
    }.items():
        yield f"{name} is {value}", forge.token(payload=claims(**{name: value}))


def _times(forge: Forge) -> Hostile:
    for name, changed in {
        "expired": {"iat": _now() - 600, "exp": _now() - 60},
        "made in the future": {"iat": _now() + 120},
        "not yet": {"nbf": _now() + 120},
        "lives too long": {"exp": _now() + 3700},
        "ends before it begins": {"iat": _now() + 20, "exp": _now() + 10},
        "for ever": {"exp": 2**41},
        "more than for ever": {"exp": 10**30},
        "before time": {"exp": -1},
        "at no time": {"iat": 0},
    }.items():
        yield name, forge.token(payload=claims(**changed))


def _audiences(forge: Forge) -> Hostile:
    for aud in ("Buurtteam", "buurtteam ", "other", ["buurtteam"], ["buurtteam", "other"], "*"):
        yield f"aud {aud!r}", forge.token(payload=claims(aud=aud))
    for iss in (
        "http://evil.example",
        "http://issuer.test.evil.example",
        "http://issuer.tes",
        "https://issuer.test",
        "http://issuer.test#",
        ["http://issuer.test"],
    ):
        yield f"iss {iss!r}", forge.token(payload=claims(iss=iss))
    for roles in (
        ["service"],
        ["privacy_officer", "service"],
        ["Privacy_Officer"],
        ["root"],
        "privacy_officer",
        ["privacy_officer"] * 9,
        [["privacy_officer"]],
        [None],
        {"privacy_officer": True},
        [""],
    ):
        yield f"roles {str(roles)[:40]}", forge.token(payload=claims(roles=roles))
    somebody = claims(aud="other", sub="intake", azp="intake", roles=["service"])
    yield "a service for somebody else", forge.token(payload=somebody)
    for service in ("plans", "intake", "referrals", "providers"):
        yield f"a user for {service}", forge.token(payload=claims(aud=service))


def _spelling(forge: Forge) -> Hostile:
    good = forge.token()
    head, body, signed = good.split(".")
    yield "padding", f"{good}="
    yield "padding of the payload", f"{head}.{body}==.{signed}"
    yield "a newline after", f"{good}\n"
    yield "a space after", f"{good} "
    yield "a space before", f" {good}"
    yield "a tab within", f"{head}.{body}\t.{signed}"
    yield "four parts", f"{good}.{signed}"
    yield "five parts", ".".join([head, body, signed, body, head])
    yield "an empty header", f".{body}.{signed}"
    yield "an empty payload", f"{head}..{signed}"
    yield "swapped parts", f"{body}.{head}.{signed}"
    # The last character of 64 bytes carries two bits that are not read.
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = last[(last.index(signed[-1]) + 1) % 64]
    yield "another spelling of the signature", good[:-1] + other
    yield "a changed signature", f"{head}.{body}.{'A' if signed[0] != 'A' else 'B'}{signed[1:]}"
    plain = base64.b64encode(b"\xfb\xff" * 32).decode()
    yield "the other alphabet", f"{head}.{body}.{plain}"
    yield "letters that are not ASCII", f"{head}.{body}.{signed[:-1]}é"
    yield "too long", forge.token(payload=claims(padding="x" * 4000))
    yield "very long", "a." + "b" * 12_000 + ".c"
    yield "nothing", ""
    yield "null", "null"


def _json(forge: Forge) -> Hostile:
    text = json.dumps(claims())[1:-1]
    header = json.dumps(forge.header())[1:-1]
    for name, payload in {
        "a claim twice": f'{{"sub":"somebody",{text}}}'.encode(),
        "roles twice": f'{{"roles":["buurtteam_worker"],{text}}}'.encode(),
        "NaN": f'{{"x":NaN,{text}}}'.encode(),
        "Infinity": f'{{"x":Infinity,{text}}}'.encode(),
        "-Infinity": f'{{"x":-Infinity,{text}}}'.encode(),
        "six deep": f'{{"x":[[[[[1]]]]],{text}}}'.encode(),
        "nine hundred deep": f'{{"x":{"[" * 900}{"]" * 900},{text}}}'.encode(),
        "a space before": f" {{{text}}}".encode(),
        "a mark before": b"\xef\xbb\xbf" + f"{{{text}}}".encode(),
        "UTF-16": f"{{{text}}}".encode("utf-16"),
        "not UTF-8": b'{"x":"' + b'\xff",' + text.encode() + b"}",
        "something after": f"{{{text}}}x".encode(),
        "a comment": f"{{/**/{text}}}".encode(),
        "a list": f"[{{{text}}}]".encode(),
        "a text": b'"privacy_officer"',
        "a number": b"17",
        "nothing": b"null",
        "half an object": f"{{{text}".encode(),
    }.items():
        yield f"payload: {name}", forge.token(payload=payload)
    for name, head in {
        "alg twice": f'{{"alg":"none",{header}}}'.encode(),
        "kid twice": f'{{"kid":"unknown",{header}}}'.encode(),
        "nine hundred deep": f'{{"x":{"[" * 900}{"]" * 900},{header}}}'.encode(),
        "a space before": f" {{{header}}}".encode(),
        "a list": f"[{{{header}}}]".encode(),
        "not JSON": b"at+jwt; ES256",
    }.items():
        yield f"header: {name}", forge.token(header=head)


def corpus(forge: Forge) -> list[tuple[str, str]]:
    """Every hostile token with its name."""
    kinds = (_without_signature, _shared_secret, _confusion, _headers, _claims, _times)
    kinds += (_audiences, _spelling, _json)  # type: ignore[assignment]
    return [found for kind in kinds for found in kind(forge)]
