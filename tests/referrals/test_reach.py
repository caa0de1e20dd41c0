"""Who does not reach a request or an attempt finds nothing there, in the same bytes."""

from uuid import UUID, uuid4

import httpx
import pytest

from deploy.local.issuer import User, mint_user_token
from shared.vocabulary import Role
from tests.referrals.doubles import FakePlans, Plan
from tests.referrals.steps import (
    ATTEMPTS,
    REFERRALS,
    a_plan,
    a_request,
    a_shortlist,
    accepted,
    attempt_to,
    created,
    desk,
    do,
    listed,
    offered,
    the_offer,
    worker,
)
from tests.support.world import Actor, World

OTHER = "50b00000-0000-4000-8000-00000000ffff"
NO = {"declinedBy": "provider", "code": "no_capacity"}
WITHDRAWN = {"code": "withdrawn", "motivation": "Zij wil het zelf proberen."}
OF_A_PROVIDER: tuple[tuple[str, dict[str, str]], ...] = (
    ("declines", NO),
    ("acceptances", {}),
    ("intake-appointments", {"at": "2022-03-08T09:00:00Z", "place": "Oost"}),
    ("starts", {"on": "2022-03-01"}),
    ("stops", {"on": "2022-03-01", "code": "goal_reached"}),
)


async def tell(world: World, plan: Plan) -> httpx.Response:
    """Plans tells referrals who is around a plan; not yet applied."""
    plan.sequence += 1
    event = {
        "id": str(uuid4()),
        "source": "urn:nld:buurtteam:plans",
        "type": "nl.wmo.plan.circle-changed",
        "subject": str(plan.id),
        "time": "2022-03-01T09:00:00Z",
        "sequence": str(plan.sequence),
        "data": plan.circle(),
    }
    sender = Actor(world.http, world.service_token("plans", "referrals"))
    told = await sender.post("/referrals/v1/events", event)
    assert told.status_code == 202, told.text
    return told


async def test_a_lead_without_a_team_does_not_lead_the_plans_without_a_team(
    world: World, plans: FakePlans
) -> None:
    plan = a_plan(plans, team=None)
    made = await created(world, plan)
    lead = world.user(Role.TEAM_LEAD, team=None)

    read = await lead.get(f"{REFERRALS}/{made.json()['id']}")
    listed_ = await lead.get(f"{REFERRALS}?planId={plan.id}")
    ended = await attempt_to(lead, made, "endings", WITHDRAWN)

    assert read.status_code == ended.status_code == 404
    assert listed_.json()["items"] == []


async def test_a_worker_who_also_judges_for_another_party_does_not_see_the_whole_city(
    world: World, plans: FakePlans
) -> None:
    made = await created(world, a_plan(plans))
    roles = (Role.BUURTTEAM_WORKER.value, Role.CENTRAL_ACCESS.value)
    both = Actor(world.http, mint_user_token(world.signer, User(subject=OTHER, roles=roles)))

    read = await both.get(f"{REFERRALS}/{made.json()['id']}")
    judged = await attempt_to(
        both,
        made,
        "judgements",
        {"admitted": False, "withClient": True, "motivation": "Niet van mij."},
    )

    assert read.status_code == judged.status_code == 404
    assert (await worker(world).get(f"{REFERRALS}/{made.json()['id']}")).status_code == 200


@pytest.mark.parametrize("role", [Role.BUURTTEAM_WORKER, Role.TEAM_LEAD])
async def test_news_of_the_circle_that_is_not_applied_yet_closes_the_plan(
    world: World, plans: FakePlans, role: Role
) -> None:
    plan = a_plan(plans)
    made = await created(world, plan)
    path = f"{REFERRALS}/{made.json()['id']}"
    reader = world.user(role)
    await tell(world, plan)

    waiting = await reader.get(path)
    in_list = await reader.get(f"{REFERRALS}?planId={plan.id}")
    await world.drain()

    assert waiting.status_code == 404
    assert in_list.json() == {"items": [], "next": None}
    assert (await reader.get(path)).status_code == 200


async def test_old_news_closes_nothing(world: World, plans: FakePlans) -> None:
    plan = a_plan(plans, sequence=5)
    made = await created(world, plan)
    plan.sequence = 2

    await tell(world, plan)

    assert (await worker(world).get(f"{REFERRALS}/{made.json()['id']}")).status_code == 200


