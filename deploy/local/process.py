"""One process of the operating system: started, started again when it dies, stopped by its id."""

import asyncio
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Final, TypeAlias

from deploy.local.binaries import ProcessUser
from deploy.local.secrets import open_private
from deploy.service import WRONG_CONFIGURATION
from shared.clock import utc_now

PATIENCE_SECONDS: Final = 10.0
MOST_DEATHS: Final = 5
WITHIN_SECONDS: Final = 60.0
_FIRST_PAUSE_SECONDS: Final = 0.2

Tell: TypeAlias = Callable[[str], None]


class NotUpError(Exception):
    """The process does not run now."""


@dataclass(frozen=True, slots=True)
class Program:
    """What is run. `descriptors` are handed over; `ending` asks it to finish and go."""

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    folder: Path
    log_file: Path
    descriptors: tuple[int, ...] = ()
    ending: signal.Signals = signal.SIGTERM
    user: ProcessUser = field(default_factory=ProcessUser)


class Supervised:
    """A process that should run. When it dies it is started again, later each time.

    After five deaths within a minute, or at once when it says that its settings are wrong, it is
    given up. `fault` is then the sentence that says so.
    """

    def __init__(self, program: Program, tell: Tell) -> None:
        self.program = program
        self.deaths = 0
        self.fault: str | None = None
        self.started_at: datetime | None = None
        self._tell = tell
        self._running: subprocess.Popen[bytes] | None = None
        self._recent: deque[float] = deque()
        self._told_to_stop = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    @property
    def is_up(self) -> bool:
        """Does it run, as far as was noticed?"""
        return self._running is not None

    @property
    def pid(self) -> int:
        """Its id; `NotUpError` when it does not run."""
        if self._running is None:
            raise NotUpError(f"{self.program.name} does not run now.")
        return self._running.pid

    def start(self) -> None:
        """Start it, and keep it running. Nothing happens when it is kept already."""
        if self._keeper is not None and not self._keeper.done():
            return
        self.fault = None
        self._recent.clear()
        self._told_to_stop.clear()
        self._keeper = asyncio.create_task(self._keep(self._spawn()))

    def kill(self) -> None:
        """End it as a crash would. It comes back, and this death is not held against it."""
        if self._running is None:
            raise NotUpError(f"{self.program.name} does not run now.")
        process, self._running = self._running, None
        process.kill()

    async def stop(self) -> None:
        """Ask it to finish; after ten seconds end it. It stays down."""
        if self._keeper is None:
            return
        self._told_to_stop.set()
        for ending, patience in ((self.program.ending, PATIENCE_SECONDS), (signal.SIGKILL, None)):
            if self._running is not None:
                self._running.send_signal(ending)
            done, _ = await asyncio.wait({self._keeper}, timeout=patience)
            if done:
                break
        self._keeper.result()
        self._keeper = None

    async def _keep(self, process: "subprocess.Popen[bytes]") -> None:
        while True:
            code = await _end_of(process)
            killed_by_us, self._running = self._running is None, None
            if self._told_to_stop.is_set():
                return
            pause = _FIRST_PAUSE_SECONDS if killed_by_us else self._judge(code)
            if pause is None:
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._told_to_stop.wait(), pause)
                return
            try:
                process = self._spawn()
            except OSError as failed:
                self._give_up(f"{self.program.name} cannot be started again: {failed.strerror}.")
                return

    def _judge(self, code: int) -> float | None:
        """How long to wait before it is started again; None when it is given up."""
        program, now = self.program, monotonic()
        self.deaths += 1
        self._recent.append(now)
        while self._recent[0] < now - WITHIN_SECONDS:
            self._recent.popleft()
        how = f"signal {-code}" if code < 0 else f"code {code}"
        if code == WRONG_CONFIGURATION:
            self._give_up(f"{program.name} refuses its settings; {program.log_file} says which.")
            return None
        if len(self._recent) >= MOST_DEATHS:
            self._give_up(
                f"{program.name} ended {MOST_DEATHS} times within a minute and is not started"
                f" again; {program.log_file} says why."
            )
            return None
        pause: float = _FIRST_PAUSE_SECONDS * 2 ** (len(self._recent) - 1)
        self._tell(f"{program.name} ended ({how}); it is started again in {pause:.1f} s.")
        return pause

    def _give_up(self, sentence: str) -> None:
        self.fault = sentence
        self._tell(sentence)

    def _spawn(self) -> "subprocess.Popen[bytes]":
        program = self.program
        self.started_at = utc_now()
        with open_private(program.log_file) as log:
            self._running = subprocess.Popen(  # noqa: S603 - a program of ours, no shell
                program.arguments,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=program.environment,
                cwd=program.folder,
                pass_fds=program.descriptors,
                # A Ctrl-C in the terminal is for us; we stop it when we are done with it.
                start_new_session=True,
                **program.user,
            )
        return self._running


async def _end_of(process: "subprocess.Popen[bytes]") -> int:
    """Wait for it in a thread of its own: whichever event loop runs, and whoever runs it."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[int] = loop.create_future()

    def say(code: int) -> None:
        if not ended.done():
            ended.set_result(code)

    def wait() -> None:
        code = process.wait()
        with suppress(RuntimeError):  # the loop is gone, and with it whoever wanted to know
            loop.call_soon_threadsafe(say, code)

    threading.Thread(target=wait, name=f"wait-{process.pid}", daemon=True).start()
    return await ended
