"""Who reads and who lists contacts, one key makes one, and who looked is recorded."""

from uuid import uuid4

import pytest

from deploy.local.sample import DAPPERBUURT, OKT_OOST
from shared.vocabulary import Role
from tests.intake import steps
from tests.intake.steps import CONTACTS, bring, told
from tests.support.world import World


async def test_a_contact_of_another_team_does_not_exist(world: World) -> None:
    await steps.directory(world)
    contact = await bring(world.user(Role.BUURTTEAM_WORKER), wijk="ME")
    stranger = world.user(Role.BUURTTEAM_WORKER, subject="ravi", team=str(uuid4()))

    there = await stranger.get(f"{CONTACTS}/{contact}")
    nowhere = await stranger.get(f"{CONTACTS}/{uuid4()}")
    receipt = await stranger.get(f"{CONTACTS}/{contact}/receipt")

    assert there.status_code == nowhere.status_code == receipt.status_code == 404
    assert there.content == nowhere.content == receipt.content
    assert (await stranger.get(CONTACTS)).json()["items"] == []
    for what, body in (
        ("triage-decisions", {"urgency": "normal"}),
        ("meldingen", {}),
        ("household-links", {"householdId": str(uuid4())}),
        ("conclusions", {"outcome": "light_support", "personInformed": True}),
        ("redirects", {"toParty": "okt", "reason": "Elders.", "personInformed": True}),
        ("clarifications", steps.OFFERS),
        ("candidates/_zoek", {}),
    ):
        refused = await stranger.post(f"{CONTACTS}/{contact}/{what}", body, etag='"any"')
        assert refused.status_code == 404, what
        assert refused.content == nowhere.content, what


async def test_who_recorded_it_for_another_door_reads_it_but_does_not_change_it(
    world: World,
) -> None:
    await steps.directory(world)
    sanne = world.user(Role.OKT_WORKER)

    contact = await bring(sanne, entry="okt", wijk="ME")

    found = await sanne.get(f"{CONTACTS}/{contact}")
    assert found.status_code == 200
    assert found.json()["teamId"] == str(DAPPERBUURT.id)
    body = {"urgency": "normal"}
    etag = found.headers["ETag"]
    taken = await sanne.post(f"{CONTACTS}/{contact}/triage-decisions", body, etag=etag)
    assert taken.status_code == 404


@pytest.mark.rule("AMS-ROL-01")
@pytest.mark.rule("AMS-ROL-02")
@pytest.mark.rule("AMS-INT-04")
@pytest.mark.rule("AMS-INT-05")
async def test_both_wijkteams_stand_side_by_side_and_each_has_its_own_contacts(
    world: World,
) -> None:
    await steps.directory(world)
    noor, sanne = world.user(Role.BUURTTEAM_WORKER), world.user(Role.OKT_WORKER)

    adult = await bring(sanne, entry="okt", wijk="ME", addressedTo="buurtteam")
    parent = await bring(noor, wijk="ME", addressedTo="okt")

    assert (await steps.read(noor, adult)).json()["teamId"] == str(DAPPERBUURT.id)
    assert (await steps.read(sanne, parent)).json()["teamId"] == str(OKT_OOST.id)
    assert (await steps.take_up(noor, adult)).json()["status"] == "taken_up"
    assert (await steps.take_up(sanne, parent)).json()["status"] == "taken_up"


async def test_the_work_list_is_crisis_first_then_the_oldest_page_by_page(world: World) -> None:
    await steps.directory(world)
    worker = world.user(Role.BUURTTEAM_WORKER)
    wanted = [
        await bring(worker, wijk="ME", urgency=urgency, firstContactOn=day)
        for urgency, day in (
            ("crisis", "2022-03-01"),
            ("soon", "2022-02-01"),
            ("soon", "2022-02-02"),
            ("normal", "2022-01-01"),
        )
    ]
    await bring(worker, wijk="NK", urgency="crisis")
    done = await bring(worker, wijk="ME")
    advice = {"outcome": "information_and_advice", "advice": "Zo.", "personInformed": True}
    await steps.act(worker, done, "conclusions", advice)

    listed, page = [], await worker.get(f"{CONTACTS}?pageSize=3")
    listed += page.json()["items"]
    cursor = page.json()["next"]
    rest = (await worker.get(f"{CONTACTS}?pageSize=3&cursor={cursor}")).json()
    listed += rest["items"]

    assert [item["id"] for item in listed] == [str(contact) for contact in wanted]
    assert rest["next"] is None
    closed = (await worker.get(f"{CONTACTS}?status=concluded")).json()["items"]
    assert [item["id"] for item in closed] == [str(done)]
    lead = world.user(Role.TEAM_LEAD)
    assert (await lead.get(f"{CONTACTS}?pageSize=3&cursor={cursor}")).status_code == 400


async def test_one_key_makes_one_contact_and_its_answer_ends_with_the_reach(world: World) -> None:
    worker = world.user(Role.BUURTTEAM_WORKER)
    key = uuid4()

    first = await worker.post(CONTACTS, told(), key=key)
    again = await worker.post(CONTACTS, told(), key=key)
    other = await worker.post(CONTACTS, told(question="Iets anders."), key=key)

    assert again.status_code == 201
    assert again.content == first.content
    assert other.status_code == 409
    assert len((await worker.get(CONTACTS)).json()["items"]) == 1


async def test_a_post_without_a_key_makes_nothing(world: World) -> None:
    worker = world.user(Role.BUURTTEAM_WORKER)

    answer = await worker.send("POST", CONTACTS, told(), {"Idempotency-Key": "no"})

    assert answer.status_code == 400
    assert (await worker.get(CONTACTS)).json()["items"] == []


async def test_who_looked_at_a_contact_is_recorded_also_without_a_person(world: World) -> None:
    worker, officer = world.user(Role.BUURTTEAM_WORKER), world.user(Role.PRIVACY_OFFICER)
    contact = await bring(worker, anonymous=True)
    await worker.get(f"{CONTACTS}/{contact}")
    await worker.get(CONTACTS)

    found = (await officer.get(f"/intake/v1/audit-records?subjectId={contact}")).json()["items"]

    acts = {(item["operation"], item["act"]) for item in found}
    assert acts == {
        ("create_contact", "write"),
        ("read_contact", "read"),
        ("list_contacts", "read"),
    }
    assert {item["subjectKind"] for item in found} == {"contact"}
