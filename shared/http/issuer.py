"""What a service asks of the issuer: public keys, and a token of its own."""

import asyncio
from time import monotonic
from typing import Any, Final

import httpx
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from shared.errors import PeerUnavailableError
from shared.http.client import HttpClient

_EARLY_SECONDS: Final = 60.0


class _Token(BaseModel):
    model_config = ConfigDict(extra="ignore")

    access_token: str
    expires_in: int


class Issuer:
    """The issuer as one service knows it, by its settings."""

    def __init__(
        self, http: HttpClient, jwks_url: str, token_url: str, client_id: str, secret: SecretStr
    ) -> None:
        self._http = http
        self._jwks_url = jwks_url
        self._token_url = token_url
        self._credentials = (client_id, secret.get_secret_value())
        self._kept: dict[str, tuple[str, float]] = {}
        self._lock = asyncio.Lock()

    async def fetch_keys(self) -> dict[str, Any]:
        """The key set of the issuer (RFC 7517)."""
        try:
            async with asyncio.timeout(2):
                response = await self._http.get(self._jwks_url)
                response.raise_for_status()
                found: dict[str, Any] = response.json()
                return found
        except (httpx.HTTPError, TimeoutError, ValueError) as exc:
            raise PeerUnavailableError("issuer") from exc

    async def token_for(self, audience: str) -> str:
        """Our own token for one peer (RFC 6749 4.4), kept until a minute before it expires."""
        token, until = self._kept.get(audience, ("", 0.0))
        if monotonic() < until:
            return token
        async with self._lock:
            token, until = self._kept.get(audience, ("", 0.0))
            if monotonic() >= until:
                token = await self._ask(audience)
        return token

    async def _ask(self, audience: str) -> str:
        form = {"grant_type": "client_credentials", "audience": audience}
        try:
            async with asyncio.timeout(2):
                response = await self._http.post(self._token_url, data=form, auth=self._credentials)
                response.raise_for_status()
            answer = _Token.model_validate_json(response.content)
        except (httpx.HTTPError, TimeoutError, ValidationError) as exc:
            raise PeerUnavailableError("issuer") from exc
        lasts = max(0.0, answer.expires_in - _EARLY_SECONDS)
        self._kept[audience] = (answer.access_token, monotonic() + lasts)
        return answer.access_token
