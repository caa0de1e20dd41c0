"""How long things take to start, and what they run on."""

import os
import platform
import sysconfig
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import psutil
import psycopg

from deploy.local.fleet import Fleet
from deploy.local.postgres import bare_server
from shared.vocabulary import ServiceName

_LIBRARIES: Final = (
    *("buurtteam", "fastapi", "starlette", "pydantic", "sqlalchemy", "psycopg", "uvicorn"),
    *("uvloop", "httptools", "httpx", "aiohttp", "procrastinate", "python-jose", "cryptography"),
)
_READY_SECONDS: Final = 60
_CPU_FACTS: Final = Path("/proc/cpuinfo")


def postgres_starts(data_dir: Path) -> dict[str, float]:
    """Seconds until the embedded PostgreSQL takes connections: on an empty folder, and again."""
    found = {}
    for name in ("PostgreSQL, first start", "PostgreSQL, second start"):
        began = perf_counter()
        with bare_server(data_dir):
            found[name] = perf_counter() - began
    return found


async def service_start(fleet: Fleet, service: ServiceName) -> float:
    """Seconds until one service is ready again after it was stopped."""
    await fleet.stop(service)
    began = perf_counter()
    await fleet.start(service)
    await fleet.ready(service, _READY_SECONDS)
    return perf_counter() - began


def versions(fleet: Fleet) -> dict[str, str]:
    """Of what the figures depend on."""
    with psycopg.connect(fleet.database.admin_dsn) as admin:
        row = admin.execute("SHOW server_version").fetchone()
    server = "unknown" if row is None else str(row[0])
    found = {name: version(name) for name in _LIBRARIES}
    return {"python": platform.python_version(), "postgresql": server, **found}


def machine() -> dict[str, Any]:
    """What the figures were taken on; nothing that says whose it is."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cpu": _cpu_name(),
        "cores": psutil.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "load": [round(each, 2) for each in os.getloadavg()],
        "python_optimised": "--enable-optimizations"
        in str(sysconfig.get_config_var("CONFIG_ARGS")),
    }


def _cpu_name() -> str:
    if _CPU_FACTS.exists():
        for line in _CPU_FACTS.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or "unknown"
