"""What help costs: told before anything is agreed, kept while it runs, calculated by nobody."""

from datetime import date
from typing import Any

import pytest

from services.referrals.domain.contributions import contribution_of, costs, ensure_told
from shared.errors import RuleViolationError
from shared.vocabulary import Role, ServiceName
from tests.referrals.deciding import DAY, YES, a_case, act, applied, grantor, referred, waiting
from tests.referrals.doubles import FakePlans
from tests.referrals.registering import (
    REGISTRATIONS,
    RELIEF,
    STAY,
    a_registration,
    contracted,
    desk_of,
    move,
    registered,
)
from tests.referrals.steps import (
    Under,
    a_plan,
    a_shortlist,
    accepted,
    admitted,
    attempt_to,
    created,
    desk,
    do,
    listed,
    offered,
    the_offer,
    worker,
)
from tests.support.registry import two_offers
from tests.support.world import World

PERIODS = "/referrals/v1/contribution-periods"
FIXED = {"kind": "fixed", "reference": "Een besluit", "text": "U betaalt iets.", "reasons": []}


async def periods(world: World) -> list[dict[str, Any]]:
    """What the municipality has to tell the CAK."""
    answer = await grantor(world).get(PERIODS)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def running(world: World, plans: FakePlans) -> Under:
    """Help that began today."""
    under = await offered(world, plans)
    await accepted(world, under)
    when = {"at": "2022-03-01T12:00:00Z", "place": "De tuin"}
    provider = desk(world, under.first)
    await do(provider, await the_offer(world, under.first), "intake-appointments", when)
    await do(provider, await the_offer(world, under.first), "starts", {"on": "2022-03-01"})
    return under


def test_nothing_is_asked_of_a_check_that_says_nothing() -> None:
    assert contribution_of(None, {}) is None
    assert contribution_of({"contribution": FIXED}, {"contribution": None}) == FIXED
    ensure_told(None, None)
    ensure_told({**FIXED, "kind": "none"}, None)
    ensure_told(FIXED, None, waits=True)
    ensure_told(FIXED, date(2022, 3, 1))
    assert costs(FIXED)
    with pytest.raises(RuleViolationError, match="U betaalt iets"):
        ensure_told(FIXED, None)


async def test_nobody_agrees_to_a_provider_before_knowing_what_it_costs(
    world: World, plans: FakePlans
) -> None:
    plan = a_plan(plans)
    first, _ = await two_offers(world)
    seen = await admitted(world, plan)
    untold = a_shortlist(plan, first, contributionToldOn=None)

    refused = await attempt_to(worker(world), seen, "shortlists", untold)
    agreed = await do(worker(world), seen, "shortlists", a_shortlist(plan, first))

    assert refused.status_code == 409
    fault = refused.json()["errors"][0]
    assert (fault["pointer"], fault["code"]) == ("/contributionToldOn", "contribution-told")
    assert "vaste eigen bijdrage" in fault["detail"]
    told = agreed.json()["contribution"]
    assert (told["kind"], told["toldOn"], told["owed"]) == ("fixed", "2022-03-01", False)


async def test_nobody_agreed_before_it_was_told(world: World, plans: FakePlans) -> None:
    plan = a_plan(plans)
    first, _ = await two_offers(world)
    seen = await admitted(world, plan, firstContactOn="2022-02-21")
    body = a_shortlist(plan, first, agreedOn="2022-02-28", contributionToldOn="2022-03-01")

    refused = await attempt_to(worker(world), seen, "shortlists", body)

    assert refused.status_code == 400
    assert refused.json()["errors"][0]["code"] == "agreed-before-told"


async def test_what_was_told_before_need_not_be_told_again(world: World, plans: FakePlans) -> None:
    plan = a_plan(plans)
    first, _ = await two_offers(world)
    seen = await admitted(world, plan)
    before = seen.json()["contribution"]

    seen = await do(worker(world), seen, "contribution-notices", {"toldOn": "2022-03-01"})
    body = a_shortlist(plan, first, contributionToldOn=None)
    seen = await do(worker(world), seen, "shortlists", body)

    assert (before["toldOn"], before["owed"]) == (None, True)
    assert seen.json()["contribution"]["toldOn"] == "2022-03-01"


@pytest.mark.parametrize(
    ("day", "code"), [("2022-03-02", "in-future"), ("2022-02-20", "before-first-contact")]
)
async def test_a_day_on_which_nobody_was_told_is_refused(
    world: World, plans: FakePlans, day: str, code: str
) -> None:
    seen = await created(world, a_plan(plans), firstContactOn="2022-02-21")

    refused = await attempt_to(worker(world), seen, "contribution-notices", {"toldOn": day})

    assert refused.status_code == 400
    (fault,) = refused.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/toldOn", code)
    again = await worker(world).get(f"/referrals/v1/referrals/{seen.json()['id']}")
    assert again.json()["contribution"]["toldOn"] is None


@pytest.mark.parametrize("how", [{"urgency": "crisis"}, {"facts": {"urgent": True}}])
async def test_in_urgency_help_does_not_wait_for_what_it_costs(
    world: World, plans: FakePlans, how: dict[str, Any]
) -> None:
    plan = a_plan(plans)
    first, _ = await two_offers(world)
    seen = await admitted(world, plan, **how)

    seen = await do(
        worker(world), seen, "shortlists", a_shortlist(plan, first, contributionToldOn=None)
    )

    assert seen.json()["contribution"]["owed"] is True
    told = await do(worker(world), seen, "contribution-notices", {"toldOn": "2022-03-01"})
    assert told.json()["contribution"]["owed"] is False


