"""One pooled HTTP client per process, over the aiohttp transport."""

from typing import Final, TypeAlias

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

HttpClient: TypeAlias = httpx.AsyncClient

TIMEOUT: Final = httpx.Timeout(2.0, connect=0.5)
TOTAL_SECONDS: Final = 2.0

# Less than the five seconds of our servers: what lies in the pool is still open at the other end.
_POOL: Final = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=3.0)


class _Transport(AiohttpTransport):
    """Sends each request once, and lets no exception of aiohttp out.

    The library maps the exceptions it knows and leaves the rest; and it would send a GET a second
    time by itself, past the retry budget and the circuit.
    """

    def get_client(self) -> aiohttp.ClientSession:
        """The session, without tries of its own: aiohttp has no public switch for them."""
        session = super().get_client()
        session._retry_connection = False  # noqa: SLF001  its own test tools set it too
        return session

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request; `httpx.RemoteProtocolError` when what comes back is no HTTP."""
        try:
            return await super().handle_async_request(request)
        except aiohttp.ClientError as exc:
            raise httpx.RemoteProtocolError("no HTTP came back", request=request) from exc


def new_client() -> HttpClient:
    """A client for all peers of a process: follows no redirects, trusts no proxy settings."""
    return httpx.AsyncClient(
        transport=_Transport(limits=_POOL), timeout=TIMEOUT, trust_env=False, follow_redirects=False
    )
