"""Making a request and judging it: the plan, the door, the weighings, the party that judges."""

from typing import Any
from uuid import uuid4

import pytest

from shared.vocabulary import Role, ServiceName
from tests.referrals.doubles import FakePlans
from tests.referrals.steps import (
    JUDGEMENT,
    REFERRALS,
    WEIGHINGS,
    a_plan,
    a_request,
    admitted,
    attempt_to,
    created,
    do,
    worker,
)
from tests.support.world import World

pytestmark = pytest.mark.anyio

OTHER = "50b00000-0000-4000-8000-000000000099"
SHELTER = "maatschappelijke_opvang"


@pytest.mark.rule("AMS-REF-02")
@pytest.mark.rule("AMS-ACC-13")
async def test_a_request_with_its_weighings_goes_to_the_judgement(
    world: World, plans: FakePlans
) -> None:
    plan = a_plan(plans)

    made = (await created(world, plan)).json()

    assert made["status"] == "judging"
    assert [step["status"] for step in made["steps"]] == ["preparing", "judging"]
    assert {each["condition"] for each in made["weighings"]} == {
        each["condition"] for each in WEIGHINGS
    }
    assert {each["madeBy"] for each in made["weighings"]} == {plan.coordinator}
    met = {each["code"]: each["met"] for each in made["accessCheck"]["conditions"]}
    assert met["plan_required"]
    assert met["paid_work_considered"]
    assert made["accessCheck"]["version"] == "1.0.0"


async def test_without_the_weighings_a_request_is_prepared_first(
    world: World, plans: FakePlans
) -> None:
    half = [{**WEIGHINGS[0], "considered": False}, WEIGHINGS[1]]

    made = (await created(world, a_plan(plans), weighings=half)).json()

    assert made["status"] == "preparing"


async def test_a_plan_that_not_everybody_agreed_to_is_shown_and_stops_nothing(
    world: World, plans: FakePlans
) -> None:
    made = (await created(world, a_plan(plans, agreed=False))).json()

    condition = next(
        each for each in made["accessCheck"]["conditions"] if each["code"] == "plan_agreed"
    )
    assert condition["met"] is False
    assert made["status"] == "judging"


@pytest.mark.rule("OPN-10")
async def test_a_wrong_door_is_no_request_and_names_how_the_contact_is_carried_over(
    world: World, plans: FakePlans
) -> None:
    plan = a_plan(plans)

    answer = await worker(world).post(REFERRALS, a_request(plan, entry="aanbieder"))

    problem = answer.json()
    assert answer.status_code == 409
    assert "Buurtteam Amsterdam" in problem["detail"]
    assert any("/redirects" in fault["detail"] for fault in problem["errors"])


async def test_what_needs_no_referral_is_not_asked_for(world: World, plans: FakePlans) -> None:
    plan = a_plan(plans, voorziening="sociale_basis")

    answer = await worker(world).post(REFERRALS, a_request(plan, weighings=[]))

    assert answer.status_code == 409
    assert answer.json()["errors"]


@pytest.mark.rule("AMS-REF-01")
@pytest.mark.parametrize(
    "values", [{"open": False}, {"item_status": "stopped"}, {"voorziening": "beschermd_wonen"}]
)
async def test_a_request_stands_on_an_open_plan_that_holds_what_is_asked(
    world: World, plans: FakePlans, values: dict[str, Any]
) -> None:
    plan = a_plan(plans, **values)

    answer = await worker(world).post(
        REFERRALS, a_request(plan, voorziening="dagbesteding_meedoen")
    )

    assert answer.status_code == 409, answer.text


async def test_a_plan_of_others_does_not_exist(world: World, plans: FakePlans) -> None:
    foreign = a_plan(plans, coordinator=OTHER, team=str(uuid4()))
    nothing = {**a_request(foreign), "planId": str(uuid4())}

    there = await worker(world).post(REFERRALS, a_request(foreign))
    not_there = await worker(world).post(REFERRALS, nothing)

    assert there.status_code == not_there.status_code == 404
    assert there.content == not_there.content


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"voorziening": "onzin"}, None),
        ({"entry": "onzin"}, "/entry"),
        ({"weighings": [{**WEIGHINGS[0], "condition": "onzin"}]}, "/weighings/0/condition"),
        ({"firstContactOn": "2022-03-02"}, "/firstContactOn"),
    ],
)
async def test_bad_input_is_named_and_never_repeated(
    world: World, plans: FakePlans, change: dict[str, Any], pointer: str | None
) -> None:
    answer = await worker(world).post(REFERRALS, a_request(a_plan(plans), **change))

    assert answer.status_code == (409 if pointer is None else 400)
    assert "onzin" not in answer.text
    assert pointer is None or answer.json()["errors"][0]["pointer"] == pointer


