"""Hostile tokens against the real applications, and the verifier's checks removed one by one."""

import asyncio
import sys
import types
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shared.auth import precheck, tokens
from shared.auth.precheck import InvalidTokenError
from shared.auth.tokens import Keys, Verifier
from shared.errors import PeerUnavailableError
from shared.vocabulary import ServiceName
from tests.security.hostile import corpus
from tests.support.tokens import ALGORITHMS, ISSUER, Forge, claims, forge, public_jwk
from tests.support.world import World
from tools.applications import services

PATH: Final = "v1/audit-records?subjectId=00000000-0000-4000-8000-000000000001"
SERVICES: Final = services()


def issuer_of(keys: dict[str, Any]) -> Starlette:
    """An issuer that publishes these keys."""

    async def answer(_: Request) -> Response:
        return JSONResponse(keys)

    return Starlette(routes=[Route("/.well-known/jwks.json", answer)])


async def ask(world: World, service: str, token: str) -> httpx.Response:
    """One request with a token, as bytes, whatever they are."""
    address = f"http://{service}.test/{service}/{PATH}"
    bearer = b"Bearer " + token.encode("utf-8", "surrogatepass")
    return await world.http.get(address, headers=[(b"Authorization", bearer)])


@pytest.fixture
def forged(world: World) -> Forge:
    """The forge, with its keys published by the issuer of this world."""
    found = forge()
    world.router.apps["issuer.test"] = issuer_of(found.jwks())
    return found


def test_there_are_enough_hostile_tokens() -> None:
    names = [name for name, _ in corpus(forge())]
    assert len(names) >= 250
    assert len(names) == len(set(names))


