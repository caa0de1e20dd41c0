"""Races of the morning after: handing back and looking along, each with a control."""

from uuid import UUID

import httpx
import pytest

from deploy.local.sample import CALLERS, DAPPERBUURT, VOLEWIJCK, YUSUF
from services.intake.models import DutyContactRow
from shared.vocabulary import Role
from tests.intake import steps
from tests.intake.racing import count, race, stand_still
from tests.intake.steps import CONTACTS, bring, read
from tests.intake.test_crisis import crisis, on_duty
from tests.support.postgres import TestServer
from tests.support.world import World

HANDBACKS = "SELECT count(*) FROM handbacks"


async def two_handbacks(world: World, databases: TestServer) -> list[httpx.Response]:
    """Two colleagues who saw the same give one contact to two teams, at one moment."""
    await steps.directory(world)
    noor = world.user(Role.BUURTTEAM_WORKER)
    yusuf = world.user(Role.BUURTTEAM_WORKER, subject=YUSUF.subject)
    contact = await bring(noor, wijk="ME")
    etag = (await read(noor, contact)).headers["ETag"]
    path = f"{CONTACTS}/{contact}/handbacks"
    calls = (
        one.post(path, {"toTeamId": str(team.id), "note": "Verder bij u."}, etag=etag)
        for one, team in ((noor, VOLEWIJCK), (yusuf, DAPPERBUURT))
    )
    return await race(databases, "SELECT 1 FROM contacts FOR UPDATE", *calls)


async def test_of_two_who_hand_one_contact_back_one_does(
    world: World, databases: TestServer
) -> None:
    answers = await two_handbacks(world, databases)

    assert sorted(answer.status_code for answer in answers) in ([201, 404], [201, 412])
    assert count(databases, HANDBACKS) == 1


async def test_control_without_a_version_it_is_handed_back_to_two_teams(
    world: World, databases: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_still(monkeypatch)

    answers = await two_handbacks(world, databases)

    assert [answer.status_code for answer in answers] == [201, 201]
    assert count(databases, HANDBACKS) == 2


async def two_reviews(world: World, databases: TestServer) -> list[httpx.Response]:
    """Two leads look at one piece of work of the night, at one moment."""
    await steps.directory(world)
    await on_duty(world, Role.BUURTTEAM_WORKER, "buurtteam", teamId=str(DAPPERBUURT.id))
    made = await crisis(world.user(Role.BUURTTEAM_WORKER))
    path = f"{CONTACTS}/{UUID(made.json()['id'])}/duty-reviews"
    leads = (
        world.user(Role.TEAM_LEAD, subject=subject)
        for subject in (CALLERS[Role.TEAM_LEAD].subject, "another-lead")
    )
    calls = (lead.post(path, {}) for lead in leads)
    return await race(databases, "SELECT 1 FROM duty_contacts FOR UPDATE", *calls)


async def test_of_two_who_look_at_one_night_one_is_written_down(
    world: World, databases: TestServer
) -> None:
    answers = await two_reviews(world, databases)

    assert sorted(answer.status_code for answer in answers) in ([201, 409], [201, 412])


async def test_control_without_a_version_both_think_that_they_looked_first(
    world: World, databases: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DutyContactRow.__mapper__, "version_id_generator", lambda _: 1)

    answers = await two_reviews(world, databases)

    assert [answer.status_code for answer in answers] == [201, 201]
