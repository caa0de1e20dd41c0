"""Advice asked and given: each step by its own side, or by telephone in one call."""

from typing import Any
from uuid import uuid4

import pytest

from shared.vocabulary import Role
from tests.referrals.advice import (
    ADVICE,
    CONSULTATIONS,
    QUESTION,
    a_question,
    about,
    advised,
    asked,
    by_telephone,
    centre,
    noor,
    now,
    of_provider,
    step,
    taken_up,
    telephoned,
    try_step,
)
from tests.referrals.doubles import FakePlans
from tests.referrals.steps import JUDGEMENT, a_plan, a_request, created, do
from tests.support.registry import two_offers
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("plans")]


def faults(answer: Any) -> set[tuple[str, str]]:
    """What was wrong, where."""
    return {(each["pointer"], each["code"]) for each in answer.json()["errors"]}


@pytest.mark.rule("AMS-ACC-34")
@pytest.mark.rule("AMS-REF-03")
async def test_a_team_asks_the_centre_and_decides_itself_what_to_do(
    world: World, plans: FakePlans
) -> None:
    seen = await taken_up(world)
    seen = await step(centre(world), seen, "information-requests", {"question": "Al schulden?"})
    seen = await step(noor(world), seen, "additions", {"text": "Ja, en een bewindvoerder."})
    seen = await step(centre(world), seen, "advices", ADVICE)
    found = (await step(noor(world), seen, "outcomes", {"outcome": "followed"})).json()

    assert found["status"] == "followed"
    assert [each["status"] for each in found["steps"]] == [
        "asked", "taken_up", "information_asked", "taken_up", "advised", "followed",
    ]  # fmt: skip
    assert [each["text"] for each in found["steps"]][2:4] == [
        "Al schulden?",
        "Ja, en een bewindvoerder.",
    ]
    assert (found["question"], found["advice"]) == (QUESTION, ADVICE["advice"])
    assert found["askedBy"] != found["advisedBy"]
    assert plans.events == []


@pytest.mark.rule("OPN-14")
async def test_departing_from_advice_needs_a_reason_and_nothing_else(world: World) -> None:
    seen = await advised(world)

    bare = await try_step(noor(world), seen, "outcomes", {"outcome": "departed"})
    motivated = await try_step(
        noor(world), seen, "outcomes", {"outcome": "departed", "motivation": "Hij wil het niet."}
    )

    assert (bare.status_code, faults(bare)) == (400, {("/motivation", "motivation-required")})
    assert motivated.status_code == 201
    assert motivated.json()["outcomeMotivation"] == "Hij wil het niet."


@pytest.mark.rule("OPN-14")
async def test_a_question_waits_without_a_term_and_says_how_long(world: World) -> None:
    seen = await asked(world)
    world.move_to(now(world).replace(day=15))

    found = (await noor(world).get(f"{CONSULTATIONS}/{seen.json()['id']}")).json()

    assert found["waitingDays"] == 14
    assert not any("due" in name for name in found)


@pytest.mark.rule("AMS-REF-03")
@pytest.mark.parametrize(
    ("followed", "motivation", "status"),
    [(None, None, "advised"), (True, None, "followed"), (False, "Er was haast.", "departed")],
)
async def test_advice_by_telephone_is_one_call(
    world: World, followed: object, motivation: str | None, status: str
) -> None:
    said = telephoned(followed=followed, motivation=motivation)
    found = (await asked(world, a_question(byTelephone=said))).json()

    assert found["status"] == status
    assert [each["status"] for each in found["steps"]][:3] == ["asked", "taken_up", "advised"]
    assert {each["at"] for each in found["steps"]} == {"2022-02-28T11:00:00Z"}
    assert (found["askedOn"], found["advisedOn"]) == ("2022-02-28", "2022-02-28")
    assert (found["advisedBy"], found["waitingDays"]) == ("adviseur toegang", 0)


async def test_the_centre_writes_down_what_it_advised_and_asks_nobody_of_its_own(
    world: World,
) -> None:
    written = await centre(world).post(CONSULTATIONS, a_question(byTelephone=telephoned()))
    asked_itself = await centre(world).post(CONSULTATIONS, a_question())

    assert written.status_code == 201
    assert (asked_itself.status_code, faults(asked_itself)) == (409, {("/toParty", "own-party")})


@pytest.mark.rule("AMS-ACC-61")
@pytest.mark.rule("AMS-REF-04")
@pytest.mark.rule("AMS-REF-26")
async def test_the_experts_of_a_provider_walk_along_for_a_while(world: World) -> None:
    first, _ = await two_offers(world)
    expert = world.user(Role.PROVIDER_WORKER, provider=str(first.provider))
    seen = await asked(world, of_provider(first, form="walking_along"))
    seen = await step(expert, seen, "takings-up", {"expectedOn": "2022-03-03"})
    walking = {"walkingAlongFrom": "2022-03-07", "walkingAlongUntil": "2022-04-04"}

    found = (await step(expert, seen, "advices", {"advice": "Wij lopen mee.", **walking})).json()

    assert found["status"] == "advised"
    assert {name: found[name] for name in walking} == walking
    assert found["expectedOn"] == "2022-03-03"


