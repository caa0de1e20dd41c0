"""Every operation, every role: who has the operation is never told no by role, all others are."""

from itertools import product
from uuid import uuid4

import httpx
import pytest

from shared.vocabulary import Role
from tests.security.callers import USERS, a_peer_of, all_operations, allowed, rules_of, token_of
from tests.support.openapi import Operation
from tests.support.world import World
from tools.applications import services

OPERATIONS = all_operations()
SERVICES = services()
BODY = b"{}"


async def send(world: World, operation: Operation, headers: dict[str, str]) -> httpx.Response:
    """The operation on a record that does not exist, with an empty object as body."""
    content = BODY if operation.body is not None else None
    return await world.http.request(
        operation.method, operation.address(), headers=headers, content=content
    )


def test_there_are_operations_and_every_one_has_a_caller() -> None:
    assert len(OPERATIONS) >= 14
    for operation in OPERATIONS:
        assert (
            any(allowed(operation, role) for role in Role)
            or rules_of(operation.service)[operation.id]
        ), operation.id


def of(service: str) -> list[Operation]:
    """The operations of one service."""
    return [operation for operation in OPERATIONS if operation.service == service]


def head(operation: Operation, token: str | None) -> dict[str, str]:
    """The headers of a good request, with a fresh key."""
    found = operation.headers(token)
    if operation.keyed:
        found["Idempotency-Key"] = str(uuid4())
    return found


@pytest.mark.parametrize("service", SERVICES)
async def test_roles(world: World, service: str) -> None:
    wrong: list[tuple[Role, str, int | str]] = []
    for role, operation in product(Role, of(service)):
        answer = await send(world, operation, head(operation, token_of(world, operation, role)))
        refused = answer.status_code == 403
        if refused == allowed(operation, role) or answer.status_code in {401, 405, 500}:
            wrong.append((role, operation.id, answer.status_code))
        if refused and answer.json()["type"] != "urn:problem:forbidden":
            wrong.append((role, operation.id, answer.text))
    assert wrong == []


@pytest.mark.parametrize("service", SERVICES)
async def test_a_peer_passes_on_the_reach_of_its_user_and_no_more(
    world: World, service: str
) -> None:
    wrong: list[tuple[Role, str, int]] = []
    token = world.service_token(a_peer_of(service), service)
    for role, operation in product(USERS, of(service)):
        rules = rules_of(service)[operation.id]
        headers = head(operation, token) | {"Buurtteam-User-Token": world.token(role)}
        answer = await send(world, operation, headers)
        may = Role.SERVICE in rules and role in rules
        if (answer.status_code != 403) != may or answer.status_code in {401, 405, 500}:
            wrong.append((role, operation.id, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("service", SERVICES)
async def test_without_a_token_nothing_is_told(world: World, service: str) -> None:
    for operation in of(service):
        answer = await send(world, operation, head(operation, None))
        assert answer.status_code == 401, operation.id
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["type"] == "urn:problem:invalid-token"
