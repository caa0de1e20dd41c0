"""The directory: teams, the wijken they serve from-until, and who works where."""

from typing import Any
from uuid import uuid4

import pytest

from deploy.local.sample import DAPPERBUURT, NOOR, VOLEWIJCK
from shared.db.migrate import check
from shared.vocabulary import Role
from tests.intake import steps
from tests.intake.doubles import FakeReferrals
from tests.intake.steps import team_body
from tests.support.postgres import TestServer
from tests.support.world import World

TEAM = f"/intake/v1/teams/{DAPPERBUURT.id}"
WORKER = f"/intake/v1/workers/{NOOR.subject}"
NOOR_BODY = {
    "name": NOOR.name,
    "teamId": str(DAPPERBUURT.id),
    "role": "buurtteam_worker",
    "phone": NOOR.phone,
    "specialisms": ["geld"],
    "languages": ["nl"],
    "workingDays": [1, 2, 3, 4],
}


def test_the_models_and_the_migrations_describe_the_same_tables(databases: TestServer) -> None:
    check("intake", databases.owner_url("intake"))


@pytest.mark.rule("AMS-INT-19")
async def test_a_team_is_made_read_listed_and_changed(world: World) -> None:
    administrator, reader = world.user(Role.ADMINISTRATOR), world.user(Role.PROVIDER_WORKER)

    made = await administrator.put_new(TEAM, team_body(DAPPERBUURT))
    headers = {"If-Match": made.headers["ETag"]}
    areas = [{"wijk": "ME", "validFrom": "2021-01-01", "validUntil": "2022-06-30"}]
    changed = await administrator.send("PUT", TEAM, team_body(DAPPERBUURT, areas=areas), headers)

    assert made.json()["name"] == "Buurtteam Amsterdam Oost Dapperbuurt"
    assert [area["wijk"] for area in made.json()["areas"]] == ["MC", "ME"]
    assert changed.status_code == 200, changed.text
    assert changed.json()["areas"] == areas
    assert (await reader.get(TEAM)).json() == changed.json()
    assert (await reader.get("/intake/v1/teams")).json()["items"] == [changed.json()]
    stale = await administrator.send("PUT", TEAM, team_body(DAPPERBUURT), headers)
    again = await administrator.put_new(TEAM, team_body(DAPPERBUURT))
    without = await administrator.send("PUT", TEAM, team_body(DAPPERBUURT))
    assert (stale.status_code, again.status_code, without.status_code) == (412, 412, 428)


@pytest.mark.rule("AMS-INT-23")
@pytest.mark.parametrize(
    ("party", "period", "status"),
    [
        ("buurtteam", {"validFrom": "2022-05-01"}, 409),
        ("buurtteam", {"validFrom": "2020-01-01", "validUntil": "2021-01-01"}, 409),
        ("buurtteam", {"validFrom": "2020-01-01", "validUntil": "2020-12-31"}, 200),
        ("okt", {"validFrom": "2022-05-01"}, 200),
    ],
)
async def test_a_wijk_has_one_team_of_a_party_on_a_day(
    world: World, party: str, period: dict[str, str], status: int
) -> None:
    administrator = world.user(Role.ADMINISTRATOR)
    assert (await administrator.put_new(TEAM, team_body(DAPPERBUURT))).status_code == 200
    body = team_body(VOLEWIJCK, party=party, areas=[{"wijk": "ME", **period}])

    other = await administrator.put_new(f"/intake/v1/teams/{VOLEWIJCK.id}", body)

    assert other.status_code == status, other.text
    there = await administrator.get(f"/intake/v1/teams/{VOLEWIJCK.id}")
    assert there.status_code == (200 if status == 200 else 404)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"party": "buurthuis"}, "/party"),
        ({"areas": [{"wijk": "ZZ", "validFrom": "2022-01-01"}]}, "/areas/0/wijk"),
        (
            {"areas": [{"wijk": "ME", "validFrom": "2022-02-01", "validUntil": "2022-01-01"}]},
            "/areas/0/validUntil",
        ),
        ({"areas": [{"wijk": "ME", "validFrom": "2022-01-01"}] * 2}, "/areas/1"),
    ],
)
async def test_a_mistake_in_a_team_is_told_with_its_place(
    world: World, change: dict[str, Any], pointer: str
) -> None:
    answer = await world.user(Role.ADMINISTRATOR).put_new(TEAM, team_body(DAPPERBUURT, **change))

    assert answer.status_code == 400, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


