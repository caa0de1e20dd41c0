"""Arrangements of intake, with the real register of plans behind it."""

from uuid import UUID

import httpx

from deploy.local.sample import DAPPERBUURT, NOOR
from shared.vocabulary import Role
from tests.contract.operations.arranging import WORKER, Ready, arrangement
from tests.intake import steps
from tests.intake.steps import CONTACTS
from tests.plans.support import created, household
from tests.support.world import World

CLARIFICATIONS = "/intake/v1/clarifications"


async def brought(world: World) -> UUID:
    """A contact that lies with the team of Noor."""
    await steps.directory(world)
    return await steps.bring(world.user(WORKER), wijk="ME", person={"surname": "Bloem"})


async def taken_up(world: World) -> UUID:
    """The same, taken up by her."""
    contact = await brought(world)
    taken = await steps.take_up(world.user(WORKER), contact)
    assert taken.status_code == 200, taken.text
    return contact


async def searched(world: World) -> UUID:
    """The same, and the register was searched."""
    contact = await taken_up(world)
    found = await steps.search(world.user(WORKER), contact)
    assert found.status_code == 200, found.text
    return contact


async def linked(world: World) -> UUID:
    """The same, linked to a household of the register."""
    contact = await searched(world)
    body = {"members": household()["members"]}
    created(await steps.act(world.user(WORKER), contact, "household-links", body), 200)
    return contact


async def begun(world: World) -> httpx.Response:
    """The broad talk has begun."""
    talk = await steps.talk(world.user(WORKER), await linked(world))
    created(talk)
    return talk


@arrangement("intake")
async def create_contact(world: World) -> Ready:
    await steps.directory(world)
    return Ready(WORKER, CONTACTS, steps.told(wijk="ME"))


@arrangement("intake")
async def change_contact(world: World) -> Ready:
    path = f"{CONTACTS}/{await brought(world)}"
    return Ready(WORKER, path, {"householdSketch": "Moeder en zoon."})


@arrangement("intake")
async def triage_contact(world: World) -> Ready:
    path = f"{CONTACTS}/{await brought(world)}/triage-decisions"
    return Ready(WORKER, path, {"urgency": "soon"})


@arrangement("intake")
async def mark_melding(world: World) -> Ready:
    return Ready(WORKER, f"{CONTACTS}/{await brought(world)}/meldingen", {})


@arrangement("intake")
async def link_household(world: World) -> Ready:
    body = {"members": household()["members"]}
    return Ready(WORKER, f"{CONTACTS}/{await searched(world)}/household-links", body)


@arrangement("intake")
async def conclude_contact(world: World) -> Ready:
    body = {
        "outcome": "information_and_advice",
        "advice": "Taalcafé in het buurthuis.",
        "personInformed": True,
    }
    return Ready(WORKER, f"{CONTACTS}/{await taken_up(world)}/conclusions", body)


@arrangement("intake")
async def redirect_contact(world: World) -> Ready:
    body = {"toParty": "okt", "reason": "De vraag gaat over opvoeden.", "personInformed": True}
    return Ready(WORKER, f"{CONTACTS}/{await taken_up(world)}/redirects", body)


@arrangement("intake")
async def start_clarification(world: World) -> Ready:
    return Ready(WORKER, f"{CONTACTS}/{await linked(world)}/clarifications", steps.OFFERS)


@arrangement("intake")
async def change_clarification(world: World) -> Ready:
    talk = (await begun(world)).json()
    return Ready(WORKER, f"{CLARIFICATIONS}/{talk['id']}", {"adultsHeard": "Maria wil rust."})


@arrangement("intake")
async def complete_clarification(world: World) -> Ready:
    talk = await begun(world)
    await steps.write_down(world.user(WORKER), talk, steps.everything())
    path = f"{CLARIFICATIONS}/{talk.json()['id']}/completions"
    return Ready(WORKER, path, {"summary": "Eerst de huur."})


@arrangement("intake")
async def put_team(world: World) -> Ready:
    await steps.directory(world)
    body = steps.team_body(DAPPERBUURT, phone="0200000009")
    return Ready(Role.ADMINISTRATOR, f"/intake/v1/teams/{DAPPERBUURT.id}", body)


@arrangement("intake")
async def put_worker(world: World) -> Ready:
    await steps.directory(world)
    path = f"/intake/v1/workers/{NOOR.subject}"
    body = {"name": NOOR.name, "teamId": str(DAPPERBUURT.id), "role": WORKER.value}
    created(await world.user(Role.ADMINISTRATOR).put_new(path, body), 200)
    return Ready(Role.ADMINISTRATOR, path, {**body, "phone": "0200000009"})
