"""Taking contacts in: everything is accepted, everything told is sealed, nobody sees too much."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from deploy.local.sample import DAPPERBUURT, DE_VOORBEELDTUIN
from shared.vocabulary import Role, ServiceName
from tests.intake import steps
from tests.intake.steps import CONTACTS, bring, told
from tests.support.postgres import TestServer
from tests.support.world import World

PERSON = {
    "givenNames": "Maria",
    "surname": "Testema",
    "birthDate": "1961-03-14",
    "bsn": "999900006",
    "phone": "0200000101",
    "postcode": "1094ZZ",
    "houseNumber": 12,
}


def everything_stored(databases: TestServer) -> str:
    """All that is in the tables of intake, as text; of sealed columns also the raw bytes."""
    found = []
    with psycopg.connect(databases.server.admin_dsn, dbname=databases.name("intake")) as admin:
        tables = admin.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in tables.fetchall():
            query = sql.SQL("SELECT t.* FROM {} t").format(sql.Identifier(table))
            found += admin.execute(query).fetchall()
    return "\n".join(str(row) for row in found)


@pytest.mark.rule("AMS-INT-01")
@pytest.mark.rule("AMS-ROL-26")
async def test_a_question_without_a_name_is_taken_in(world: World) -> None:
    await steps.directory(world)
    worker = world.user(Role.BUURTTEAM_WORKER)

    made = await worker.post(CONTACTS, told(channel="partner", anonymous=True, wijk="ME"))

    assert made.status_code == 201, made.text
    receipt = made.json()
    assert receipt["status"] == "received"
    assert receipt["teamName"] == DAPPERBUURT.name
    assert receipt["clocks"] == []
    assert made.headers["Location"] == receipt["href"]
    found = (await steps.read(worker, receipt["id"])).json()
    assert found["question"] == steps.QUESTION
    assert found["person"] is None


@pytest.mark.rule("AMS-INT-01")
async def test_everything_that_was_told_comes_back_to_the_team(world: World) -> None:
    await steps.directory(world)
    worker = world.user(Role.BUURTTEAM_WORKER)
    reporter = {"kind": "partner", "name": "Dokter Proef", "personKnows": True}
    sketch = "Een stel zonder kinderen."

    contact = await bring(
        worker, wijk="ME", person=PERSON, reporter=reporter, householdSketch=sketch
    )

    found = (await steps.read(worker, contact)).json()
    assert {name: found["person"][name] for name in PERSON} == PERSON
    assert found["reporter"]["name"] == "Dokter Proef"
    assert found["householdSketch"] == sketch
    assert found["assignedTo"] is None


async def test_nothing_that_was_told_can_be_read_in_the_database(
    world: World, databases: TestServer
) -> None:
    worker = world.user(Role.BUURTTEAM_WORKER)
    reporter = {"kind": "partner", "name": "Dokter Proef"}

    contact = await bring(worker, person=PERSON, reporter=reporter, householdSketch="Een stel.")
    await steps.take_up(worker, contact, note="Belt liever overdag.")
    advice = {"outcome": "information_and_advice", "advice": "Bel de kredietbank."}
    done = await steps.act(worker, contact, "conclusions", {**advice, "personInformed": True})

    assert done.status_code == 200, done.text
    stored = everything_stored(databases)
    assert str(contact) in stored
    secrets = ("huur", "Maria", "Testema", "1961-03", "999900006", "0200000101", "1094ZZ")
    for secret in (*secrets, "Dokter", "Een stel", "overdag", "kredietbank"):
        assert secret not in stored, secret


@pytest.mark.rule("AMS-INT-19")
@pytest.mark.rule("AMS-INT-23")
async def test_the_team_is_the_one_that_serves_the_wijk_on_that_day(world: World) -> None:
    administrator = world.user(Role.ADMINISTRATOR)
    first, second = uuid4(), uuid4()
    for team, name, period in (
        (first, "Eerst", {"validFrom": "2021-01-01", "validUntil": "2022-03-31"}),
        (second, "Daarna", {"validFrom": "2022-04-01"}),
    ):
        areas = [{"wijk": "ME", **period}]
        body = steps.team_body(DAPPERBUURT, name=f"Buurtteam Amsterdam {name}", areas=areas)
        made = await administrator.put_new(f"/intake/v1/teams/{team}", body)
        assert made.status_code == 200, made.text
    worker = world.user(Role.BUURTTEAM_WORKER)

    now = await worker.post(CONTACTS, told(wijk="ME"))
    world.move_to(datetime(2022, 3, 31, 22, 30, tzinfo=UTC))
    later = await worker.post(CONTACTS, told(wijk="ME"))

    assert now.json()["teamId"] == str(first)
    assert later.json()["teamId"] == str(second)


@pytest.mark.rule("OPN-24")
@pytest.mark.parametrize("wijk", [{}, {"wijk": "AA"}])
async def test_without_a_team_it_lies_in_the_queue_of_every_team_of_the_party(
    world: World, wijk: dict[str, str]
) -> None:
    await steps.directory(world)
    central = world.user(Role.CLIENT_SUPPORT)

    contact = await bring(central, **wijk)

    for team in (str(DAPPERBUURT.id), str(uuid4())):
        worker = world.user(Role.BUURTTEAM_WORKER, subject=f"of-{team}", team=team)
        found = (await steps.read(worker, contact)).json()
        assert found["teamId"] is None
        listed = (await worker.get(CONTACTS)).json()["items"]
        assert [item["id"] for item in listed] == [str(contact)]
    okt = await world.user(Role.OKT_WORKER).get(f"{CONTACTS}/{contact}")
    assert okt.status_code == 404


@pytest.mark.rule("AMS-INT-43")
@pytest.mark.rule("AMS-INT-44")
async def test_a_provider_puts_somebody_forward_and_follows_the_receipt_only(world: World) -> None:
    await steps.directory(world)
    provider = world.user(Role.PROVIDER_INTAKE)

    made = await provider.post(
        CONTACTS, told(entry="aanbieder", channel="provider", wijk="ME", person=PERSON)
    )

    receipt = made.json()
    assert receipt["addressedTo"] == "buurtteam"
    assert receipt["teamId"] == str(DAPPERBUURT.id)
    worker = world.user(Role.BUURTTEAM_WORKER)
    found = (await steps.read(worker, receipt["id"])).json()
    assert found["nominatedByProviderId"] == str(DE_VOORBEELDTUIN.id)
    assert (await provider.get(f"{CONTACTS}/{receipt['id']}")).status_code == 403
    colleague = world.user(Role.PROVIDER_WORKER)
    await steps.take_up(worker, receipt["id"])
    followed = await colleague.get(receipt["href"])
    assert followed.status_code == 200, followed.text
    assert followed.json()["takenUp"] is True
    assert "question" not in followed.text
    assert "Testema" not in followed.text
    stranger = world.user(Role.PROVIDER_WORKER, subject="stranger", provider=str(uuid4()))
    assert (await stranger.get(receipt["href"])).status_code == 404


@pytest.mark.rule("OPN-07")
@pytest.mark.rule("AMS-INT-09")
@pytest.mark.parametrize(
    ("role", "entry", "channel"),
    [
        (Role.BUURTTEAM_WORKER, "buurtteam", "outreach"),
        (Role.BUURTTEAM_WORKER, "specialistisch_netwerk", "partner"),
        (Role.TEAM_LEAD, "buurtteam", "walk_in"),
        (Role.OKT_WORKER, "okt", "walk_in"),
        (Role.SPECIALIST, "stadsdeel", "phone"),
        (Role.VEILIG_THUIS, "veilig_thuis", "phone"),
        (Role.CENTRAL_ACCESS, "centrale_toegang", "walk_in"),
        (Role.PROVIDER_INTAKE, "aanbieder", "provider"),
        (Role.PROVIDER_WORKER, "aanbieder", "provider"),
        (Role.PROVIDER_MANAGER, "aanbieder", "provider"),
        (Role.MUNICIPALITY, "sociaal_loket", "sociaal_loket"),
        (Role.CLIENT_SUPPORT, "client", "email"),
    ],
)
async def test_every_door_takes_a_question_in_and_keeps_its_receipt(
    world: World, role: Role, entry: str, channel: str
) -> None:
    actor = world.user(role)

    made = await actor.post(CONTACTS, told(entry=entry, channel=channel))

    assert made.status_code == 201, made.text
    followed = await actor.get(made.json()["href"])
    assert followed.status_code == 200, followed.text
    assert followed.json() == made.json()


@pytest.mark.parametrize(
    ("role", "change", "pointer"),
    [
        (Role.BUURTTEAM_WORKER, {"entry": "loket"}, "/entry"),
        (Role.PROVIDER_INTAKE, {"entry": "buurtteam"}, "/entry"),
        (Role.BUURTTEAM_WORKER, {"channel": "fax"}, "/channel"),
        (Role.BUURTTEAM_WORKER, {"addressedTo": "aanbieder"}, "/addressedTo"),
        (Role.BUURTTEAM_WORKER, {"voorziening": "zwembad"}, "/voorziening"),
        (Role.BUURTTEAM_WORKER, {"reporter": {"kind": "fax"}}, "/reporter/kind"),
        (Role.BUURTTEAM_WORKER, {"reporter": {"kind": "walk_in"}}, "/reporter/kind"),
        (Role.BUURTTEAM_WORKER, {"firstContactOn": "2022-03-02"}, "/firstContactOn"),
        (Role.BUURTTEAM_WORKER, {"person": {"bsn": "999900007"}}, "/person/bsn"),
        (Role.BUURTTEAM_WORKER, {"wijk": "ZZ"}, "/wijk"),
        (Role.BUURTTEAM_WORKER, {"anonymous": True, "person": {"surname": "X"}}, "/person"),
        (Role.BUURTTEAM_WORKER, {"anonymous": True, "person": {"phone": "0612345678"}}, "/person"),
        (
            Role.PROVIDER_INTAKE,
            {"entry": "aanbieder", "nominatedByProviderId": str(uuid4())},
            "/nominatedByProviderId",
        ),
        (Role.BUURTTEAM_WORKER, {"question": ""}, "/question"),
        (Role.BUURTTEAM_WORKER, {"colour": "red"}, ""),
    ],
)
async def test_a_mistake_is_told_with_its_place_and_without_repeating_it(
    world: World, role: Role, change: dict[str, Any], pointer: str
) -> None:
    answer = await world.user(role).post(CONTACTS, told(**change))

    assert answer.status_code == 400, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert "999900007" not in answer.text


async def test_an_unknown_code_is_answered_with_the_codes_that_exist(world: World) -> None:
    answer = await world.user(Role.BUURTTEAM_WORKER).post(CONTACTS, told(channel="fax"))

    assert answer.json()["type"].endswith("unknown-code")
    for channel in steps.STELSEL.contact_channels:
        assert channel.code in answer.json()["detail"]


async def test_an_anonymous_contact_says_how_it_can_carry_a_telephone_number(world: World) -> None:
    worker = world.user(Role.BUURTTEAM_WORKER)
    person = {"whereabouts": "onder de brug", "phone": "0612345678"}

    refused = await worker.post(CONTACTS, told(anonymous=True, person=person))
    without = await worker.post(
        CONTACTS, told(anonymous=True, person={"whereabouts": "onder de brug"})
    )
    open_about_it = await worker.post(CONTACTS, told(person=person))

    assert refused.status_code == 400
    assert "niet anoniem" in refused.json()["errors"][0]["detail"]
    assert "0612345678" not in refused.text
    assert (without.status_code, open_about_it.status_code) == (201, 201)


async def test_an_unknown_wijk_is_answered_with_the_list_where_the_stelsel_has_one(
    world: World,
) -> None:
    worker = world.user(Role.BUURTTEAM_WORKER)
    refused = await worker.post(CONTACTS, told(wijk="ZZ"))

    desk = world.apps[ServiceName.INTAKE].state.service.contacts.desk
    object.__setattr__(desk, "codes", replace(desk.codes, wijken=frozenset()))
    taken_in = await worker.post(CONTACTS, told(wijk="ZZ"))

    assert refused.status_code == 400
    assert refused.json()["type"].endswith("unknown-code")
    assert all(wijk.code in refused.json()["detail"] for wijk in steps.STELSEL.areas.wijken)
    assert "ZZ" not in refused.text
    assert taken_in.status_code == 201, taken_in.text
