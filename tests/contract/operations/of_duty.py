"""Arrangements of intake when everything is closed: the roster, a crisis, handing back."""

from uuid import UUID, uuid4

from deploy.local.sample import CALLERS, DAPPERBUURT, VOLEWIJCK
from shared.vocabulary import Role
from tests.contract.operations.arranging import WORKER, Ready, arrangement
from tests.contract.operations.of_intake import brought
from tests.intake import steps
from tests.intake.steps import CONTACTS
from tests.plans.support import created
from tests.support.world import World

CRISIS = "/intake/v1/crisis-contacts"
SHIFT = {
    "party": "buurtteam",
    "teamId": str(DAPPERBUURT.id),
    "deskName": "Achterwacht",
    "phone": "0200000200",
    "subject": CALLERS[WORKER].subject,
    "startsAt": "2022-03-01T08:00:00Z",
    "endsAt": "2022-03-02T08:00:00Z",
}
IN_NEED = {
    "question": "Zij kan vanavond niet naar huis.",
    "whereabouts": "Bij de nachtopvang aan de haven.",
    "phone": "0200000105",
}


async def on_duty(world: World) -> str:
    """Noor answers the desk; the path of her shift."""
    await steps.directory(world)
    path = f"/intake/v1/duty-shifts/{uuid4()}"
    created(await world.user(Role.ADMINISTRATOR).put_new(path, SHIFT), 200)
    return path


async def kept(world: World) -> UUID:
    """A crisis that she keeps until she hands it back."""
    await on_duty(world)
    made = created(await world.user(WORKER).post(CRISIS, IN_NEED))
    assert made["kept"], made
    return UUID(made["id"])


@arrangement("intake")
async def put_duty_shift(world: World) -> Ready:
    path = await on_duty(world)
    return Ready(Role.ADMINISTRATOR, path, {**SHIFT, "endsAt": "2022-03-03T08:00:00Z"})


@arrangement("intake")
async def cancel_duty_shift(world: World) -> Ready:
    return Ready(Role.ADMINISTRATOR, f"{await on_duty(world)}/cancellations")


@arrangement("intake")
async def create_crisis_contact(world: World) -> Ready:
    await on_duty(world)
    return Ready(WORKER, CRISIS, IN_NEED)


@arrangement("intake")
async def create_involvement(world: World) -> Ready:
    path = f"{CONTACTS}/{await brought(world)}/involvements"
    return Ready(WORKER, path, {"party": "veilig_thuis", "how": "told"})


@arrangement("intake")
async def hand_back_contact(world: World) -> Ready:
    body = {"toTeamId": str(VOLEWIJCK.id), "note": "Bel haar om tien uur."}
    return Ready(WORKER, f"{CONTACTS}/{await kept(world)}/handbacks", body)


@arrangement("intake")
async def review_duty(world: World) -> Ready:
    path = f"{CONTACTS}/{await kept(world)}"
    seen = await world.user(WORKER).get(path)
    body = {"toTeamId": str(DAPPERBUURT.id), "note": "Bel haar om tien uur."}
    created(await world.user(WORKER).post(f"{path}/handbacks", body, etag=seen.headers["ETag"]))
    return Ready(Role.TEAM_LEAD, f"{path}/duty-reviews", {"remark": "Goed gedaan."})
