"""A stored answer given again shows a person's data again: that too is recorded."""

from uuid import uuid4

from shared.vocabulary import Role
from tests.support.world import World

HOUSEHOLD = {
    "members": [{"role": "main", "person": {"surname": "Voorbeeld", "birthDate": "1988-06-21"}}]
}


async def test_a_replay_is_recorded_as_looking_again(world: World) -> None:
    noor, key = world.user(Role.BUURTTEAM_WORKER), uuid4()
    made = await noor.post("/plans/v1/households", HOUSEHOLD, key=key)
    person = made.json()["members"][0]["person"]["id"]

    again = await noor.post("/plans/v1/households", HOUSEHOLD, key=key)

    officer = world.user(Role.PRIVACY_OFFICER)
    log = (await officer.get(f"/plans/v1/audit-records?subjectId={person}")).json()["items"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.content == made.content
    assert [(entry["operation"], entry["act"]) for entry in log] == [
        ("create_household", "read"),
        ("create_household", "write"),
    ]
