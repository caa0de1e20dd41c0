"""Nobody enters the register whom nobody could find again."""

import pytest

from shared.vocabulary import Role
from tests.plans.support import household
from tests.support.world import World


@pytest.mark.parametrize(
    ("person", "pointer", "code"),
    [
        ({"surname": "--- 1 ---"}, "surname", "no-letters"),
        ({"surname": "\u200b\u200b"}, "surname", "no-letters"),
        ({"birthDate": "0088-05-02"}, "birthDate", "too-long-ago"),
        ({"birthDate": "2022-03-02"}, "birthDate", "in-the-future"),
    ],
)
async def test_a_name_without_letters_and_a_birth_of_another_age_are_mistakes(
    world: World, person: dict[str, str], pointer: str, code: str
) -> None:
    worker = world.user(Role.BUURTTEAM_WORKER)

    refused = await worker.post("/plans/v1/households", household(**person))

    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == f"/members/0/person/{pointer}"
    assert refused.json()["errors"][0]["code"] == code
