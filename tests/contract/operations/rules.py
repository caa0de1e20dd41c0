"""The rules of keys and versions, each written once for every operation.

A rule raises `AssertionError` with its name and what it saw. The rules that refuse come first and
leave the world as it was; `answers_once` makes the call; those after it use what it left.
"""

import asyncio
import itertools
import json
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias
from uuid import uuid4

import httpx
import pytest

from shared.db.idempotency import Answer, Once
from shared.vocabulary import Reach, Role, ServiceName
from tests.contract.operations.ledger import AUDIT, KEYS, State, differences
from tests.contract.operations.trial import Trial, record_path
from tests.support.openapi import NOBODY, Operation

REPLAYED: Final = "Idempotency-Replayed"
MALFORMED: Final = ("", "1", "kanarie7fq2", NOBODY + NOBODY, NOBODY[:-1])
NOT_A_TAG: Final = ('"AAAAAAAAAAAAAAAAAAAAAA"', "*", '""', "kanarie7fq2", "")
WIDE: Final = frozenset({Reach.ANY, Reach.PUBLIC})
STRANGER: Final = {
    "subject": "50b0-stranger",
    "team": NOBODY,
    "provider": NOBODY,
    "organisation": NOBODY,
    "stadsdeel": "Z",
}


Rule: TypeAlias = Callable[[Trial], Awaitable[None]]


def _refused(answer: httpx.Response, status: int, code: str, what: str) -> None:
    told = f"{what}: {answer.status_code} {answer.text[:300]}"
    assert answer.status_code == status, told
    assert answer.headers["content-type"] == "application/problem+json", told
    assert answer.json()["type"] == f"urn:problem:{code}", told
    assert REPLAYED not in answer.headers, told


async def needs_a_key(trial: Trial) -> None:
    """Without a key, or with what is no UUID: 400 that names the header; nothing changed."""
    before = trial.ledger.read()
    for key in (None, *MALFORMED):
        answer = await trial.send({"Idempotency-Key": key})
        _refused(answer, 400, "invalid-request", f"key {key!r}")
        faults = {(each["pointer"], each["code"]) for each in answer.json()["errors"]}
        assert faults == {("header/Idempotency-Key", "missing-idempotency-key")}, faults
    trial.unchanged(before, "a call without a key")


async def needs_the_version(trial: Trial) -> None:
    """Without If-Match 428; with another tag, or what is no tag, 412; nothing changed."""
    assert trial.etag is not None
    before = trial.ledger.read()
    _refused(await trial.send({"If-Match": None}), 428, "missing-version", "no If-Match")
    others = (f"W/{trial.etag}", f"{trial.etag}, {trial.etag}", trial.etag.strip('"'))
    for tag in (*NOT_A_TAG, *others):
        _refused(await trial.send({"If-Match": tag}), 412, "stale-version", f"If-Match {tag!r}")
    if trial.operation.method == "PUT":
        made = await trial.send({"If-Match": None, "If-None-Match": "*"})
        _refused(made, 412, "stale-version", "making what is there")
    trial.unchanged(before, "a call without the version")


async def needs_the_latest_version(trial: Trial) -> None:
    """When somebody else changed the record after it was read: 412; nothing changed."""
    service, record = trial.operation.service, record_path(trial).rsplit("/", 1)[-1]
    assert trial.ledger.age(service, record, 1) == 1, "a versioned record has one row"
    before = trial.ledger.read()
    _refused(await trial.send(), 412, "stale-version", "a version of before")
    trial.unchanged(before, "a call with a version of before")
    trial.ledger.age(service, record, -1)


async def answers_once(trial: Trial) -> None:
    """Two at once with one key: one effect, one answer. A third, later, hears the same."""
    before = trial.ledger.read()
    pair = await asyncio.gather(*(trial.send() for _ in range(2 if trial.operation.keyed else 1)))
    trial.answer = next((each for each in pair if _acted(each)), pair[0])
    assert trial.first.is_success, f"{trial.first.status_code} {trial.first.text}"
    after = trial.ledger.read()
    apart = frozenset() if trial.ready.tells else _records(before)
    assert differences(before, after, without=apart), "the call had no effect"
    if not trial.operation.keyed:
        return
    for late in (*pair, await trial.send()):
        if late is trial.first:
            continue
        if trial.ready.parts:
            _refused(late, 404, "not-found", "a retry of who left")
        else:
            _the_same(late, trial.first)
    trial.one_effect(after, "a replay")


