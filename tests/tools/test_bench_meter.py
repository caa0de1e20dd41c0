"""The meter: whose CPU and memory it is, by processes that burn some and then wait."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tools.bench.meter import US, Meter, used_between

WAIT: Final = "sys.stdin.readline()"
BURN: Final = f"sum(range(3_000_000)); print('burnt', flush=True); {WAIT}"
ALONE: Final = f"import sys; print('ready', flush=True); {WAIT}; {BURN}"
BY_A_CHILD: Final = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {ALONE!r}])"
BURNS_AT_LEAST: Final = 0.005
"""Seconds of CPU that no processor can do without for this."""


@contextmanager
def waiting(program: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that burns CPU when it gets a line, and then waits for another one."""
    with subprocess.Popen(  # noqa: S603 - this Python, a program of ours
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            said(process, "ready")
            yield process
        finally:
            assert process.stdin is not None
            process.stdin.close()  # whoever reads it ends, a child too
            process.wait()


def burn(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
    said(process, "burnt")


def said(process: "subprocess.Popen[str]", word: str) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == f"{word}\n"


def test_a_process_is_read_with_its_children_and_this_one_without_them() -> None:
    with waiting(BY_A_CHILD) as first, waiting(ALONE) as second:
        meter = Meter({"plans": first.pid, "intake": second.pid})
        before = meter.read()
        burn(first)
        used = used_between(before, meter.read())
        memory = meter.memory()

        assert used.of("plans") > BURNS_AT_LEAST > used.of("intake")
        assert used.of(US) < used.of("plans")
        assert set(memory) == {"plans", "intake", US}
        assert min(memory.values()) > 0


@contextmanager
def restless() -> Iterator[int]:
    """A process that never rests, by its id."""
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as process:
        try:
            yield process.pid
        finally:
            process.kill()


async def test_it_waits_until_the_services_rest_and_says_when_they_do_not() -> None:
    with waiting(ALONE) as idle:
        assert await Meter({"plans": idle.pid}).rest(20)
    with restless() as pid:
        assert not await Meter({"plans": pid}).rest(0.5)
