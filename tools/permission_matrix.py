"""Render every services/*/policy/permissions.toml as one table that a privacy officer can read."""

from pathlib import Path
from typing import Final

from shared.auth.permissions import Permissions
from shared.vocabulary import Reach, Role
from tools.applications import DOCS, ROOT

OUTPUT: Final = DOCS / "permission-matrix.md"
_HEAD: Final = """# Who may do what

Generated from `services/*/policy/permissions.toml`; change those, then run `make docs`.
A cell says whose records the role may reach with the operation; `-` is never (403).

"""
_REACHES: Final = {
    Reach.PUBLIC: "no record of a person is involved",
    Reach.OWN: "what the caller made, or what is addressed to the caller",
    Reach.OWN_CIRCLE: "plans in whose circle the caller is",
    Reach.OWN_TEAM: "what lies with the caller's team",
    Reach.OWN_STADSDEEL: "what lies in the caller's stadsdeel",
    Reach.OWN_PROVIDER: "what is addressed to the caller's provider",
    Reach.AUTHORISED: "a person who asked the caller to act for them; what the caller made so",
    Reach.SEARCH: "the register of persons: minimal fields, each hit in the log",
    Reach.ANY: "all records of this kind",
    Reach.ON_BEHALF: "a peer service, only together with a user, whose reach then counts",
}


def policies() -> list[tuple[str, Path]]:
    """The services with a policy, and where it is."""
    found = sorted(ROOT.glob("services/*/policy/permissions.toml"))
    return [(file.parts[-3], file) for file in found]


def render() -> str:
    """The whole document."""
    lines = [
        "| service | operation | " + " | ".join(Role) + " |",
        "| --- | --- |" + " --- |" * len(Role),
    ]
    for service, file in policies():
        for operation, allowed in Permissions.load(file).rules.items():
            cells = " | ".join(allowed.get(role, "-") for role in Role)
            lines.append(f"| {service} | {operation} | {cells} |")
    legend = [f"- `{reach}`: {_REACHES[reach]}" for reach in Reach]
    return _HEAD + "\n".join([*legend, "", *lines]) + "\n"
