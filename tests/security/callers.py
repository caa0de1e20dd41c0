"""Who may call an operation, as the policy files say: for tests that go over all operations."""

from functools import cache

from shared.auth.permissions import Permissions, Rules
from shared.vocabulary import Reach, Role
from tests.support.openapi import Operation, operations_of
from tests.support.world import World
from tools.applications import services
from tools.permission_matrix import policies

USERS = tuple(role for role in Role if role is not Role.SERVICE)


@cache
def rules_of(service: str) -> Rules:
    """The permission table of a service."""
    return Permissions.load(dict(policies())[service]).rules


def all_operations() -> list[Operation]:
    """Every operation of every service."""
    return [operation for service in services() for operation in operations_of(service)]


def a_peer_of(service: str) -> str:
    """A service that is not this one."""
    return "intake" if service != "intake" else "referrals"


def allowed(operation: Operation, role: Role) -> bool:
    """Whether a role alone ever has the operation."""
    reach = rules_of(operation.service)[operation.id].get(role)
    return reach is not None and not (role is Role.SERVICE and reach is Reach.ON_BEHALF)


def token_of(world: World, operation: Operation, role: Role) -> str:
    """A token of a role for the service of an operation."""
    if role is Role.SERVICE:
        return world.service_token(a_peer_of(operation.service), operation.service)
    return world.token(role)


def a_caller(operation: Operation) -> Role:
    """A role that may call the operation; a user where there is one."""
    return next(role for role in (*USERS, Role.SERVICE) if allowed(operation, role))
