"""The lock files: what is required with extras is locked with them, and no registry is named.

pip compares the hash of an extra (`coverage[toml]`) with the newest release unless the lock names
that extra: without it the installation breaks on the day somebody else publishes a release.
"""

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from typing import Final

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).parents[2]
LOCKS: Final = ("requirements.lock", "requirements-dev.lock")
PINNED: Final = re.compile(r"^(?P<what>[A-Za-z0-9._-]+(?:\[[^\]]+\])?==\S+)", re.MULTILINE)


def pinned(lock: str) -> dict[str, Requirement]:
    """What a lock file installs, by name."""
    text = (ROOT / lock).read_text("utf-8")
    found = (Requirement(match["what"]) for match in PINNED.finditer(text))
    return {canonicalize_name(each.name): each for each in found}


def required(name: str, extras: set[str]) -> Iterator[Requirement]:
    """What an installed package requires here, with these extras of it."""
    try:
        stated = requires(name) or []
    except PackageNotFoundError:
        return  # locked for another system
    for each in map(Requirement, stated):
        if each.marker is None or any(
            each.marker.evaluate({"extra": extra}) for extra in {"", *extras}
        ):
            yield each


def without_extras(locked: dict[str, Requirement]) -> list[str]:
    """Extras that something asks for and the lock does not name."""
    return [
        f"{name} wants {each.name}[{extra}]"
        for name, found in locked.items()
        for each in required(name, found.extras)
        for extra in each.extras - locked[canonicalize_name(each.name)].extras
    ]


@pytest.mark.parametrize("lock", LOCKS)
def test_what_is_required_with_extras_is_locked_with_them(lock: str) -> None:
    assert without_extras(pinned(lock)) == []


def test_a_lock_without_its_extras_is_found() -> None:
    bare = {
        name: Requirement(f"{each.name}{each.specifier}")
        for name, each in pinned("requirements-dev.lock").items()
    }
    assert "pytest-cov wants coverage[toml]" in without_extras(bare)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_by_hash_and_names_no_registry(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert len(pinned(lock)) > 30
    assert text.count("--hash=sha256:") > len(pinned(lock))
    assert not re.search(r"https?://|--index-url|--find-links", text)
