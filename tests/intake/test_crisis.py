"""A crisis in three fields: a melding from today, kept or with the team, and everything owed."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from deploy.local.sample import CALLERS, DAPPERBUURT, OKT_OOST
from services.intake.domain.owed import Case, Children, Deferred, Term, owed
from shared.vocabulary import Role
from tests.intake import steps
from tests.intake.steps import CONTACTS, number, read
from tests.intake.test_duty import put
from tests.support.world import Actor, World

CRISIS = "/intake/v1/crisis-contacts"
THREE = {
    "question": "Zij kan vanavond niet naar huis.",
    "whereabouts": "Bij de nachtopvang aan de haven.",
    "phone": "0200000105",
}
FRIDAY_EVENING = datetime(2022, 3, 4, 16, 30, tzinfo=UTC)


async def crisis(actor: Actor, **other: Any) -> httpx.Response:
    """Three fields, and what else is known."""
    return await actor.post(CRISIS, {**THREE, **other})


async def on_duty(world: World, role: Role, party: str, **other: Any) -> None:
    """This role answers the desk of its party this weekend, and it is Friday evening."""
    subject = CALLERS[role].subject
    made = await put(world.user(Role.ADMINISTRATOR), party=party, subject=subject, **other)
    assert made.status_code == 200, made.text
    world.move_to(FRIDAY_EVENING)


def by_code(receipt: httpx.Response) -> dict[str, dict[str, Any]]:
    """What is owed, by its code."""
    return {each["code"]: each for each in receipt.json()["owed"]}


@pytest.mark.rule("AMS-INT-01")
@pytest.mark.rule("AMS-INT-14")
async def test_three_fields_are_enough_and_what_is_owed_comes_with_its_dates(
    world: World,
) -> None:
    await steps.directory(world)
    await on_duty(world, Role.BUURTTEAM_WORKER, "buurtteam", teamId=str(DAPPERBUURT.id))
    noor = world.user(Role.BUURTTEAM_WORKER)

    made = await crisis(noor)

    assert made.status_code == 201, made.text
    receipt = made.json()
    assert (receipt["kept"], receipt["takenUp"]) == (True, True)
    assert receipt["dutyShiftId"]
    found = (await read(noor, receipt["id"])).json()
    assert (found["entry"], found["channel"], found["urgency"]) == ("buurtteam", "phone", "crisis")
    assert (found["melding"], found["firstContactOn"]) == (True, "2022-03-04")
    assert found["person"]["whereabouts"] == THREE["whereabouts"]
    assert found["person"]["phone"] == THREE["phone"]
    assert found["owed"] == receipt["owed"]
    due = {code: each["dueOn"] for code, each in by_code(made).items()}
    assert due["investigation"] == "2022-04-19"  # six weeks end on Good Friday
    assert due["personal_plan"] == "2022-03-11"
    assert due["plan_required"] == "2022-03-18"
    assert due["grant_decision"] == "2022-04-29"
    assert due["access_decision"] is None
    assert "child_safety" not in due
    assert by_code(made)["plan_required"]["done"] is False
    assert by_code(made)["grant_decision"]["done"] is None


@pytest.mark.rule("AMS-ROL-42")
@pytest.mark.rule("AMS-REF-14")
async def test_with_children_somebody_must_be_told_today_and_it_is_owed_until_it_is_done(
    world: World,
) -> None:
    noor = world.user(Role.BUURTTEAM_WORKER)
    made = await crisis(noor, childrenInvolved=True)
    first = by_code(made)["child_safety"]
    path = f"{CONTACTS}/{made.json()['id']}"

    other = await noor.post(f"{path}/involvements", {"party": "gemeente", "how": "told"})
    between = (await noor.get(path)).json()["owed"]
    told = await noor.post(
        f"{path}/involvements", {"party": "veilig_thuis", "how": "told", "meldcodeStep": 5}
    )

    assert (first["done"], first["dueOn"], first["parties"]) == (
        False,
        "2022-03-01",
        ["okt", "veilig_thuis"],
    )
    assert (other.status_code, told.status_code) == (201, 201)
    assert [each["done"] for each in between if each["code"] == "child_safety"] == [False]
    after = (await noor.get(path)).json()["owed"]
    assert [each["done"] for each in after if each["code"] == "child_safety"] == [True]


@pytest.mark.rule("AMS-INT-14")
async def test_off_duty_it_goes_to_the_team_of_the_wijk_at_once(world: World) -> None:
    await steps.directory(world)
    access = world.user(Role.CENTRAL_ACCESS)

    made = await crisis(access, wijk="ME")

    receipt = made.json()
    assert (receipt["addressedTo"], receipt["teamId"]) == ("buurtteam", str(DAPPERBUURT.id))
    assert (receipt["kept"], receipt["takenUp"]) == (False, False)
    listed = await world.user(Role.BUURTTEAM_WORKER).get(CONTACTS)
    assert [item["id"] for item in listed.json()["items"]] == [receipt["id"]]


async def test_on_duty_it_lies_with_the_team_of_the_wijk_and_with_who_took_it_in(
    world: World,
) -> None:
    await steps.directory(world)
    await on_duty(world, Role.CENTRAL_ACCESS, "centrale_toegang")
    access = world.user(Role.CENTRAL_ACCESS)

    made = await crisis(access, wijk="ME")

    assert (made.json()["teamId"], made.json()["kept"]) == (str(DAPPERBUURT.id), True)
    for actor in (access, world.user(Role.BUURTTEAM_WORKER)):
        assert (await actor.get(f"{CONTACTS}/{made.json()['id']}")).status_code == 200


@pytest.mark.parametrize(
    ("role", "entry", "addressed", "lies"),
    [
        (Role.BUURTTEAM_WORKER, "buurtteam", "buurtteam", "kept"),
        (Role.TEAM_LEAD, "buurtteam", "buurtteam", "kept"),
        (Role.OKT_WORKER, "okt", "okt", "kept"),
        (Role.VEILIG_THUIS, "veilig_thuis", "veilig_thuis", "kept"),
        (Role.CENTRAL_ACCESS, "centrale_toegang", "centrale_toegang", "kept"),
        (Role.SPECIALIST, "stadsdeel", "buurtteam", "queue"),
        (Role.PROVIDER_INTAKE, "aanbieder", "buurtteam", "queue"),
        (Role.PROVIDER_WORKER, "aanbieder", "buurtteam", "queue"),
        (Role.MUNICIPALITY, "gemeente", "buurtteam", "queue"),
        (Role.CLIENT_SUPPORT, "buurtteam", "buurtteam", "queue"),
    ],
)
@pytest.mark.rule("AMS-INT-03")
@pytest.mark.rule("AMS-ACC-41")
async def test_every_door_takes_a_crisis_in_and_nothing_is_lost_without_a_wijk(
    world: World, role: Role, entry: str, addressed: str, lies: str
) -> None:
    actor = world.user(role)

    made = await crisis(actor)

    assert made.status_code == 201, made.text
    assert (made.json()["addressedTo"], made.json()["kept"]) == (addressed, lies == "kept")
    assert (await actor.get(made.json()["href"])).status_code == 200
    reader = {"okt": Role.OKT_WORKER, "veilig_thuis": Role.VEILIG_THUIS} | {
        "centrale_toegang": Role.CENTRAL_ACCESS
    }
    there = world.user(reader.get(addressed, Role.BUURTTEAM_WORKER))
    (item,) = (await there.get(CONTACTS)).json()["items"]
    assert item["id"] == made.json()["id"]
    assert (await read(there, item["id"])).json()["entry"] == entry


async def test_the_okt_of_the_wijk_keeps_what_comes_in_at_the_okt(world: World) -> None:
    await steps.directory(world)

    made = await crisis(world.user(Role.OKT_WORKER), wijk="ME")

    assert (made.json()["addressedTo"], made.json()["teamId"]) == ("okt", str(OKT_OOST.id))


@pytest.mark.parametrize(
    ("other", "pointer"),
    [
        ({"whereabouts": ""}, "/whereabouts"),
        ({"wijk": "ZZ"}, "/wijk"),
        ({"entry": "brandweer"}, "/entry"),
        ({"channel": "rooksignaal"}, "/channel"),
        ({"voorziening": "zwembad"}, "/voorziening"),
        ({"person": {"bsn": "999900007"}}, "/person/bsn"),
        ({"urgency": "normal"}, ""),
    ],
)
async def test_a_mistake_is_told_and_nothing_is_written(
    world: World, other: dict[str, Any], pointer: str
) -> None:
    refused = await crisis(world.user(Role.BUURTTEAM_WORKER), **other)

    assert refused.status_code == 400, refused.text
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
    assert "999900007" not in refused.text
    assert number(world, "SELECT count(*) FROM contacts") == 0


async def test_a_repeated_call_makes_one_contact(world: World) -> None:
    noor, key = world.user(Role.BUURTTEAM_WORKER), uuid4()

    first = await noor.post(CRISIS, THREE, key=key)
    again = await noor.post(CRISIS, THREE, key=key)

    assert first.content == again.content
    assert again.headers["Idempotency-Replayed"] == "true"
    assert number(world, "SELECT count(*) FROM contacts") == 1


async def test_an_ordinary_contact_owes_nothing_of_the_kind(world: World) -> None:
    noor = world.user(Role.BUURTTEAM_WORKER)

    contact = await steps.bring(noor, melding=True)

    assert (await read(noor, contact)).json()["owed"] == []


async def test_what_is_told_in_a_crisis_is_sealed(world: World) -> None:
    made = await crisis(world.user(Role.BUURTTEAM_WORKER))

    assert UUID(made.json()["id"])
    query = "SELECT count(*) FROM contacts WHERE encode(told, 'escape') LIKE '%opvang%'"
    assert number(world, query) == 0


def test_a_legal_term_counts_once_and_each_debt_has_its_day() -> None:
    day = date(2022, 3, 4)
    terms = [
        Term("investigation", "Onderzoek", date(2022, 4, 15), met=True, source="Wmo 2.3.2 lid 1")
    ]
    deferred = [
        Deferred("investigation", "Onderzoek", 42, ("Wmo 2.3.3",)),
        Deferred("plan", "Plan", 14, ("Wmo 2.3.3",), is_plan=True),
        Deferred("decision", "Besluit", None, ("Wmo 2.3.3",)),
    ]
    children = Children("child_safety", "Vertel het", ("okt",), ("AMS-ROL-42",))

    found = owed(Case(day, terms, has_plan=True, child=True, involved={"okt"}), deferred, children)
    without = owed(Case(day, terms, has_plan=False, child=None, involved=()), deferred, children)

    assert [(due.code, due.done) for due in found] == [
        ("child_safety", True),
        ("decision", None),
        ("plan", True),
        ("investigation", True),
    ]
    assert [due.code for due in without] == ["decision", "plan", "investigation"]
    assert without[1].due_on == date(2022, 3, 18)
    assert without[1].done is False