async def test_a_support_item_has_one_open_request_and_a_plan_may_have_several(
    world: World, plans: FakePlans
) -> None:
    plan = a_plan(plans)
    await created(world, plan)

    second = await worker(world).post(REFERRALS, a_request(plan))

    assert second.status_code == 409
    assert "loopt al een aanvraag" in second.json()["detail"]


@pytest.mark.rule("AMS-REF-18")
@pytest.mark.rule("AMS-REF-25")
async def test_requests_of_one_plan_run_at_the_same_time_and_are_listed_page_by_page(
    world: World, plans: FakePlans
) -> None:
    plan = a_plan(plans)
    made = [(await created(world, plan)).json()["id"]]
    plan.item = uuid4()
    made.append((await created(world, plan)).json()["id"])

    path = f"{REFERRALS}?planId={plan.id}&pageSize=1"
    first = (await worker(world).get(path)).json()
    last = (await worker(world).get(f"{path}&cursor={first['next']}")).json()

    assert [page["items"][0]["id"] for page in (first, last)] == made[::-1]
    assert last["next"] is None


@pytest.mark.rule("AMS-REF-08")
async def test_the_coordinator_the_lead_and_nobody_else_see_a_request(
    world: World, plans: FakePlans
) -> None:
    made = await created(world, a_plan(plans))
    path = f"{REFERRALS}/{made.json()['id']}"
    nothing = await worker(world).get(f"{REFERRALS}/{uuid4()}")

    assert (await worker(world).get(path)).status_code == 200
    assert (await world.user(Role.TEAM_LEAD).get(path)).status_code == 200
    for stranger in (
        world.user(Role.BUURTTEAM_WORKER, subject=OTHER),
        world.user(Role.TEAM_LEAD, team=str(uuid4())),
        world.user(Role.CENTRAL_ACCESS),
    ):
        answer = await stranger.get(path)
        assert answer.status_code == 404
        assert answer.content == nothing.content


async def test_who_left_the_circle_sees_a_request_no_more(world: World, plans: FakePlans) -> None:
    plan = a_plan(plans)
    key = uuid4()
    body = a_request(plan)
    made = await worker(world).post(REFERRALS, body, key=key)
    plan.coordinator = OTHER
    event = {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": "urn:nld:buurtteam:plans",
        "type": "nl.wmo.plan.circle-changed",
        "subject": str(plan.id),
        "time": "2022-03-01T09:00:00Z",
        "sequence": "2",
        "data": plan.circle(),
    }
    token = world.service_token("plans", "referrals")
    told = await world.http.post(
        "http://referrals.test/referrals/v1/events",
        json=event,
        headers={"Authorization": f"Bearer {token}"},
    )
    await world.drain()

    read = await worker(world).get(f"{REFERRALS}/{made.json()['id']}")
    replayed = await worker(world).post(REFERRALS, body, key=key)
    other = world.user(Role.BUURTTEAM_WORKER, subject=OTHER)
    by_other = await other.get(f"{REFERRALS}/{made.json()['id']}")

    assert told.status_code == 202
    assert read.status_code == replayed.status_code == 404
    assert by_other.json()["coordinator"] == OTHER


async def test_a_key_gives_the_same_request_again_and_nothing_else(
    world: World, plans: FakePlans
) -> None:
    plan, key = a_plan(plans), uuid4()
    made = await worker(world).post(REFERRALS, a_request(plan), key=key)

    again = await worker(world).post(REFERRALS, a_request(plan), key=key)
    other = await worker(world).post(REFERRALS, a_request(plan, urgency="soon"), key=key)

    assert again.content == made.content
    assert again.headers["Idempotency-Replayed"] == "true"
    assert other.status_code == 409


@pytest.mark.rule("DIS-03")
@pytest.mark.rule("AMS-REF-09")
async def test_an_admitted_request_goes_past_the_grant_that_nobody_asked_for(
    world: World, plans: FakePlans
) -> None:
    seen = (await admitted(world, a_plan(plans))).json()

    assert seen["status"] == "placing"
    assert [(step["status"], step["skipped"]) for step in seen["steps"]] == [
        *(("preparing", False), ("judging", False), ("granting", True), ("placing", False))
    ]
    assert seen["judgement"]["judgedBy"] == "buurtteam"


