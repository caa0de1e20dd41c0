"""The gateway on this machine: the rules of `deploy/gateway`, loopback only, without rights."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest

from deploy.local.binaries import server_account
from deploy.local.fleet import separated
from deploy.local.gateway import Site, find_nginx, prepared, rendered
from deploy.local.postgres import temporary_data_folder
from shared.vocabulary import ServiceName
from tests.deploy.processes import becomes, processes_of

TEMPLATE: Final = Path(__file__).parents[2] / "deploy" / "gateway" / "nginx.conf"
PORTS: Final = {service: 8001 + number for number, service in enumerate(ServiceName)}
NGINX: Final = find_nginx()

# Takes the arguments of nginx, and `-s stop` as nginx does: by the number it wrote in its folder.
STAND_IN: Final = """#!/bin/sh
cd "$2" || exit 3
case "$*" in
*"-s stop"*) kill "$(cat nginx.pid)" ;;
*) echo "as $(id -u): $*"; echo $$ > nginx.pid; exec sleep 60 ;;
esac
"""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with temporary_data_folder() as folder:
        yield folder


@pytest.fixture
def stand_in(data_dir: Path) -> Path:
    script = data_dir / "nginx-stand-in"
    script.write_text(STAND_IN, encoding="utf-8")
    script.chmod(0o755)
    return script


def test_what_is_rendered_differs_in_addresses_and_places_only() -> None:
    template = TEMPLATE.read_text(encoding="utf-8")

    text = rendered(template, 8000, PORTS)

    pairs = zip(template.splitlines(), text.splitlines(), strict=True)
    changed = [(before.split()[0], after) for before, after in pairs if before != after]
    places = {"pid", "error_log", "access_log", "worker_processes", "listen", "server"}
    assert {word for word, _ in changed if not word.endswith("_temp_path")} == places
    assert not re.search(r"/(tmp|dev)/", text)


@pytest.mark.parametrize("service", ServiceName)
def test_each_service_is_passed_on_to_its_own_port(service: ServiceName) -> None:
    text = rendered(TEMPLATE.read_text(encoding="utf-8"), 8000, PORTS)

    assert re.search(rf"upstream {service} {{\s+server 127.0.0.1:{PORTS[service]};", text)
    assert re.search(rf"location /{service}/v1/ {{\s+proxy_pass http://{service};", text)


def test_every_address_is_of_this_machine() -> None:
    text = rendered(TEMPLATE.read_text(encoding="utf-8"), 8123, PORTS)

    found = re.findall(r"(?:listen|server) ([^\s;{]+)", text)
    assert found == [*(f"127.0.0.1:{port}" for port in PORTS.values()), "127.0.0.1:8123"]


def test_a_template_that_has_changed_is_noticed() -> None:
    template = TEMPLATE.read_text(encoding="utf-8").replace("listen 8000 ", "listen 80 ")

    with pytest.raises(ValueError, match="listen 8000"):
        rendered(template, 8000, PORTS)


def test_it_runs_without_rights_in_a_folder_of_its_own(data_dir: Path, stand_in: Path) -> None:
    reading, writing = os.pipe()
    site = Site(stand_in, 8000, PORTS, data_dir / "gateway.log")
    with prepared(site, data_dir, reading) as program:
        said = subprocess.Popen(  # noqa: S603 - a script of ours
            program.arguments,
            stdout=subprocess.PIPE,
            text=True,
            env=program.environment,
            cwd=program.folder,
            **program.user,
        )
        assert said.stdout is not None
        with said.stdout:
            line = said.stdout.readline()
        said.kill()
        said.wait()
    os.close(writing)
    os.close(reading)

    assert line.startswith(f"as {server_account().uid}: -p {data_dir}/gateway/ ")
    assert (data_dir / "gateway" / "nginx.conf").is_file()
    assert program.ending is signal.SIGQUIT
    assert server_account().uid != 0


def test_its_watcher_stops_it_when_its_owner_is_gone(data_dir: Path, stand_in: Path) -> None:
    reading, writing = os.pipe()
    site = Site(stand_in, 8000, PORTS, data_dir / "gateway.log")
    with prepared(site, data_dir, reading) as program:
        running = subprocess.Popen(  # noqa: S603 - a script of ours
            program.arguments,
            stdout=subprocess.DEVNULL,
            env=program.environment,
            cwd=program.folder,
            **program.user,
        )
        assert becomes((data_dir / "gateway" / "nginx.pid").exists)

        os.close(writing)

        assert running.wait(10) == -signal.SIGTERM
    os.close(reading)


def test_below_a_closed_folder_it_has_a_place_elsewhere_that_goes_with_it(
    tmp_path: Path, stand_in: Path
) -> None:
    tmp_path.chmod(0o700)
    reading, writing = os.pipe()
    with prepared(Site(stand_in, 8000, PORTS, tmp_path / "log"), tmp_path, reading) as program:
        prefix = Path(program.arguments[2])
        assert prefix.stat().st_uid == server_account().uid
        assert (prefix / "nginx.conf").is_file()
    os.close(writing)
    os.close(reading)

    assert prefix.exists() == (os.geteuid() != 0)


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed here")
async def test_the_gateway_passes_on_what_is_public_and_nothing_else(data_dir: Path) -> None:
    async with (
        separated(data_dir, fsync=False) as fleet,
        httpx.AsyncClient(base_url=fleet.gateway_url or "", trust_env=False) as http,
    ):
        for service in ServiceName:
            document = await http.get(f"/{service}/v1/openapi.json")
            assert document.status_code == 200
            for hidden in ("livez", "readyz", "metrics"):
                assert (await http.get(f"/{service}/{hidden}")).status_code == 404
        await fleet.stop("plans")
        down = await http.get("/plans/v1/openapi.json")
        assert (down.status_code, down.headers["retry-after"]) == (503, "5")
    assert processes_of(data_dir) == {}


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed here")
def test_nginx_itself_accepts_the_configuration(data_dir: Path) -> None:
    assert NGINX is not None
    text = rendered(TEMPLATE.read_text(encoding="utf-8"), 8000, PORTS)
    (data_dir / "nginx.conf").write_text(text, encoding="utf-8")

    subprocess.run(  # noqa: S603 - a fixed program
        [NGINX, "-t", "-q", "-p", f"{data_dir}/", "-c", "nginx.conf"], check=True
    )


def test_nginx_is_found_where_systems_put_it(
    data_dir: Path, stand_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = data_dir / "bin"
    folder.mkdir()
    shutil.copy(stand_in, folder / "nginx")
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)

    assert find_nginx() == folder / "nginx"
