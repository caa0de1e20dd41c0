"""Two providers with room for every story, loaded through the public API."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from deploy.local.demo.registry import load_registry
from deploy.local.demo.stage import Stage
from shared.vocabulary import Role
from tests.faults.client import Client, Intent

VOORZIENING: Final = "dagbesteding_meedoen"
PLACES: Final = 5_000
_FROM: Final = "2021-01-01"


@dataclass(frozen=True, slots=True)
class Offered:
    """One provider with one contract at one location."""

    name: str

    def _id(self, what: str) -> str:
        return str(UUID(bytes=uuid5(NAMESPACE_URL, f"{self.name}/{what}").bytes, version=4))

    @property
    def organisation(self) -> str:
        return self._id("organisation")

    @property
    def contract(self) -> str:
        return self._id("contract")

    @property
    def location(self) -> str:
        return self._id("location")

    @property
    def capacity(self) -> str:
        return self._id("capacity")

    def entry(self) -> dict[str, str]:
        """As it stands on a shortlist."""
        return {
            "providerId": self.organisation,
            "contractId": self.contract,
            "locationId": self.location,
            "basis": "consent",
        }

    def records(self) -> list[tuple[str, dict[str, Any]]]:
        """What has to be put where, in order."""
        base = "/providers/v1"
        return [
            (f"{base}/organisations/{self.organisation}", {"name": self.name}),
            (
                f"{base}/locations/{self.location}",
                {
                    "organisationId": self.organisation,
                    "name": self.name,
                    "wijk": "ME",
                    "stadsdeel": "M",
                },
            ),
            (
                f"{base}/contracts/{self.contract}",
                {
                    "organisationId": self.organisation,
                    "voorziening": VOORZIENING,
                    "stadsdelen": ["M"],
                    "validFrom": _FROM,
                },
            ),
            (
                f"{base}/capacities/{self.capacity}",
                {"contractId": self.contract, "locationId": self.location, "places": PLACES},
            ),
        ]


FIRST: Final = Offered("Het Eerste Verzinsel")
SECOND: Final = Offered("Het Tweede Verzinsel")


async def load(client: Client) -> None:
    """Teams and workers of the sample, and the two providers."""
    await load_registry(_stage(client))
    token = client.fleet.token(Role.ADMINISTRATOR.value)
    for provider in (FIRST, SECOND):
        for path, body in provider.records():
            await client.settle(token, Intent("PUT", path, body, "*"))


def _stage(client: Client) -> Stage:
    return Stage(
        http=client.http,
        address=lambda path: f"{client.fleet.base_url(path.split('/')[1])}{path}",
        token=client.fleet.token,
        move_clock=client.fleet.move_clock,
        settle=_at_once,
        chapter=_silent,
        tell=_silent,
    )


async def _at_once() -> None:
    """Nothing is waited for."""


def _silent(_: str) -> None:
    """Nothing is told."""