async def hears_a_first_that_was_faster(trial: Trial) -> None:
    """A retry that looked for its answer just before the first was done hears it all the same."""
    before = trial.ledger.read()
    kernel = trial.world.kernel(ServiceName(trial.operation.service))
    look, looks = kernel.db.answered, itertools.count()

    async def too_early(once: Once) -> Answer | None:
        return None if next(looks) == 0 else await look(once)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel.db, "answered", too_early)
        late = await trial.send()
    if trial.ready.parts:
        _refused(late, 404, "not-found", "a retry of who left")
    else:
        _the_same(late, trial.first)
    trial.one_effect(before, "a retry that looked too early")


def _acted(answer: httpx.Response) -> bool:
    return answer.is_success and REPLAYED not in answer.headers


def _records(state: State) -> frozenset[tuple[str, str]]:
    return frozenset(name for name in state if name[1] in {AUDIT, KEYS})


def _the_same(late: httpx.Response, first: httpx.Response) -> None:
    told = f"{late.status_code} {late.text[:300]}"
    assert late.headers.get(REPLAYED) == "true", f"a second effect, or no word of it: {told}"
    assert (late.status_code, late.content) == (first.status_code, first.content), told
    for name in ("ETag", "Location", "Content-Type"):
        assert late.headers.get(name) == first.headers.get(name), name


async def refuses_another_request(trial: Trial) -> None:
    """A used key with another body, or at another record: 409; nothing changed."""
    before = trial.ledger.read()
    told = json.loads(trial.body() or b"{}")
    bodies = [json.dumps({**told, "anders": 1}).encode(), trial.body() + b" "]
    for body in bodies:
        answer = await trial.send(body=body)
        _refused(answer, 409, "idempotency-key-reused", f"body {body!r}")
    for part in trial.ready.path.split("/")[4:]:
        if "{" in trial.operation.path and len(part) == len(NOBODY):
            answer = await trial.send(path=trial.ready.path.replace(part, NOBODY))
            _refused(answer, 409, "idempotency-key-reused", "another record")
    trial.one_effect(before, "another request with a used key")


async def keeps_answers_apart(trial: Trial) -> None:
    """A colleague and a stranger with the same key and request never hear the stored answer."""
    addressed = "{" in trial.operation.path
    for who in ({"subject": "50b0-colleague"}, STRANGER):
        answer = await trial.send(claims=who)
        told = f"{who['subject']}: {answer.status_code} {answer.text[:300]}"
        assert REPLAYED not in answer.headers, told
        if answer.is_success:
            _own_answer(trial, trial.name(who))
        else:
            assert answer.status_code in {403, 404, 409, 412}, told
        apart = trial.reaches() not in WIDE and not trial.ready.party
        if who is STRANGER and addressed and apart:
            _refused(answer, 404, "not-found", told)


def _own_answer(trial: Trial, subject: str) -> None:
    """Who was answered has a key of their own, with an answer of their own behind it."""
    kept = trial.ledger.ask(
        trial.operation.service,
        "SELECT answer FROM idempotency_keys WHERE key = %s AND caller LIKE %s",
        trial.key,
        f"%|{subject}",
    )
    assert len(kept) == 1, f"{subject} was answered without a key of their own"


async def refuses_a_used_version(trial: Trial) -> None:
    """The version that the call used up is stale now: 412 (or it is out of reach: 404)."""
    before = trial.ledger.read()
    answer = await trial.send({"Idempotency-Key": str(uuid4())} if trial.operation.keyed else {})
    told = f"{answer.status_code} {answer.text[:300]}"
    assert answer.status_code in {404, 409, 412}, told
    trial.unchanged(before, "a used version")


async def asks_permission_again(trial: Trial) -> None:
    """A replay to somebody whose role never has the operation: 403."""
    answer = await trial.send(role=Role.MONITOR)
    _refused(answer, 403, "forbidden", "a replay without permission")


async def ends_with_reach(trial: Trial) -> None:
    """A replay to somebody who may not see the record any more: 404, as if it never was."""
    if trial.ready.public or trial.ready.party or trial.reaches() in WIDE:
        return
    trial.ledger.forget(trial.subject())
    away = {name: value for name, value in STRANGER.items() if name != "subject"}
    answer = await trial.send(claims=away)
    _refused(answer, 404, "not-found", "a replay where reach ended")


def rules_for(operation: Operation) -> list[Rule]:
    """The rules that an operation has to hold, in the order in which they are tried."""
    found: list[Rule] = []
    if operation.keyed:
        found.append(needs_a_key)
    if operation.versioned:
        found += [needs_the_version, needs_the_latest_version]
    found.append(answers_once)
    if operation.keyed:
        found += [
            hears_a_first_that_was_faster,
            refuses_another_request,
            asks_permission_again,
            keeps_answers_apart,
        ]
    if operation.versioned:
        found.append(refuses_a_used_version)
    if operation.keyed:
        found.append(ends_with_reach)
    return found
