"""Arrangements of providers."""

from shared.vocabulary import Role
from tests.contract.operations.arranging import Ready, arrangement
from tests.providers.steps import RESERVATIONS, body, change, hold
from tests.support.registry import VOORZIENING, Offer, offer
from tests.support.world import World

V1 = "/providers/v1"


async def contracted(world: World) -> Offer:
    """A provider with a contract, a location and room."""
    return await offer(world.user(Role.ADMINISTRATOR))


@arrangement("providers")
async def put_organisation(world: World) -> Ready:
    made = await contracted(world)
    return Ready(Role.ADMINISTRATOR, f"{V1}/organisations/{made.provider}", {"name": "Anders"})


@arrangement("providers")
async def put_location(world: World) -> Ready:
    made = await contracted(world)
    body = {"organisationId": str(made.provider), "name": "Verhuisd", "stadsdeel": "M"}
    return Ready(Role.ADMINISTRATOR, f"{V1}/locations/{made.location}", body)


@arrangement("providers")
async def put_contract(world: World) -> Ready:
    made = await contracted(world)
    body = {
        "organisationId": str(made.provider),
        "voorziening": VOORZIENING,
        "stadsdelen": ["M", "N"],
        "validFrom": "2021-01-01",
    }
    return Ready(Role.ADMINISTRATOR, f"{V1}/contracts/{made.contract}", body)


@arrangement("providers")
async def end_contract(world: World) -> Ready:
    made = await contracted(world)
    body = {"from": "2022-06-01", "reason": "quality"}
    return Ready(Role.CONTRACT_MANAGER, f"{V1}/contracts/{made.contract}/endings", body)


@arrangement("providers")
async def suspend_organisation(world: World) -> Ready:
    made = await contracted(world)
    path = f"{V1}/organisations/{made.provider}/suspensions"
    return Ready(Role.SUPERVISOR, path, {"reason": "quality"})


@arrangement("providers")
async def resume_organisation(world: World) -> Ready:
    made = await contracted(world)
    path, reason = f"{V1}/organisations/{made.provider}", {"reason": "quality"}
    await change(world.user(Role.SUPERVISOR), path, "suspensions", reason)
    return Ready(Role.SUPERVISOR, f"{path}/resumptions", reason)


@arrangement("providers")
async def put_capacity(world: World) -> Ready:
    made = await contracted(world)
    room = {"contractId": str(made.contract), "locationId": str(made.location), "places": 7}
    path = f"{V1}/capacities/{made.capacity}"
    return Ready(Role.PROVIDER_INTAKE, path, room, {"provider": str(made.provider)})


@arrangement("providers")
async def announce_capacity(world: World) -> Ready:
    made = await contracted(world)
    path, later = f"{V1}/capacities/{made.capacity}/changes", {"from": "2022-06-01", "places": 9}
    claims = {"provider": str(made.provider)}
    return Ready(Role.PROVIDER_INTAKE, path, later, claims, public=True)


@arrangement("providers")
async def create_reservation(world: World) -> Ready:
    made = await contracted(world)
    return Ready(Role.PROVIDER_INTAKE, RESERVATIONS, body(made), {"provider": str(made.provider)})


@arrangement("providers")
async def release_reservation(world: World) -> Ready:
    made = await contracted(world)
    path = f"{RESERVATIONS}/{(await hold(world, made)).json()['id']}/releases"
    claims = {"provider": str(made.provider)}
    return Ready(Role.PROVIDER_INTAKE, path, {"reason": "declined"}, claims)


@arrangement("providers")
async def confirm_reservation(world: World) -> Ready:
    made = await contracted(world)
    path = f"{RESERVATIONS}/{(await hold(world, made)).json()['id']}/confirmations"
    claims = {"provider": str(made.provider)}
    return Ready(Role.PROVIDER_INTAKE, path, {"on": "2022-03-01"}, claims)


@arrangement("providers")
async def return_place(world: World) -> Ready:
    attempt = (await hold(world, await contracted(world))).json()["attemptId"]
    body = {"attemptId": attempt, "reason": "declined"}
    return Ready(Role.SERVICE, f"{V1}/place-returns", body, via="referrals")
