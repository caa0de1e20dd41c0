"""What referrals and intake tell, as it lands on the plan and on desks."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from shared.schemas.events import (
    ATTEMPT_MOVED,
    CONTACT_REDIRECTED,
    CONTACT_TAKEN_UP,
    REFERRAL_MOVED,
)
from shared.vocabulary import Role
from tests.plans.support import REFERRED, Case, created, open_case, tell
from tests.support.world import World

TEAM = "7ea00000-0000-4000-8000-000000000001"


class Referral:
    """A referral for one support item, as referrals tells of it."""

    def __init__(self, world: World, case: Case, item: dict[str, Any]) -> None:
        self.id, self.attempt = str(uuid4()), str(uuid4())
        self._world, self._case, self._item, self._sequence = world, case, item, 0

    def _base(self) -> dict[str, Any]:
        return {
            "referralId": self.id,
            "planId": self._case.plan["id"],
            "supportItemId": self._item["id"],
        }

    async def moves(self, status: str, sequence: int | None = None, **more: Any) -> None:
        """The referral goes to a state."""
        self._sequence = sequence or self._sequence + 1
        data = {**self._base(), "voorziening": REFERRED, "status": status, **more}
        await tell(self._world, REFERRAL_MOVED, self.id, self._sequence, data)

    async def attempt_moves(self, status: str, sequence: int, **more: Any) -> None:
        """Its attempt goes to a state."""
        data = {
            **self._base(),
            "attemptId": self.attempt,
            "providerId": str(uuid4()),
            "status": status,
            **more,
        }
        await tell(self._world, ATTEMPT_MOVED, self.attempt, sequence, data)

    async def item(self) -> dict[str, Any]:
        """The support item on the plan now."""
        items = (await self._case.view())["supportItems"]
        return next(item for item in items if item["id"] == self._item["id"])


async def referral(world: World) -> tuple[Case, Referral]:
    """A plan with help for which a referral is made."""
    case = await open_case(world)
    return case, Referral(world, case, await case.item(voorziening=REFERRED))


@pytest.mark.rule("AMS-REF-08")
@pytest.mark.rule("AMS-PLN-11")
async def test_a_support_item_follows_its_referral_and_the_coordinator_sees_each_step(
    world: World,
) -> None:
    case, led = await referral(world)
    seen = []

    for status in ("preparing", "judging", "placing", "delivering", "ended"):
        await led.moves(status)
        seen.append((await led.item())["status"])

    assert seen == ["arranging", "arranging", "arranging", "running", "stopped"]
    item = await led.item()
    assert (item["referralId"], item["referralStatus"]) == (led.id, "ended")
    view = await case.view()
    steps = [e["kind"] for e in view["timeline"] if e["kind"].startswith("referral_")]
    assert steps == [
        f"referral_{s}" for s in ("preparing", "judging", "placing", "delivering", "ended")
    ]
    assert view["coordinator"] == case.plan["coordinator"]


async def test_an_event_that_is_not_newer_changes_nothing(world: World) -> None:
    case, led = await referral(world)
    await led.moves("placing", sequence=5)
    await led.attempt_moves("offered", 2)
    before = await case.view()

    await led.moves("delivering", sequence=5)
    await led.moves("preparing", sequence=4)
    await led.attempt_moves("declined", 2)
    await led.attempt_moves("declined", 1)

    assert await case.view() == before


async def test_the_steps_with_a_provider_are_on_the_timeline_with_their_code(world: World) -> None:
    case, led = await referral(world)

    await led.attempt_moves("offered", 1)
    await led.attempt_moves("declined", 2, code="no_room")

    entries = [
        (e["kind"], e["code"], e["actor"])
        for e in (await case.view())["timeline"]
        if e["kind"].startswith("attempt_")
    ]
    assert entries == [("attempt_offered", None, None), ("attempt_declined", "no_room", None)]
    assert await case.work("referral_step") == []


async def test_an_exhausted_shortlist_is_work_for_the_next_working_day_until_it_goes_on(
    world: World,
) -> None:
    case, led = await referral(world)
    await led.moves("placing")

    await led.moves("no_provider_left", code="shortlist_exhausted")
    work = await case.work("shortlist_exhausted")
    by_hand = await complete(case, work[0])
    await led.moves("placing")
    after = await case.work("shortlist_exhausted")
    await led.moves("no_provider_left")
    again = await case.work("shortlist_exhausted")

    assert [(item["dueOn"], item["owner"]) for item in work] == [
        ("2022-03-02", case.plan["coordinator"])
    ]
    assert by_hand == 409
    assert after == []
    assert len(again) == 1
    assert again[0]["id"] != work[0]["id"]


@pytest.mark.rule("AMS-REF-08")
@pytest.mark.parametrize(
    "code", ["person_withdraws", "person_chooses_other", "heavier_support_needed"]
)
async def test_a_no_after_which_nobody_is_asked_lies_on_the_desk_of_the_coordinator(
    world: World, code: str
) -> None:
    case, led = await referral(world)
    await led.moves("placing")
    await led.attempt_moves("offered", 1)

    await led.attempt_moves("declined", 2, code=code)
    work = await case.work("referral_step")
    led.attempt = str(uuid4())
    await led.attempt_moves("offered", 1)
    after = await case.work("referral_step")

    assert [(item["dueOn"], item["owner"], item["code"], item["aboutId"]) for item in work] == [
        ("2022-03-02", case.plan["coordinator"], code, led.id)
    ]
    assert after == []


async def test_a_no_after_which_the_request_ends_is_off_the_desk(world: World) -> None:
    case, led = await referral(world)
    await led.moves("placing")
    await led.attempt_moves("declined", 1, code="person_withdraws")

    await led.moves("withdrawn", code="withdrawn")

    assert await case.work("referral_step") == []


async def test_a_no_that_asks_the_next_provider_is_no_work(world: World) -> None:
    case, led = await referral(world)
    await led.moves("placing")

    await led.attempt_moves("declined", 1, code="no_capacity")

    assert await case.work("referral_step") == []


async def test_the_end_of_delivery_lies_on_the_desk_until_it_is_ticked_off(world: World) -> None:
    case, led = await referral(world)
    await led.moves("delivering")

    await led.attempt_moves("stopped", 1, code="provider_stops")
    await led.moves("ended", code="provider_stops")
    work = await case.work("referral_step")
    ticked = await complete(case, work[0])

    assert [item["code"] for item in work] == ["provider_stops"]
    assert ticked == 200
    assert await case.work("referral_step") == []


async def test_a_referral_of_which_the_news_came_after_the_plan_was_closed_is_not_lost(
    world: World,
) -> None:
    case, led = await referral(world)
    stop = {
        "supportItemId": (await led.item())["id"],
        "decision": "stop",
        "motivation": "Niet meer nodig.",
    }
    held = await case.worker.post(
        f"{case.path}/evaluations", {"withClient": True, "decisions": [stop]}
    )
    closed = await case.worker.post(f"{case.path}/closings", etag=await case.etag())

    await led.moves("placing")
    work = await case.work("referral_step")
    await led.moves("withdrawn")

    assert (held.status_code, closed.status_code) == (201, 200), closed.text
    assert [(item["owner"], item["aboutId"]) for item in work] == [
        (case.plan["coordinator"], led.id)
    ]
    assert await case.work("referral_step") == []


async def complete(case: Case, item: dict[str, Any]) -> int:
    """Try to tick something off."""
    path = f"/plans/v1/work-items/{item['id']}"
    etag = (await case.worker.get(path)).headers["ETag"]
    return (await case.worker.post(f"{path}/completions", etag=etag)).status_code


async def test_a_fresh_referral_takes_over_an_item_whose_referral_ended(world: World) -> None:
    case, first = await referral(world)
    await first.moves("placing")
    await first.moves("withdrawn")
    second = Referral(world, case, await first.item())
    second._item = await first.item()

    await second.moves("judging")
    taken_over = await second.item()
    await first.moves("aftercare")
    late = await second.item()

    assert (taken_over["referralId"], taken_over["status"]) == (second.id, "arranging")
    assert (late["referralId"], late["referralStatus"]) == (second.id, "judging")


async def test_a_running_referral_is_not_pushed_aside_by_another(world: World) -> None:
    case, first = await referral(world)
    await first.moves("delivering")
    second = Referral(world, case, await first.item())

    await second.moves("preparing")

    item = await first.item()
    assert (item["referralId"], item["status"]) == (first.id, "running")


def redirected(contact: str, **more: Any) -> dict[str, Any]:
    """A contact carried over to the sample's team."""
    return {
        "contactId": str(uuid4()),
        "carriedTo": contact,
        "toParty": "buurtteam",
        "toTeamId": TEAM,
        **more,
    }


