"""What referrals asks of a plan, and what a provider may hear of somebody."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from shared.vocabulary import Role, ServiceName
from tests.plans.support import (
    BSN,
    REFERRED,
    Case,
    audited,
    behalf,
    created,
    household,
    open_case,
    person,
    weighed,
)
from tests.support.world import World

COMPOSE = {"compose_package"}
HOME = {
    "street": "Dapperstraat",
    "houseNumber": 12,
    "postcode": "1094KL",
    "city": "Amsterdam",
    "wijk": "ME",
}


@dataclass
class Led:
    """A case with a support item for which somebody is led to a provider."""

    case: Case
    item: dict[str, Any]

    async def basis(self) -> dict[str, Any]:
        path = f"{self.case.path}/referral-basis?supportItemId={self.item['id']}"
        return created(await self.case.worker.get(path), 200)

    async def package(self) -> dict[str, Any]:
        body = {
            "supportItemId": self.item["id"],
            "providerId": str(uuid4()),
            "basis": "consent",
        }
        return created(await self.composed(body), 200)

    async def composed(self, body: dict[str, Any]) -> httpx.Response:
        """A package as referrals has it composed, for the worker who leads."""
        world = self.case.world
        return await world.http.post(
            f"http://plans.test{self.case.path}/disclosure-packages",
            json=body,
            headers=behalf(world, self.case.worker.token),
        )


async def lead(
    world: World, body: dict[str, Any], goal: str = "Weer naar buiten", member: int | None = None
) -> Led:
    """A plan with one goal and one item for it."""
    case = await open_case(world, body)
    named = [] if member is None else [case.household["members"][member]["person"]["id"]]
    made = await case.goal(text=goal, memberIds=named)
    item = await case.worker.post(
        f"{case.path}/support-items",
        {
            "goalIds": [made["id"]],
            "ladderStep": "individual",
            "description": "Begeleiding",
            "result": "Een eigen dagritme",
            "voorziening": REFERRED,
            "lighterSteps": weighed("individual"),
        },
    )
    return Led(case, created(item))


@pytest.mark.rule("AMS-REF-08")
async def test_the_basis_holds_state_area_age_and_the_circle_and_no_name(world: World) -> None:
    led = await lead(world, household(address=HOME, bsn=BSN))

    basis = await led.basis()

    assert (basis["open"], basis["agreed"], basis["voorziening"]) == (True, False, REFERRED)
    assert (basis["stadsdeel"], basis["wijk"], basis["age"]) == ("M", "ME", 33)
    assert basis["coordinator"] == led.case.plan["coordinator"]
    assert basis["memberIds"] == [led.case.main]
    circle = created(await led.case.worker.get(f"{led.case.path}/circle"), 200)
    assert basis["circle"] == circle
    assert basis["version"] == (await led.case.view())["version"]
    assert not any(secret in str(basis) for secret in ("Bloem", "Anna", BSN, "1988", "Dapper"))
    assert ("read", "read_referral_basis") in await audited(world, led.case.main)


async def test_the_basis_knows_that_the_client_agreed(world: World) -> None:
    led = await lead(world, household())
    answer = {"personId": led.case.main, "answer": "agreed", "how": "Aan tafel"}
    created(await led.case.worker.post(f"{led.case.path}/agreements", {"answers": [answer]}))

    assert (await led.basis())["agreed"] is True


async def test_the_age_is_of_whose_help_it_is(world: World) -> None:
    child = {"role": "child", "person": person("Knop", birthDate="2010-03-02")}
    led = await lead(world, household(child, address=HOME), member=1)

    basis = await led.basis()

    assert basis["age"] == 11
    assert basis["memberIds"] == [led.case.household["members"][1]["person"]["id"]]


@pytest.mark.rule("AMS-PRI-01")
async def test_the_need_profile_names_nobody_and_the_identity_only_who_is_concerned(
    world: World,
) -> None:
    partner = {"role": "partner", "person": person("Kruid", givenNames="Bas", phone="0201234567")}
    goal = (
        "Anna Bloem wil met Bas weer naar buiten, bel 06-12345678 of kom op de Dapperstraat, "
        f"1094 KL; geboren 02-05-1988, {BSN}, anna@example.org. Bloems zus helpt."
    )
    led = await lead(
        world,
        household(partner, address=HOME, bsn=BSN, language="nl"),
        goal=goal,
        member=0,
    )

    package = await led.package()

    profile = package["needProfile"]
    assert profile["ageBand"] == "30-39"
    assert (profile["stadsdeel"], profile["wijk"], profile["language"]) == ("M", "ME", "nl")
    assert profile["householdSize"] == 2
    told = str(profile)
    secrets = ("Anna", "anna", "Bloem", "Bas", "1234", "Dapper", "1094", "1988", BSN, "example")
    assert [secret for secret in secrets if secret in told] == []
    assert "weer naar buiten" in told
    persons = package["identity"]["persons"]
    assert [each["personId"] for each in persons] == [led.case.main]
    assert persons[0]["bsn"] == BSN
    assert persons[0]["address"]["postcode"] == "1094KL"
    assert "Kruid" not in str(package)
    assert package["identity"]["result"] == "Een eigen dagritme"
    other = led.case.household["members"][1]["person"]["id"]
    assert ("disclose", "compose_package") in await audited(world, led.case.main)
    assert ("disclose", "compose_package") not in await audited(world, other)


@pytest.mark.rule("AMS-PRI-01")
async def test_of_a_shielded_address_a_provider_hears_nothing(world: World) -> None:
    led = await lead(world, household(address=HOME, addressShielded=True))

    package, basis = await led.package(), await led.basis()

    assert package["needProfile"]["stadsdeel"] is None
    assert package["needProfile"]["wijk"] is None
    assert package["identity"]["persons"][0]["address"] is None
    assert package["identity"]["persons"][0]["addressShielded"] is True
    assert not any(secret in str(package) for secret in ("Dapper", "1094KL", "'ME'"))
    assert (basis["stadsdeel"], basis["wijk"]) == ("M", None)


async def test_nothing_is_disclosed_of_stopped_help_or_by_who_cannot_see_the_plan(
    world: World,
) -> None:
    led = await lead(world, household())
    path = f"{led.case.path}/disclosure-packages"
    body = {"supportItemId": led.item["id"], "providerId": str(uuid4()), "basis": "consent"}
    outsider = world.token(Role.BUURTTEAM_WORKER, subject="50b0-outsider")
    provider = world.token(Role.PROVIDER_INTAKE)
    stop = {"supportItemId": led.item["id"], "decision": "stop", "motivation": "Niet meer nodig"}

    for_outsider = await world.http.post(
        f"http://plans.test{path}", json=body, headers=behalf(world, outsider)
    )
    for_provider = await world.http.post(
        f"http://plans.test{path}", json=body, headers=behalf(world, provider)
    )
    unknown_item = await led.composed({**body, "supportItemId": str(uuid4())})
    created(
        await led.case.worker.post(
            f"{led.case.path}/evaluations", {"withClient": True, "decisions": [stop]}
        )
    )
    stopped = await led.composed(body)

    assert (for_outsider.status_code, for_provider.status_code) == (404, 403)
    assert unknown_item.status_code == 404
    assert stopped.status_code == 409
    assert ("disclose", "compose_package") not in await audited(world, led.case.main)


async def test_a_package_that_is_asked_again_with_its_key_is_one_disclosure(world: World) -> None:
    led = await lead(world, household(bsn=BSN))
    body = {"supportItemId": led.item["id"], "providerId": str(uuid4()), "basis": "consent"}
    url = f"http://plans.test{led.case.path}/disclosure-packages"
    headers = behalf(world, led.case.worker.token)
    without = {name: value for name, value in headers.items() if name != "Idempotency-Key"}

    first = await world.http.post(url, json=body, headers=headers)
    again = await world.http.post(url, json=body, headers=headers)
    other = {**body, "basis": "legal_task"}
    reused = await world.http.post(url, json=other, headers=headers)
    keyless = await world.http.post(url, json=body, headers=without)

    assert (first.status_code, again.content) == (200, first.content)
    assert (reused.status_code, keyless.status_code) == (409, 400)
    assert composed(world) == 1
    acts = [act for act, operation in await audited(world, led.case.main) if operation in COMPOSE]
    assert acts == ["read", "disclose"], "disclosed once, and looked at again"


async def end(led: Led, how: str, consent: str) -> None:
    """Something happens by which a package may not be shared any more; or nothing does."""
    case, world = led.case, led.case.world
    if how == "revoked":
        path = f"/plans/v1/consents/{consent}"
        etag = (await case.worker.get(path)).headers["ETag"]
        await case.worker.post(f"{path}/revocations", {"how": "tafel"}, etag=etag)
    elif how == "expired":
        world.move_to(datetime(2022, 3, 1, 23, 30, tzinfo=UTC))  # the second in Amsterdam
    elif how == "stopped":
        stop = {"supportItemId": led.item["id"], "decision": "stop", "motivation": "Niet nodig"}
        talk = {"withClient": True, "decisions": [stop]}
        created(await case.worker.post(f"{case.path}/evaluations", talk))
    elif how == "out_of_circle":
        world.databases.execute("plans", "UPDATE circle_members SET subject = 'somebody-else'")
        world.databases.execute("plans", "UPDATE plans SET team_id = gen_random_uuid()")


@pytest.mark.rule("OPN-31")
@pytest.mark.parametrize("ended", ["not", "revoked", "expired", "stopped", "out_of_circle"])
async def test_a_package_is_not_given_again_once_it_may_not_be_shared(
    world: World, ended: str
) -> None:
    led = await lead(world, household(bsn=BSN))
    case, provider = led.case, str(uuid4())
    said = {"personId": case.main, "providerId": provider, "purpose": "placing", "how": "tafel"}
    given = await case.worker.post(f"{case.path}/consents", {**said, "validUntil": "2022-03-01"})
    body = {"supportItemId": led.item["id"], "providerId": provider, "basis": "consent"}
    url = f"http://plans.test{case.path}/disclosure-packages"
    headers = behalf(world, case.worker.token)
    first = await world.http.post(url, json=body, headers=headers)

    await end(led, ended, created(given)["id"])
    again = await world.http.post(url, json=body, headers=headers)

    assert first.status_code == 200
    assert again.status_code == (200 if ended == "not" else 404)
    assert any(secret in again.text for secret in (BSN, "Bloem")) is (ended == "not")


def composed(world: World) -> int:
    """How many disclosures plans has written down."""
    address = world.databases.url(ServiceName.PLANS)
    with psycopg.connect(address.replace("postgresql+psycopg://", "postgresql://", 1)) as db:
        ((found,),) = db.execute("SELECT count(*) FROM disclosures").fetchall()
    return int(found)


async def test_referrals_asks_for_the_worker_and_never_alone(world: World) -> None:
    led = await lead(world, household())
    url = f"http://plans.test{led.case.path}/referral-basis?supportItemId={led.item['id']}"
    headers = behalf(world, world.token(Role.BUURTTEAM_WORKER))

    for_worker = await world.http.get(url, headers=headers)
    del headers["Buurtteam-User-Token"]
    alone = await world.http.get(url, headers=headers)

    assert for_worker.status_code == 200, for_worker.text
    assert alone.status_code == 403


async def test_a_worker_who_asks_directly_gets_no_package_and_no_bsn(world: World) -> None:
    led = await lead(world, household(bsn=BSN))
    body = {"supportItemId": led.item["id"], "providerId": str(uuid4()), "basis": "consent"}

    answers = [
        await actor.post(f"{led.case.path}/disclosure-packages", body)
        for actor in (led.case.worker, world.user(Role.TEAM_LEAD))
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert not any(secret in answer.text for answer in answers for secret in (BSN, "Bloem"))
    assert ("disclose", "compose_package") not in await audited(world, led.case.main)