async def test_who_left_the_circle_cannot_end_a_request_although_the_news_is_under_way(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    under.plan.coordinator = OTHER

    answer = await attempt_to(worker(world), under.referral, "endings", WITHDRAWN)

    assert answer.status_code == 404
    assert (await the_offer(world, under.first)).json()["status"] == "offered"


async def test_what_a_provider_cannot_reach_does_not_exist_whatever_it_tries(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    mine = await the_offer(world, under.first)
    declined = await do(desk(world, under.first), mine, "declines", NO)
    await the_offer(world, under.second)
    theirs = under.referral.json()["attempts"][0]["id"]
    nowhere = await desk(world, under.first).get(f"{ATTEMPTS}/{uuid4()}")
    seconds = (await worker(world).get(under.path())).json()["attempts"][1]["id"]

    answers = []
    for attempt, etag in (
        (theirs, mine.headers["ETag"]),
        (theirs, declined.headers["ETag"]),
        (seconds, '"guessed"'),
        (str(uuid4()), '"guessed"'),
    ):
        actor = desk(world, under.first)
        answers.append(await actor.get(f"{ATTEMPTS}/{attempt}"))
        for what, body in OF_A_PROVIDER:
            answers.append(await actor.post(f"{ATTEMPTS}/{attempt}/{what}", body, etag=etag))

    assert {answer.status_code for answer in answers} == {404}
    assert {answer.content for answer in answers} == {nowhere.content}
    assert {len(answer.headers) for answer in answers} == {len(nowhere.headers)}


async def test_a_yes_given_again_after_the_end_shows_nobody(world: World, plans: FakePlans) -> None:
    under = await offered(world, plans)
    actor, seen, key = desk(world, under.first), await the_offer(world, under.first), uuid4()
    yes = await attempt_to(actor, seen, "acceptances", {}, key=key)
    again = await attempt_to(actor, seen, "acceptances", {}, key=key)
    await do(worker(world), await worker(world).get(under.path()), "endings", WITHDRAWN)

    ended = await attempt_to(actor, seen, "acceptances", {}, key=key)

    assert (yes.status_code, again.status_code, ended.status_code) == (201, 201, 404)
    assert again.content == yes.content


async def test_another_desk_of_another_provider_cannot_replay_a_yes(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    seen, key = await the_offer(world, under.first), uuid4()
    await attempt_to(desk(world, under.first), seen, "acceptances", {}, key=key)

    moved_on = await attempt_to(desk(world, under.second), seen, "acceptances", {}, key=key)

    assert moved_on.status_code == 404


async def test_a_cursor_of_one_desk_opens_nothing_at_another(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    plan = a_plan(plans)
    seen = await do(
        worker(world),
        await do(
            worker(world),
            await created(world, plan),
            "judgements",
            {"admitted": True, "withClient": True, "motivation": "Ritme."},
        ),
        "shortlists",
        a_shortlist(plan, under.first),
    )
    await do(worker(world), seen, "attempts")
    page = (await desk(world, under.first).get(f"{ATTEMPTS}?pageSize=1")).json()
    thief = world.user(Role.PROVIDER_MANAGER, subject=OTHER, provider=str(under.second.provider))

    answer = await thief.get(f"{ATTEMPTS}?pageSize=1&cursor={page['next']}")

    assert page["next"] is not None
    assert answer.status_code == 400


async def test_the_inbox_of_a_provider_is_recorded_for_everybody_on_the_page(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    await accepted(world, under)
    await desk(world, under.first).get(ATTEMPTS)
    await desk(world, under.second).get(ATTEMPTS)

    officer = world.user(Role.PRIVACY_OFFICER)
    path = f"/referrals/v1/audit-records?subjectId={under.plan.household}"
    looked = [
        each["actorProvider"]
        for each in (await officer.get(path)).json()["items"]
        if each["operation"] == "list_attempts"
    ]

    assert set(looked) == {str(under.first.provider)}


async def test_no_after_yes_and_no_after_the_start(world: World, plans: FakePlans) -> None:
    under = await listed(world, plans)
    under.referral = await do(worker(world), under.referral, "attempts")
    actor = desk(world, under.first)
    yes = await accepted(world, under)
    met = await do(actor, yes, "intake-appointments", dict(OF_A_PROVIDER)["intake-appointments"])
    started = await do(actor, met, "starts", {"on": "2022-03-01"})

    too_late = await attempt_to(actor, started, "declines", NO)
    withdrawn = await attempt_to(
        worker(world), await worker(world).get(under.path()), "endings", WITHDRAWN
    )

    assert (too_late.status_code, withdrawn.status_code) == (409, 409)
    still = await actor.get(f"{ATTEMPTS}/{UUID(started.json()['id'])}")
    assert still.json()["status"] == "started"
    assert (await desk(world, under.second).get(ATTEMPTS)).json()["items"] == []


async def test_a_yes_after_a_change_of_coordinator_names_who_can_be_called_now(
    world: World, plans: FakePlans
) -> None:
    under = await offered(world, plans)
    under.plan.coordinator = OTHER
    await tell(world, under.plan)
    await world.drain()

    yes = await accepted(world, under)
    read = await desk(world, under.first).get(f"{ATTEMPTS}/{yes.json()['id']}")
    known = await desk(world, under.first).get(f"/referrals/v1/coordinations/{OTHER}")

    assert yes.json()["identity"]["coordinator"] == OTHER
    assert read.json()["identity"]["coordinator"] == OTHER
    assert known.status_code == 200


@pytest.mark.parametrize(
    "at", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2032-03-08T09:00:00Z"]
)
async def test_an_appointment_at_the_edge_of_the_calendar_is_a_mistake(
    world: World, plans: FakePlans, at: str
) -> None:
    under = await offered(world, plans)
    yes = await accepted(world, under)

    refused = await attempt_to(
        desk(world, under.first), yes, "intake-appointments", {"at": at, "place": "Oost"}
    )

    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == "/at"


async def test_a_request_does_not_go_before_all_others_by_a_mistake_in_the_year(
    world: World, plans: FakePlans
) -> None:
    body = a_request(a_plan(plans), firstContactOn="0202-03-01")

    refused = await worker(world).post(REFERRALS, body)

    assert refused.status_code == 400
    assert refused.json()["errors"][0]["code"] == "too-long-ago"
