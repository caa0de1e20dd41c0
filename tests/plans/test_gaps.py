"""Help that ends while its goal is open: on the desk in time, and as a gap on the plan."""

from typing import Any
from uuid import uuid4

import pytest

from tests.plans.support import REFERRED, Case, created, open_case, tell, weighed
from tests.support.world import World

pytestmark = pytest.mark.anyio

MOVED = "nl.wmo.referral.moved"
GRANT = "nl.wmo.grant.moved"
SOON = "2022-04-26"  # 56 days after the day of the tests
LATER = "2022-04-27"


class Help:
    """A support item with its referral, as referrals tells of it."""

    def __init__(self, world: World, case: Case, item: dict[str, Any]) -> None:
        self.world, self.case, self.item = world, case, item
        self.referral, self.grant = str(uuid4()), str(uuid4())
        self.sequence = 0

    async def moved(self, status: str, **days: str) -> None:
        """The referral went to a state, with the days that are known."""
        self.sequence += 1
        data = {
            "referralId": self.referral,
            "planId": self.case.plan["id"],
            "supportItemId": self.item["id"],
            "voorziening": REFERRED,
            "status": status,
            "days": [{"kind": kind, "on": on} for kind, on in days.items()],
        }
        await tell(self.world, MOVED, self.referral, self.sequence, data)

    async def granted(self, until: str | None, status: str = "running", **more: Any) -> None:
        """What is told of a grant of this item."""
        self.sequence += 1
        data = {
            "grantId": self.grant,
            "planId": self.case.plan["id"],
            "supportItemId": self.item["id"],
            "referralId": self.referral,
            "status": status,
            "kind": "granted",
            "validUntil": until,
            **more,
        }
        await tell(self.world, GRANT, str(data["grantId"]), self.sequence, data)

    async def gaps(self) -> list[tuple[str, str]]:
        """Cause and day of every gap on the plan."""
        found = (await self.case.view())["gaps"]
        return [(gap["cause"], gap["from"]) for gap in found]


async def a_help(world: World, case: Case | None = None, goal: str | None = None) -> Help:
    """An item for a goal of its own, or for one that other help is for too."""
    case = case or await open_case(world)
    if goal is None:
        return Help(world, case, await case.item(voorziening=REFERRED))
    body = {
        "goalIds": [goal],
        "ladderStep": "individual",
        "description": "Daarna verder",
        "lighterSteps": weighed("individual"),
        "voorziening": REFERRED,
    }
    item = created(await case.worker.post(f"{case.path}/support-items", body))
    return Help(world, case, item)


@pytest.mark.rule("AMS-PLN-32", "AMS-REF-17")
@pytest.mark.parametrize("cause", ["decision", "contract"])
@pytest.mark.parametrize(("on", "shown"), [(SOON, True), (LATER, False), ("2022-02-01", True)])
async def test_help_that_ends_soon_is_a_gap_while_its_goal_is_open(
    world: World, cause: str, on: str, *, shown: bool
) -> None:
    found = await a_help(world)

    await found.moved("delivering", **{cause: on})

    assert await found.gaps() == ([(cause, on)] if shown else [])
    if shown:
        (gap,) = (await found.case.view())["gaps"]
        assert gap["supportItemId"] == found.item["id"]
        assert gap["goalIds"] == found.item["goalIds"]


@pytest.mark.rule("AMS-PLN-32")
async def test_the_first_day_counts_and_what_really_stopped_before_what_was_known(
    world: World,
) -> None:
    found = await a_help(world)

    await found.moved("delivering", decision=SOON, contract="2022-04-01")
    running = await found.gaps()
    await found.granted("2022-03-10")
    by_grant = await found.gaps()
    await found.moved("ended", placement="2022-03-01")

    assert (running, by_grant) == ([("contract", "2022-04-01")], [("grant", "2022-03-10")])
    assert await found.gaps() == [("placement", "2022-03-01")]


@pytest.mark.rule("AMS-PLN-32")
async def test_of_grants_that_follow_one_another_the_last_counts(world: World) -> None:
    found = await a_help(world)
    await found.moved("delivering")

    await found.granted("2022-03-10")
    first = await found.gaps()
    await found.granted("2022-03-10", "ended")
    over = await found.gaps()
    await found.granted(None, grantId=str(uuid4()))

    assert first == over == [("grant", "2022-03-10")]
    assert await found.gaps() == []


async def test_a_grant_of_an_earlier_request_says_nothing_of_help_that_runs_now(
    world: World,
) -> None:
    found = await a_help(world)
    await found.granted("2022-02-01", "ended")
    await found.moved("ended", placement="2022-02-01")
    before = await found.gaps()

    found.referral = str(uuid4())
    await found.moved("delivering")

    assert (before, await found.gaps()) == ([("placement", "2022-02-01")], [])


@pytest.mark.rule("AMS-PLN-32")
@pytest.mark.parametrize(
    ("status", "days", "shown"),
    [
        ("placing", {}, False),
        ("delivering", {}, False),
        ("delivering", {"decision": LATER}, False),
        ("delivering", {"decision": "2022-04-01"}, True),
        ("withdrawn", {}, True),
        ("aftercare", {"aftercare_contact": "2022-04-01"}, False),
    ],
)
async def test_other_help_for_the_goal_that_goes_on_closes_the_gap(
    world: World, status: str, days: dict[str, str], *, shown: bool
) -> None:
    first = await a_help(world)
    await first.moved("delivering", contract=SOON)
    other = await a_help(world, first.case, first.item["goalIds"][0])

    await other.moved(status, **days)

    assert (("contract", SOON) in await first.gaps()) is shown


