"""Doors of their own: the central access, Veilig Thuis and OKT take people in whom nobody knows.

No plan, no address, no BSN, from anywhere in the country; searched, written down, linked.
"""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from shared.vocabulary import Role
from tests.intake import steps
from tests.intake.steps import CONTACTS, act, bring, read, search, take_up
from tests.support.world import Actor, World

DOORS = [
    (Role.CENTRAL_ACCESS, "centrale_toegang"),
    (Role.VEILIG_THUIS, "veilig_thuis"),
    (Role.OKT_WORKER, "okt"),
]
NAME = "Rooie Kees"
SOMEBODY = [{"role": "main", "person": {"surname": NAME}}]
KNOWN = {"givenNames": "Amina", "surname": "el Voorbeeld", "birthDate": "1988-06-21"}


def direct(party: str, **other: Any) -> dict[str, Any]:
    """Somebody at this door, who is told by a name and a place only."""
    person = {"surname": NAME, "whereabouts": "Bij de opvang aan het water, uit Groningen."}
    return {"entry": party, "addressedTo": party, "channel": "walk_in", "person": person, **other}


async def linked(actor: Actor, party: str, members: Any = SOMEBODY, **other: Any) -> httpx.Response:
    """Taken in, taken up, searched for, and written down as somebody new."""
    contact = await bring(actor, **direct(party, **other))
    assert (await take_up(actor, contact)).status_code == 200
    assert (await search(actor, contact)).status_code == 200
    return await act(actor, contact, "household-links", {"members": members})


@pytest.mark.rule("AMS-ACC-36")
@pytest.mark.rule("AMS-ACC-41")
@pytest.mark.rule("OPN-13")
@pytest.mark.parametrize(("role", "party"), DOORS)
async def test_somebody_without_plan_address_or_bsn_gets_a_household_at_this_door(
    world: World, role: Role, party: str
) -> None:
    await steps.directory(world)
    actor = world.user(role)

    made = await linked(actor, party)

    assert made.status_code == 200, made.text
    assert made.json()["householdId"]
    assert made.json()["personId"]
    assert (made.json()["entry"], made.json()["addressedTo"]) == (party, party)
    household = await actor.get(f"/plans/v1/households/{made.json()['householdId']}")
    assert household.status_code == 200, household.text
    (member,) = household.json()["members"]
    assert member["person"]["id"] == made.json()["personId"]
    assert member["person"]["hasBsn"] is False
    assert member["person"]["address"] is None
    assert household.json()["openPlanId"] is None


@pytest.mark.rule("AMS-ACC-36")
@pytest.mark.parametrize(("role", "party"), DOORS[:2])
async def test_the_queue_of_a_door_holds_what_is_addressed_to_it_and_nothing_else(
    world: World, role: Role, party: str
) -> None:
    await steps.directory(world)
    noor = world.user(Role.BUURTTEAM_WORKER)
    own = await bring(noor, addressedTo=party, wijk="ME", melding=True)
    await bring(noor, wijk="ME")
    sent = (await steps.redirect(noor, await bring(noor, wijk="ME"), party)).json()
    actor = world.user(role)

    listed = await actor.get(CONTACTS)

    assert {item["id"] for item in listed.json()["items"]} == {str(own), sent["carriedTo"]}
    assert {item["addressedTo"] for item in listed.json()["items"]} == {party}
    for other, elsewhere in DOORS[:2]:
        found = (await world.user(other).get(CONTACTS)).json()["items"]
        assert bool(found) is (elsewhere == party)


@pytest.mark.rule("HLM-PRI-03")
async def test_who_is_known_is_found_with_what_was_told_and_linked_unread(world: World) -> None:
    await steps.directory(world)
    noor, access = world.user(Role.BUURTTEAM_WORKER), world.user(Role.CENTRAL_ACCESS)
    first = await bring(noor, wijk="ME", person=KNOWN)
    await search(noor, first)
    members = [{"role": "main", "person": {**KNOWN, "phone": "0200000103"}}]
    known = (await act(noor, first, "household-links", {"members": members})).json()
    contact = await bring(access, **direct("centrale_toegang", person=KNOWN))

    found = await search(access, contact)
    made = await act(
        access,
        contact,
        "household-links",
        {"householdId": known["householdId"], "personId": known["personId"]},
    )

    assert [item["personId"] for item in found.json()["items"]] == [known["personId"]]
    assert made.status_code == 200, made.text
    assert made.json()["householdId"] == known["householdId"]
    household = await access.get(f"/plans/v1/households/{known['householdId']}")
    assert household.status_code == 404


