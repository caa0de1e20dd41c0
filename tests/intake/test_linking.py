"""Who is it about: searched with what was told, linked to the register, never typed twice."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.vocabulary import Role
from tests.intake import steps
from tests.intake.doubles import FakePlans
from tests.intake.steps import CONTACTS, act, bring, read, search
from tests.support.world import Actor, World

PERSON = {
    "surname": "el Voorbeeld",
    "birthDate": "1988-06-21",
    "bsn": "999900031",
    "postcode": "1031ZZ",
    "houseNumber": 3,
}


@pytest.fixture
async def noor(world: World) -> Actor:
    """A worker of a team, in a filled directory."""
    await steps.directory(world)
    return world.user(Role.BUURTTEAM_WORKER)


@pytest.mark.rule("HLM-PRI-03")
async def test_the_search_uses_what_was_told_in_every_way_that_is_possible(
    noor: Actor, plans: FakePlans
) -> None:
    both, neighbour, household = uuid4(), uuid4(), uuid4()
    plans.match("bsn", both, household)
    plans.match("surname", both, household)
    plans.match("postcode", neighbour)
    contact = await bring(noor, wijk="ME", person=PERSON)

    answer = await search(noor, contact)

    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert [(item["personId"], item["foundBy"]) for item in found["items"]] == [
        (str(both), "bsn"),
        (str(neighbour), "postcode_and_house_number"),
    ]
    assert found["searchedBy"] == ["bsn", "surname_and_birth_date", "postcode_and_house_number"]
    assert plans.searches == [
        {"bsn": "999900031"},
        {"surname": "el Voorbeeld", "birthDate": "1988-06-21"},
        {"postcode": "1031ZZ", "houseNumber": 3},
    ]
    assert {f"Bearer {user}" for _, user in plans.tokens} == {f"Bearer {noor.token}"}


@pytest.mark.parametrize(
    ("person", "ways"),
    [
        (None, []),
        ({"givenNames": "Maria"}, []),
        ({"surname": "Testema"}, []),
        ({"surname": "T", "birthDate": "1961-03-14"}, []),
        ({"postcode": "1031ZZ"}, []),
        ({"surname": "Testema", "birthDate": "1961-03-14"}, ["surname_and_birth_date"]),
    ],
)
async def test_too_little_is_not_searched_for(
    noor: Actor, plans: FakePlans, person: Any, ways: list[str]
) -> None:
    contact = await bring(noor, wijk="ME", person=person)

    answer = await search(noor, contact)

    assert answer.json()["searchedBy"] == ways
    assert len(plans.searches) == len(ways)


async def test_the_candidates_that_were_shown_are_recorded(
    world: World, noor: Actor, plans: FakePlans
) -> None:
    shown = uuid4()
    plans.match("bsn", shown)
    contact = await bring(noor, wijk="ME", person=PERSON)

    await search(noor, contact)

    officer = world.user(Role.PRIVACY_OFFICER)
    found = (await officer.get(f"/intake/v1/audit-records?subjectId={shown}")).json()["items"]
    assert [(item["operation"], item["act"]) for item in found] == [("search_candidates", "read")]


async def test_searching_again_is_looking_again_and_changes_nothing_else(
    world: World, noor: Actor, plans: FakePlans
) -> None:
    """So it takes no key: no answer full of people is stored for a retry."""
    shown, household = uuid4(), uuid4()
    plans.match("bsn", shown, household)
    contact = await bring(noor, wijk="ME", person=PERSON)
    before = await noor.get(f"{CONTACTS}/{contact}")

    first, again = await search(noor, contact), await search(noor, contact)

    after = await noor.get(f"{CONTACTS}/{contact}")
    assert first.json() == again.json()
    assert (after.headers["ETag"], after.json()) == (before.headers["ETag"], before.json())
    officer = world.user(Role.PRIVACY_OFFICER)
    found = (await officer.get(f"/intake/v1/audit-records?subjectId={shown}")).json()["items"]
    assert len(found) == 2, "each look is recorded"
    kept = "SELECT count(*) FROM idempotency_keys WHERE operation = 'search_candidates'"
    assert steps.number(world, kept) == 0


async def test_linking_comes_after_a_search(noor: Actor, plans: FakePlans) -> None:
    household, main = plans.known("main", "partner")
    contact = await bring(noor, wijk="ME")

    too_soon = await act(noor, contact, "household-links", {"householdId": str(household)})
    await search(noor, contact)
    linked = await act(noor, contact, "household-links", {"householdId": str(household)})

    assert too_soon.status_code == 409
    assert too_soon.json()["detail"].startswith("Zoek eerst")
    assert linked.status_code == 200, linked.text
    assert (linked.json()["householdId"], linked.json()["personId"]) == (str(household), str(main))


async def test_a_household_that_came_up_may_be_linked_before_it_may_be_opened(
    noor: Actor, plans: FakePlans
) -> None:
    one, household, stranger = uuid4(), uuid4(), uuid4()
    plans.match("bsn", one, household)
    contact = await bring(noor, wijk="ME", person=PERSON)
    await search(noor, contact)
    body = {"householdId": str(household), "personId": str(one)}

    other = await act(noor, contact, "household-links", {"householdId": str(uuid4())})
    wrong = await act(noor, contact, "household-links", {**body, "personId": str(stranger)})
    linked = await act(noor, contact, "household-links", body)

    assert (other.status_code, wrong.status_code) == (404, 404)
    assert linked.json()["personId"] == str(one)


async def test_a_new_household_is_made_in_plans_once(noor: Actor, plans: FakePlans) -> None:
    contact = await bring(noor, wijk="ME")
    await search(noor, contact)
    seen, key = (await read(noor, contact)).headers["ETag"], uuid4()
    path = f"{CONTACTS}/{contact}/household-links"
    body = {"members": [{"role": "main", "person": {"surname": "Nieuw"}}]}

    first = await noor.post(path, body, etag=seen, key=key)
    again = await noor.post(path, body, etag=seen, key=key)

    assert first.status_code == 200, first.text
    assert first.content == again.content
    (made,) = plans.made.values()
    assert first.json()["householdId"] == str(made)
    assert first.json()["personId"] is not None


async def test_nothing_is_made_in_plans_for_a_stale_request(noor: Actor, plans: FakePlans) -> None:
    contact = await bring(noor, wijk="ME")
    await search(noor, contact)
    seen = (await read(noor, contact)).headers["ETag"]
    await steps.take_up(noor, contact)
    body = {"members": [{"role": "main", "person": {"surname": "Nieuw"}}]}

    answer = await noor.post(f"{CONTACTS}/{contact}/household-links", body, etag=seen)

    assert answer.status_code == 412
    assert plans.made == {}


@pytest.mark.parametrize("both", [True, False])
async def test_it_is_an_existing_household_or_a_new_one(
    noor: Actor,
    plans: FakePlans,
    both: bool,  # noqa: FBT001
) -> None:
    household, _ = plans.known("main")
    contact = await bring(noor, wijk="ME")
    await search(noor, contact)
    members = [{"role": "main", "person": {"surname": "Nieuw"}}]
    body = {"householdId": str(household), "members": members} if both else {}

    answer = await act(noor, contact, "household-links", body)

    assert answer.status_code == 400


async def test_somebody_who_is_not_a_member_is_refused(noor: Actor, plans: FakePlans) -> None:
    household, _ = plans.known("main")
    contact = await bring(noor, wijk="ME")
    await search(noor, contact)
    body = {"householdId": str(household), "personId": str(uuid4())}

    answer = await act(noor, contact, "household-links", body)

    assert answer.status_code == 409


async def test_while_plans_is_away_nothing_changes(
    world: World, noor: Actor, plans: FakePlans
) -> None:
    household, _ = plans.known("main")
    contact = await bring(noor, wijk="ME", person=PERSON)
    await search(noor, contact)
    del world.router.apps["plans.test"]

    searched = await search(noor, contact)
    linked = await act(noor, contact, "household-links", {"householdId": str(household)})

    assert (searched.status_code, linked.status_code) == (503, 503)
    assert (await read(noor, contact)).json()["householdId"] is None


async def test_once_they_talk_the_household_stays(noor: Actor, plans: FakePlans) -> None:
    contact = await steps.linked(noor, plans, wijk="ME")
    other, _ = plans.known("main")
    corrected = await act(noor, contact, "household-links", {"householdId": str(other)})
    await steps.talk(noor, contact)
    third, _ = plans.known("main")

    answer = await act(noor, contact, "household-links", {"householdId": str(third)})

    assert corrected.json()["householdId"] == str(other)
    assert answer.status_code == 409
    assert UUID((await read(noor, contact)).json()["householdId"]) == other


async def test_a_linked_contact_is_recorded_for_the_person_and_the_household_too(
    world: World, noor: Actor, plans: FakePlans
) -> None:
    contact = await steps.linked(noor, plans, wijk="ME")
    found = (await read(noor, contact)).json()
    officer = world.user(Role.PRIVACY_OFFICER)

    for subject, kind in ((found["personId"], "person"), (found["householdId"], "household")):
        path = f"/intake/v1/audit-records?subjectId={subject}"
        items = (await officer.get(path)).json()["items"]
        assert ("read_contact", kind) in {(i["operation"], i["subjectKind"]) for i in items}