async def test_a_redirected_contact_lies_on_the_desk_of_the_team_until_taken_up(
    world: World,
) -> None:
    case = await open_case(world)
    contact = str(uuid4())
    other_team = world.user(Role.BUURTTEAM_WORKER, subject="50b0-noord", team=str(uuid4()))

    await tell(world, CONTACT_REDIRECTED, contact, 1, redirected(contact))
    work = await case.work("redirect_to_take_up")
    elsewhere = await case.work("redirect_to_take_up", other_team)
    by_hand = await complete(case, work[0])
    await tell(
        world,
        CONTACT_TAKEN_UP,
        contact,
        2,
        {"contactId": contact, "carriedFrom": str(uuid4())},
    )

    assert [(item["aboutId"], item["dueOn"]) for item in work] == [(contact, "2022-03-02")]
    assert elsewhere == []
    assert by_hand == 409
    assert await case.work("redirect_to_take_up") == []


async def test_a_taking_up_that_is_heard_before_its_redirect_leaves_nothing_on_the_desk(
    world: World,
) -> None:
    case = await open_case(world)
    contact = str(uuid4())
    taken_up = {"contactId": contact, "carriedFrom": str(uuid4())}

    await tell(world, CONTACT_TAKEN_UP, contact, 2, taken_up)
    await tell(world, CONTACT_REDIRECTED, str(uuid4()), 1, redirected(contact))

    assert await case.work("redirect_to_take_up") == []


