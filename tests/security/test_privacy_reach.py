"""The whole story again by everybody it is not for: what is there and what is not look the same."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import uuid4

import httpx

from deploy.local.demo.plan import LIVING_ITEM
from deploy.local.sample import VOLEWIJCK, WERKPLAATS_FICTIE
from shared.vocabulary import Role
from tests.security.test_privacy_canaries import TOLD, WHO, Exchange, Story, leaks, told
from tests.support.statements import statements
from tests.support.world import Actor, World

OUTSIDER = "50b00000-0000-4000-8000-00000000eeee"
NOT_OUTSIDE = {Role.SERVICE, Role.PRIVACY_OFFICER}
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NOTHING: dict[str, Any] = {"items": [], "next": None}


@dataclass(frozen=True)
class Question:
    """One request of the story, about a record of this household."""

    method: str
    path: str
    body: Any

    async def asked_by(self, actor: Actor, path: str) -> "Heard":
        """The same by somebody else."""
        headers = {"If-Match": '"x"'} if self.method != "GET" else {}
        with statements() as found:
            answer = await actor.send(self.method, path, self.body, headers)
        names = tuple(sorted(answer.headers))
        return Heard(answer.status_code, answer.content, names, tuple(found))


class Heard(NamedTuple):
    """All that an outsider can tell answers apart by: what it says, its size, the work it took."""

    status: int
    content: bytes
    headers: tuple[str, ...]
    work: tuple[str, ...]


def led_by_the_centre(story: Story, path: str) -> bool:
    """What the centre asks of a household it judges and places: the basis of that item, its own
    requests. It has a part in it: no outsider there."""
    item = story.told[LIVING_ITEM]
    return path.endswith(f"/referral-basis?supportItemId={item}") or "/referrals?planId=" in path


def outsiders(world: World) -> Iterator[tuple[Role, Actor]]:
    """Every role, of another team and another provider; and a lead of no team at all."""
    for role in Role:
        if role in NOT_OUTSIDE:
            continue
        of_provider = str(WERKPLAATS_FICTIE.id) if role.startswith("provider_") else None
        team = str(VOLEWIJCK.id) if of_provider is None else None
        yield role, world.user(role, subject=OUTSIDER, team=team, provider=of_provider)
    yield Role.TEAM_LEAD, world.user(Role.TEAM_LEAD, subject=OUTSIDER, team=None)


async def ids_of(story: Story) -> set[str]:
    """The records of this household in three services."""
    worker = story.world.user(Role.BUURTTEAM_WORKER)
    contact = (await worker.get(story.told["contact"])).json()
    referral = (await worker.get(story.told["referral"])).json()
    plan = (await worker.get(story.told["plan"])).json()
    found = {contact["id"], contact["clarificationId"], contact["householdId"], referral["id"]}
    found |= {plan["id"], *(each["id"] for each in referral["attempts"])}
    found |= {each["id"] for each in [*plan["goals"], *plan["supportItems"]]}
    return found


def questions(story: Story, ids: set[str]) -> set[str]:
    """What was asked about these records: method, path and body, once each."""
    return {
        "\n".join((each.method, each.url.split(".test", 1)[1], each.sent))
        for each in story.exchanges
        if ids & set(UUID.findall(each.url)) and each.status < httpx.codes.BAD_REQUEST
    }


def question(text: str) -> Question:
    """One of them, to ask again."""
    method, path, sent = text.split("\n", 2)
    return Question(method, path, httpx.Response(200, text=sent).json() if sent else None)


async def test_to_who_has_no_part_in_it_a_record_looks_like_one_that_is_not_there(
    world: World,
) -> None:
    story = await told(world)
    world.http.event_hooks["response"].clear()
    asked = [question(text) for text in sorted(questions(story, await ids_of(story)))]
    asked.append(Question("GET", f"/referrals/v1/referrals?planId={story.told['plan_id']}", None))
    wrong, heard, work = [], [], False

    for role, actor in outsiders(world):
        for each in asked:
            if role is Role.CENTRAL_ACCESS and led_by_the_centre(story, each.path):
                continue
            real = await each.asked_by(actor, each.path)
            nowhere = await each.asked_by(actor, UUID.sub(lambda _: str(uuid4()), each.path))
            hidden = real.status in {403, 404} or json.loads(real.content) == NOTHING
            if not hidden or real != nowhere:
                wrong.append((role, each.method, each.path, real.status, nowhere.status))
            heard.append(real.content.decode())
            work |= bool(real.work)

    assert wrong == []
    assert len(asked) >= 25
    assert work, "nothing was asked of a database: the work was not compared"
    assert leaks(" ".join(heard), *WHO, *TOLD) == []


def keyed(story: Story) -> Iterator[Exchange]:
    """Every request of a user that was done once, by its key."""
    for each in story.of_users("POST"):
        if "idempotency-key" in each.headers and each.status in {200, 201, 202}:
            yield each


async def test_the_key_of_somebody_else_opens_nothing(world: World) -> None:
    story = await told(world)
    world.http.event_hooks["response"].clear()
    ids = await ids_of(story)
    thief = world.token(Role.BUURTTEAM_WORKER, subject=OUTSIDER, team=str(VOLEWIJCK.id))
    wrong = []

    for each in keyed(story):
        if not ids & set(UUID.findall(each.url)):
            continue
        headers: dict[str, str] = {
            name: each.headers[name]
            for name in ("idempotency-key", "if-match", "content-type")
            if name in each.headers
        }
        headers["Authorization"] = f"Bearer {thief}"
        answer = await world.http.post(each.url, content=each.sent, headers=headers)
        if answer.status_code not in {403, 404} or "idempotency-replayed" in answer.headers:
            wrong.append((each.url, answer.status_code))

    assert wrong == []
