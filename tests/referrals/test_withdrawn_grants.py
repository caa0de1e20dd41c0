"""A grant that is withdrawn: what was asked by it ends, help that runs is not cut off."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from shared.vocabulary import GrantForm, Role, ServiceName
from tests.plans.support import Case
from tests.referrals.arranging import taken
from tests.referrals.deciding import (
    GRANTS,
    YES,
    a_case,
    act,
    applied,
    grantor,
    referred,
    waiting,
)
from tests.referrals.lasting import STARTED, WHEN
from tests.referrals.steps import ATTEMPTS, REFERRALS, attempt_to, do, the_offer
from tests.support.registry import Offer, offer
from tests.support.world import Actor, World

pytestmark = pytest.mark.anyio

GONE = {
    "on": "2022-03-01",
    "reference": "B-3",
    "reasons": "De grond voor dit besluit is er niet meer.",
    "whatNow": "Het buurtteam blijft u helpen. Bel uw coördinator.",
}


class Granted:
    """A request that was granted as zin, and its grant."""

    def __init__(self, world: World, case: Case, path: str, grant: str) -> None:
        self.world, self.case, self.path, self.grant = world, case, path, grant
        self.made: Offer | None = None

    async def seen(self) -> httpx.Response:
        """The request as its coordinator sees it."""
        return await self.case.worker.get(self.path)

    async def withdraw(self, **changes: Any) -> httpx.Response:
        """The grantor withdraws the grant, and everybody has heard it."""
        grant = await grantor(self.world).get(f"{GRANTS}/{self.grant}")
        done = await act(grantor(self.world), grant, "withdrawals", GONE | changes, GRANTS)
        await self.world.drain()
        return done

    @property
    def desk(self) -> Actor:
        """The provider that was asked."""
        assert self.made is not None
        return self.world.user(Role.PROVIDER_INTAKE, provider=str(self.made.provider))

    async def asked(self) -> httpx.Response:
        """A list of one provider, and its offer."""
        self.made = await offer(self.world.user(Role.ADMINISTRATOR), places=2)
        entry = {
            "providerId": str(self.made.provider),
            "contractId": str(self.made.contract),
            "locationId": str(self.made.location),
            "basis": "legal_task",
        }
        agreed = {"agreedBy": self.case.main, "agreedOn": "2022-03-01", "how": "aan tafel"}
        agreed["contributionToldOn"] = "2022-03-01"
        seen = await do(
            self.case.worker, await self.seen(), "shortlists", {"entries": [entry], **agreed}
        )
        await do(self.case.worker, seen, "attempts")
        return await the_offer(self.world, self.made)

    async def accepted(self) -> httpx.Response:
        """That provider says yes."""
        seen = await self.asked()
        return await do(self.desk, seen, "acceptances")


async def granted(world: World, **decision: Any) -> Granted:
    """The person asked a pgb; the grantor gives zin."""
    case, item = await a_case(world)
    judged = await referred(case, item, "pgb")
    body = {**YES, "form": GrantForm.ZIN.value, "validUntil": "2023-03-01", **decision}
    decided = await act(grantor(world), await waiting(world), "decisions", body)
    return Granted(world, case, f"{REFERRALS}/{judged.json()['id']}", decided.json()["grantId"])


@pytest.mark.rule("AMS-REF-09", "AMS-ROL-09")
async def test_before_delivery_the_request_ends_and_what_lies_with_a_provider_is_closed(
    world: World,
) -> None:
    found = await granted(world)
    seen = await found.accepted()
    assert found.made is not None
    held = await taken(world, found.made)

    await found.withdraw()

    told = (await found.seen()).json()
    assert (told["status"], told["steps"][-1]["code"]) == ("not_granted", "grant_withdrawn")
    (attempt,) = told["attempts"]
    assert (attempt["status"], attempt["code"]) == ("cancelled", "grant_withdrawn")
    assert (held, await taken(world, found.made)) == (1, 0)
    assert (await found.desk.get(f"{ATTEMPTS}/{seen.json()['id']}")).status_code == 404
    assert [each["code"] for each in await found.case.work("referral_step")] == ["grant_withdrawn"]
    sealed = await world.kernel(ServiceName.REFERRALS).db.fetch_json(
        "SELECT count(identity)::text FROM shortlist_entries", {}
    )
    assert sealed == b"0"


async def test_a_request_that_nobody_was_asked_for_ends_too(world: World) -> None:
    found = await granted(world)

    await found.withdraw()

    assert (await found.seen()).json()["status"] == "not_granted"


@pytest.mark.rule("AMS-REF-17")
async def test_help_that_runs_is_not_cut_off_and_both_sides_see_its_last_day(world: World) -> None:
    found = await granted(world)
    seen = await found.accepted()
    seen = await do(found.desk, seen, "intake-appointments", WHEN)
    seen = await do(found.desk, seen, "starts", STARTED)

    await found.withdraw()

    told = (await found.seen()).json()
    shown = await found.desk.get(f"{ATTEMPTS}/{seen.json()['id']}")
    assert told["status"] == "delivering"
    assert told["continuity"] == {
        "endsOn": "2022-03-01",
        "cause": "grant",
        "followedByReferralId": None,
    }
    assert (seen.json()["endsOn"], shown.json()["endsOn"]) == ("2023-03-01", "2022-03-01")
    assert [each["code"] for each in await found.case.work("grant_ends")] == ["withdrawn"]
    stopped = await attempt_to(
        found.desk, shown, "stops", {"on": "2022-03-01", "code": "lighter_support"}
    )
    assert stopped.status_code == 201


@pytest.mark.rule("AMS-REF-09")
async def test_from_a_day_to_come_the_request_ends_when_that_day_is_over(world: World) -> None:
    found = await granted(world)
    await found.asked()
    await found.withdraw(on="2022-03-10")
    before = (await found.seen()).json()["status"]
    world.move_to(datetime(2022, 3, 11, 9, tzinfo=UTC))

    await world.apps[ServiceName.REFERRALS].state.service.grants.end_due()
    await world.drain()

    told = (await found.seen()).json()
    grant = (await grantor(world).get(f"{GRANTS}/{found.grant}")).json()
    assert (before, told["status"]) == ("placing", "not_granted")
    assert told["attempts"][0]["status"] == "cancelled"
    assert (grant["status"], grant["events"][-1]["kind"]) == ("withdrawn", "withdrawn")


async def test_a_withdrawal_to_come_that_is_changed_lets_the_grant_run(world: World) -> None:
    found = await granted(world)
    done = await found.withdraw(on="2022-03-10")
    longer = {"reference": "B-4", "reasons": "Het blijft.", "validUntil": "2022-03-10"}
    await act(grantor(world), done, "changes", longer, GRANTS)
    world.move_to(datetime(2022, 3, 11, 9, tzinfo=UTC))

    await world.apps[ServiceName.REFERRALS].state.service.grants.end_due()

    grant = (await grantor(world).get(f"{GRANTS}/{found.grant}")).json()
    assert (grant["status"], (await found.seen()).json()["status"]) == ("ended", "placing")


async def test_a_grant_that_a_request_did_not_wait_for_does_not_end_it(world: World) -> None:
    case, item = await a_case(world)
    judged = await referred(case, item, "zin")
    seen = await applied(world, case, referralId=judged.json()["id"])
    decided = await act(grantor(world), seen, "decisions", YES)
    found = Granted(world, case, f"{REFERRALS}/{judged.json()['id']}", decided.json()["grantId"])

    await found.withdraw()

    assert (await found.seen()).json()["status"] == "placing"


@pytest.mark.rule("AMS-REF-20")
async def test_without_its_grant_help_is_recalled_to_a_new_decision(world: World) -> None:
    found = await granted(world)
    seen = await found.accepted()
    seen = await do(found.desk, seen, "intake-appointments", WHEN)
    seen = await do(found.desk, seen, "starts", STARTED)
    await found.withdraw()
    seen = await found.desk.get(f"{ATTEMPTS}/{seen.json()['id']}")
    await do(found.desk, seen, "stops", {"on": "2022-03-01", "code": "lighter_support"})
    keep = {"contactEveryDays": 7, "nextContactOn": "2022-03-08"}
    kept = await do(found.case.worker, await found.seen(), "aftercare", keep)

    again = await do(found.case.worker, kept, "recalls", {"motivation": "Het gaat niet meer."})

    assert again.json()["status"] == "judging"


async def test_after_an_objection_who_was_asked_before_may_be_asked_again(world: World) -> None:
    found = await granted(world)
    await found.asked()
    application = (await grantor(world).get(f"{GRANTS}/{found.grant}")).json()["applicationId"]
    path = f"/referrals/v1/applications/{application}"
    decided = await found.case.worker.get(path)
    objection = await act(
        found.case.worker, decided, "objections", {"grounds": "Ik heb het nodig."}
    )
    await found.withdraw()
    home = "/referrals/v1/objections"
    seen = await grantor(world).get(path)
    outcome = {"outcome": "upheld", "reasons": "De grond was er wel."}
    await act(grantor(world), objection, "outcomes", outcome, home)
    seen = await grantor(world).get(path)

    await act(grantor(world), seen, "decisions", {**YES, "form": "zin"})

    told = (await found.seen()).json()
    assert (told["status"], told["round"], told["shortlist"]) == ("placing", 2, None)
