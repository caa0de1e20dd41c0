"""Each guard taken away: the rule that stands for it goes red, for operations of all services."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any, TypeAlias
from uuid import uuid4

import pytest

import shared.db.database
import shared.web.route
from shared.auth.call import Call
from shared.auth.permissions import Permissions
from shared.auth.principal import Principal
from shared.db.idempotency import Once, ReplayError, claim
from shared.errors import ForbiddenError, InvalidRequestError
from shared.vocabulary import Reach
from shared.web.route import GuardedRoute
from tests.contract.operations import rules
from tests.contract.operations.arranging import ARRANGEMENTS, gaps, guarded
from tests.contract.operations.ledger import Ledger, differences
from tests.contract.operations.test_rules import ARRANGED_IN
from tests.contract.operations.trial import begin
from tests.support.openapi import operations_of
from tests.support.world import World

Break: TypeAlias = Callable[[pytest.MonkeyPatch, World], None]

KEYED = ("create_household", "create_contact", "create_reservation", "judge_referral")
VERSIONED = ("change_goal", "triage_contact", "put_contract", "judge_referral")
SHARED = ("create_household", "create_contact", "create_reservation", "accept_attempt")
REACHED = ("add_goal", "create_contact", "create_reservation", "accept_attempt")


def of(name: str) -> str:
    """The service that has an operation."""
    return next(service for service, each in ARRANGEMENTS if each == name)


def _once_as(change: Callable[[Once], Once | None]) -> Break:
    """The guard in front of every route, with another idea of what makes a request the same."""
    real = shared.web.route._once

    def put(monkeypatch: pytest.MonkeyPatch, _: World) -> None:
        async def once(request: Any, call: Call, key: Any) -> Once | None:
            return change(await real(request, call, key))

        monkeypatch.setattr("shared.web.route._once", once)

    return put


def _no_key_is_fine(monkeypatch: pytest.MonkeyPatch, _: World) -> None:
    real = GuardedRoute._key

    def key(self: GuardedRoute, request: Any) -> Any:
        try:
            return real(self, request)
        except InvalidRequestError:
            return uuid4()

    monkeypatch.setattr(GuardedRoute, "_key", key)


def _nobody_waits(monkeypatch: pytest.MonkeyPatch, _: World) -> None:
    """The key is stored, and what was asked a moment ago with it is done again."""

    async def heedless(session: Any, once: Once, ring: Any) -> None:
        try:
            await claim(session, once, ring)
        except ReplayError:
            return

    monkeypatch.setattr(shared.db.database, "claim", heedless)


def _no_second_look(monkeypatch: pytest.MonkeyPatch, _: World) -> None:
    monkeypatch.setattr("shared.web.route._BY_STATE", ())


def _any_version(monkeypatch: pytest.MonkeyPatch, _: World) -> None:
    monkeypatch.setattr(Call, "expect", lambda *_: None)
    monkeypatch.setattr(GuardedRoute, "_read_version", lambda *_: None)


def _reach_never_ends(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    async def always(*_: object) -> bool:
        return True

    for app in world.apps.values():
        monkeypatch.setattr(app.state, "can_reach", always)


def _everybody_may(monkeypatch: pytest.MonkeyPatch, _: World) -> None:
    real = Permissions.reaches

    def reaches(self: Permissions, operation: str, principal: Principal) -> frozenset[Reach]:
        try:
            return real(self, operation, principal)
        except ForbiddenError:
            return frozenset(Reach)

    monkeypatch.setattr(Permissions, "reaches", reaches)


CONTROLS: list[Any] = [
    *[(name, _once_as(lambda _: None), rules.answers_once, "second effect") for name in KEYED],
    *[(name, _nobody_waits, rules.answers_once, "second effect") for name in KEYED[:3]],
    *[
        (
            name,
            _once_as(lambda once: once and replace(once, fingerprint=b"")),
            rules.refuses_another_request,
            "body",
        )
        for name in KEYED[2:]
    ],
    *[
        (
            name,
            _once_as(lambda once: once and replace(once, caller="everybody")),
            rules.keeps_answers_apart,
            "50b0",
        )
        for name in SHARED
    ],
    *[
        (name, _no_second_look, rules.hears_a_first_that_was_faster, "second effect")
        for name in ("link_household", "offer_next", "accept_attempt")
    ],
    *[(name, _no_key_is_fine, rules.needs_a_key, "key None") for name in KEYED[1:3]],
    *[(name, _any_version, rules.needs_the_version, "no If-Match") for name in VERSIONED[:2]],
    *[(name, _any_version, rules.needs_the_latest_version, "before") for name in VERSIONED[2:]],
    *[(name, _any_version, rules.refuses_a_used_version, "200") for name in VERSIONED[:3:2]],
    *[(name, _reach_never_ends, rules.ends_with_reach, "reach ended") for name in REACHED],
    *[(name, _everybody_may, rules.asks_permission_again, "permission") for name in KEYED[:2]],
]
NEEDS_AN_ANSWER = {
    rules.hears_a_first_that_was_faster,
    rules.refuses_another_request,
    rules.keeps_answers_apart,
    rules.refuses_a_used_version,
    rules.ends_with_reach,
    rules.asks_permission_again,
}


@pytest.mark.parametrize(
    "control",
    [pytest.param(each, id=f"{each[2].__name__}-{each[0]}-{n}") for n, each in enumerate(CONTROLS)],
)
async def test_control_without_its_guard_the_rule_goes_red(
    world: World, books: Ledger, monkeypatch: pytest.MonkeyPatch, control: Any
) -> None:
    name, broken, rule, word = control
    trial = await begin(world, books, guarded()[of(name), name])
    broken(monkeypatch, world)
    if rule in NEEDS_AN_ANSWER:
        await rules.answers_once(trial)

    with pytest.raises(AssertionError, match=word):
        await rule(trial)


def test_control_every_rule_has_a_control() -> None:
    written = {each for operation in guarded().values() for each in rules.rules_for(operation)}

    assert written == {each[2] for each in CONTROLS}


def test_control_a_new_operation_and_a_lost_one_are_named() -> None:
    assert ARRANGED_IN
    named, arranged = dict(guarded()), dict(ARRANGEMENTS)
    new, lost = ("plans", "read_plan"), ("plans", "open_plan")
    named[new] = next(each for each in operations_of("plans") if each.id == "read_plan")
    named.pop(lost)

    assert set(gaps(named, arranged)) >= {"plans.read_plan", "plans.open_plan"}


A_KEY = """
INSERT INTO idempotency_keys (caller, operation, key, fingerprint, created_at)
VALUES ('a', 'b', 'c', '', now())
"""


async def test_control_the_ledger_sees_every_kind_of_change(world: World, books: Ledger) -> None:
    trial = await begin(world, books, guarded()["plans", "change_goal"])
    seen = [books.read()]
    for change in (
        "UPDATE goals SET text = 'iets anders'",
        "UPDATE plans SET version = version + 1",
        "DELETE FROM audit_records",
        A_KEY,
        "DELETE FROM procrastinate_jobs",
    ):
        trial.ledger.ask("plans", change)
        seen.append(books.read())

    found = [differences(one, two) for one, two in pairwise(seen)]
    assert [[each.split()[0] for each in step] for step in found] == [
        ["plans.goals"],
        ["plans.plans"],
        ["plans.audit_records"],
        ["plans.idempotency_keys"],
        ["plans.procrastinate_jobs"],
    ]