@pytest.mark.rule("AMS-REF-09")
async def test_a_personal_budget_waits_for_the_formal_decision(
    world: World, plans: FakePlans
) -> None:
    seen = (await admitted(world, a_plan(plans), facts={"form": "pgb"})).json()

    assert seen["status"] == "granting"
    assert not seen["steps"][-1]["skipped"]


async def test_not_admitted_ends_the_request_and_frees_the_support_item(
    world: World, plans: FakePlans
) -> None:
    plan = a_plan(plans)
    made = await created(world, plan)

    no = await do(worker(world), made, "judgements", {**JUDGEMENT, "admitted": False})

    assert no.json()["status"] == "not_admitted"
    assert (await worker(world).post(REFERRALS, a_request(plan))).status_code == 201


async def test_weighings_that_come_with_the_judgement_count(world: World, plans: FakePlans) -> None:
    made = await created(world, a_plan(plans), weighings=[])

    yes = await do(worker(world), made, "judgements", {**JUDGEMENT, "weighings": WEIGHINGS})

    assert yes.json()["status"] == "placing"
    assert len(yes.json()["weighings"]) == 2


async def test_what_blocks_is_named_when_it_was_not_weighed(world: World, plans: FakePlans) -> None:
    made = await created(world, a_plan(plans), weighings=[])

    answer = await attempt_to(worker(world), made, "judgements", JUDGEMENT)

    assert answer.status_code == 409
    assert {fault["code"] for fault in answer.json()["errors"]} == {
        *("paid_work_considered", "social_base_considered")
    }


@pytest.mark.rule("AMS-PLN-23")
@pytest.mark.parametrize(("rule", "status"), [("AMS-ACC-13", 201), ("AMS-ACC-33", 400)])
async def test_a_motivated_departure_names_a_rule_of_this_check(
    world: World, plans: FakePlans, rule: str, status: int
) -> None:
    made = await created(world, a_plan(plans), weighings=[])
    departure = {
        "rule": rule,
        "motivation": "Werk is nu uitgesloten; wachten doet schade.",
        "agreedWith": "teamleider",
    }

    answer = await attempt_to(
        worker(world), made, "judgements", {**JUDGEMENT, "deviation": departure}
    )

    assert answer.status_code == status, answer.text


@pytest.mark.rule("AMS-ACC-10")
async def test_the_judgement_is_made_with_the_client(world: World, plans: FakePlans) -> None:
    made = await created(world, a_plan(plans))

    answer = await attempt_to(worker(world), made, "judgements", {**JUDGEMENT, "withClient": False})

    assert answer.status_code == 409
    assert answer.json()["errors"][0]["pointer"] == "/withClient"


@pytest.mark.rule("AMS-REF-05")
async def test_leading_and_judging_are_two_acts_by_two_parties(
    world: World, plans: FakePlans
) -> None:
    plan = a_plan(plans, voorziening=SHELTER)
    made = await created(world, plan, weighings=[], facts={"homeless": True})
    weighed = [
        {**WEIGHINGS[0], "condition": each["code"]}
        for each in made.json()["accessCheck"]["conditions"]
        if each["met"] is None and each["code"] != "plan_agreed"
    ]
    body = {
        **JUDGEMENT,
        "weighings": weighed,
        "whatNow": "U krijgt een plek zodra er een vrij is.",
        "validUntil": "2022-09-01",
    }

    by_team = await attempt_to(worker(world), made, "judgements", body)
    centre = world.user(Role.CENTRAL_ACCESS)
    seen = await centre.get(f"{REFERRALS}/{made.json()['id']}")
    departed = await attempt_to(
        centre,
        seen,
        "judgements",
        {
            **body,
            "deviation": {
                "rule": "AMS-ACC-33",
                "motivation": "een reden van twintig tekens",
                "agreedWith": "x",
            },
        },
    )
    by_centre = await attempt_to(centre, seen, "judgements", body)

    assert by_team.status_code == 409
    assert "Centrale toegang" in by_team.json()["detail"]
    assert departed.status_code == 409
    assert by_centre.status_code == 201, by_centre.text
    assert by_centre.json()["judgement"]["judgedBy"] == "centrale_toegang"


async def test_a_judgement_needs_the_latest_version_and_is_given_once(
    world: World, plans: FakePlans
) -> None:
    made = await created(world, a_plan(plans))
    path = f"{REFERRALS}/{made.json()['id']}/judgements"

    without = await worker(world).post(path, JUDGEMENT)
    yes = await worker(world).post(path, JUDGEMENT, etag=made.headers["ETag"])
    stale = await worker(world).post(path, JUDGEMENT, etag=made.headers["ETag"])
    again = await worker(world).post(path, JUDGEMENT, etag=yes.headers["ETag"])

    assert [a.status_code for a in (without, yes, stale, again)] == [428, 201, 412, 409]