@pytest.mark.rule("AMS-ROL-24")
@pytest.mark.rule("OPN-21")
@pytest.mark.rule("AMS-ACC-51")
@pytest.mark.parametrize("party", ["steunstructuur", "specialistisch_netwerk"])
async def test_where_no_role_speaks_for_a_party_the_team_writes_its_advice_down(
    world: World, party: str
) -> None:
    seen = await asked(world, a_question(toParty=party, questionKind="multiproblem"))
    seen = await step(noor(world), seen, "takings-up")
    found = (await step(noor(world), seen, "advices", ADVICE)).json()

    assert (found["status"], found["toParty"]) == ("advised", party)


@pytest.mark.rule("AMS-ACC-63")
async def test_a_question_stays_the_askers_own_wherever_it_goes(world: World) -> None:
    first, second = await two_offers(world)
    seen = await asked(world, of_provider(first))
    world.move_to(now(world).replace(day=8))
    expert = world.user(Role.PROVIDER_INTAKE, provider=str(first.provider))
    elsewhere = {
        "toParty": "aanbieder",
        "toProviderId": str(second.provider),
        "reason": "Zij weten dit beter.",
    }

    moved = (await step(expert, seen, "redirections", elsewhere)).json()

    assert moved["status"] == "redirected"
    other = (await noor(world).get(f"{CONSULTATIONS}/{moved['redirectedTo']}")).json()
    assert (other["status"], other["askedBy"]) == ("asked", seen.json()["askedBy"])
    assert (other["carriedFrom"], other["askedOn"]) == (moved["id"], "2022-03-01")
    assert other["waitingDays"] == 7
    assert other["question"] == QUESTION


async def test_a_redirect_to_the_same_party_is_refused(world: World) -> None:
    seen = await asked(world)
    body = {"toParty": "centrale_toegang", "reason": "Nog eens."}

    answer = await try_step(centre(world), seen, "redirections", body)

    assert (answer.status_code, faults(answer)) == (400, {("/toParty", "same-party")})


async def test_advice_comes_after_taking_up(world: World) -> None:
    seen = await asked(world)

    early = await try_step(centre(world), seen, "advices", ADVICE)
    own = await try_step(noor(world), seen, "takings-up")

    assert (early.status_code, own.status_code) == (409, 409)


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"toParty": "politie"}, "/toParty", "unknown-code"),
        ({"questionKind": "schulden"}, "/questionKind", "unknown-code"),
        ({"voorziening": "iets"}, "/voorziening", "unknown-code"),
        ({"stadsdeel": "X"}, "/stadsdeel", "unknown-code"),
        ({"form": "walking_along"}, "/form", "no-walking-along"),
        ({"toProviderId": str(uuid4())}, "/toProviderId", "provider-where-asked"),
        ({"planId": str(uuid4())}, "/planId", "not-when-anonymous"),
        ({"basis": "consent"}, "/basis", "not-when-anonymous"),
        ({"level": "identified", "basis": "legal_task"}, "/planId", "required-when-identified"),
        (
            {"toParty": "aanbieder", "questionKind": "werk"},
            "/toProviderId",
            "provider-where-asked",
        ),
        (
            {"toParty": "aanbieder", "questionKind": "werk", "toProviderId": str(uuid4())},
            "/toProviderId",
            "unknown-provider",
        ),
        (
            {"byTelephone": telephoned(followed=False)},
            "/byTelephone/motivation",
            "motivation-required",
        ),
        ({"byTelephone": telephoned(on="2022-03-02")}, "/byTelephone/on", "in-future"),
        ({"byTelephone": telephoned(), "draft": True}, "/draft", "not-by-telephone"),
    ],
)
async def test_what_cannot_be_asked_is_refused_with_what_can(
    world: World, changes: dict[str, Any], pointer: str, code: str
) -> None:
    answer = await noor(world).post(CONSULTATIONS, a_question(**changes))

    assert answer.status_code == 400
    assert (pointer, code) in faults(answer)
    if code == "unknown-code":
        assert "U kunt kiezen uit" in answer.json()["detail"]
    assert (await noor(world).get(CONSULTATIONS)).json()["items"] == []


async def test_only_anonymous_questions_go_to_who_may_hear_of_nobody(
    world: World, plans: FakePlans
) -> None:
    question = about(a_plan(plans), toParty="gemeente", questionKind="regels_in_de_weg")

    answer = await noor(world).post(CONSULTATIONS, question)

    assert (answer.status_code, faults(answer)) == (400, {("/level", "level-not-answered")})


