"""A contact that ends in a plan is told to plans; any other end is nobody else's business."""

import json

import psycopg
import pytest

from deploy.local.sample import AMINA
from shared.schemas.events import CONTACT_CONCLUDED
from shared.vocabulary import Role, ServiceName
from tests.intake import steps
from tests.intake.steps import act, bring
from tests.support.world import World

PERSON = {"givenNames": AMINA.given_names, "surname": "el Voorbeeld", "birthDate": "1988-05-02"}
MEMBERS = [{"role": "main", "person": PERSON}]


def told(world: World) -> list[dict[str, object]]:
    """What intake wrote to be told about concluded contacts."""
    address = world.databases.url(ServiceName.INTAKE)
    with psycopg.connect(address.replace("postgresql+psycopg://", "postgresql://", 1)) as db:
        rows = db.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'deliver'")
        events = [json.loads(row[0]["event"]) for row in rows.fetchall()]
    return [event["data"] for event in events if event["type"] == CONTACT_CONCLUDED]


@pytest.mark.rule("AMS-INT-02")
async def test_a_contact_that_ends_in_a_plan_is_on_the_timeline_of_that_plan(world: World) -> None:
    await steps.directory(world)
    noor = world.user(Role.BUURTTEAM_WORKER)
    contact = await bring(noor, wijk="ME", melding=True, person=PERSON)
    await steps.take_up(noor, contact, signals=[])
    await steps.search(noor, contact)
    linked = await act(noor, contact, "household-links", {"members": MEMBERS})
    begun = await steps.talk(noor, contact)
    await steps.complete(noor, await steps.write_down(noor, begun, steps.everything()))
    household = linked.json()["householdId"]
    plan = await noor.post("/plans/v1/plans", {"householdId": household, "contactId": str(contact)})
    ending = {"outcome": "plan", "planId": plan.json()["id"], "personInformed": True}

    ended = await act(noor, contact, "conclusions", ending)

    assert ended.status_code == 200, ended.text
    assert told(world) == [
        {"contactId": str(contact), "planId": plan.json()["id"], "outcome": "plan"}
    ]
    await world.drain()
    view = (await noor.get(f"/plans/v1/plans/{plan.json()['id']}")).json()
    assert [e["subjectId"] for e in view["timeline"] if e["kind"] == "contact_concluded"] == [
        str(contact)
    ]


async def test_advice_is_not_told_to_anybody(world: World) -> None:
    await steps.directory(world)
    noor = world.user(Role.BUURTTEAM_WORKER)
    contact = await bring(noor)
    await steps.take_up(noor, contact)

    ended = await act(
        noor,
        contact,
        "conclusions",
        {
            "outcome": "information_and_advice",
            "advice": "Bel de huurcommissie.",
            "personInformed": True,
        },
    )

    assert ended.status_code == 200, ended.text
    assert told(world) == []