async def test_a_redirect_to_another_party_is_followed_by_the_coordinator_of_the_plan(
    world: World,
) -> None:
    case = await open_case(world)
    contact = str(uuid4())
    away = redirected(contact, toTeamId=None, toParty="centrale_toegang")

    await tell(world, CONTACT_REDIRECTED, contact, 1, {**away, "planId": case.plan["id"]})
    await tell(world, CONTACT_REDIRECTED, str(uuid4()), 1, {**away, "carriedTo": str(uuid4())})

    work = await case.work("redirect_to_take_up")
    assert [(item["aboutId"], item["owner"]) for item in work] == [
        (contact, case.plan["coordinator"])
    ]


async def test_work_is_listed_by_due_date_page_by_page(world: World) -> None:
    case = await open_case(world)
    for day in ("2022-04-04", "2022-03-07", "2022-03-14", "2022-03-08"):
        created(await case.worker.post(f"{case.path}/evaluation-moments", {"on": day}))
    due: list[str] = []
    path = "/plans/v1/work-items?pageSize=2"
    cursor: str | None = None

    while True:
        more = "" if cursor is None else f"&cursor={cursor}"
        page = created(await case.worker.get(path + more), 200)
        due += [item["dueOn"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break

    assert due == ["2022-03-07", "2022-03-08", "2022-03-14", "2022-04-04", "2022-05-31"]
    forged = await case.worker.get(f"{path}&cursor=AAAA")
    assert forged.status_code == 400


async def test_work_of_another_team_does_not_exist(world: World) -> None:
    case = await open_case(world)
    item = (await case.work("evaluation_due"))[0]
    path = f"/plans/v1/work-items/{item['id']}"
    outsider = world.user(Role.BUURTTEAM_WORKER, subject="50b0-noord", team=str(uuid4()))

    answers = [await outsider.get(path), await outsider.post(f"{path}/completions", etag='"x"')]
    nothing = await outsider.get(f"/plans/v1/work-items/{uuid4()}")

    assert {answer.content for answer in answers} == {nothing.content}
    assert await case.work("evaluation_due", outsider) == []


@pytest.mark.parametrize(
    "wrong",
    [
        lambda event: {**event, "type": "nl.wmo.plan.circle-changed"},
        lambda event: {**event, "source": "urn:nld:buurtteam:intake"},
        lambda event: {**event, "data": {"referralId": "geen"}},
    ],
)
async def test_an_event_that_cannot_be_right_is_refused(
    world: World, wrong: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    event = {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": "urn:nld:buurtteam:referrals",
        "type": REFERRAL_MOVED,
        "subject": str(uuid4()),
        "time": "2022-03-01T09:00:00Z",
        "sequence": "1",
        "data": {
            "referralId": str(uuid4()),
            "planId": str(uuid4()),
            "supportItemId": str(uuid4()),
            "voorziening": REFERRED,
            "status": "judging",
        },
    }
    headers = {"Authorization": f"Bearer {world.service_token('referrals', 'plans')}"}
    url = "http://plans.test/plans/v1/events"

    refused = await world.http.post(url, json=wrong(event), headers=headers)
    taken = await world.http.post(url, json=event, headers=headers)

    assert (refused.status_code, taken.status_code) == (400, 202)