async def test_everything_done_with_a_household_is_in_the_audit(
    world: World, plans: FakePlans
) -> None:
    plan = a_plan(plans)
    made = await created(world, plan)
    await worker(world).get(f"{REFERRALS}/{made.json()['id']}")

    found = await world.user(Role.PRIVACY_OFFICER).get(
        f"/referrals/v1/audit-records?subjectId={plan.household}"
    )

    acts = [(each["operation"], each["act"]) for each in found.json()["items"]]
    assert sorted(acts) == [("create_referral", "write"), ("read_referral", "read")]


async def test_when_plans_is_away_nothing_is_made(world: World, plans: FakePlans) -> None:
    plan = a_plan(plans)
    del world.router.apps["plans.test"]

    answer = await worker(world).post(REFERRALS, a_request(plan))

    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    world.router.apps["plans.test"] = plans.app()
    assert (await worker(world).get(f"{REFERRALS}?planId={plan.id}")).json()["items"] == []


async def test_steps_are_never_changed(world: World, plans: FakePlans) -> None:
    await created(world, a_plan(plans))

    with pytest.raises(Exception, match="append-only"):
        world.databases.execute(ServiceName.REFERRALS, "DELETE FROM referral_steps")


async def test_in_urgency_what_may_wait_does_not_hold_up_the_judgement(
    world: World, plans: FakePlans
) -> None:
    made = await created(world, a_plan(plans), weighings=[], facts={"urgent": True})

    yes = await do(worker(world), made, "judgements", JUDGEMENT)

    assert made.json()["status"] == "judging"
    later = {c["code"]: c["dueBy"] for c in made.json()["accessCheck"]["conditions"]}
    assert later["paid_work_considered"] == "2022-04-12"
    assert yes.json()["status"] == "placing"


@pytest.mark.rule("AMS-PLN-23")
async def test_what_is_not_indicated_stays_with_the_team_unless_it_departs_with_a_reason(
    world: World, plans: FakePlans
) -> None:
    made = await created(world, a_plan(plans), facts={"wlzIndication": True})
    departure = {
        "rule": "AMS-ACC-13",
        "motivation": "De Wlz begint pas over drie maanden.",
        "agreedWith": "teamleider",
    }

    plain = await attempt_to(worker(world), made, "judgements", JUDGEMENT)
    departed = await attempt_to(
        worker(world), made, "judgements", {**JUDGEMENT, "deviation": departure}
    )

    assert made.json()["accessCheck"]["outcome"] == "not_indicated"
    assert made.json()["status"] == "preparing"
    assert plain.status_code == 409
    assert plain.json()["errors"][0]["code"] == "no_wlz_indication"
    assert departed.status_code == 201, departed.text


async def test_what_the_rules_do_not_say_is_judged_by_the_front_team_with_a_reason(
    world: World, plans: FakePlans
) -> None:
    plan = a_plan(plans, voorziening="time_outplek")
    made = await created(world, plan, weighings=[])
    rule = next(
        each["rule"]
        for each in made.json()["accessCheck"]["reasons"]
        if each["rule"].startswith("AMS-")
    )
    departure = {
        "rule": rule,
        "motivation": "Een paar nachten rust voorkomt opname.",
        "agreedWith": "teamleider",
    }

    plain = await attempt_to(worker(world), made, "judgements", JUDGEMENT)
    departed = await attempt_to(
        worker(world), made, "judgements", {**JUDGEMENT, "deviation": departure}
    )

    assert made.json()["accessCheck"]["outcome"] == "not_determined"
    assert made.json()["status"] == "preparing"
    assert plain.status_code == 409
    assert departed.status_code == 201, departed.text


async def test_a_lead_outside_the_circle_makes_no_request(world: World, plans: FakePlans) -> None:
    plan = a_plan(plans)

    answer = await world.user(Role.TEAM_LEAD).post(REFERRALS, a_request(plan))

    assert answer.status_code == 404
    assert (await worker(world).get(f"{REFERRALS}?planId={plan.id}")).json()["items"] == []


async def test_who_left_the_circle_cannot_judge_although_the_news_is_still_under_way(
    world: World, plans: FakePlans
) -> None:
    plan = a_plan(plans)
    made = await created(world, plan)
    plan.coordinator = OTHER

    answer = await attempt_to(worker(world), made, "judgements", JUDGEMENT)

    assert answer.status_code == 404