async def test_a_draft_is_nobodys_but_the_askers_until_it_is_asked(
    world: World, plans: FakePlans
) -> None:
    draft = await asked(world, about(a_plan(plans), draft=True))
    path = f"{CONSULTATIONS}/{draft.json()['id']}"
    before = await centre(world).get(path)
    world.move_to(now(world).replace(day=4))

    sent = await step(noor(world), draft, "askings")
    await world.drain()

    assert before.status_code == 404
    assert (sent.json()["status"], sent.json()["askedOn"]) == ("asked", "2022-03-04")
    assert (await centre(world).get(path)).status_code == 200
    assert plans.moved("consultation") == ["asked"]


@pytest.mark.rule("AMS-REF-03")
async def test_it_can_become_a_referral_on_the_same_plan_only(
    world: World, plans: FakePlans
) -> None:
    plan, other = a_plan(plans), a_plan(plans)
    seen = await asked(world, about(plan))
    fits, foreign = await created(world, plan), await created(world, other)

    async def became(referral: str | None) -> Any:
        body = {"outcome": "became_referral", "referralId": referral}
        return await try_step(noor(world), seen, "outcomes", body)

    missing, unknown = await became(None), await became(str(uuid4()))
    elsewhere, right = await became(foreign.json()["id"]), await became(fits.json()["id"])

    assert [missing.status_code, unknown.status_code, elsewhere.status_code] == [400, 400, 400]
    assert unknown.json()["errors"] == elsewhere.json()["errors"]
    assert (right.status_code, right.json()["referralId"]) == (201, fits.json()["id"])


@pytest.mark.rule("AMS-ACC-34")
@pytest.mark.rule("OPN-14")
async def test_advice_counts_at_the_access_check_and_is_never_in_the_way(
    world: World, plans: FakePlans
) -> None:
    plan = a_plan(plans, voorziening="beschermd_wonen")
    without = await created(world, plan)
    other = a_plan(plans, voorziening="beschermd_wonen")
    await advised(world, about(other))

    consulted = (await noor(world).post("/referrals/v1/referrals", a_request(other))).json()

    def held(made: dict[str, Any]) -> list[Any]:
        return [
            (each["kind"], each["met"], each["blocks"])
            for each in made["accessCheck"]["conditions"]
            if each["code"] == "consultation_held"
        ]

    assert (held(without.json()), held(consulted)) == ([], [("consult", True, False)])


async def test_a_decision_without_consultation_is_allowed(world: World, plans: FakePlans) -> None:
    judged = await do(noor(world), await created(world, a_plan(plans)), "judgements", JUDGEMENT)

    assert judged.json()["judgement"]["admitted"] is True


@pytest.mark.rule("AMS-PRI-03")
@pytest.mark.parametrize(
    "text",
    [
        "Het gaat om 999900006.",
        "Hij woont op 1094 KL 12.",
        "Bel 0612345678.",
        "Mail a@voorbeeld.nl.",
        "NL91 ABNA 0417 1643 00",
        "Van 14-03-1961.",
        "Mevrouw Testema.",
    ],
)
async def test_an_anonymous_question_that_points_at_a_person_is_refused_and_not_kept(
    world: World, text: str
) -> None:
    answer = await noor(world).post(CONSULTATIONS, a_question(question=text))
    plain = await noor(world).post(CONSULTATIONS, a_question(question="999900006"))

    assert answer.status_code == 400
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/question"]
    assert text not in answer.text
    assert len(answer.content) == len(plain.content)
    assert (await noor(world).get(CONSULTATIONS)).json()["items"] == []


async def test_what_is_said_around_an_anonymous_question_is_judged_too(world: World) -> None:
    seen = await taken_up(world)
    bsn = "Is dat 999900006?"

    asking = await try_step(centre(world), seen, "information-requests", {"question": bsn})
    advice = await try_step(centre(world), seen, "advices", {"advice": bsn})
    back = await try_step(noor(world), seen, "withdrawals", {"reason": bsn})
    after = await noor(world).get(f"{CONSULTATIONS}/{seen.json()['id']}")

    assert [each.status_code for each in (asking, advice, back)] == [400, 400, 400]
    assert after.headers["ETag"] == seen.headers["ETag"]


async def test_an_identified_question_may_name_who_it_is_about(
    world: World, plans: FakePlans
) -> None:
    seen = await asked(world, about(a_plan(plans), question="Mevrouw Testema, 14-03-1961."))

    assert seen.json()["status"] == "asked"


async def test_withdrawn_by_telephone_or_not_nothing_follows(world: World) -> None:
    over = await by_telephone(world)

    answer = await try_step(noor(world), over, "withdrawals", {})

    assert answer.status_code == 409