@pytest.mark.parametrize("role", [Role.CENTRAL_ACCESS, Role.VEILIG_THUIS])
async def test_the_register_is_searched_from_a_contact_only(world: World, role: Role) -> None:
    actor = world.user(role)

    direct_search = await actor.post("/plans/v1/persons/_zoek", {"bsn": "999900031"})

    assert direct_search.status_code == 403
    assert "aanmelding" in direct_search.json()["detail"]


async def test_a_known_person_is_not_written_down_again_to_be_read(world: World) -> None:
    await steps.directory(world)
    noor, access = world.user(Role.BUURTTEAM_WORKER), world.user(Role.CENTRAL_ACCESS)
    first = await bring(noor, wijk="ME", person=KNOWN)
    await search(noor, first)
    secret = {**KNOWN, "phone": "0200000103"}
    made = await act(
        noor, first, "household-links", {"members": [{"role": "main", "person": secret}]}
    )
    members = [*SOMEBODY, {"role": "carer", "personId": made.json()["personId"]}]

    through = await linked(access, "centrale_toegang", members)
    straight = await access.post("/plans/v1/households", {"members": members})

    assert (through.status_code, straight.status_code) == (400, 400)
    assert straight.json()["errors"][0]["code"] == "known-already"
    assert secret["phone"] not in through.text + straight.text


async def test_another_door_sees_neither_the_contact_nor_the_household(world: World) -> None:
    await steps.directory(world)
    made = (await linked(world.user(Role.CENTRAL_ACCESS), "centrale_toegang")).json()
    paths = (f"{CONTACTS}/{made['id']}", f"/plans/v1/households/{made['householdId']}")
    nowhere = (f"{CONTACTS}/{uuid4()}", f"/plans/v1/households/{uuid4()}")

    for role in (Role.VEILIG_THUIS, Role.BUURTTEAM_WORKER, Role.OKT_WORKER):
        seen = [await world.user(role).get(path) for path in paths]
        missing = [await world.user(role).get(path) for path in nowhere]

        assert [answer.status_code for answer in seen] == [404, 404]
        assert [answer.json()["detail"] for answer in seen] == [
            answer.json()["detail"] for answer in missing
        ]


async def test_a_door_goes_through_the_whole_life_of_its_contact(world: World) -> None:
    access = world.user(Role.CENTRAL_ACCESS)
    contact = UUID((await linked(access, "centrale_toegang", melding=True)).json()["id"])
    body = {
        "outcome": "information_and_advice",
        "advice": "Kom om vijf uur.",
        "personInformed": True,
    }

    marked = await act(access, contact, "meldingen", {"firstContactOn": "2022-02-27"})
    ended = await act(access, contact, "conclusions", body)

    assert marked.json()["firstContactOn"] == "2022-02-27"
    assert ended.status_code == 200, ended.text
    assert (await read(access, contact)).json()["status"] == "concluded"


@pytest.mark.rule("AMS-ACC-41")
@pytest.mark.rule("OPN-10")
async def test_the_team_goes_on_with_the_household_that_another_door_wrote_down(
    world: World,
) -> None:
    await steps.directory(world)
    safe, noor = world.user(Role.VEILIG_THUIS), world.user(Role.BUURTTEAM_WORKER)
    made = (await linked(safe, "veilig_thuis", wijk="ME", melding=True)).json()
    path = f"/plans/v1/households/{made['householdId']}"
    before = await safe.get(path)
    sent = (await steps.redirect(safe, UUID(made["id"]), "buurtteam")).json()
    carried = UUID(sent["carriedTo"])
    await take_up(noor, carried)
    body = {"householdId": made["householdId"], "contactId": str(carried)}

    opened = await noor.post("/plans/v1/plans", body)

    assert before.status_code == 200
    assert (await read(noor, carried)).json()["householdId"] == made["householdId"]
    assert opened.status_code == 201, opened.text
    assert (await noor.get(path)).status_code == 200
    assert (await safe.get(path)).status_code == 404
