"""A door hears what it may hear: not what another door was told after it took the contact up."""

from uuid import uuid4

from deploy.local.sample import BIJLMER, DAPPERBUURT
from shared.vocabulary import Role
from tests.intake import steps
from tests.intake.doubles import FakePlans
from tests.intake.steps import CONTACTS, bring
from tests.support.world import World

NOTE = "Zij durft niet naar huis."


async def test_who_recorded_it_for_another_door_does_not_read_what_that_door_heard(
    world: World,
) -> None:
    await steps.directory(world)
    sanne = world.user(Role.OKT_WORKER)
    contact = await bring(sanne, entry="okt", wijk="ME", addressedTo="veilig_thuis")
    before = await sanne.get(f"{CONTACTS}/{contact}")
    veilig_thuis = world.user(Role.VEILIG_THUIS)
    assert (await steps.take_up(veilig_thuis, contact, note=NOTE)).status_code == 200

    after = await sanne.get(f"{CONTACTS}/{contact}")
    receipt = await sanne.get(f"{CONTACTS}/{contact}/receipt")
    nowhere = await sanne.get(f"{CONTACTS}/{uuid4()}")

    assert before.json()["question"] == steps.QUESTION
    assert after.status_code == 404
    assert after.content == nowhere.content
    assert receipt.json()["takenUp"] is True
    assert NOTE not in receipt.text


async def test_who_recorded_it_for_another_team_does_not_read_the_talk_of_that_team(
    world: World, plans: FakePlans
) -> None:
    await steps.directory(world)
    sanne, noor = world.user(Role.OKT_WORKER), world.user(Role.BUURTTEAM_WORKER)
    household, _ = plans.known("main")
    contact = await bring(sanne, entry="okt", wijk="ME")
    await steps.take_up(noor, contact)
    await steps.search(noor, contact)
    await steps.act(noor, contact, "household-links", {"householdId": str(household)})
    begun = await steps.talk(noor, contact)
    path = f"/intake/v1/clarifications/{begun.json()['id']}"

    seen = await sanne.get(path)
    changed = await sanne.patch(path, steps.everything(), begun.headers["ETag"])

    assert (begun.status_code, (await noor.get(path)).status_code) == (201, 200)
    assert seen.status_code == changed.status_code == 404
    assert seen.content == changed.content


async def test_a_lead_cannot_make_the_team_a_door_of_another_party(world: World) -> None:
    await steps.directory(world)
    lead = world.user(Role.TEAM_LEAD)
    path = f"/intake/v1/teams/{DAPPERBUURT.id}"
    seen = await lead.get(path)
    etag = {"If-Match": seen.headers["ETag"]}

    taken = await lead.send("PUT", path, steps.team_body(DAPPERBUURT, party="veilig_thuis"), etag)
    stayed = await lead.send("PUT", path, steps.team_body(DAPPERBUURT, name="Nieuw"), etag)

    assert taken.status_code == 400
    assert taken.json()["errors"][0]["pointer"] == "/party"
    assert stayed.status_code == 200, stayed.text
    assert stayed.json()["party"] == "buurtteam"


async def test_a_lead_cannot_change_the_team_of_another(world: World) -> None:
    await steps.directory(world)
    lead = world.user(Role.TEAM_LEAD, team=str(BIJLMER.id))
    path = f"/intake/v1/teams/{DAPPERBUURT.id}"
    etag = {"If-Match": (await lead.get(path)).headers["ETag"]}

    changed = await lead.send("PUT", path, steps.team_body(DAPPERBUURT), etag)

    assert changed.status_code == 404


async def test_a_contact_that_goes_round_comes_back_to_its_first_door_and_ends_there(
    world: World,
) -> None:
    await steps.directory(world)
    noor, sanne = world.user(Role.BUURTTEAM_WORKER), world.user(Role.OKT_WORKER)
    first = await bring(noor, wijk="ME", firstContactOn="2022-02-01")
    there = await steps.redirect(noor, first, "okt")
    back = await steps.redirect(sanne, there.json()["carriedTo"], "buurtteam")
    third = back.json()["carriedTo"]

    taken = await steps.take_up(noor, third)
    again = await steps.act(
        noor, first, "redirects", {"toParty": "okt", "reason": "Weer.", "personInformed": True}
    )
    concluded = await steps.act(
        noor, first, "conclusions", {"outcome": "light_support", "personInformed": True}
    )
    followed = [
        (await noor.get(f"/intake/v1/redirects/{sent.json()['id']}")).json()["status"]
        for sent in (there, back)
    ]

    assert (there.status_code, back.status_code) == (202, 202)
    assert taken.json()["firstContactOn"] == "2022-02-01"
    assert (again.status_code, concluded.status_code) == (409, 409)
    assert followed == ["taken_up", "taken_up"]


async def test_a_mistake_in_the_year_does_not_start_a_legal_term_in_the_middle_ages(
    world: World,
) -> None:
    worker = world.user(Role.BUURTTEAM_WORKER)
    told = steps.told(melding=True, firstContactOn="0202-03-01")

    refused = await worker.post(CONTACTS, told)

    assert refused.status_code == 400
    assert refused.json()["errors"][0]["code"] == "too-long-ago"
    assert (await worker.get(CONTACTS)).json()["items"] == []
