"""One pooled HTTP client per process, over the aiohttp transport."""

from typing import Final, TypeAlias

import httpx
from httpx_aiohttp import AiohttpTransport

HttpClient: TypeAlias = httpx.AsyncClient

TIMEOUT: Final = httpx.Timeout(2.0, connect=0.5)
TOTAL_SECONDS: Final = 2.0


def new_client() -> HttpClient:
    """A client for all peers of a process: follows no redirects, trusts no proxy settings."""
    return httpx.AsyncClient(
        transport=AiohttpTransport(), timeout=TIMEOUT, trust_env=False, follow_redirects=False
    )
