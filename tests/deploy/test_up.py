"""`buurtteam up`, the real thing: four services ready, a token that they accept, a clean end."""

import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Final

import httpx

from deploy.local.postgres import temporary_data_folder
from shared.vocabulary import ServiceName

ROOT: Final = Path(__file__).parents[2]
COMMAND: Final = (sys.executable, "-m", "deploy.local.cli")


def test_up_serves_the_four_with_tokens_that_they_accept_and_stops_when_told() -> None:
    with temporary_data_folder() as folder:
        data = ("--data", str(folder))
        port, issuer_port = _free_ports()
        ports = ("--port", str(port), "--issuer-port", str(issuer_port))
        started = subprocess.Popen(  # noqa: S603 - this Python, a module of ours
            [*COMMAND, "up", *data, *ports],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
        )
        try:
            assert started.stdout is not None
            with started.stdout:
                assert any("Ctrl-C" in line for line in started.stdout)
                token = subprocess.check_output(  # noqa: S603 - as above
                    [*COMMAND, "token", "--role", "contract_manager", *data], text=True, cwd=ROOT
                ).strip()
                _ask(f"http://127.0.0.1:{port}", token)
                started.send_signal(signal.SIGTERM)
                assert started.stdout.read().endswith("Stopped.\n")
            assert started.wait(15) == 0
        finally:
            started.kill()
            started.wait()
        assert not list(folder.rglob("postmaster.pid"))


def _ask(base_url: str, token: str) -> None:
    with httpx.Client(base_url=base_url, timeout=10) as client:
        for service in ServiceName:
            assert client.get(f"/{service}/readyz").json()["status"] == "ok"
            assert client.get(f"/{service}/v1/openapi.json").status_code == 200
        known = client.get(
            "/providers/v1/organisations", headers={"Authorization": f"Bearer {token}"}
        )
        assert known.status_code == 200
        assert client.get("/providers/v1/organisations").status_code == 401


def _free_ports() -> tuple[int, int]:
    with (
        socket.create_server(("127.0.0.1", 0)) as first,
        socket.create_server(("127.0.0.1", 0)) as second,
    ):
        return first.getsockname()[1], second.getsockname()[1]
