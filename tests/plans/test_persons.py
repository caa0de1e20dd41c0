"""The register by its API: searching it, writing somebody down, and who may read a household."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from shared.vocabulary import Role, ServiceName
from tests.plans.support import BSN, audited, behalf, created, household, open_case, person
from tests.support.world import Actor, World

SEARCH = "/plans/v1/persons/_zoek"
HOME = {"postcode": "1094KL", "houseNumber": 12, "street": "Dapperstraat", "wijk": "ME"}


def stranger(world: World, **claims: str | None) -> Actor:
    """A worker of another team."""
    claims = {"subject": "50b0-elsewhere", "team": str(uuid4()), **claims}
    return world.user(Role.BUURTTEAM_WORKER, **claims)


@pytest.mark.parametrize(
    "body",
    [
        {"bsn": BSN},
        {"surname": "ozt", "birthDate": "1988-05-02"},
        {"surname": "van den Özt", "birthDate": "1988-05-02"},
        {"postcode": "1094KL", "houseNumber": 12},
    ],
)
async def test_somebody_is_found_in_each_of_three_ways(world: World, body: dict[str, Any]) -> None:
    worker = world.user(Role.BUURTTEAM_WORKER)
    home = created(
        await worker.post(
            "/plans/v1/households", household(surname="van den Öztürk", bsn=BSN, address=HOME)
        )
    )

    found = created(await worker.post(SEARCH, body), 200)

    main = home["members"][0]["person"]["id"]
    assert [hit["personId"] for hit in found["items"]] == [main]
    assert found["items"][0]["householdId"] == home["id"]
    assert found["items"][0]["hasOpenPlan"] is False
    assert ("read", "search_persons") in await audited(world, main)
    assert "Dapper" not in str(found)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"bsn": BSN, "surname": "Bloem", "birthDate": "1988-05-02"},
        {"surname": "Bloem"},
        {"birthDate": "1988-05-02"},
        {"postcode": "1094KL"},
        {"bsn": "999990018"},
        {"surname": "van B", "birthDate": "1988-05-02"},
        {"surname": "B", "birthDate": "1988-05-02"},
    ],
)
async def test_a_search_in_half_a_way_or_two_ways_is_refused(
    world: World, body: dict[str, Any]
) -> None:
    answer = await world.user(Role.BUURTTEAM_WORKER).post(SEARCH, body)

    assert answer.status_code == 400
    assert "999990018" not in answer.text


@pytest.mark.rule("AMS-PRI-01")
async def test_a_shielded_address_finds_nobody_and_is_in_no_answer(world: World) -> None:
    worker = world.user(Role.BUURTTEAM_WORKER)
    case = await open_case(world, household(address=HOME, addressShielded=True, bsn=BSN))

    by_address = created(await worker.post(SEARCH, {"postcode": "1094KL", "houseNumber": 12}), 200)
    by_bsn = created(await worker.post(SEARCH, {"bsn": BSN}), 200)

    assert by_address["items"] == []
    assert len(by_bsn["items"]) == 1
    read = await worker.get(f"/plans/v1/households/{case.household['id']}")
    for told in (by_bsn, case.household, read.json(), await case.view()):
        assert not any(secret in str(told) for secret in ("Dapperstraat", "1094KL", "'ME'"))
    assert read.json()["members"][0]["person"]["addressShielded"] is True


async def test_more_than_twenty_hits_are_cut_off_and_said_so(world: World) -> None:
    worker = world.user(Role.BUURTTEAM_WORKER)
    for _ in range(21):
        created(await worker.post("/plans/v1/households", household()))

    found = created(await worker.post(SEARCH, {"surname": "Bloem", "birthDate": "1988-05-02"}), 200)

    assert len(found["items"]) == 20
    assert found["truncated"] is True


@pytest.mark.parametrize(
    "role", [Role.PROVIDER_INTAKE, Role.PROVIDER_WORKER, Role.PROVIDER_MANAGER, Role.MONITOR]
)
async def test_a_provider_has_no_person_search_of_any_kind(world: World, role: Role) -> None:
    direct = await world.user(role).post(SEARCH, {"bsn": BSN})
    through_a_peer = await world.http.post(
        f"http://plans.test{SEARCH}", json={"bsn": BSN}, headers=behalf(world, world.token(role))
    )

    assert (direct.status_code, through_a_peer.status_code) == (403, 403)


async def test_intake_searches_for_a_worker_and_never_alone(world: World) -> None:
    user = world.token(Role.BUURTTEAM_WORKER)
    headers = behalf(world, user, "intake")

    for_a_worker = await world.http.post(
        f"http://plans.test{SEARCH}", json={"bsn": BSN}, headers=headers
    )
    del headers["Buurtteam-User-Token"]
    alone = await world.http.post(f"http://plans.test{SEARCH}", json={"bsn": BSN}, headers=headers)

    assert for_a_worker.status_code == 200, for_a_worker.text
    assert alone.status_code == 403


async def test_the_bsn_lies_sealed_and_a_known_one_is_a_conflict(world: World) -> None:
    worker = world.user(Role.BUURTTEAM_WORKER)
    made = created(await worker.post("/plans/v1/households", household(bsn=BSN)))

    again = await worker.post("/plans/v1/households", household(surname="Anders", bsn=BSN))

    assert made["members"][0]["person"]["hasBsn"] is True
    assert BSN not in str(made)
    assert again.status_code == 409
    assert "register" in again.json()["detail"]
    async with world.kernel(ServiceName.PLANS).db.transaction() as session:
        rows = await session.execute(text("SELECT p::text FROM persons p"))
        assert BSN not in str(list(rows))


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"members": [{"role": "partner", "person": person()}]}, "/members"),
        ({"members": [{"role": "main", "person": person()}] * 2}, "/members"),
        ({"members": [{"role": "main"}]}, "/members/0"),
        (
            {"members": [{"role": "main", "person": person(), "personId": str(uuid4())}]},
            "/members/0",
        ),
        (household(bsn="123456789"), "/members/0/person/bsn"),
        (household(birthDate="2022-03-02"), "/members/0/person/birthDate"),
        (household(address={"wijk": "ZZ"}), "/members/0/person/address/wijk"),
        ({"members": []}, "/members"),
    ],
)
async def test_a_household_that_cannot_be_right_is_refused_with_where(
    world: World, body: dict[str, Any], pointer: str
) -> None:
    answer = await world.user(Role.BUURTTEAM_WORKER).post("/plans/v1/households", body)

    assert answer.status_code == 400, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


@pytest.mark.rule("DIS-12")
@pytest.mark.rule("OPN-38")
async def test_members_live_apart_and_a_person_is_main_in_one_household_only(world: World) -> None:
    worker = world.user(Role.BUURTTEAM_WORKER)
    elsewhere = {"role": "partner", "person": person("Kruid", address={"postcode": "1018AA"})}
    home = created(await worker.post("/plans/v1/households", household(elsewhere, address=HOME)))
    main, partner = (member["person"] for member in home["members"])

    second_home = await worker.post(
        "/plans/v1/households",
        household({"role": "child", "personId": main["id"]}, surname="Ander"),
    )
    second_main = await worker.post(
        "/plans/v1/households", {"members": [{"role": "main", "personId": main["id"]}]}
    )

    assert main["address"]["postcode"] != partner["address"]["postcode"]
    assert second_home.status_code == 201, second_home.text
    assert second_main.status_code == 409


async def test_somebody_joins_a_household_once(world: World) -> None:
    case = await open_case(world)
    path = f"/plans/v1/households/{case.household['id']}/members"
    before = await case.view()

    joined = created(await case.worker.post(path, {"role": "child", "person": person("Knop")}))
    child = joined["members"][1]["person"]["id"]
    again = await case.worker.post(path, {"role": "child", "personId": child})
    second_main = await case.worker.post(path, {"role": "main", "person": person("Tak")})
    nobody = await case.worker.post(path, {"role": "child", "personId": str(uuid4())})

    assert joined["version"] == case.household["version"] + 1
    assert (again.status_code, second_main.status_code, nobody.status_code) == (409, 409, 404)
    after = await case.view()
    assert after["version"] == before["version"] + 1
    assert after["timeline"][-1]["kind"] == "member_added"
    assert [m["role"] for m in after["household"]["members"]] == ["main", "child"]


@pytest.mark.rule("AMS-PRI-01")
async def test_a_household_is_of_its_team_until_there_is_a_plan_and_then_of_the_circle(
    world: World,
) -> None:
    worker = world.user(Role.BUURTTEAM_WORKER)
    colleague = world.user(Role.BUURTTEAM_WORKER, subject="50b0-colleague")
    home = created(await worker.post("/plans/v1/households", household()))
    path = f"/plans/v1/households/{home['id']}"

    before = await colleague.get(path)
    foreign = await stranger(world).get(path)
    created(await worker.post("/plans/v1/plans", {"householdId": home["id"]}))
    after = await colleague.get(path)
    nothing = await colleague.get(f"/plans/v1/households/{uuid4()}")

    assert before.status_code == 200
    assert (foreign.status_code, after.status_code) == (404, 404)
    assert foreign.content == after.content == nothing.content
    assert (await worker.get(path)).status_code == 200
    assert (await world.user(Role.TEAM_LEAD).get(path)).status_code == 200


async def test_a_replay_is_the_same_answer_and_another_body_is_refused(world: World) -> None:
    worker = world.user(Role.BUURTTEAM_WORKER)
    key = uuid4()

    first = await worker.post("/plans/v1/households", household(), key=key)
    again = await worker.post("/plans/v1/households", household(), key=key)
    other = await worker.post("/plans/v1/households", household(surname="Tak"), key=key)
    without = await worker.send(
        "POST", "/plans/v1/households", household(), {"Idempotency-Key": "no"}
    )

    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert first.headers["ETag"] == again.headers["ETag"]
    assert (other.status_code, without.status_code) == (409, 400)


async def test_a_replay_ends_where_reach_ended(world: World) -> None:
    colleague = world.user(Role.BUURTTEAM_WORKER, subject="50b0-colleague")
    key = uuid4()
    home = created(await colleague.post("/plans/v1/households", household(), key=key))
    created(
        await world.user(Role.TEAM_LEAD).post(
            "/plans/v1/plans", {"householdId": home["id"], "coordinator": "50b0-other"}
        )
    )
    moved = world.user(Role.BUURTTEAM_WORKER, subject="50b0-colleague", team=str(uuid4()))

    again = await moved.post("/plans/v1/households", household(), key=key)

    assert again.status_code == 404


async def test_somebody_in_two_households_is_found_where_the_plan_is(world: World) -> None:
    case = await open_case(world)
    other = await case.worker.post(
        "/plans/v1/households",
        household({"role": "child", "personId": case.main}, surname="Ander"),
    )

    found = created(
        await case.worker.post(SEARCH, {"surname": "Bloem", "birthDate": "1988-05-02"}), 200
    )

    assert other.status_code == 201
    hit = next(item for item in found["items"] if item["personId"] == case.main)
    assert (hit["householdId"], hit["householdRole"]) == (case.household["id"], "main")
    assert (hit["hasOpenPlan"], hit["coordinator"]) == (True, case.plan["coordinator"])
    assert len(found["items"]) == 1