async def test_a_lead_changes_their_own_team_and_no_other(world: World) -> None:
    await steps.directory(world)
    lead = world.user(Role.TEAM_LEAD)
    seen = (await lead.get(TEAM)).headers["ETag"]

    own = await lead.send("PUT", TEAM, team_body(DAPPERBUURT), {"If-Match": seen})
    path = f"/intake/v1/teams/{VOLEWIJCK.id}"
    theirs = (await lead.get(path)).headers["ETag"]
    other = await lead.send("PUT", path, team_body(VOLEWIJCK), {"If-Match": theirs})
    new = await lead.put_new(f"/intake/v1/teams/{uuid4()}", team_body(VOLEWIJCK, areas=[]))

    assert (own.status_code, other.status_code, new.status_code) == (200, 404, 404)
    assert (await world.user(Role.BUURTTEAM_WORKER).put_new(TEAM, {})).status_code in {400, 403}


async def test_a_worker_is_made_read_listed_and_changed(world: World) -> None:
    await steps.directory(world)
    lead, reader = world.user(Role.TEAM_LEAD), world.user(Role.OKT_WORKER)

    made = await lead.put_new(WORKER, NOOR_BODY)
    headers = {"If-Match": made.headers["ETag"]}
    changed = await lead.send("PUT", WORKER, {**NOOR_BODY, "workingDays": [1]}, headers)

    assert made.status_code == 200, made.text
    assert {name: made.json()[name] for name in NOOR_BODY} == NOOR_BODY
    assert changed.json()["workingDays"] == [1]
    assert (await reader.get(WORKER)).json() == changed.json()
    path = f"/intake/v1/workers?teamId={DAPPERBUURT.id}"
    assert (await reader.get(path)).json()["items"] == [changed.json()]
    elsewhere = await reader.get(f"/intake/v1/workers?teamId={VOLEWIJCK.id}")
    assert elsewhere.json()["items"] == []


async def test_a_lead_takes_nobody_from_or_into_another_team(world: World) -> None:
    await steps.directory(world)
    lead, other = world.user(Role.TEAM_LEAD), world.user(Role.TEAM_LEAD, team=str(VOLEWIJCK.id))
    made = await lead.put_new(WORKER, NOOR_BODY)
    headers = {"If-Match": made.headers["ETag"]}

    pulled = await other.send("PUT", WORKER, {**NOOR_BODY, "teamId": str(VOLEWIJCK.id)}, headers)
    pushed = await lead.send("PUT", WORKER, {**NOOR_BODY, "teamId": str(VOLEWIJCK.id)}, headers)

    assert (pulled.status_code, pushed.status_code) == (404, 404)


async def test_a_worker_belongs_to_a_team_that_exists(world: World) -> None:
    answer = await world.user(Role.ADMINISTRATOR).put_new(WORKER, NOOR_BODY)

    assert answer.status_code == 409


async def test_workers_come_page_by_page(world: World) -> None:
    await steps.directory(world)
    administrator = world.user(Role.ADMINISTRATOR)
    for number in range(3):
        body = {**NOOR_BODY, "name": f"Werker {number}"}
        await administrator.put_new(f"/intake/v1/workers/w-{number}", body)

    first = (await administrator.get("/intake/v1/workers?pageSize=2")).json()
    path = f"/intake/v1/workers?pageSize=2&cursor={first['next']}"
    second = (await administrator.get(path)).json()

    assert [one["subject"] for one in first["items"] + second["items"]] == ["w-0", "w-1", "w-2"]
    assert second["next"] is None


async def test_a_provider_reads_only_the_coordinator_of_its_own_attempt(
    world: World, referrals: FakeReferrals
) -> None:
    await steps.directory(world)
    await world.user(Role.ADMINISTRATOR).put_new(WORKER, NOOR_BODY)
    provider = world.user(Role.PROVIDER_WORKER)

    before = await provider.get(WORKER)
    nobody = await provider.get("/intake/v1/workers/nobody")
    referrals.coordinators.add(NOOR.subject)
    after = await provider.get(WORKER)

    assert before.status_code == nobody.status_code == 404
    assert before.content == nobody.content
    assert after.status_code == 200, after.text
    assert after.json()["phone"] == NOOR.phone
    assert (await provider.get("/intake/v1/workers")).status_code == 403


async def test_without_referrals_a_provider_reads_nobody(world: World) -> None:
    world.router.apps.pop("referrals.test", None)
    await steps.directory(world)
    await world.user(Role.ADMINISTRATOR).put_new(WORKER, NOOR_BODY)

    answer = await world.user(Role.PROVIDER_INTAKE).get(WORKER)

    assert answer.status_code == 503
