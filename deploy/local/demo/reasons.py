"""How the reasons of a route are shown: each sentence once, with the rules behind it."""

from collections.abc import Sequence
from typing import Any


def sentences(reasons: Sequence[dict[str, Any]]) -> list[str]:
    """Each reason once: its rules, how firmly it stands, and what it says."""
    rules: dict[tuple[str, str], list[str]] = {}
    for reason in reasons:
        rules.setdefault((reason["basis"], reason["text"]), []).append(reason["rule"])
    return [f"{', '.join(ids)} ({basis}): {text}" for (basis, text), ids in rules.items()]


def rules_in_short(reasons: Sequence[dict[str, Any]]) -> str:
    """The rules only, each once, by how firmly they stand."""
    by_basis: dict[str, dict[str, None]] = {}
    for reason in reasons:
        by_basis.setdefault(reason["basis"], {})[reason["rule"]] = None
    return "; ".join(f"{basis} {' '.join(ids)}" for basis, ids in by_basis.items())
