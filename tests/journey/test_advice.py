"""Advice on a real plan: a provider hears of it by consent, and the coordinator's desk follows."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from shared.vocabulary import Role
from tests.plans.support import REFERRED, Case, created, household, open_case
from tests.referrals.advice import ADVICE, CONSULTATIONS, noor, of_provider, step
from tests.support.registry import two_offers
from tests.support.world import Actor, World

pytestmark = pytest.mark.anyio


@dataclass
class Question:
    """What may be asked of the experts of a provider about a plan."""

    case: Case
    expert: Actor
    body: dict[str, Any]

    async def consent(self) -> str:
        """Its main member agrees; where that is on record."""
        agreed = {
            "personId": self.case.main,
            "providerId": self.body["toProviderId"],
            "purpose": "advies",
            "how": "aan tafel",
        }
        made = created(await self.case.worker.post(f"{self.case.path}/consents", agreed))
        return f"/plans/v1/consents/{made['id']}"

    async def advised(self, world: World) -> httpx.Response:
        """It was asked, and the expert gave advice."""
        seen = await noor(world).post(CONSULTATIONS, self.body)
        created(seen)
        seen = await step(self.expert, seen, "takings-up")
        seen = await step(self.expert, seen, "advices", ADVICE)
        await world.drain()
        return seen


async def question(world: World) -> Question:
    """A plan with help that needs advice first."""
    first, _ = await two_offers(world)
    case = await open_case(world, household(address={"wijk": "ME"}))
    item = await case.item("individual", voorziening=REFERRED)
    await world.drain()
    about = {"planId": case.plan["id"], "supportItemId": item["id"], "basis": "consent"}
    expert = world.user(Role.PROVIDER_WORKER, provider=str(first.provider))
    return Question(case, expert, of_provider(first, level="identified", **about))


@pytest.mark.rule("AMS-REF-04")
@pytest.mark.rule("AMS-ACC-61")
async def test_a_provider_advises_on_a_plan_and_the_team_keeps_it(world: World) -> None:
    asked = await question(world)
    await asked.consent()
    seen = await asked.advised(world)
    waiting = await asked.case.work("consultation_step")

    await step(noor(world), seen, "outcomes", {"outcome": "followed"})
    await world.drain()

    told = [each["kind"] for each in (await asked.case.view())["timeline"]]
    assert [(each["aboutId"], each["code"]) for each in waiting] == [(seen.json()["id"], "advised")]
    assert await asked.case.work("consultation_step") == []
    assert [each for each in told if each.startswith("consultation_")] == [
        "consultation_asked",
        "consultation_taken_up",
        "consultation_advised",
        "consultation_followed",
    ]
    assert asked.case.plan["id"] not in (await asked.expert.get(CONSULTATIONS)).text


@pytest.mark.rule("OPN-31")
async def test_without_consent_a_provider_hears_nothing_and_after_it_no_more(world: World) -> None:
    asked = await question(world)
    refused = await noor(world).post(CONSULTATIONS, asked.body)
    path = await asked.consent()
    await asked.advised(world)
    during = (await asked.expert.get(CONSULTATIONS)).json()["items"]
    etag = (await asked.case.worker.get(path)).headers["ETag"]

    await asked.case.worker.post(f"{path}/revocations", {"how": "aan tafel"}, etag=etag)
    await world.drain()

    assert (refused.status_code, len(during)) == (409, 1)
    assert (await asked.expert.get(CONSULTATIONS)).json()["items"] == []
    assert (await asked.case.worker.get(path)).json()["status"] == "revoked"
