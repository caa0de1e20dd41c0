"""Leading somebody without a plan: whose household opens for whom, for how long, and how far."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.schemas.events import CONTACT_LINKED, REFERRAL_MOVED
from shared.vocabulary import Role, ServiceName
from tests.plans.support import BSN, REFERRED, audited, behalf, created, household, open_case
from tests.plans.telling import tell
from tests.support.world import Actor, World

HOUSEHOLDS = "/plans/v1/households"
CENTRE = "centrale_toegang"
SHELTER = "maatschappelijke_opvang"
HOME = {"street": "Dapperstraat", "houseNumber": 12, "postcode": "1094KL", "wijk": "ME"}


def centre(world: World) -> Actor:
    """Somebody of the central access."""
    return world.user(Role.CENTRAL_ACCESS)


async def known(world: World, **more: Any) -> tuple[str, str]:
    """A household that a team wrote down: its id, and that of its main member."""
    made = await world.user(Role.BUURTTEAM_WORKER).post(HOUSEHOLDS, household(**more))
    home = created(made)
    return home["id"], home["members"][0]["person"]["id"]


async def linked(world: World, home: str, party: str = CENTRE) -> None:
    """Intake tells that a contact of a party is about this household."""
    contact = str(uuid4())
    data = {"contactId": contact, "householdId": home, "party": party, "linkedBy": "somebody"}
    await tell(world, CONTACT_LINKED, contact, data)


async def moved(world: World, home: str, sequence: int = 1, **data: Any) -> str:
    """Referrals tells where a request for this household stands."""
    referral = data.pop("referral", None) or str(uuid4())
    told = {
        "referralId": referral,
        "householdId": home,
        "judgeParty": CENTRE,
        "voorziening": SHELTER,
        "status": "judging",
        **data,
    }
    await tell(world, REFERRAL_MOVED, referral, told, sequence=sequence)
    return referral


async def basis(actor: Actor, home: str, person: str) -> httpx.Response:
    """What leading needs of somebody."""
    return await actor.get(f"{HOUSEHOLDS}/{home}/referral-basis?personId={person}")


async def composed(world: World, actor: Actor, home: str, **body: Any) -> httpx.Response:
    """A package as referrals has it composed for this user."""
    return await world.http.post(
        f"http://plans.test{HOUSEHOLDS}/{home}/disclosure-packages",
        json={"providerId": str(uuid4()), "basis": "legal_task", "need": "Een bed.", **body},
        headers=behalf(world, actor.token),
    )


async def test_a_household_opens_for_a_party_whose_contact_is_about_it(world: World) -> None:
    home, person = await known(world, address=HOME, bsn=BSN)
    before = await basis(centre(world), home, person)
    await linked(world, home)

    found = await basis(centre(world), home, person)

    assert before.status_code == 404
    seen = created(found, 200)
    assert seen["memberIds"] == [person]
    assert (seen["openPlanId"], seen["coordinator"], seen["circle"]) == (None, None, None)
    assert (seen["stadsdeel"], seen["wijk"], seen["age"]) == ("M", "ME", 33)
    assert not any(secret in found.text for secret in ("Bloem", "Anna", BSN, "1988", "Dapper"))
    assert ("read", "read_household_basis") in await audited(world, person)


async def test_it_opens_for_that_party_only_and_for_two_weeks(world: World) -> None:
    home, person = await known(world)
    await linked(world, home)
    thuis = world.user(Role.VEILIG_THUIS)
    other = await basis(thuis, home, person)
    nothing = await basis(thuis, str(uuid4()), person)
    now = world.kernel(ServiceName.PLANS).clock()

    world.move_to(now.replace(day=16))
    later = await basis(centre(world), home, person)

    assert other.status_code == nothing.status_code == later.status_code == 404
    assert other.content == nothing.content


async def test_who_judges_or_places_reaches_it_while_the_request_is_open(world: World) -> None:
    home, person = await known(world)
    referral = await moved(world, home)
    judging = await basis(centre(world), home, person)
    await moved(world, home, 2, referral=referral, judgeParty="buurtteam", placingParty=CENTRE)
    placing = await basis(centre(world), home, person)

    await moved(world, home, 4, referral=referral, status="withdrawn")
    await moved(world, home, 3, referral=referral, status="placing")
    ended = await basis(centre(world), home, person)

    assert [a.status_code for a in (judging, placing, ended)] == [200, 200, 404]


async def test_nothing_but_the_basis_of_the_household_opens(world: World) -> None:
    case = await open_case(world)
    home = case.household["id"]
    item = await case.item(voorziening=REFERRED)
    await moved(world, home, planId=case.plan["id"])
    access = centre(world)

    found = await basis(access, home, case.main)
    paths = (
        f"{HOUSEHOLDS}/{home}",
        f"{case.path}/referral-basis?supportItemId={item['id']}",
    )
    closed = [await access.get(path) for path in paths]
    never = [await access.get(path) for path in (case.path, f"{case.path}/circle")]

    assert created(found, 200)["coordinator"] == case.plan["coordinator"]
    assert {answer.status_code for answer in closed} == {404}
    assert {answer.status_code for answer in never} == {403}


@pytest.mark.rule("AMS-REF-05")
async def test_the_party_that_decides_reaches_the_item_it_decides_on_and_no_other(
    world: World,
) -> None:
    case = await open_case(world)
    item, other = await case.item(voorziening=REFERRED), await case.item(voorziening=REFERRED)
    access = centre(world)
    ids = {"planId": case.plan["id"], "supportItemId": item["id"]}
    referral = await moved(world, case.household["id"], voorziening=REFERRED, **ids)

    path = f"{case.path}/referral-basis?supportItemId="
    own, foreign = [await access.get(path + each["id"]) for each in (item, other)]
    headers = behalf(world, access.token)
    package = {"supportItemId": item["id"], "providerId": str(uuid4()), "basis": "legal_task"}
    url = f"http://plans.test{case.path}/disclosure-packages"
    first = await world.http.post(url, json=package, headers=headers)
    again = await world.http.post(url, json=package, headers=headers)
    await moved(world, case.household["id"], 2, referral=referral, status="not_admitted", **ids)
    after = await world.http.post(url, json=package, headers=headers)

    assert (own.status_code, foreign.status_code) == (200, 404)
    assert (first.status_code, again.content) == (200, first.content)
    assert after.status_code == 404


async def test_a_package_says_the_need_without_names_and_who_it_is_to_a_provider_only(
    world: World,
) -> None:
    home, person = await known(world, address=HOME, bsn=BSN)
    await linked(world, home)
    access = centre(world)

    made = await composed(
        world, access, home, personId=person, need="Anna Bloem (BSN 999990019) zoekt een bed."
    )
    direct = await access.post(
        f"{HOUSEHOLDS}/{home}/disclosure-packages",
        {"personId": person, "providerId": str(uuid4()), "basis": "legal_task", "need": "x"},
    )
    stranger = await composed(world, access, home, personId=str(uuid4()))

    package = created(made, 200)
    (goal,) = package["needProfile"]["goals"]
    assert "zoekt een bed" in goal
    assert not any(secret in str(package["needProfile"]) for secret in ("Anna", "Bloem", BSN))
    assert package["identity"]["persons"][0]["bsn"] == BSN
    assert package["identity"]["coordinator"] == CENTRE
    assert (package["planId"], package["supportItemId"]) == (None, None)
    assert (direct.status_code, stranger.status_code) == (403, 404)
    assert ("disclose", "compose_household_package") in await audited(world, person)


async def test_a_household_with_a_shielded_address_shows_no_area(world: World) -> None:
    home, person = await known(world, address=HOME, addressShielded=True)
    await linked(world, home)

    found = created(await basis(centre(world), home, person), 200)
    made = created(await composed(world, centre(world), home, personId=person), 200)

    assert found["wijk"] is None
    assert (made["needProfile"]["wijk"], made["needProfile"]["stadsdeel"]) == (None, None)
    assert made["identity"]["persons"][0]["address"] is None


@pytest.mark.rule("AMS-ACC-35")
@pytest.mark.rule("AMS-ACC-39")
async def test_with_a_plan_each_step_is_on_its_timeline_and_the_latest_on_the_desk(
    world: World,
) -> None:
    case = await open_case(world)
    home, ids = case.household["id"], {"planId": case.plan["id"]}
    referral = await moved(world, home, 1, status="judging", **ids)
    await moved(world, home, 2, referral=referral, status="placing", **ids)
    placing = await case.work("direct_entry")

    await moved(world, home, 3, referral=referral, status="withdrawn", **ids)

    assert [(item["aboutId"], item["code"]) for item in placing] == [(referral, "placing")]
    assert await case.work("direct_entry") == []
    told = [kind for kind in await case.timeline() if kind.startswith("referral_")]
    assert sorted(told) == ["referral_judging", "referral_placing", "referral_withdrawn"]


@pytest.mark.rule("DIS-27")
@pytest.mark.parametrize(
    ("judge", "status", "work"),
    [
        (CENTRE, "not_admitted", 1),
        (CENTRE, "not_granted", 1),
        ("buurtteam", "not_admitted", 0),
    ],
)
async def test_a_no_of_another_party_lies_on_the_coordinators_desk(
    world: World, judge: str, status: str, work: int
) -> None:
    case = await open_case(world)
    item = await case.item(voorziening=REFERRED)
    ids = {"planId": case.plan["id"], "supportItemId": item["id"]}

    await moved(world, case.household["id"], judgeParty=judge, status=status, **ids)

    assert len(await case.work("referral_step")) == work
    assert (await case.view())["status"] == "open"


async def test_a_request_without_a_plan_leaves_nothing_on_a_desk(world: World) -> None:
    home, _ = await known(world)

    await moved(world, home)

    found = created(await world.user(Role.BUURTTEAM_WORKER).get("/plans/v1/work-items"), 200)
    assert found["items"] == []
