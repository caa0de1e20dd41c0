"""A disk of a few hundred megabytes, and how it is filled to the last byte."""

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy.local.postgres import temporary_data_folder

SIZE: Final = "384m"
_BLOCK: Final = bytes(1 << 20)
_SIZES: Final = (1 << 20, 1 << 12, 1)


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A data folder. `refused`: why it lies on no disk of its own, or None."""

    folder: Path
    refused: str | None

    @contextmanager
    def full(self) -> Iterator[None]:
        """Not a byte left, until the block ends."""
        assert self.refused is None, "this would fill the disk of somebody else"
        ballast, more = self.folder / "ballast", self.folder / "one-more"
        try:
            with ballast.open("wb", buffering=0) as file:
                for size in _SIZES:
                    with suppress(OSError):
                        while file.write(_BLOCK[:size]):
                            pass
            assert _is_refused(more), "there is still room"
            yield
        finally:
            ballast.unlink()


def _is_refused(more: Path) -> bool:
    try:
        more.write_bytes(_BLOCK)
    except OSError as failed:
        return failed.errno == errno.ENOSPC
    finally:
        more.unlink(missing_ok=True)
    return False


@contextmanager
def small_disk() -> Iterator[SmallDisk]:
    """A data folder on a tmpfs; where nothing may be mounted an ordinary one, which says so."""
    with temporary_data_folder() as folder:
        refused = _mount(folder)
        try:
            yield SmallDisk(folder, refused)
        finally:
            if refused is None:
                subprocess.run(["/bin/umount", "-l", str(folder)], check=True)  # noqa: S603


def _mount(folder: Path) -> str | None:
    if os.geteuid() != 0:
        return "only root may mount"
    options = f"size={SIZE},mode=0711"
    mounted = subprocess.run(  # noqa: S603 - a fixed program
        ["/bin/mount", "-t", "tmpfs", "-o", options, "buurtteam-test", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    return mounted.stderr.strip() or "mount failed" if mounted.returncode else None