@pytest.mark.parametrize("service", SERVICES)
async def test_no_hostile_token_is_accepted(world: World, forged: Forge, service: str) -> None:
    wrong = []
    for name, token in corpus(forged):
        answer = await ask(world, service, token)
        if (answer.status_code, answer.headers.get("www-authenticate")) != (401, "Bearer"):
            wrong.append((name, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("service", SERVICES)
async def test_a_good_token_of_every_algorithm_is_accepted(
    world: World, forged: Forge, service: str
) -> None:
    for algorithm in ALGORITHMS:
        answer = await ask(world, service, forged.token(algorithm=algorithm))
        assert answer.status_code == 200, algorithm


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    "header", ["", "Basic YTpi", "Bearer", "Bearer ", "token", "Bearer a b", "bearer\tx"]
)
async def test_another_way_to_ask_is_401(world: World, service: str, header: str) -> None:
    address = f"http://{service}.test/{service}/{PATH}"
    answer = await world.http.get(address, headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_token_in_the_address_is_not_read(world: World, forged: Forge) -> None:
    address = f"http://{SERVICES[0]}.test/{SERVICES[0]}/{PATH}&access_token={forged.token()}"
    assert (await world.http.get(address)).status_code == 401


async def test_a_service_token_opens_only_the_service_it_is_for(world: World) -> None:
    wrong = []
    for client in ServiceName:
        for audience in ServiceName:
            for service in SERVICES:
                answer = await ask(world, service, world.service_token(client, audience))
                # Right audience: the token is good, and still opens no log (403).
                expected = 403 if audience == service else 401
                if answer.status_code != expected:
                    wrong.append((client, audience, service, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("service", SERVICES)
async def test_a_user_token_beside_a_service_token_is_judged_as_strictly(
    world: World, forged: Forge, service: str
) -> None:
    caller = "referrals" if service != "referrals" else "intake"
    service_claims = claims(aud=service, sub=caller, azp=caller, roles=["service"])
    bearer = f"Bearer {forged.token(payload=service_claims)}".encode()
    address = f"http://{service}.test/{service}/{PATH}"
    wrong = []
    for name, token in corpus(forged):
        told = token.encode("utf-8", "surrogatepass")
        headers = [(b"Authorization", bearer), (b"Buurtteam-User-Token", told)]
        answer = await world.http.get(address, headers=headers)
        if answer.status_code != 401:
            wrong.append((name, answer.status_code))
    assert wrong == []


class Counting:
    """An issuer at library level: counts, and can be away."""

    def __init__(self, keys: dict[str, Any]) -> None:
        self.keys, self.asked, self.away = keys, 0, False

    async def fetch(self) -> dict[str, Any]:
        self.asked += 1
        await asyncio.sleep(0)
        if self.away:
            raise PeerUnavailableError("issuer")
        return self.keys


class Time:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def moving(monkeypatch: pytest.MonkeyPatch) -> Time:
    """The verifier's clock."""
    found = Time()
    monkeypatch.setattr(tokens, "monotonic", found)
    return found


async def test_unknown_names_of_keys_cost_one_question_in_thirty_seconds(moving: Time) -> None:
    issuer, made = Counting(forge().jwks()), forge()
    verifier = Verifier(ISSUER, Keys(issuer.fetch))
    await verifier.verify(made.token(), "buurtteam")

    for second in range(1, 91):
        moving.now += 1
        for number in range(5):
            with pytest.raises(InvalidTokenError):
                await verifier.verify(
                    made.token(made.header(kid=f"n-{second}-{number}")), "buurtteam"
                )

    assert 2 <= issuer.asked <= 1 + 90 // 30


async def test_the_last_good_keys_hold_while_the_issuer_is_away(moving: Time) -> None:
    issuer, made = Counting(forge().jwks()), forge()
    verifier = Verifier(ISSUER, Keys(issuer.fetch))
    await verifier.verify(made.token(), "buurtteam")
    issuer.away = True

    moving.now += 3600
    found = await verifier.verify(made.token(), "buurtteam")

    assert found.subject == claims()["sub"]
    assert issuer.asked == 2


async def test_a_withdrawn_key_is_refused_and_a_new_one_accepted(moving: Time) -> None:
    made = forge()
    issuer = Counting(made.jwks())
    verifier = Verifier(ISSUER, Keys(issuer.fetch))
    await verifier.verify(made.token(), "buurtteam")
    stranger = made.strangers["ES256"]
    issuer.keys = {"keys": [public_jwk(stranger, "new", "ES256")]}

    moving.now += 31
    new = made.token(made.header(kid="new"), private=stranger)
    await verifier.verify(new, "buurtteam")

    with pytest.raises(InvalidTokenError):
        await verifier.verify(made.token(), "buurtteam")


async def test_an_issuer_that_never_answered_is_our_trouble(moving: Time) -> None:
    issuer = Counting(forge().jwks())
    issuer.away = True
    verifier = Verifier(ISSUER, Keys(issuer.fetch))
    with pytest.raises(PeerUnavailableError):
        await verifier.verify(forge().token(), "buurtteam")
    issuer.away = False
    moving.now += 1

    await verifier.verify(forge().token(), "buurtteam")


@pytest.mark.usefixtures("moving")
async def test_everybody_who_comes_first_waits_for_one_question() -> None:
    issuer = Counting(forge().jwks())
    verifier = Verifier(ISSUER, Keys(issuer.fetch))

    await asyncio.gather(*(verifier.verify(forge().token(), "buurtteam") for _ in range(20)))

    assert issuer.asked == 1


@pytest.mark.usefixtures("moving")
async def test_a_key_that_cannot_be_read_does_not_spoil_the_others() -> None:
    keys = forge().jwks()["keys"]
    bad = [{"kid": "bad", "kty": "EC", "alg": "ES256", "crv": "P-256"}, {"kid": "x"}, {}]
    verifier = Verifier(ISSUER, Keys(Counting({"keys": [*bad, *keys]}).fetch))

    await verifier.verify(forge().token(), "buurtteam")


# Module, what is taken out of it, what stands there instead. Each removal lets something in.
REMOVALS: Final = [
    (tokens, "claims.iss.rstrip(\"/\") == self._issuer", "True"),
    (tokens, "and claims.aud in audiences", ""),
    (tokens, "and claims.exp > now - _LEEWAY_SECONDS", ""),
    (tokens, "and claims.iat <= now + _LEEWAY_SECONDS", ""),
    (tokens, "and (claims.nbf or 0) <= now + _LEEWAY_SECONDS", ""),
    (tokens, "and 0 < claims.exp - claims.iat <= _LONGEST_LIFE_SECONDS", ""),
    (tokens, "and 0 < claims.exp - claims.iat <=", "and claims.exp - claims.iat <="),
    (tokens, "algorithms=[algorithm]", "algorithms=[jwt.get_unverified_header(token)['alg']]"),
    (tokens, "jwt.decode(token, key, algorithms=[algorithm], options=options)",
     "jwt.get_unverified_claims(token)"),
    (tokens, 'extra="ignore", strict=True', 'extra="ignore"'),
    (tokens, "    azp: _Text\n", "    azp: str = 'x'\n"),
    (tokens, "    jti: _Text\n", "    jti: str = 'x'\n"),
    (tokens, "    sub: _Text\n", "    sub: str = 'x'\n"),
    (tokens, "service != (roles == {Role.SERVICE})", "False"),
    (tokens, "(not service and Role.SERVICE in roles)", "False"),
    (tokens, "return self._keys[kid]", "return self._keys.get(kid) or self._keys['key-ES256']"),
    (precheck, "len(token) > _MAX_LENGTH or", ""),
    (precheck, "if base64.urlsafe_b64encode(raw)", "if False and base64.urlsafe_b64encode(raw)"),
    (precheck, "if len(found) != len(pairs)", "if False"),
    (precheck, ", parse_constant=_no_constants", ""),
    (precheck, "raw[:1] != b\"{\" or", ""),
    (precheck, "or _depth(raw) > _MAX_DEPTH", ""),
    (precheck, "set(header) != _HEADER or", ""),
    (precheck, "header[\"typ\"] != \"at+jwt\" or", ""),
    (precheck, "(ValueError, RecursionError)", "KeyError"),
]  # fmt: skip


_ONLY_OURS: Final = '"verify_aud": False, "verify_exp": False, "verify_nbf": False'


def _without(module: types.ModuleType, old: str, new: str) -> types.ModuleType:
    """A fresh copy of a module with one check taken out."""
    source = Path(str(module.__file__)).read_text("utf-8")
    assert source.count(old) == 1, old
    # The library looks at `exp` and `nbf` once more; here our own look is what is judged.
    source = source.replace('"verify_aud": False', _ONLY_OURS)
    made = types.ModuleType(f"{module.__name__}_without")
    sys.modules[made.__name__] = made  # pydantic looks up its module by name
    try:
        exec(compile(source.replace(old, new), made.__name__, "exec"), made.__dict__)  # noqa: S102
    finally:
        del sys.modules[made.__name__]
    return made


async def _let_in(module: types.ModuleType, reader: types.ModuleType | None = None) -> list[str]:
    """The names of the hostile tokens that a verifier accepts, or falls over."""
    made = forge()
    if reader is not None:
        module.__dict__["read_header"] = reader.read_header
    verifier = module.Verifier(ISSUER, module.Keys(Counting(made.jwks()).fetch))
    refusals = (InvalidTokenError, *([reader.InvalidTokenError] if reader is not None else []))
    found = []
    for name, token in corpus(made):
        try:
            await verifier.verify(token, "buurtteam", "plans")
        except refusals:
            continue
        except Exception as exc:
            found.append(f"{name}: {type(exc).__name__}")
        else:
            found.append(name)
    return found


async def test_the_verifier_as_it_is_lets_nothing_in() -> None:
    assert await _let_in(tokens) == []


@pytest.mark.parametrize(
    ("module", "old", "new"), REMOVALS, ids=[f"{item[1][:50].strip()}" for item in REMOVALS]
)
async def test_without_one_check_something_gets_in(
    module: types.ModuleType, old: str, new: str
) -> None:
    broken = _without(module, old, new)
    if module is precheck:
        assert await _let_in(
            _without(tokens, "_CACHE_SIZE: Final = 2000", "_CACHE_SIZE = 1"), broken
        )
    else:
        assert await _let_in(broken)
