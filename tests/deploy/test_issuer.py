"""The issuer: who gets a token, what is in it, and that it never says more than it should."""

import stat
from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from jose import jwt

from deploy.local.issuer import (
    USER_LIFE,
    Signer,
    User,
    create_issuer,
    mint_user_token,
    read_signer,
)
from deploy.local.secrets import instance_secrets

ISSUER = "http://127.0.0.1:8009"
SECRETS = {"intake": "i" * 43, "plans": "p" * 43}
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return read_signer(instance_secrets(tmp_path).issuer_key, ISSUER)


@pytest.fixture
async def client(signer: Signer) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_issuer(signer, SECRETS))
    async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as opened:
        yield opened


def a_form(**changes: str) -> dict[str, str]:
    form = {
        "grant_type": "client_credentials",
        "client_id": "intake",
        "client_secret": SECRETS["intake"],
        "audience": "plans",
    }
    return {name: value for name, value in (form | changes).items() if value}


async def test_a_service_gets_a_token_for_the_service_it_calls(client: httpx.AsyncClient) -> None:
    answer = await client.post("/token", data=a_form())

    body = answer.json()
    claims = await _verified(client, body["access_token"], "plans")
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 900)
    assert answer.headers["cache-control"] == "no-store"
    assert claims["exp"] - claims["iat"] == 900
    assert set(claims) == {"iss", "aud", "sub", "azp", "iat", "nbf", "exp", "jti", "roles"}
    assert claims["iss"] == ISSUER
    assert (claims["sub"], claims["azp"], claims["roles"]) == ("intake", "intake", ["service"])


async def test_basic_authentication_works_too(client: httpx.AsyncClient) -> None:
    form = a_form(client_id="", client_secret="")

    answer = await client.post("/token", data=form, auth=("intake", SECRETS["intake"]))

    assert answer.status_code == 200


async def test_the_header_of_a_token_says_algorithm_kind_and_key_only(
    client: httpx.AsyncClient, signer: Signer
) -> None:
    issued = (await client.post("/token", data=a_form())).json()["access_token"]

    for token in (issued, mint_user_token(signer, User("somebody", ("monitor",)))):
        header = jwt.get_unverified_header(token)
        assert header == {"alg": "ES256", "typ": "at+jwt", "kid": signer.public["kid"]}


async def test_the_published_keys_are_public(client: httpx.AsyncClient) -> None:
    [key] = (await client.get("/.well-known/jwks.json")).json()["keys"]

    assert set(key) == {"kty", "crv", "x", "y", "kid", "alg", "use"}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"client_id": "nobody", "client_secret": "no client has this secret"}, "invalid_client"),
        ({"client_id": ""}, "invalid_client"),
        ({"audience": "buurtteam"}, "invalid_request"),
        ({"audience": ""}, "invalid_request"),
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
async def test_a_faulty_request_gets_the_answer_of_oauth(
    client: httpx.AsyncClient, changes: dict[str, str], error: str
) -> None:
    answer = await client.post("/token", data=a_form(**changes))

    assert answer.json()["error"] == error
    assert answer.status_code == (401 if error == "invalid_client" else 400)
    assert ("www-authenticate" in answer.headers) == (error == "invalid_client")


@pytest.mark.parametrize(
    "header",
    ["Bearer abc", "Basic ???", "Basic " + b64encode(b"\xff:\xff").decode(), "Basic", ""],
)
async def test_a_broken_authorization_header_is_no_client(
    client: httpx.AsyncClient, header: str
) -> None:
    form = a_form(client_id="", client_secret="")

    answer = await client.post("/token", data=form, headers={"Authorization": header})

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    "content",
    [b"audience=plans&audience=intake", b"\xff\xfe", b"x=" + b"y" * 10_000],
)
async def test_a_body_that_is_no_form_of_ours_is_refused(
    client: httpx.AsyncClient, content: bytes
) -> None:
    answer = await client.post("/token", content=content)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_two_ways_of_authenticating_at_once_are_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/token", data=a_form(), auth=("intake", SECRETS["intake"]))

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_other_paths_and_methods_are_problems(client: httpx.AsyncClient) -> None:
    for answer in (await client.get("/nothing"), await client.get("/token")):
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code
    assert (await client.get("/token")).headers["allow"] == "POST"


async def test_a_user_token_carries_the_claims_that_are_given(
    client: httpx.AsyncClient, signer: Signer
) -> None:
    user = User("somebody", ("team_lead", "specialist"), team="t", stadsdeel="M")

    claims = await _verified(client, mint_user_token(signer, user, USER_LIFE), "buurtteam")

    assert claims["exp"] - claims["iat"] == 3600
    assert claims["azp"] == "buurtteam-cli"
    assert (claims["sub"], claims["roles"]) == ("somebody", ["team_lead", "specialist"])
    assert (claims["team"], claims["stadsdeel"]) == ("t", "M")
    assert "provider" not in claims
    assert "organisation" not in claims


def test_the_time_of_a_token_is_that_of_the_clock(signer: Signer) -> None:
    token = mint_user_token(signer, User("somebody", ("monitor",)), clock=lambda: NOW)

    claims = jwt.get_unverified_claims(token)
    assert claims["iat"] == claims["nbf"] == int(NOW.timestamp())


def test_secrets_are_kept_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    first, second = instance_secrets(tmp_path), instance_secrets(tmp_path)

    assert first == second
    assert all(len(secret) >= 32 for secret in first.client_secrets.values())
    modes = {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert modes == {0o600}


async def _verified(client: httpx.AsyncClient, token: str, audience: str) -> dict[str, Any]:
    [key] = (await client.get("/.well-known/jwks.json")).json()["keys"]
    return jwt.decode(token, key, algorithms=["ES256"], audience=audience)
