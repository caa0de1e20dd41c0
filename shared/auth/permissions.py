"""Permissions: which role may call which operation, read from a TOML file, never from code.

    [create_referral]                      # the operation id of the route
    buurtteam_worker = "own_circle"        # role = reach
    service = "on_behalf"                  # a peer may call it, for a user who may

An operation without a line is a start-up error, and so is a line without an operation.
"""

from collections.abc import Mapping, Set
from pathlib import Path
from typing import TypeAlias

from pydantic import TypeAdapter

from shared.auth.principal import Principal
from shared.errors import ForbiddenError
from shared.tables import load_table
from shared.vocabulary import Reach, Role

Rules: TypeAlias = Mapping[str, Mapping[Role, Reach]]

_RULES: TypeAdapter[Rules] = TypeAdapter(dict[str, dict[Role, Reach]])


class PermissionsError(Exception):
    """The permissions file and the operations of the service do not match."""


class Permissions:
    """The permission table of one service."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    @classmethod
    def load(cls, path: Path) -> "Permissions":
        """Read the table; a mistyped role or reach stops the service."""
        return cls(load_table(path, _RULES))

    def reaches(self, operation: str, principal: Principal) -> frozenset[Reach]:
        """Whose records this caller may touch with this operation: the union over its roles.

        Through a peer, the peer must be allowed the operation and the user gives the reach.
        Raises `ForbiddenError` when none of the roles ever has the operation.
        """
        rules = self.rules[operation]
        if principal.via is not None and Role.SERVICE not in rules:
            raise ForbiddenError("Deze dienst mag dit niet vragen.")
        found = {rules[role] for role in principal.roles if role in rules}
        if principal.is_service:
            found.discard(Reach.ON_BEHALF)
        if not found:
            raise ForbiddenError("Met uw rol kunt u dit niet doen.")
        return frozenset(found)

    def check_covers(self, operations: Set[str]) -> None:
        """Raise when an operation has no line, a line has no operation, or there are none."""
        if not operations or operations != set(self.rules):
            raise PermissionsError(
                f"no rule for {sorted(operations - set(self.rules))}; "
                f"no operation for {sorted(set(self.rules) - operations)}"
            )
