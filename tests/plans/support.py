"""A household with a plan, by the API: valid by default, everything else by name."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from shared.vocabulary import Role, ServiceName
from tests.support.world import Actor, World

LADDER = ("own_strength", "generally_usual", "usual_help", "network", "free_access", "individual")
REFERRED = "dagbesteding_meedoen"
BSN = "999990019"


def person(surname: str = "Bloem", **more: Any) -> dict[str, Any]:
    """Somebody new; nobody who exists."""
    return {"givenNames": "Anna", "surname": surname, "birthDate": "1988-05-02", **more}


def household(*members: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A household of one main member, and others when they are given."""
    return {"members": [{"role": "main", "person": person(**more)}, *members]}


def weighed(step: str) -> list[dict[str, str]]:
    """Every lighter step with its weighing."""
    lighter = LADDER[: LADDER.index(step)]
    return [{"step": each, "motivation": "Dit is besproken en niet genoeg."} for each in lighter]


def created(answer: httpx.Response, status: int = 201) -> dict[str, Any]:
    """The body of an answer that had to succeed."""
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


@dataclass
class Case:
    """One household with an open plan, and who coordinates it."""

    world: World
    worker: Actor
    household: dict[str, Any]
    plan: dict[str, Any]

    @property
    def path(self) -> str:
        return f"/plans/v1/plans/{self.plan['id']}"

    @property
    def main(self) -> str:
        return str(self.household["members"][0]["person"]["id"])

    async def view(self) -> dict[str, Any]:
        """The plan as its coordinator sees it."""
        return created(await self.worker.get(self.path), 200)

    async def etag(self) -> str:
        """The plan's ETag now."""
        return str((await self.worker.get(self.path)).headers["ETag"])

    async def goal(self, **more: Any) -> dict[str, Any]:
        """A goal on the plan."""
        body = {"domain": "daginvulling", "text": "Weer onder de mensen komen", **more}
        return created(await self.worker.post(f"{self.path}/goals", body))

    async def item(self, step: str = "individual", **more: Any) -> dict[str, Any]:
        """A support item for a goal of its own, every lighter step weighed."""
        goal = await self.goal()
        body = {
            "goalIds": [goal["id"]],
            "ladderStep": step,
            "description": "Twee dagdelen per week",
            "lighterSteps": weighed(step),
            **more,
        }
        return created(await self.worker.post(f"{self.path}/support-items", body))

    async def started(self) -> dict[str, Any]:
        """A support item of the sociale basis that runs."""
        item = await self.item("free_access", voorziening="sociale_basis")
        path = f"{self.path}/support-items/{item['id']}"
        etag = (await self.worker.get(path)).headers["ETag"]
        return created(await self.worker.post(f"{path}/starts", etag=etag), 200)

    async def work(self, kind: str, actor: Actor | None = None) -> list[dict[str, Any]]:
        """Open work of one kind."""
        answer = created(await (actor or self.worker).get("/plans/v1/work-items"), 200)
        return [item for item in answer["items"] if item["kind"] == kind]

    async def timeline(self) -> list[str]:
        """What happened, by kind."""
        return [entry["kind"] for entry in (await self.view())["timeline"]]


async def open_case(world: World, body: dict[str, Any] | None = None, **plan: Any) -> Case:
    """A household and its plan, made by the buurtteam worker of the sample."""
    worker = world.user(Role.BUURTTEAM_WORKER)
    home = created(await worker.post("/plans/v1/households", body or household()))
    opened = await worker.post("/plans/v1/plans", {"householdId": home["id"], **plan})
    return Case(world, worker, home, created(opened))


async def tell(world: World, kind: str, subject: str, sequence: int, data: dict[str, Any]) -> None:
    """An event of referrals or intake arrives and is applied."""
    source = "intake" if kind.startswith("nl.wmo.contact") else "referrals"
    event = {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": f"urn:nld:buurtteam:{source}",
        "type": kind,
        "subject": subject,
        "time": world.kernel(ServiceName.PLANS).clock().isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "sequence": str(sequence),
        "data": data,
    }
    token = world.service_token(source, "plans")
    answer = await world.http.post(
        "http://plans.test/plans/v1/events",
        json=event,
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 202, answer.text
    await world.drain()


def behalf(world: World, user: str, service: str = "referrals") -> dict[str, str]:
    """The headers of a peer that asks plans something for a user, with a key of its own."""
    return {
        "Idempotency-Key": str(uuid4()),
        "Authorization": f"Bearer {world.service_token(service, 'plans')}",
        "Buurtteam-User-Token": user,
    }


async def audited(world: World, subject: str) -> list[tuple[str, str]]:
    """Act and operation of every record about somebody, newest first."""
    officer = world.user(Role.PRIVACY_OFFICER)
    found = created(await officer.get(f"/plans/v1/audit-records?subjectId={subject}"), 200)
    return [(item["act"], item["operation"]) for item in found["items"]]
