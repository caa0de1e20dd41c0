"""A supervised process: back after a death, given up in the end, stopped by its own id."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Final

import pytest

from deploy.local.process import MOST_DEATHS, NotUpError, Program, Supervised
from tests.deploy.processes import becomes, is_alive

STAY: Final = "import time; time.sleep(60)"
SAY_AND_GO: Final = "print('I am gone', flush=True); raise SystemExit(7)"
DEAF: Final = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('deaf', flush=True)
time.sleep(60)
"""


@asynccontextmanager
async def supervised(folder: Path, script: str) -> AsyncIterator[tuple[Supervised, list[str]]]:
    said: list[str] = []
    arguments = (sys.executable, "-c", script)
    program = Program("it", arguments, {"PATH": os.defpath}, folder, folder / "it.log")
    process = Supervised(program, said.append)
    process.start()
    try:
        yield process, said
    finally:
        await process.stop()


async def comes(condition: Callable[[], bool]) -> bool:
    """Does it come true? Looked at in a thread, so that the supervisor goes on."""
    return await asyncio.to_thread(becomes, condition)


async def until_up(process: Supervised, unlike: int) -> int:
    """The id of what was started after the one we know."""
    until = monotonic() + 10
    while monotonic() < until:
        with suppress(NotUpError):
            if process.pid != unlike:
                return process.pid
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come back")


async def test_a_process_that_dies_is_started_again_and_said(tmp_path: Path) -> None:
    async with supervised(tmp_path, STAY) as (process, said):
        first = process.pid

        os.kill(first, signal.SIGKILL)
        second = await until_up(process, first)

        assert is_alive(second)
        assert said == ["it ended (signal 9); it is started again in 0.2 s."]


async def test_one_that_keeps_dying_is_given_up_with_one_sentence(tmp_path: Path) -> None:
    async with supervised(tmp_path, SAY_AND_GO) as (process, said):
        began = monotonic()
        assert await comes(lambda: process.fault is not None)

        log = (tmp_path / "it.log").read_text(encoding="utf-8")
        assert log.count("I am gone") == MOST_DEATHS
        assert (len(said), said[-1]) == (MOST_DEATHS, process.fault)
        assert f"ended {MOST_DEATHS} times within a minute" in said[-1]
        assert str(tmp_path / "it.log") in said[-1]
        assert monotonic() - began >= 0.2 + 0.4 + 0.8 + 1.6


async def test_one_that_refuses_its_settings_is_given_up_at_once(tmp_path: Path) -> None:
    async with supervised(tmp_path, "raise SystemExit(2)") as (process, said):
        await asyncio.sleep(1)

        assert process.deaths == 1
        assert said == [process.fault]
        assert "refuses its settings" in said[0]


async def test_one_that_was_given_up_can_be_started(tmp_path: Path) -> None:
    (tmp_path / "refuse").touch()
    script = "import os, time; os.path.exists('refuse') and exit(2); time.sleep(60)"
    async with supervised(tmp_path, script) as (process, _):
        assert await comes(lambda: process.fault is not None)
        (tmp_path / "refuse").unlink()

        process.start()

        await asyncio.sleep(0.5)
        assert is_alive(process.pid)
        assert process.fault is None


async def test_a_kill_that_was_asked_for_is_not_held_against_it(tmp_path: Path) -> None:
    async with supervised(tmp_path, STAY) as (process, said):
        for _ in range(MOST_DEATHS + 1):
            before = process.pid
            process.kill()
            with pytest.raises(NotUpError):
                process.kill()
            await until_up(process, before)

        assert (said, process.fault) == ([], None)


async def test_one_that_does_not_listen_is_ended_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.local.process.PATIENCE_SECONDS", 0.5)
    async with supervised(tmp_path, DEAF) as (process, _):
        pid = process.pid
        assert await comes(lambda: "deaf" in process.program.log_file.read_text())
        began = monotonic()

        await process.stop()

        assert 0.5 <= monotonic() - began < 5
        assert not is_alive(pid)


async def test_one_that_was_stopped_stays_down_until_it_is_started(tmp_path: Path) -> None:
    async with supervised(tmp_path, STAY) as (process, said):
        pid = process.pid
        await process.stop()
        await asyncio.sleep(0.5)
        assert not is_alive(pid)
        with pytest.raises(NotUpError):
            _ = process.pid

        process.start()

        assert is_alive(process.pid)
        assert said == []


async def test_stopping_does_not_wait_for_the_pause_before_the_next_start(tmp_path: Path) -> None:
    async with supervised(tmp_path, SAY_AND_GO) as (process, _):
        assert await comes(lambda: process.deaths == MOST_DEATHS - 1)
        began = monotonic()

        await process.stop()

        assert monotonic() - began < 1


async def test_a_log_is_closed_to_others_and_added_to(tmp_path: Path) -> None:
    (tmp_path / "it.log").write_text("before\n", encoding="utf-8")
    (tmp_path / "it.log").chmod(0o600)
    async with supervised(tmp_path, SAY_AND_GO) as (process, _):
        assert await comes(lambda: process.deaths > 0)

    log = tmp_path / "it.log"
    assert log.read_text(encoding="utf-8").startswith("before\nI am gone\n")
    assert log.stat().st_mode & 0o777 == 0o600