@pytest.mark.rule("AMS-PLN-32", "AMS-PLN-27")
@pytest.mark.parametrize(
    ("status", "days"),
    [
        ("aftercare", {"placement": "2022-03-01", "aftercare_contact": "2022-03-15"}),
        ("placing", {}),
        ("delivering", {}),
    ],
)
async def test_aftercare_and_a_recall_close_the_gap_of_help_that_stopped(
    world: World, status: str, days: dict[str, str]
) -> None:
    found = await a_help(world)
    await found.moved("delivering")
    await found.moved("ended", placement="2022-03-01")
    before = await found.gaps()

    await found.moved(status, **days)

    assert (before, await found.gaps()) == ([("placement", "2022-03-01")], [])


async def test_a_goal_that_is_reached_leaves_no_gap(world: World) -> None:
    found = await a_help(world)
    await found.moved("ended", placement="2022-03-01")
    path = f"/plans/v1/goals/{found.item['goalIds'][0]}"
    etag = (await found.case.worker.get(path)).headers["ETag"]

    answer = await found.case.worker.patch(path, {"status": "reached"}, etag=etag)

    assert answer.status_code == 200, answer.text
    assert await found.gaps() == []


@pytest.mark.rule("AMS-PLN-32")
@pytest.mark.parametrize("kind", ["decision", "contract"])
async def test_the_end_of_help_lies_on_the_desk_in_time_and_once(world: World, kind: str) -> None:
    found = await a_help(world)

    await found.moved("delivering", **{kind: "2023-03-01"})
    first = await found.case.work(f"{kind}_ends")
    await found.moved("delivering", **{kind: "2022-03-20"})
    second = await found.case.work(f"{kind}_ends")
    await found.moved("ended", placement="2022-03-01")

    assert [(each["dueOn"], each["code"]) for each in first] == [("2023-01-04", "2023-03-01")]
    assert [(each["dueOn"], each["code"]) for each in second] == [("2022-03-01", "2022-03-20")]
    assert await found.case.work(f"{kind}_ends") == []


async def test_what_was_ticked_off_stays_so_while_the_day_stays(world: World) -> None:
    found = await a_help(world)
    await found.moved("delivering", contract="2022-04-01")
    (work,) = await found.case.work("contract_ends")
    path = f"/plans/v1/work-items/{work['id']}"
    etag = (await found.case.worker.get(path)).headers["ETag"]
    await found.case.worker.post(f"{path}/completions", etag=etag)

    await found.moved("delivering", contract="2022-04-01", decision="2022-05-01")

    assert await found.case.work("contract_ends") == []


@pytest.mark.rule("AMS-PLN-27", "AMS-REF-20")
async def test_the_day_of_a_contact_lies_on_the_desk_until_there_was_contact(world: World) -> None:
    found = await a_help(world)
    await found.moved("ended", placement="2022-03-01")

    await found.moved("aftercare", aftercare_contact="2022-03-15")
    (first,) = await found.case.work("aftercare_contact")
    path = f"/plans/v1/work-items/{first['id']}"
    etag = (await found.case.worker.get(path)).headers["ETag"]
    by_hand = await found.case.worker.post(f"{path}/completions", etag=etag)
    await found.moved("aftercare", aftercare_contact="2022-04-12")
    second = await found.case.work("aftercare_contact")
    await found.moved("placing")

    assert (first["dueOn"], first["aboutId"]) == ("2022-03-15", found.referral)
    assert by_hand.status_code == 409
    assert [each["dueOn"] for each in second] == ["2022-04-12"]
    assert await found.case.work("aftercare_contact") == []
    (item,) = (await found.case.view())["supportItems"]
    assert item["status"] == "arranging"
    assert (await found.case.timeline())[-1] == "referral_placing"


@pytest.mark.rule("AMS-PLN-26")
async def test_the_review_of_going_back_lies_on_the_desk_for_its_day(world: World) -> None:
    found = await a_help(world)

    await found.moved("delivering", return_review="2022-06-01")
    work = await found.case.work("return_review")
    await found.moved("ended", placement="2022-03-01")

    assert [each["dueOn"] for each in work] == ["2022-06-01"]
    assert await found.case.work("return_review") == []


@pytest.mark.rule("AMS-PLN-27")
async def test_a_plan_in_which_somebody_keeps_in_touch_is_not_closed(world: World) -> None:
    found = await a_help(world)
    await found.moved("ended", placement="2022-03-01")
    await found.moved("aftercare", aftercare_contact="2022-03-15")

    answers = []
    for _ in range(2):
        etag = await found.case.etag()
        answers.append(await found.case.worker.post(f"{found.case.path}/closings", etag=etag))
        await found.moved("ended", placement="2022-03-01")

    assert answers[0].status_code == 409
    assert "nazorg" in answers[0].json()["detail"]
    assert answers[1].status_code == 200, answers[1].text


async def test_older_news_brings_no_day_back(world: World) -> None:
    found = await a_help(world)
    await found.moved("delivering")
    found.sequence = 0

    await found.moved("delivering", contract="2022-04-01")

    assert await found.gaps() == []
