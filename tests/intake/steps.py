"""The steps of a working day at intake, as tests take them."""

from typing import Any
from uuid import UUID

import httpx
import psycopg

from deploy.local.sample import BIJLMER, DAPPERBUURT, OKT_OOST, VOLEWIJCK, Team
from shared.stelsel.load import load_stelsel
from shared.vocabulary import Role
from tests.intake.doubles import FakePlans
from tests.support.world import Actor, World

CONTACTS = "/intake/v1/contacts"
QUESTION = "Ik kan de huur niet meer betalen."
STELSEL = load_stelsel("amsterdam-2021")
PARTY_OF = {DAPPERBUURT: "buurtteam", VOLEWIJCK: "buurtteam", OKT_OOST: "okt", BIJLMER: "buurtteam"}
OFFERS = {"personalPlanOffered": True, "clientSupportOffered": True}


def told(**other: Any) -> dict[str, Any]:
    """A question that somebody brings to the buurtteam."""
    return {"entry": "buurtteam", "channel": "phone", "question": QUESTION, **other}


def team_body(team: Team, **other: Any) -> dict[str, Any]:
    """A team of the sample as the directory takes it."""
    areas = [{"wijk": wijk, "validFrom": "2021-01-01"} for wijk in team.areas]
    body = {"party": PARTY_OF[team], "name": team.name, "stadsdeel": team.stadsdeel}
    return {**body, "areas": areas, **other}


async def directory(world: World) -> None:
    """The teams of the sample and their workers."""
    administrator = world.user(Role.ADMINISTRATOR)
    for team in (DAPPERBUURT, VOLEWIJCK, OKT_OOST):
        made = await administrator.put_new(f"/intake/v1/teams/{team.id}", team_body(team))
        assert made.status_code == 200, made.text


async def bring(actor: Actor, **other: Any) -> UUID:
    """Bring a contact in."""
    made = await actor.post(CONTACTS, told(**other))
    assert made.status_code == 201, made.text
    return UUID(made.json()["id"])


async def read(actor: Actor, contact: UUID) -> httpx.Response:
    """Read a contact."""
    found = await actor.get(f"{CONTACTS}/{contact}")
    assert found.status_code == 200, found.text
    return found


async def act(actor: Actor, contact: UUID, what: str, body: Any) -> httpx.Response:
    """Do something with the state of a contact as it is now."""
    found = await read(actor, contact)
    return await actor.post(f"{CONTACTS}/{contact}/{what}", body, etag=found.headers["ETag"])


async def take_up(actor: Actor, contact: UUID, **other: Any) -> httpx.Response:
    """Take a contact up."""
    return await act(actor, contact, "triage-decisions", {"urgency": "normal", **other})


async def redirect(actor: Actor, contact: UUID, party: str = "okt") -> httpx.Response:
    """Carry a contact over."""
    body = {"toParty": party, "reason": "De vraag gaat over opvoeden.", "personInformed": True}
    return await act(actor, contact, "redirects", body)


async def search(actor: Actor, contact: UUID) -> httpx.Response:
    """Search the register with what was told."""
    return await actor.post(f"{CONTACTS}/{contact}/candidates/_zoek", {})


async def linked(
    actor: Actor, plans: FakePlans, *roles: str, plan: UUID | None = None, **other: Any
) -> UUID:
    """A contact, taken up and linked to a household of the register."""
    household, _ = plans.known(*(roles or ("main",)), plan=plan)
    contact = await bring(actor, **other)
    assert (await take_up(actor, contact)).status_code == 200
    assert (await search(actor, contact)).status_code == 200
    made = await act(actor, contact, "household-links", {"householdId": str(household)})
    assert made.status_code == 200, made.text
    return contact


async def talk(actor: Actor, contact: UUID) -> httpx.Response:
    """Begin the broad talk."""
    return await actor.post(f"{CONTACTS}/{contact}/clarifications", OFFERS)


def everything() -> dict[str, Any]:
    """Every life domain of the stelsel, discussed; and the adults heard."""
    notes = [{"domain": d.code, "situation": "Dit gaat goed."} for d in STELSEL.life_domains]
    return {"domains": notes, "adultsHeard": "Maria wil rust."}


async def write_down(actor: Actor, begun: httpx.Response, body: Any) -> httpx.Response:
    """Write down what was said, and answer the talk as it then is."""
    path = f"/intake/v1/clarifications/{begun.json()['id']}"
    return await actor.patch(path, body, begun.headers["ETag"])


async def complete(actor: Actor, written: httpx.Response) -> httpx.Response:
    """Complete the talk."""
    path = f"/intake/v1/clarifications/{written.json()['id']}/completions"
    body = {"summary": "Eerst de huur."}
    return await actor.post(path, body, etag=written.headers["ETag"])


def number(world: World, query: str) -> int:
    """A number out of the database of intake."""
    databases = world.databases
    with psycopg.connect(databases.server.admin_dsn, dbname=databases.name("intake")) as admin:
        found = admin.execute(query.encode()).fetchone()
    assert found is not None
    return int(found[0])
