"""After help: keeping in touch, and asking support again without a new intake."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.schemas.events import PLAN_CLOSED
from shared.vocabulary import Role, ServiceName
from tests.referrals.doubles import FakePlans
from tests.referrals.lasting import (
    AGAIN,
    ENOUGH,
    KEEP,
    STOPPED,
    WORRIES,
    asked_again,
    ended,
    in_aftercare,
    now,
    recalled,
)
from tests.referrals.steps import (
    JUDGEMENT,
    REFERRALS,
    a_request,
    a_shortlist,
    attempt_to,
    desk,
    do,
    offered,
    worker,
)
from tests.referrals.telling import tell
from tests.support.world import World

pytestmark = pytest.mark.anyio


def _days(plans: FakePlans) -> list[dict[str, str]]:
    """The days that plans heard last."""
    moved = [each for each in plans.events if each["type"] == "nl.wmo.referral.moved"]
    found: list[dict[str, str]] = moved[-1]["data"]["days"]
    return found


@pytest.mark.rule("AMS-REF-20", "AMS-PLN-27")
async def test_after_help_somebody_keeps_in_touch_and_the_plan_hears_the_day(
    world: World, plans: FakePlans
) -> None:
    under = await in_aftercare(world, plans)
    await world.drain()

    told = under.referral.json()

    assert (told["status"], told["steps"][-1]["previous"]) == ("aftercare", "ended")
    assert told["aftercare"] == {
        **KEEP,
        "until": None,
        "startedOn": "2022-03-01",
        "endedOn": None,
        "code": None,
        "contacts": [],
    }
    assert {"kind": "aftercare_contact", "on": "2022-03-15"} in _days(plans)


@pytest.mark.rule("AMS-REF-20")
@pytest.mark.parametrize(
    ("more", "until", "then"),
    [
        ({}, None, "2022-03-29"),
        ({}, "2022-03-20", "2022-03-20"),
        ({"nextContactOn": "2022-03-04"}, None, "2022-03-04"),
    ],
)
async def test_a_contact_sets_the_day_of_the_next_one(
    world: World, plans: FakePlans, more: dict[str, str], until: str | None, then: str
) -> None:
    under = await in_aftercare(world, plans, {**KEEP, "until": until})

    told = (await do(worker(world), under.referral, "aftercare-contacts", WORRIES | more)).json()
    await world.drain()

    (contact,) = told["aftercare"]["contacts"]
    assert (contact["going"], contact["note"]) == ("worries", WORRIES["note"])
    assert told["aftercare"]["nextContactOn"] == contact["nextContactOn"] == then
    assert (told["status"], _days(plans)[0]["on"]) == ("aftercare", "2022-03-01")
    assert {"kind": "aftercare_contact", "on": then} in _days(plans)


@pytest.mark.rule("AMS-REF-20", "AMS-PLN-27")
async def test_support_is_asked_again_with_the_first_date_and_no_new_intake(
    world: World, plans: FakePlans
) -> None:
    under = await in_aftercare(world, plans, firstContactOn="2022-01-10", urgency="soon")
    before = under.referral.json()

    told = (await do(worker(world), under.referral, "recalls", AGAIN)).json()

    assert (told["id"], told["status"], told["round"]) == (before["id"], "placing", 2)
    assert (told["firstContactOn"], told["urgency"]) == ("2022-01-10", "soon")
    assert (told["aftercare"]["code"], told["aftercare"]["nextContactOn"]) == ("recalled", None)
    assert told["shortlist"] is None
    (again,) = told["recalls"]
    assert (again["round"], again["status"]) == (2, "placing")
    assert again["motivation"] == AGAIN["motivation"]


@pytest.mark.rule("AMS-REF-20")
async def test_the_provider_of_before_can_be_asked_again_along_a_new_list_only(
    world: World, plans: FakePlans
) -> None:
    under = await recalled(world, plans, firstContactOn="2022-01-10")

    unlisted = await attempt_to(worker(world), under.referral, "attempts")
    offer = await asked_again(world, under)

    assert unlisted.status_code == 409
    assert "lijst" in unlisted.json()["detail"]
    assert offer.json()["firstContactOn"] == "2022-01-10"
    mine = [each["round"] for each in under.referral.json()["attempts"]]
    assert mine == [1, 2]


async def test_in_the_new_round_nobody_is_asked_twice_either(
    world: World, plans: FakePlans
) -> None:
    under = await recalled(world, plans)
    await asked_again(world, under)

    twice = await attempt_to(
        worker(world), under.referral, "shortlists", a_shortlist(under.plan, under.first)
    )

    assert (twice.status_code, twice.json()["errors"][0]["code"]) == (409, "asked-before")


@pytest.mark.rule("AMS-REF-20")
async def test_a_decision_whose_last_day_is_over_is_judged_anew(
    world: World, plans: FakePlans
) -> None:
    under = await in_aftercare(world, plans)
    world.databases.execute(ServiceName.REFERRALS, "UPDATE judgements SET valid_until='2022-02-28'")

    again = await do(worker(world), under.referral, "recalls", AGAIN)
    judged = await do(worker(world), again, "judgements", JUDGEMENT | {"motivation": "Opnieuw."})

    assert (again.json()["status"], judged.json()["status"]) == ("judging", "placing")
    assert judged.json()["judgement"]["motivation"] == "Opnieuw."
    assert judged.json()["judgement"]["validUntil"] is None


@pytest.mark.rule("AMS-REF-20")
async def test_without_aftercare_the_way_is_a_new_request(world: World, plans: FakePlans) -> None:
    under = await offered(world, plans)
    seen = await ended(world, under)

    refused = await attempt_to(worker(world), seen, "recalls", AGAIN)

    assert refused.status_code == 409
    assert "nieuwe aanvraag" in refused.json()["detail"]
    assert (await now(world, under)).json()["status"] == "ended"


async def test_a_recall_beside_another_open_request_says_to_go_on_with_that(
    world: World, plans: FakePlans
) -> None:
    under = await in_aftercare(world, plans)
    await worker(world).post(REFERRALS, a_request(under.plan))

    refused = await attempt_to(worker(world), under.referral, "recalls", AGAIN)

    assert refused.status_code == 409
    assert "Ga daarmee verder" in refused.json()["detail"]
    told = (await now(world, under)).json()
    assert (told["status"], told["round"], told["recalls"]) == ("aftercare", 1, [])


async def test_aftercare_ends_with_a_code_and_asks_nothing_any_more(
    world: World, plans: FakePlans
) -> None:
    under = await in_aftercare(world, plans)

    unknown = await attempt_to(worker(world), under.referral, "aftercare-endings", {"code": "x"})
    told = (await do(worker(world), under.referral, "aftercare-endings", ENOUGH)).json()
    await world.drain()

    assert unknown.status_code == 400
    assert (told["status"], told["steps"][-1]["code"]) == ("ended", "going_well")
    assert (told["aftercare"]["code"], told["aftercare"]["endedOn"]) == ("going_well", "2022-03-01")
    assert [each["kind"] for each in _days(plans)] == ["placement"]
    assert plans.moved("referral")[-1] == "ended"


@pytest.mark.parametrize(
    ("what", "body"),
    [("aftercare-contacts", WORRIES), ("aftercare-endings", ENOUGH), ("recalls", AGAIN)],
)
async def test_before_help_has_ended_there_is_no_aftercare(
    world: World, plans: FakePlans, what: str, body: dict[str, Any]
) -> None:
    under = await offered(world, plans)

    opened = await attempt_to(worker(world), under.referral, "aftercare", KEEP)
    answer = await attempt_to(worker(world), under.referral, what, body)

    assert (opened.status_code, answer.status_code) == (409, 409)


@pytest.mark.parametrize(
    ("what", "body", "pointer"),
    [
        ("aftercare", KEEP | {"nextContactOn": "2022-02-28"}, "/nextContactOn"),
        ("aftercare", KEEP | {"nextContactOn": "2032-03-15"}, "/nextContactOn"),
        ("aftercare", KEEP | {"until": "2022-03-14"}, "/until"),
        ("aftercare", KEEP | {"contactEveryDays": 0}, "/contactEveryDays"),
    ],
)
async def test_a_day_that_cannot_be_right_is_pointed_at(
    world: World, plans: FakePlans, what: str, body: dict[str, Any], pointer: str
) -> None:
    under = await offered(world, plans)
    seen = await ended(world, under)

    refused = await attempt_to(worker(world), seen, what, body)

    assert refused.status_code == 400
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    "more",
    [{"on": "2022-02-27"}, {"on": "2022-03-02"}, {"nextContactOn": "2022-03-01"}],
)
async def test_a_contact_was_in_this_aftercare_and_the_next_one_is_later(
    world: World, plans: FakePlans, more: dict[str, str]
) -> None:
    under = await in_aftercare(world, plans)

    refused = await attempt_to(worker(world), under.referral, "aftercare-contacts", WORRIES | more)

    assert refused.status_code == 400


async def test_help_is_recalled_more_than_once(world: World, plans: FakePlans) -> None:
    under = await recalled(world, plans, firstContactOn="2022-01-10")
    actor = desk(world, under.first)
    seen = await do(actor, await asked_again(world, under), "acceptances")
    seen = await do(
        actor, seen, "intake-appointments", {"at": "2022-03-01T12:00:00Z", "place": "De tuin"}
    )
    seen = await do(actor, seen, "starts", {"on": "2022-03-01"})
    await do(actor, seen, "stops", STOPPED)
    seen = await do(worker(world), await now(world, under), "aftercare", KEEP)

    told = (await do(worker(world), seen, "recalls", AGAIN)).json()

    assert [each["round"] for each in told["recalls"]] == [2, 3]
    assert (told["firstContactOn"], told["status"]) == ("2022-01-10", "placing")


async def test_of_a_closed_plan_nothing_is_recalled(world: World, plans: FakePlans) -> None:
    under = await in_aftercare(world, plans)
    closed = {"planId": str(under.plan.id), "status": "closed"}
    await tell(world, PLAN_CLOSED, str(under.plan.id), closed)

    refused = await attempt_to(worker(world), under.referral, "recalls", AGAIN)

    assert refused.status_code == 409
    assert "gesloten" in refused.json()["detail"]


async def test_after_the_last_planned_day_it_goes_on_until_the_team_ends_it(
    world: World, plans: FakePlans
) -> None:
    under = await in_aftercare(world, plans, {**KEEP, "until": "2022-03-20"})
    world.move_to(datetime(2022, 3, 22, 9, tzinfo=UTC))
    await world.drain()
    seen = await now(world, under)

    told = await do(worker(world), seen, "aftercare-contacts", WORRIES | {"on": "2022-03-22"})

    assert told.json()["status"] == "aftercare"
    assert told.json()["aftercare"]["nextContactOn"] == "2022-04-19"


async def test_no_text_of_it_is_stored_in_clear(world: World, plans: FakePlans) -> None:
    under = await in_aftercare(world, plans)
    under.referral = await do(worker(world), under.referral, "aftercare-contacts", WORRIES)
    await do(worker(world), under.referral, "recalls", AGAIN)
    db = world.kernel(ServiceName.REFERRALS).db

    for table, text in (("aftercare_contacts", WORRIES["note"]), ("recalls", AGAIN["motivation"])):
        rows = f"SELECT coalesce(json_agg(r)::text, '') FROM {table} r"  # noqa: S608
        stored = await db.fetch_json(rows, {}) or b""
        assert stored, table
        assert text.encode() not in stored
        assert text.encode().hex().encode() not in stored, table


async def test_who_is_not_around_the_plan_does_not_find_it(world: World, plans: FakePlans) -> None:
    under = await in_aftercare(world, plans)
    stranger = world.user(Role.BUURTTEAM_WORKER, subject="somebody-else")

    answers = [
        await attempt_to(stranger, under.referral, what, body)
        for what, body in (
            ("aftercare-contacts", WORRIES),
            ("recalls", AGAIN),
            ("aftercare-endings", ENOUGH),
        )
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert len({answer.content for answer in answers}) == 1
