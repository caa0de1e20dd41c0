"""Loads the sample through the public API: teams, workers, providers and their room."""

from uuid import UUID, uuid5

from deploy.local.demo.stage import Actor, Stage
from deploy.local.sample import OKT, PROVIDERS, TEAMS, WORKERS, Location, Provider, Team
from shared.vocabulary import Role

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FROM = "2021-01-01"


def contract_id(provider: Provider, voorziening: str) -> UUID:
    """The fixed id of a contract of the sample."""
    return uuid5(provider.id, voorziening)


def capacity_id(provider: Provider, voorziening: str, location: Location) -> UUID:
    """The fixed id of the room of a contract at a location."""
    return uuid5(contract_id(provider, voorziening), str(location.id))


async def load_registry(stage: Stage) -> None:
    """Everything that is there before anybody asks for help. May be repeated."""
    administrator = stage.as_role(Role.ADMINISTRATOR, "the administrator")
    for team in TEAMS:
        await administrator.put_new(f"/intake/v1/teams/{team.id}", _team(team))
    for worker in WORKERS:
        body = {
            "name": worker.name,
            "teamId": str(worker.team.id),
            "role": worker.role.value,
            "phone": worker.phone,
            "specialisms": list(worker.specialisms),
            "languages": list(worker.languages),
            "workingDays": [_DAYS.index(day) + 1 for day in worker.days],
        }
        await administrator.put_new(f"/intake/v1/workers/{worker.subject}", body)
    for provider in PROVIDERS:
        await _load_provider(administrator, provider)
    stage.tell(
        f"{len(TEAMS)} teams, {len(WORKERS)} workers and {len(PROVIDERS)} providers are in the "
        "registry."
    )


def _team(team: Team) -> dict[str, object]:
    return {
        "party": "okt" if team.organisation is OKT else "buurtteam",
        "name": team.name,
        "stadsdeel": team.stadsdeel,
        "areas": [{"wijk": wijk, "validFrom": _FROM} for wijk in team.areas],
    }


async def _load_provider(administrator: Actor, provider: Provider) -> None:
    base = "/providers/v1"
    organisation = {"name": provider.name, "phone": provider.phone}
    await administrator.put_new(f"{base}/organisations/{provider.id}", organisation)
    for location in provider.locations:
        body = {
            "organisationId": str(provider.id),
            "name": location.name,
            "wijk": location.wijk,
            "stadsdeel": location.wijk[0],
            "confidential": location.confidential,
        }
        await administrator.put_new(f"{base}/locations/{location.id}", body)
    for voorziening in provider.voorzieningen:
        await _load_contract(administrator, provider, voorziening)


async def _load_contract(administrator: Actor, provider: Provider, voorziening: str) -> None:
    contract = contract_id(provider, voorziening)
    # The area of a contract would say where a secret location is.
    shown = {location.wijk[0] for location in provider.locations if not location.confidential}
    body = {
        "organisationId": str(provider.id),
        "voorziening": voorziening,
        "stadsdelen": sorted(shown),
        "validFrom": _FROM,
    }
    await administrator.put_new(f"/providers/v1/contracts/{contract}", body)
    for location in provider.locations:
        room = {
            "contractId": str(contract),
            "locationId": str(location.id),
            "places": location.places,
        }
        capacity = capacity_id(provider, voorziening, location)
        await administrator.put_new(f"/providers/v1/capacities/{capacity}", room)
