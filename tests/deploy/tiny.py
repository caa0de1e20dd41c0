"""Four services of a few lines, to test how an instance is started, found and stopped."""

import sys
from pathlib import Path

import psycopg
import uvloop
from fastapi import FastAPI

from deploy.local.cli import until_told
from deploy.local.product import Product
from deploy.local.runner import Setup
from shared.clock import clock_from
from shared.settings import ServiceSettings
from shared.vocabulary import ServiceName
from shared.web.combined import combine
from shared.web.server import serve_config


def _migrate(_service: str, owner_url: str) -> None:
    with psycopg.connect(owner_url.replace("+psycopg", "")) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS noted (said text)")


def _create_app(service: ServiceName, settings: ServiceSettings) -> FastAPI:
    app = FastAPI()
    clock = clock_from(settings.clock_offset_file)

    @app.get(f"/{service}/now")
    async def now() -> str:
        return clock().isoformat()

    @app.get(f"/{service}/settings")
    async def shown() -> dict[str, str]:
        return {"issuer": str(settings.issuer), "environment": settings.environment}

    return app


TINY = Product(_migrate, _create_app, combine, serve_config)


if __name__ == "__main__":
    uvloop.run(until_told(Path(sys.argv[1]), Setup(fsync=False), TINY))
