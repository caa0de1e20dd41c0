"""Whose consultations somebody reaches, what a provider may hear, and earlier advice on nobody."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from shared.schemas.events import CIRCLE_CHANGED, CONSENT_REVOKED
from shared.vocabulary import Role, ServiceName
from tests.referrals.advice import (
    ADVICE,
    CONSULTATIONS,
    SEARCH,
    a_question,
    about,
    advised,
    asked,
    centre,
    noor,
    now,
    of_provider,
    step,
    telephoned,
    try_step,
)
from tests.referrals.doubles import FakePlans, Plan
from tests.referrals.steps import a_plan
from tests.referrals.telling import tell
from tests.referrals.test_sealed import stored
from tests.support.registry import two_offers
from tests.support.world import Actor, World

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("plans")]

PROVIDERS = (Role.PROVIDER_INTAKE, Role.PROVIDER_WORKER, Role.PROVIDER_MANAGER)


def expert(world: World, provider: object) -> Actor:
    """Somebody of a provider."""
    return world.user(Role.PROVIDER_WORKER, provider=str(provider))


async def kept(world: World) -> list[dict[str, Any]]:
    """What the asker has."""
    found: list[dict[str, Any]] = (await noor(world).get(CONSULTATIONS)).json()["items"]
    return found


STRANGERS: dict[str, Callable[[World], Actor]] = {
    "a colleague": lambda world: world.user(Role.BUURTTEAM_WORKER, subject="somebody"),
    "the team lead": lambda world: world.user(Role.TEAM_LEAD),
    "another party": lambda world: world.user(Role.VEILIG_THUIS),
    "the municipality": lambda world: world.user(Role.MUNICIPALITY),
    "a provider": lambda world: world.user(Role.PROVIDER_INTAKE),
    "an okt worker": lambda world: world.user(Role.OKT_WORKER),
}


@pytest.mark.rule("AMS-PRI-03")
@pytest.mark.parametrize("who", STRANGERS)
async def test_what_somebody_may_not_see_does_not_exist(world: World, who: str) -> None:
    seen = await asked(world)
    actor = STRANGERS[who](world)

    found = await actor.get(f"{CONSULTATIONS}/{seen.json()['id']}")
    missing = await actor.get(f"{CONSULTATIONS}/{uuid4()}")

    assert found.status_code == missing.status_code == 404
    assert found.content == missing.content
    assert (await actor.get(CONSULTATIONS)).json()["items"] == []


async def test_a_step_of_a_stranger_finds_nothing(world: World) -> None:
    seen = await asked(world)
    stranger = world.user(Role.BUURTTEAM_WORKER, subject="somebody")

    answer = await try_step(stranger, seen, "withdrawals", {})

    assert answer.status_code == 404


@pytest.mark.rule("AMS-PRI-01")
async def test_an_identified_question_is_its_plans(world: World, plans: FakePlans) -> None:
    plan = a_plan(plans)
    path = f"{CONSULTATIONS}/{(await asked(world, about(plan))).json()['id']}"
    lead = await world.user(Role.TEAM_LEAD).get(path)
    colleague = await world.user(Role.BUURTTEAM_WORKER, subject="somebody").get(path)

    plan.coordinator, plan.sequence = "somebody", 2
    await tell(world, CIRCLE_CHANGED, str(plan.id), plan.circle(), sequence=2)

    left, joined = (
        await noor(world).get(path),
        await world.user(Role.BUURTTEAM_WORKER, subject="somebody").get(
            f"{CONSULTATIONS}?planId={plan.id}"
        ),
    )
    assert (lead.status_code, colleague.status_code, left.status_code) == (200, 404, 404)
    assert len(joined.json()["items"]) == 1


async def test_who_left_the_circle_as_plans_knows_it_does_nothing_more(
    world: World, plans: FakePlans
) -> None:
    plan = a_plan(plans)
    seen = await advised(world, about(plan))

    plan.coordinator = "somebody"  # the news of it is still under way

    answer = await try_step(noor(world), seen, "outcomes", {"outcome": "followed"})
    assert answer.status_code == 404


async def test_a_foreign_plan_is_no_plan(world: World, plans: FakePlans) -> None:
    foreign = a_plan(plans, coordinator="somebody", team=None)

    there = await noor(world).post(CONSULTATIONS, about(foreign))
    nowhere = await noor(world).post(CONSULTATIONS, about(Plan("x", None)))

    assert there.status_code == nowhere.status_code == 404
    assert there.content == nowhere.content


async def test_a_closed_plan_asks_nothing(world: World, plans: FakePlans) -> None:
    answer = await noor(world).post(CONSULTATIONS, about(a_plan(plans, open=False)))

    assert answer.status_code == 409


async def test_a_specialist_answers_in_the_own_stadsdeel(world: World) -> None:
    to = {"toParty": "stadsdeel", "questionKind": "schulden"}
    near = await asked(world, a_question(**to, stadsdeel="M"))
    far = await asked(world, a_question(**to, stadsdeel="N"))
    nowhere = await asked(world, a_question(**to))

    found = (await world.user(Role.SPECIALIST).get(CONSULTATIONS)).json()["items"]

    assert [each["id"] for each in found] == [near.json()["id"], nowhere.json()["id"]]
    assert far.json()["id"] not in str(found)


@pytest.mark.rule("AMS-REF-04")
async def test_a_provider_sees_what_is_addressed_to_it_and_no_plan(
    world: World, plans: FakePlans
) -> None:
    first, second = await two_offers(world)
    plan = a_plan(plans)
    named = of_provider(first, level="identified", planId=str(plan.id), basis="vital_interest")
    mine = await asked(world, named)
    await asked(world, of_provider(second))

    own, other = expert(world, first.provider), expert(world, second.provider)
    found = (await own.get(CONSULTATIONS)).json()["items"]
    by_plan = (await own.get(f"{CONSULTATIONS}?planId={plan.id}")).json()["items"]
    foreign = await other.get(f"{CONSULTATIONS}/{mine.json()['id']}")

    assert [each["id"] for each in found] == [mine.json()["id"]]
    assert (found[0]["planId"], found[0]["supportItemId"]) == (None, None)
    assert (by_plan, foreign.status_code) == ([], 404)


@pytest.mark.parametrize("role", PROVIDERS)
async def test_a_provider_has_no_search_and_asks_nobody(world: World, role: Role) -> None:
    search = await world.user(role).post(SEARCH, {})
    asking = await world.user(role).post(CONSULTATIONS, a_question())

    assert (search.status_code, asking.status_code) == (403, 403)


async def test_a_provider_hears_of_a_person_by_a_consent_on_record_only(
    world: World, plans: FakePlans
) -> None:
    first, _ = await two_offers(world)
    plan = a_plan(plans)
    named = {"level": "identified", "planId": str(plan.id), "basis": "consent"}
    question = of_provider(first, **named, supportItemId=str(plan.item))

    without = await noor(world).post(CONSULTATIONS, question)
    whose = await noor(world).post(CONSULTATIONS, of_provider(first, **named))
    plans.agree(plan, str(first.provider), validUntil="2022-02-28")
    expired = await noor(world).post(CONSULTATIONS, question)
    nothing = await kept(world)
    plans.agree(plan, str(first.provider), validUntil="2022-03-10")
    asking = await noor(world).post(CONSULTATIONS, question)
    path = f"{CONSULTATIONS}/{asking.json()['id']}"
    during = await expert(world, first.provider).get(path)
    world.move_to(now(world).replace(day=11))
    after = await expert(world, first.provider).get(path)

    assert [each.status_code for each in (without, whose, expired)] == [409, 400, 409]
    assert nothing == []
    assert (during.status_code, after.status_code) == (200, 404)
    audit = f"/referrals/v1/audit-records?subjectId={plan.household}"
    looked = (await world.user(Role.PRIVACY_OFFICER).get(audit)).json()["items"]
    assert sorted(each["act"] for each in looked) == ["disclose", "read", "write"]


@pytest.mark.rule("OPN-31")
@pytest.mark.parametrize("answered", [False, True])
async def test_a_consent_taken_back_closes_what_a_provider_was_asked(
    world: World, plans: FakePlans, answered: object
) -> None:
    first, _ = await two_offers(world)
    plan = a_plan(plans)
    plans.agree(plan, str(first.provider))
    named = {"level": "identified", "planId": str(plan.id), "basis": "consent"}
    seen = await asked(world, of_provider(first, **named, supportItemId=str(plan.item)))
    own = expert(world, first.provider)
    if answered:
        seen = await step(own, await step(own, seen, "takings-up"), "advices", ADVICE)
    consent = {
        "consentId": str(uuid4()),
        "planId": str(plan.id),
        "personId": str(plan.member),
        "providerId": str(first.provider),
    }

    await tell(world, CONSENT_REVOKED, consent["consentId"], consent)

    path = f"{CONSULTATIONS}/{seen.json()['id']}"
    assert (await own.get(path)).status_code == 404
    kept_by_asker = (await noor(world).get(path)).json()
    assert kept_by_asker["status"] == ("advised" if answered else "withdrawn")
    assert plans.events[-1]["type"] == "nl.wmo.consent.closed"


async def test_redirected_by_the_adviser_a_question_about_a_person_waits_for_the_asker(
    world: World, plans: FakePlans
) -> None:
    seen = await asked(world, about(a_plan(plans)))
    elsewhere = {"toParty": "veilig_thuis", "reason": "Dit gaat over veiligheid."}

    moved = await step(centre(world), seen, "redirections", elsewhere)

    path = f"{CONSULTATIONS}/{moved.json()['redirectedTo']}"
    theirs = await world.user(Role.VEILIG_THUIS).get(path)
    draft = await noor(world).get(path)
    assert (theirs.status_code, draft.json()["status"]) == (404, "draft")
    await step(noor(world), draft, "askings")
    assert (await world.user(Role.VEILIG_THUIS).get(path)).status_code == 200


async def test_redirected_by_the_asker_it_is_asked_at_once(world: World, plans: FakePlans) -> None:
    seen = await asked(world, about(a_plan(plans)))
    elsewhere = {"toParty": "veilig_thuis", "reason": "Dit gaat over veiligheid."}

    moved = await step(noor(world), seen, "redirections", elsewhere)
    await world.drain()

    other = await noor(world).get(f"{CONSULTATIONS}/{moved.json()['redirectedTo']}")
    assert other.json()["status"] == "asked"
    assert plans.moved("consultation") == ["asked", "asked", "redirected"]


async def test_who_looked_is_kept_of_a_household_and_of_nobody_else(
    world: World, plans: FakePlans
) -> None:
    plan = a_plan(plans)
    seen, nobody = await asked(world, about(plan)), await asked(world)
    await centre(world).get(f"{CONSULTATIONS}/{seen.json()['id']}")
    await centre(world).get(f"{CONSULTATIONS}/{nobody.json()['id']}")

    privacy = world.user(Role.PRIVACY_OFFICER)
    path = f"/referrals/v1/audit-records?subjectId={plan.household}"
    found = (await privacy.get(path)).json()["items"]

    assert [(each["operation"], each["act"]) for each in found] == [
        ("read_consultation", "read"),
        ("create_consultation", "write"),
    ]


async def test_what_was_said_is_sealed_and_a_step_is_never_changed(world: World) -> None:
    marks = ("uniek in vraag", "uniek in advies", "uniek in afwijking", "uniek wie")
    said = telephoned(advice=marks[1], followed=False, motivation=marks[2], givenBy=marks[3])
    await asked(world, a_question(question=marks[0], byTelephone=said))

    found = stored(world)

    assert "toegang_mo_bw" in found  # the control: it was looked at
    assert not [mark for mark in marks if mark in found]
    for statement in (
        "UPDATE consultation_steps SET actor = 'x'",
        "DELETE FROM consultation_steps",
    ):
        with pytest.raises(psycopg.Error):
            world.databases.execute(ServiceName.REFERRALS, statement)
