"""After the application: terms that stand still or grow, an objection, the end of a grant."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.vocabulary import Role, ServiceName
from tests.plans.support import Case
from tests.referrals.deciding import (
    APPLICATIONS,
    GRANTS,
    NO,
    OBJECTIONS,
    YES,
    a_case,
    act,
    an_application,
    applied,
    grantor,
    referred,
    waiting,
)
from tests.referrals.steps import REFERRALS
from tests.support.world import World

pytestmark = pytest.mark.anyio


def term(seen: Any) -> dict[str, Any]:
    """The term for the decision."""
    found: dict[str, Any] = seen.json()["terms"][0]
    return found


async def nightly(world: World, name: str) -> None:
    """What is done once a night, done now."""
    service = world.apps[ServiceName.REFERRALS].state.service
    work = {"flag": service.deciding.flag_overdue, "end": service.grants.end_due}
    await work[name]()
    await world.drain()


async def test_the_term_stands_still_until_it_came_in(world: World) -> None:
    case, _ = await a_case(world)
    seen = await applied(world, case)
    missing = {"missing": "Het inkomen van vorig jaar.", "until": "2022-03-11"}
    still = await act(grantor(world), seen, "suspensions", missing)
    world.move_to(datetime(2022, 3, 5, 9, tzinfo=UTC))

    on = await act(grantor(world), still, "resumptions", {})
    twice = await grantor(world).post(
        f"{APPLICATIONS}/{on.json()['id']}/resumptions", {}, etag=on.headers["ETag"]
    )

    assert (still.json()["status"], term(still)["dueOn"]) == ("suspended", "2022-03-25")
    assert still.json()["suspendedFor"] == missing["missing"]
    assert (on.json()["status"], term(on)["suspendedDays"]) == ("received", 4)
    assert term(on)["dueOn"] == "2022-03-21"  # the 19th is a Saturday
    assert twice.status_code == 409


async def test_a_time_to_hand_in_that_is_over_lets_the_term_run_on(world: World) -> None:
    case, _ = await a_case(world)
    seen = await applied(world, case)
    await act(grantor(world), seen, "suspensions", {"missing": "Een brief.", "until": "2022-03-04"})
    world.move_to(datetime(2022, 3, 20, 9, tzinfo=UTC))

    await nightly(world, "flag")

    seen = await grantor(world).get(f"{APPLICATIONS}/{seen.json()['id']}")
    assert (seen.json()["status"], term(seen)["suspendedDays"]) == ("received", 3)
    assert term(seen)["overdue"] is True


async def test_the_term_is_made_longer_once_with_a_reason(world: World) -> None:
    case, _ = await a_case(world)
    seen = await applied(world, case)
    reason = {"reason": "De arts antwoordt nog niet."}

    path = f"{APPLICATIONS}/{seen.json()['id']}/extensions"

    shorter = await grantor(world).post(
        path, {"until": "2022-03-15", **reason}, etag=seen.headers["ETag"]
    )
    longer = await act(grantor(world), seen, "extensions", {"until": "2022-04-05", **reason})
    again = await grantor(world).post(
        path, {"until": "2022-05-03", **reason}, etag=longer.headers["ETag"]
    )

    assert (term(longer)["dueOn"], term(longer)["extendedUntil"]) == ("2022-04-05", "2022-04-05")
    assert (shorter.status_code, again.status_code) == (400, 409)


async def test_a_term_that_is_over_is_a_flag_and_never_a_decision(world: World) -> None:
    case, _ = await a_case(world)
    await applied(world, case)
    world.move_to(datetime(2022, 3, 16, 9, tzinfo=UTC))

    await nightly(world, "flag")
    await nightly(world, "flag")

    line = (await grantor(world).get(APPLICATIONS)).json()["items"][0]
    assert (line["overdue"], line["status"], line["dueOn"]) == (True, "received", "2022-03-15")
    assert [work["code"] for work in await case.work("application_step")] == ["overdue"]
    assert (await case.timeline()).count("application_overdue") == 1


async def objected(case: Case, decided: Any) -> Any:
    """An objection by the person, written down by the coordinator."""
    path = f"{APPLICATIONS}/{decided.json()['id']}"
    seen = await case.worker.get(path)
    return await act(
        case.worker, seen, "objections", {"grounds": "Er is niet naar mij geluisterd."}
    )


async def test_an_objection_that_is_upheld_is_followed_by_a_new_decision(world: World) -> None:
    case, item = await a_case(world)
    judged = await referred(case, item, "pgb")
    decided = await act(grantor(world), await waiting(world), "decisions", NO)
    objection = await objected(case, decided)
    seen = await grantor(world).get(f"{OBJECTIONS}/{objection.json()['id']}")
    outcome = {"outcome": "upheld", "reasons": "Het eerste besluit keek niet naar het plan."}

    settled = await act(grantor(world), seen, "outcomes", outcome, OBJECTIONS)
    path = f"{APPLICATIONS}/{decided.json()['id']}"
    reopened = await grantor(world).get(path)
    again = await act(grantor(world), reopened, "decisions", {**YES, "reference": "B-2022-003"})

    assert (objection.json()["inTime"], settled.json()["status"]) == (True, "upheld")
    assert reopened.json()["status"] == "received"
    assert reopened.json()["decision"]["granted"] is False
    assert (again.json()["status"], again.json()["decision"]["reference"]) == (
        "granted",
        "B-2022-003",
    )
    assert again.json()["objections"][0]["outcome"] == outcome["reasons"]
    referral = await case.worker.get(f"{REFERRALS}/{judged.json()['id']}")
    assert referral.json()["status"] == "delivering"
    line = (await case.worker.get(f"{APPLICATIONS}?planId={case.plan['id']}")).json()["items"]
    assert [each["status"] for each in line] == ["granted"]


async def test_an_objection_that_is_rejected_changes_nothing(world: World) -> None:
    case, _ = await a_case(world)
    decided = await act(grantor(world), await applied(world, case), "decisions", NO)
    objection = await objected(case, decided)
    outcome = {"outcome": "rejected", "reasons": "Het besluit klopt."}

    await act(grantor(world), objection, "outcomes", outcome, OBJECTIONS)
    twice = await grantor(world).post(
        f"{OBJECTIONS}/{objection.json()['id']}/outcomes",
        outcome,
        etag=(await grantor(world).get(f"{OBJECTIONS}/{objection.json()['id']}")).headers["ETag"],
    )

    seen = await case.worker.get(f"{APPLICATIONS}/{decided.json()['id']}")
    assert (seen.json()["status"], twice.status_code) == ("rejected", 409)


async def test_an_objection_after_its_term_is_written_down_as_late(world: World) -> None:
    case, _ = await a_case(world)
    decided = await act(grantor(world), await applied(world, case), "decisions", NO)
    world.move_to(datetime(2022, 4, 13, 9, tzinfo=UTC))

    late = await objected(case, decided)

    assert (late.json()["inTime"], late.json()["lodgedOn"]) == (False, "2022-04-13")


async def test_there_is_nothing_to_object_to_before_the_decision(world: World) -> None:
    case, _ = await a_case(world)
    seen = await applied(world, case)

    answer = await case.worker.post(
        f"{APPLICATIONS}/{seen.json()['id']}/objections",
        {"grounds": "Nee."},
        etag=seen.headers["ETag"],
    )

    assert answer.status_code == 409


async def test_withdrawing_leaves_room_for_a_new_application(world: World) -> None:
    case, _ = await a_case(world)
    seen = await applied(world, case)

    gone = await act(case.worker, seen, "withdrawals", {"reason": "Toch niet nodig."})
    again = await case.worker.post(APPLICATIONS, an_application(case))

    assert (gone.json()["status"], again.status_code) == ("withdrawn", 201)


async def granted(world: World, case: Case, item: dict[str, Any], **days: Any) -> Any:
    """A pgb that runs, as its coordinator sees it."""
    await referred(case, item, "pgb")
    seen = await waiting(world)
    decided = await act(grantor(world), seen, "decisions", {**YES, **days})
    await world.drain()
    return await grantor(world).get(f"{GRANTS}/{decided.json()['grantId']}")


@pytest.mark.rule("AMS-PLN-32")
async def test_a_grant_that_is_changed_and_looked_at_again_keeps_its_history(world: World) -> None:
    case, item = await a_case(world)
    grant = await granted(world, case, item, validUntil="2023-03-01", reexaminationOn="2022-09-01")

    changed = await act(
        grantor(world),
        grant,
        "changes",
        {"reference": "B-2", "reasons": "Langer nodig.", "validUntil": "2024-03-01"},
        GRANTS,
    )
    looked = await act(
        grantor(world),
        changed,
        "reexaminations",
        {"outcome": "continues", "text": "Het gaat goed.", "nextOn": "2022-12-01"},
        GRANTS,
    )
    await world.drain()

    kinds = [event["kind"] for event in looked.json()["events"]]
    assert kinds == ["granted", "changed", "reexamined"]
    assert looked.json()["reference"] == "B-2"
    assert [w["dueOn"] for w in await case.work("grant_ends")] == ["2024-01-05"]
    assert [w["dueOn"] for w in await case.work("grant_reexamination")] == ["2022-10-06"]


async def test_help_by_a_pgb_ends_with_the_last_day_of_the_grant(world: World) -> None:
    case, item = await a_case(world)
    grant = await granted(world, case, item, validUntil="2022-03-10")
    world.move_to(datetime(2022, 3, 11, 9, tzinfo=UTC))

    await nightly(world, "end")
    await nightly(world, "end")

    ended = await case.worker.get(f"{GRANTS}/{grant.json()['id']}")
    referral = await case.worker.get(f"{REFERRALS}/{grant.json()['referralId']}")
    assert (ended.json()["status"], referral.json()["status"]) == ("ended", "ended")
    assert [event["kind"] for event in ended.json()["events"]] == ["granted", "ended"]
    assert [w["code"] for w in await case.work("grant_ends")] == ["ended"]


async def test_a_grant_that_is_withdrawn_says_what_now_and_runs_no_more(world: World) -> None:
    case, item = await a_case(world)
    grant = await granted(world, case, item)
    body = {
        "on": "2022-03-01",
        "reference": "B-3",
        "reasons": "De hulp is gestopt.",
        "whatNow": "Bel het buurtteam.",
    }

    gone = await act(grantor(world), grant, "withdrawals", body, GRANTS)
    again = await grantor(world).post(
        f"{GRANTS}/{grant.json()['id']}/withdrawals", body, etag=gone.headers["ETag"]
    )

    assert (gone.json()["status"], again.status_code) == ("withdrawn", 409)
    assert "Bel het buurtteam." in gone.json()["events"][-1]["text"]


async def test_a_worker_does_not_change_a_grant(world: World) -> None:
    case, item = await a_case(world)
    grant = await granted(world, case, item)

    answer = await case.worker.post(
        f"{GRANTS}/{grant.json()['id']}/changes",
        {"reference": "B-4", "reasons": "Ik wil het."},
        etag=grant.headers["ETag"],
    )

    assert answer.status_code == 409
    elsewhere = world.user(Role.BUURTTEAM_WORKER, subject="somebody-else")
    assert (await elsewhere.get(f"{GRANTS}/{grant.json()['id']}")).status_code == 404
