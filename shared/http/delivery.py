"""Delivery of one event to one receiver, outside any transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Final

import httpx

from shared.errors import PeerUnavailableError
from shared.http.client import HttpClient
from shared.http.resilience import Guard

_SECONDS: Final = 5.0
# What says that the event itself is wrong. Any other answer may be another one tomorrow: a key that
# was rotated (401), a permission (403), a path of a release that is not there yet (404).
_REFUSALS: Final = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.CONFLICT,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    }
)

Deliver = Callable[[str, str], Awaitable[None]]
"""`await deliver(receiver, event)`: returns when the receiver has stored it, else raises."""


class EventRefusedError(Exception):
    """The receiver does not take this event: trying again will not help, a person has to look."""


def deliver_over(
    http: HttpClient, receivers: Mapping[str, str], token_for: Callable[[str], Awaitable[str]]
) -> Deliver:
    """A delivery to the receivers by their base URLs, with this service's own token.

    The job is what tries again. A circuit per receiver keeps one that is stuck from holding the
    worker for all others: while it is open a delivery fails at once.
    """
    guards = {receiver: Guard(receiver) for receiver in receivers}

    async def deliver(receiver: str, event: str) -> None:
        token = await token_for(receiver)
        with guards[receiver].circuit.attempt() as attempt:
            try:
                status = await _post(http, _url(receivers, receiver), token, event)
            except (httpx.HTTPError, TimeoutError) as exc:
                attempt.healthy = False
                raise PeerUnavailableError(receiver) from exc
            attempt.healthy = status < HTTPStatus.INTERNAL_SERVER_ERROR
        if status in _REFUSALS:
            raise EventRefusedError
        if status != HTTPStatus.ACCEPTED:
            raise PeerUnavailableError(receiver)

    return deliver


def _url(receivers: Mapping[str, str], receiver: str) -> str:
    return f"{receivers[receiver].rstrip('/')}/{receiver}/v1/events"


async def _post(http: HttpClient, url: str, token: str, event: str) -> int:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    async with asyncio.timeout(_SECONDS):
        response = await http.post(url, content=event, headers=headers)
    return response.status_code
