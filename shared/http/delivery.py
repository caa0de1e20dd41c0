"""Delivery of one event to one receiver, outside any transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

import httpx

from shared.errors import PeerUnavailableError
from shared.http.client import HttpClient

Deliver = Callable[[str, str], Awaitable[None]]
"""`await deliver(receiver, event)`: returns when the receiver has stored it, else raises."""


def deliver_over(
    http: HttpClient, receivers: Mapping[str, str], token_for: Callable[[str], Awaitable[str]]
) -> Deliver:
    """A delivery to the receivers by their base URLs, with this service's own token."""

    async def deliver(receiver: str, event: str) -> None:
        url = f"{receivers[receiver].rstrip('/')}/{receiver}/v1/events"
        try:
            async with asyncio.timeout(5):
                headers = {
                    "Authorization": f"Bearer {await token_for(receiver)}",
                    "Content-Type": "application/json",
                }
                response = await http.post(url, content=event, headers=headers)
        except (httpx.HTTPError, TimeoutError) as exc:
            raise PeerUnavailableError(receiver) from exc
        if response.status_code != HTTPStatus.ACCEPTED:
            raise PeerUnavailableError(receiver)

    return deliver
