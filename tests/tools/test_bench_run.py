"""`make bench`, the real thing and very short: it measures, it stops when told, nothing stays."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
import typer

from deploy.local.postgres import temporary_data_folder
from tests.deploy.processes import becomes, processes_of
from tools.bench.__main__ import known

ROOT: Final = Path(__file__).parents[2]
COMMAND: Final = (sys.executable, "-m", "tools.bench", "--only", "access-check")
PATIENCE_SECONDS: Final = 120


@contextmanager
def started(folder: Path, *options: str) -> Iterator["subprocess.Popen[str]"]:
    """The command, with everything it makes below this folder."""
    found = subprocess.Popen(  # noqa: S603 - this Python, a module of ours
        [*COMMAND, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder)},
    )
    try:
        assert found.stdout is not None
        with found.stdout:
            yield found
    finally:
        found.kill()
        found.wait()


def nothing_stays(folder: Path) -> bool:
    return not processes_of(folder) and not list(folder.glob("buurtteam-data-*"))


def test_it_measures_one_operation_and_leaves_nothing_behind() -> None:
    with temporary_data_folder() as folder:
        file = folder / "found.json"
        with started(folder, "--seconds=0.2", "--repeats=1", f"--json={file}") as running:
            said, _ = running.communicate(timeout=PATIENCE_SECONDS)

        assert running.returncode == 0, said
        assert nothing_stays(folder)
        told = json.loads(file.read_text(encoding="utf-8"))
        (operation,) = told["operations"]
        measured = operation["connections"]["16"]["samples"][0]
        assert measured["product"]["requests"] >= 16
        assert min(measured["product"]["server"], measured["constant"]["server"]) > 0
        assert operation["name"] in said
        assert {"intake", "plans", "referrals", "providers", "postgres"} <= set(
            told["resident_megabytes"]
        )
        assert str(folder) not in file.read_text(encoding="utf-8")


def test_told_to_stop_in_the_middle_it_ends_what_it_started() -> None:
    with temporary_data_folder() as folder:
        with started(folder, "--seconds=30") as running:
            assert running.stdout is not None
            assert any("Measuring" in line for line in running.stdout)
            assert len(processes_of(folder)) > 5, "nothing was found, so that nothing is proved"
            running.send_signal(signal.SIGINT)
            said = running.stdout.read()
            assert running.wait(30) == 130

        assert said.endswith("Stopped; nothing stays behind.\n")
        assert becomes(lambda: nothing_stays(folder))


def test_what_is_not_measured_cannot_be_chosen() -> None:
    assert known(["plan"]) == ["plan"]
    with pytest.raises(typer.BadParameter, match="weather is not measured; choose from: plan"):
        known(["weather"])