async def test_start_and_stop_are_kept_for_the_cak_without_a_name(
    world: World, plans: FakePlans
) -> None:
    under = await running(world, plans)
    begun = await periods(world)

    await do(
        desk(world, under.first),
        await the_offer(world, under.first),
        "stops",
        {"on": "2022-03-01", "code": "goal_reached"},
    )

    (one,) = begun
    assert set(one) == {
        *("id", "aboutKind", "aboutId", "voorziening", "kind", "reference"),
        *("toldOn", "startedOn", "stoppedOn", "changedAt"),
    }
    assert (one["aboutKind"], one["aboutId"]) == ("referral", under.referral.json()["id"])
    assert (one["kind"], one["toldOn"], one["startedOn"]) == ("fixed", "2022-03-01", "2022-03-01")
    assert one["stoppedOn"] is None
    (over,) = await periods(world)
    assert (over["id"], over["stoppedOn"]) == (one["id"], "2022-03-01")


async def test_only_the_party_that_grants_reads_them(world: World, plans: FakePlans) -> None:
    await running(world, plans)

    for role in (Role.BUURTTEAM_WORKER, Role.CONTRACT_MANAGER, Role.PROVIDER_MANAGER, Role.MONITOR):
        assert (await world.user(role).get(PERIODS)).status_code == 403
    later = await grantor(world).get(f"{PERIODS}?since=2022-03-02T00:00:00Z")
    assert later.json()["items"] == []


async def test_who_agreed_to_no_provider_yet_pays_nothing(world: World, plans: FakePlans) -> None:
    await listed(world, plans)

    assert await periods(world) == []


async def test_a_provider_tells_its_own_client_what_it_costs(world: World) -> None:
    made = await contracted(world)
    body = a_registration(made, contributionToldOn=None)

    refused = await desk_of(world, made).post(REGISTRATIONS, body)
    early = a_registration(made, firstContactOn="2022-02-21", contributionToldOn="2022-02-20")
    earlier = await desk_of(world, made).post(REGISTRATIONS, early)

    assert (refused.status_code, earlier.status_code) == (409, 400)
    assert refused.json()["errors"][0]["code"] == "contribution-told"
    assert (await desk_of(world, made).get(REGISTRATIONS)).json()["items"] == []


async def test_a_client_of_a_provider_pays_from_start_to_stop(world: World) -> None:
    made = await contracted(world, STAY)
    one = await registered(world, made, voorziening=STAY, weighings=[RELIEF])

    assert (await move(world, made, one, "starts", {"on": "2022-03-01"})).status_code == 201
    (begun,) = await periods(world)
    stop = {"on": "2022-03-01", "code": "goal_reached"}
    assert (await move(world, made, one, "stops", stop)).status_code == 201

    assert (begun["aboutKind"], begun["stoppedOn"]) == ("direct_registration", None)
    assert [each["stoppedOn"] for each in await periods(world)] == ["2022-03-01"]


async def test_a_pgb_is_paid_for_while_its_grant_runs(world: World) -> None:
    case, item = await a_case(world)
    await referred(case, item, "pgb")
    seen = await waiting(world)
    seen = await act(grantor(world), seen, "decisions", {**YES, "form": "pgb"})
    (begun,) = await periods(world)

    grant = await grantor(world).get(f"/referrals/v1/grants/{seen.json()['grantId']}")
    withdrawal = {
        "on": "2022-03-01",
        "reference": "B-2022-009",
        "reasons": "Het is niet meer nodig.",
        "whatNow": "Uw coördinator belt u.",
    }
    await act(grantor(world), grant, "withdrawals", withdrawal, home="/referrals/v1/grants")

    assert (begun["aboutKind"], begun["voorziening"]) == ("grant", DAY)
    (over,) = await periods(world)
    assert over["stoppedOn"] == "2022-03-01"


async def test_help_in_kind_by_a_grant_is_paid_from_the_day_it_begins(world: World) -> None:
    case, _ = await a_case(world)
    seen = await applied(world, case)

    await act(grantor(world), seen, "decisions", {**YES, "form": "zin"})

    assert await periods(world) == []


async def test_a_page_goes_on_where_it_ended(world: World) -> None:
    made = await contracted(world)
    people = [
        {"surname": name, "birthDate": "1950-01-01"} for name in ("Anders", "Bakker", "Claassen")
    ]
    for person in people:
        one = await registered(world, made, person=person)
        await move(world, made, one, "starts", {"on": "2022-03-01"})

    first = await grantor(world).get(f"{PERIODS}?pageSize=2")
    rest = await grantor(world).get(f"{PERIODS}?pageSize=2&cursor={first.json()['next']}")

    ids = [each["id"] for each in (*first.json()["items"], *rest.json()["items"])]
    assert (len(ids), len(set(ids)), rest.json()["next"]) == (3, 3, None)


async def test_where_nothing_is_paid_there_is_nothing_to_tell(
    world: World, plans: FakePlans
) -> None:
    seen = await created(world, a_plan(plans))
    world.databases.execute(
        ServiceName.REFERRALS,
        """UPDATE referrals
        SET access_check = jsonb_set(access_check, '{contribution,kind}', '"none"')""",
    )

    answer = await attempt_to(worker(world), seen, "contribution-notices", {"toldOn": "2022-03-01"})

    assert answer.status_code == 409
    assert "betaalt de cliënt niets" in answer.json()["detail"]
