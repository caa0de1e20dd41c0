"""Intake and the real plans service: found, linked, and ended in the plan of the household."""

from uuid import UUID

import pytest

from deploy.local.sample import AMINA, SAMI, VOORBEELD
from shared.vocabulary import Role
from tests.intake import steps
from tests.intake.steps import act, bring, read, search
from tests.support.world import World

SURNAME = "el Voorbeeld"
PERSON = {
    "givenNames": AMINA.given_names,
    "surname": SURNAME,
    "birthDate": AMINA.birth_date.isoformat(),
    "bsn": AMINA.bsn,
}
MEMBERS = [
    {
        "role": "main",
        "person": {
            **PERSON,
            "address": {
                "postcode": VOORBEELD.address.postcode,
                "houseNumber": VOORBEELD.address.house_number,
                "wijk": "ME",
            },
        },
    },
    {"role": "child", "person": {"givenNames": SAMI.given_names, "surname": SURNAME}},
]


@pytest.mark.rule("HLM-PRI-03")
@pytest.mark.rule("AMS-INT-06")
async def test_from_a_question_to_a_plan_with_the_real_register(world: World) -> None:
    await steps.directory(world)
    noor = world.user(Role.BUURTTEAM_WORKER)
    contact = await bring(noor, wijk="ME", melding=True, person=PERSON)
    await steps.take_up(noor, contact, signals=["geldzorgen"])

    nobody = await search(noor, contact)
    linked = await act(noor, contact, "household-links", {"members": MEMBERS})
    begun = await steps.talk(noor, contact)
    body = {**steps.everything(), "childrenHeard": "Sami wil voetballen."}
    done = await steps.complete(noor, await steps.write_down(noor, begun, body))
    household = linked.json()["householdId"]
    plan = await noor.post("/plans/v1/plans", {"householdId": household, "contactId": str(contact)})
    ended = await act(
        noor,
        contact,
        "conclusions",
        {"outcome": "plan", "planId": plan.json()["id"], "personInformed": True},
    )

    assert nobody.json()["items"] == []
    assert linked.status_code == 200, linked.text
    assert begun.json()["missing"][-1] == "children_heard"
    assert done.status_code == 200, done.text
    assert ended.status_code == 200, ended.text
    assert ended.json()["planId"] == plan.json()["id"]


async def test_who_is_known_already_is_found_and_linked_without_typing(world: World) -> None:
    await steps.directory(world)
    noor = world.user(Role.BUURTTEAM_WORKER)
    first = await bring(noor, wijk="ME", person=PERSON)
    await search(noor, first)
    household = (await act(noor, first, "household-links", {"members": MEMBERS})).json()
    ravi = world.user(Role.OKT_WORKER)
    second = await bring(ravi, entry="okt", addressedTo="okt", wijk="ME", person=PERSON)

    found = await search(ravi, second)
    linked = await act(
        ravi,
        second,
        "household-links",
        {"householdId": household["householdId"], "personId": household["personId"]},
    )

    assert [item["personId"] for item in found.json()["items"]] == [household["personId"]]
    assert found.json()["items"][0]["foundBy"] == "bsn"
    assert linked.status_code == 200, linked.text
    assert linked.json()["householdId"] == household["householdId"]


@pytest.mark.rule("OPN-10")
async def test_plans_takes_in_what_intake_tells_of_a_redirect(world: World) -> None:
    await steps.directory(world)
    noor, sanne = world.user(Role.BUURTTEAM_WORKER), world.user(Role.OKT_WORKER)
    contact = await bring(noor, wijk="ME")
    sent = (await steps.redirect(noor, contact)).json()
    await steps.take_up(sanne, UUID(sent["carriedTo"]))

    await world.drain()

    query = "SELECT count(*) FROM procrastinate_jobs WHERE status <> 'succeeded'"
    assert steps.number(world, query) == 0
    assert (await read(noor, contact)).json()["status"] == "redirected"
