"""Ending a contact: with help, advice or a way that somebody took up; never with a refusal."""

from typing import Any
from uuid import uuid4

import pytest

from shared.stelsel.load import available, load_stelsel
from shared.vocabulary import Role
from tests.intake import steps
from tests.intake.doubles import FakePlans
from tests.intake.steps import act, bring, read, take_up
from tests.support.world import Actor, World


@pytest.fixture
async def noor(world: World) -> Actor:
    """A worker of a team, in a filled directory."""
    await steps.directory(world)
    return world.user(Role.BUURTTEAM_WORKER)


@pytest.mark.rule("AMS-INT-10")
@pytest.mark.rule("AMS-INT-01")
async def test_information_and_advice_is_a_full_outcome_of_an_anonymous_question(
    noor: Actor,
) -> None:
    contact = await bring(noor, wijk="ME", anonymous=True)
    body = {"outcome": "information_and_advice", "advice": "Zo vraagt u toeslag aan."}

    done = await act(noor, contact, "conclusions", {**body, "personInformed": True})

    assert done.status_code == 200, done.text
    found = done.json()
    assert (found["status"], found["outcome"]) == ("concluded", "information_and_advice")
    assert found["advice"] == "Zo vraagt u toeslag aan."
    assert (found["personId"], found["householdId"], found["planId"]) == (None, None, None)


async def test_information_and_advice_says_what_was_advised(noor: Actor) -> None:
    contact = await bring(noor, wijk="ME")
    body = {"outcome": "information_and_advice", "personInformed": True}

    answer = await act(noor, contact, "conclusions", body)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/advice"
    assert (await read(noor, contact)).json()["status"] == "received"


@pytest.mark.rule("AMS-INT-02")
@pytest.mark.rule("AMS-INT-30")
def test_no_stelsel_has_an_outcome_that_refuses() -> None:
    """A refusal by another name is the test's business: the words that would give it away."""
    for name in available():
        for term in load_stelsel(name).contact_outcomes:
            for word in ("refus", "reject", "weiger", "afgewezen", "afwijz", "no_help", "denied"):
                assert word not in f"{term.code} {term.label}".lower(), (name, term.code)


@pytest.mark.rule("AMS-INT-02")
@pytest.mark.rule("AMS-INT-29")
@pytest.mark.parametrize("outcome", [term.code for term in steps.STELSEL.contact_outcomes])
async def test_every_outcome_of_the_stelsel_ends_a_contact_with_help(
    noor: Actor, plans: FakePlans, outcome: str
) -> None:
    plan = uuid4()
    contact = await steps.linked(noor, plans, wijk="ME", plan=plan)
    written = await steps.write_down(noor, await steps.talk(noor, contact), steps.everything())
    assert (await steps.complete(noor, written)).status_code == 200
    body: dict[str, Any] = {"outcome": outcome, "advice": "Zo.", "personInformed": True}
    if outcome == "plan":
        body["planId"] = str(plan)

    done = await act(noor, contact, "conclusions", body)

    assert done.status_code == 200, done.text
    assert (done.json()["status"], done.json()["outcome"]) == ("concluded", outcome)


@pytest.mark.rule("AMS-INT-02")
async def test_a_refusal_is_an_unknown_code(noor: Actor) -> None:
    contact = await bring(noor, wijk="ME")

    answer = await act(noor, contact, "conclusions", {"outcome": "refused", "personInformed": True})

    assert answer.status_code == 400
    assert answer.json()["type"].endswith("unknown-code")


async def test_a_concluded_contact_is_done_and_says_so(noor: Actor) -> None:
    contact = await bring(noor, wijk="ME")
    body = {"outcome": "light_support", "personInformed": True}
    assert (await act(noor, contact, "conclusions", body)).status_code == 200

    answers = [
        await act(noor, contact, "conclusions", body),
        await take_up(noor, contact),
        await steps.redirect(noor, contact),
        await steps.search(noor, contact),
    ]

    assert {answer.status_code for answer in answers} == {409}
    assert (await read(noor, contact)).json()["outcome"] == "light_support"


@pytest.mark.rule("AMS-PLN-02")
async def test_a_plan_asks_a_talk_that_is_completed_and_the_open_plan_of_the_household(
    noor: Actor, plans: FakePlans
) -> None:
    plan = uuid4()
    contact = await steps.linked(noor, plans, wijk="ME", plan=plan)
    body = {"outcome": "plan", "planId": str(plan), "personInformed": True}
    too_soon = await act(noor, contact, "conclusions", body)
    begun = await steps.talk(noor, contact)
    await steps.complete(noor, await steps.write_down(noor, begun, steps.everything()))

    other = await act(noor, contact, "conclusions", {**body, "planId": str(uuid4())})
    right = await act(noor, contact, "conclusions", body)

    assert (too_soon.status_code, other.status_code) == (409, 409)
    assert right.json()["planId"] == str(plan)


async def test_nothing_is_concluded_while_plans_does_not_answer(
    world: World, noor: Actor, plans: FakePlans
) -> None:
    plan = uuid4()
    contact = await steps.linked(noor, plans, wijk="ME", plan=plan)
    begun = await steps.talk(noor, contact)
    await steps.complete(noor, await steps.write_down(noor, begun, steps.everything()))
    del world.router.apps["plans.test"]

    answer = await act(
        noor,
        contact,
        "conclusions",
        {"outcome": "plan", "planId": str(plan), "personInformed": True},
    )

    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    assert (await read(noor, contact)).json()["status"] == "clarifying"
