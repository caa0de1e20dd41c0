"""The whole story is played with what only this household has; then it is looked for everywhere."""

import base64
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from psycopg import sql

from deploy.local.demo.story import CHAPTERS, play
from deploy.local.sample import DE_VOORBEELDTUIN, HET_PROEFATELIER, JOZEF, LOTTE, MARIA, TESTEMA
from shared.vocabulary import Role, ServiceName
from tests.journey.staging import stage_in
from tests.support.world import World

WHO = (
    *(MARIA.bsn, JOZEF.bsn, MARIA.surname, "van der Proef", MARIA.phone or ""),
    *(MARIA.birth_date.isoformat(), JOZEF.birth_date.isoformat()),
    *(TESTEMA.address.street, TESTEMA.address.postcode),
    *(LOTTE.bsn, LOTTE.birth_date.isoformat(), "Geheimlaan", "1056ZZ"),
)
"""By which the household is known."""

TOLD = (
    *("de deur niet meer uit", "Thuis opzoeken deze week", "Huisartsenpraktijk Voorbeeld"),
    *(
        "Lotte per telefoon",
        "de schulden en rust voor",
        "sinds haar ontslag",
        "Sleutel bij de buren",
    ),
)
"""What intake heard."""

BSNS = (MARIA.bsn, JOZEF.bsn, LOTTE.bsn)
PERSONS = {"persons"}
"""The one table of plans in which somebody is known by name and address; never a BSN."""

IMPERSONAL = (
    *("/intake/v1/teams", "/intake/v1/workers", "/referrals/v1/codes", "/providers/v1/"),
    *("/plans/v1/circles", "/referrals/v1/coordinations"),
)
"""What is about workers, routes and providers, and has no data subject to record."""


@dataclass
class Exchange:
    """One request of the story and what came back, of users and of services alike."""

    method: str
    url: str
    headers: dict[str, str]
    sent: str
    status: int
    answer: str

    def claims(self) -> dict[str, Any]:
        """Who asked."""
        body = self.headers["authorization"].split(".")[1]
        found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return found


@dataclass
class Story:
    """Everything that happened, to look through."""

    world: World
    exchanges: list[Exchange] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)

    async def keep(self, response: httpx.Response) -> None:
        """One answer of a service, with its request."""
        await response.aread()
        request = response.request
        if request.url.host == "issuer.test":
            return
        self.exchanges.append(
            Exchange(
                method=request.method,
                url=str(request.url),
                headers=dict(request.headers),
                sent=request.content.decode(),
                status=response.status_code,
                answer=response.text,
            )
        )

    async def settle(self) -> None:
        """Keep what waits to be told before it is told: done jobs are deleted."""
        for service in ServiceName:
            self.jobs += [row for _, row in rows(self.world, service, "procrastinate_jobs")]
        await self.world.drain()

    def of_users(self, method: str) -> Iterator[Exchange]:
        """What users asked, once each."""
        seen = set()
        for each in self.exchanges:
            service = each.claims().get("roles") == ["service"]
            key = (each.url, each.headers["authorization"])
            if each.method == method and not service and key not in seen:
                seen.add(key)
                yield each


def rows(world: World, service: str, *only: str) -> list[tuple[str, str]]:
    """Every row of every table of a service as text, with its table."""
    databases = world.databases
    found = []
    with psycopg.connect(databases.server.admin_dsn, dbname=databases.name(service)) as admin:
        tables = admin.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in tables.fetchall():
            if not only or table in only:
                query = sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table))
                found += [(table, text) for (text,) in admin.execute(query).fetchall()]
    return found


def leaks(text: str, *canaries: str) -> list[str]:
    """Which of these stand in a text, in clear or as the bytes of a column."""
    return [each for each in canaries if each in text or each.encode().hex() in text]


async def told(world: World) -> Story:
    """Play it to the end and keep everything."""
    story = Story(world)
    stage = stage_in(world)
    stage.settle = story.settle
    world.http.event_hooks["response"].append(story.keep)
    await play(stage)
    await story.settle()
    story.told = stage.told
    return story


async def test_what_is_known_and_told_of_a_household_stands_only_where_it_must(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    story = await told(world)

    assert leaks("".join(each.sent for each in story.exchanges), *WHO, *TOLD) == [*WHO, *TOLD], (
        "the control: all of it was really sent"
    )
    wrong = []
    for service in ServiceName:
        for table, row in rows(world, service):
            if service is not ServiceName.PLANS:
                found = leaks(row, *WHO, *TOLD)
            else:
                found = leaks(row, *(BSNS if table in PERSONS else WHO))
            wrong += [(service, table, each) for each in found]
    assert wrong == []
    assert leaks(str(rows(world, "plans", "persons")), MARIA.surname) == [MARIA.surname]


async def test_no_address_log_line_metric_job_or_event_names_anybody(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    story = await told(world)
    metrics = [await world.http.get(f"http://{s}.test/{s}/metrics") for s in ServiceName]

    names = (*WHO, *TOLD, MARIA.given_names, JOZEF.given_names)
    logged = " ".join([caplog.text, *(str(vars(record)) for record in caplog.records)])
    events = [each.sent for each in story.exchanges if each.url.endswith("/v1/events")]
    inboxes = [row for service in ServiceName for _, row in rows(world, service, "inbox")]
    assert "'operation': 'open_plan'" in logged
    assert min(len(events), len(inboxes), len(story.jobs)) > 10
    assert {answer.status_code for answer in metrics} == {200}
    for where in (
        " ".join(each.url for each in story.exchanges),
        logged,
        " ".join(events),
        " ".join(inboxes),
        " ".join(story.jobs),
        " ".join(answer.text for answer in metrics),
        " ".join(each.answer for each in story.exchanges if each.status >= 400),
    ):
        assert leaks(where, *names) == []


async def test_a_provider_hears_nothing_before_its_yes_and_never_after_its_no(
    world: World,
) -> None:
    story = await told(world)
    plan = (await world.user(Role.BUURTTEAM_WORKER).get(story.told["plan"])).json()
    ids = [plan["id"], plan["household"]["id"], plan["coordinator"]]
    ids += [each["person"]["id"] for each in plan["household"]["members"]]
    names = (*WHO, *TOLD, MARIA.given_names, JOZEF.given_names, *ids)

    def heard(provider: object) -> list[Exchange]:
        return [e for e in story.exchanges if e.claims().get("provider") == str(provider)]

    said_no, said_yes = heard(DE_VOORBEELDTUIN.id), heard(HET_PROEFATELIER.id)
    yes = next(number for number, e in enumerate(said_yes) if e.url.endswith("/acceptances"))
    before = [*said_no, *said_yes[:yes]]
    assert min(len(said_no) // 2, yes) >= 2
    assert leaks(" ".join(each.answer for each in before), *names) == []
    assert leaks(said_yes[yes].answer, MARIA.bsn, MARIA.surname) == [MARIA.bsn, MARIA.surname]
    assert leaks(" ".join(each.answer for each in said_yes), JOZEF.bsn, "van der Proef") == [], (
        "the help is for Maria: of Jozef the provider hears nothing, also after its yes"
    )
    other = next(e.answer for e in said_no if e.url.endswith("/declines"))
    assert json.loads(other)["id"] not in " ".join(each.answer for each in said_yes)


@pytest.fixture
def mute(world: World) -> Iterator[Any]:
    """Take the right to write audit records away from every service, until the test is over."""

    def take() -> None:
        for service in ServiceName:
            world.databases.execute(service, f"REVOKE INSERT ON audit_records FROM {service}")

    yield take
    for service in ServiceName:
        world.databases.execute(service, f"GRANT INSERT ON audit_records TO {service}")


def _shows_somebody(answer: httpx.Response) -> bool:
    """An empty list shows nobody, and leaves no record."""
    return answer.status_code == 200 and answer.json().get("items") != []


async def _again(world: World, each: Exchange) -> httpx.Response:
    headers = {"Authorization": each.headers["authorization"]}
    return await world.http.get(each.url, headers=headers)


async def test_what_cannot_be_recorded_is_not_shown(world: World, mute: Any) -> None:
    story = await told(world)
    world.http.event_hooks["response"].clear()
    reads = [e for e in story.of_users("GET") if _shows_somebody(await _again(world, e))]
    public = [e for e in reads if any(path in e.url for path in IMPERSONAL)]
    personal = [e for e in reads if e not in public]
    mute()

    shown = [(e.url, a.status_code) for e in personal if (a := await _again(world, e)).is_success]
    still = [(await _again(world, e)).status_code for e in public]
    answers = " ".join([(await _again(world, e)).text for e in personal])

    assert len(personal) >= 8
    assert shown == []
    assert leaks(answers, *WHO, *TOLD, MARIA.given_names) == []
    assert set(still) <= {200}


async def test_what_cannot_be_recorded_does_not_happen(world: World, mute: Any) -> None:
    stage = stage_in(world)
    for chapter in CHAPTERS[:4]:
        await chapter(stage)
    worker = world.user(Role.BUURTTEAM_WORKER)
    household = await worker.get(f"/plans/v1/households/{stage.told['household']}")
    assert household.status_code == 200
    before = {s: len(rows(world, s, *_OF_PEOPLE[s])) for s in _OF_PEOPLE}
    body = {"entry": "buurtteam", "channel": "phone", "question": "Iets nieuws."}
    person = {"surname": "Nieuwenhuis", "birthDate": "1990-01-01"}
    mute()

    answers = [
        await worker.post("/intake/v1/contacts", body),
        await worker.post(
            "/plans/v1/households", {"members": [{"role": "main", "person": person}]}
        ),
        await worker.post("/plans/v1/plans", {"householdId": household.json()["id"]}),
        await worker.post("/plans/v1/persons/_zoek", {"bsn": MARIA.bsn}),
    ]

    assert [answer.status_code for answer in answers] == [500] * 4
    assert leaks(" ".join(answer.text for answer in answers), *WHO, "Nieuwenhuis") == []
    assert {s: len(rows(world, s, *_OF_PEOPLE[s])) for s in _OF_PEOPLE} == before


_OF_PEOPLE = {
    "intake": ("contacts", "legal_clocks", "idempotency_keys"),
    "plans": ("persons", "households", "household_members", "plans", "idempotency_keys"),
}


async def test_a_mistake_in_what_was_sent_repeats_nothing_of_it(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    story = await told(world)
    world.http.event_hooks["response"].clear()
    caplog.clear()
    caplog.set_level(logging.DEBUG)
    canary = "Q7geheimZ"
    answers = []

    for each in story.of_users("POST"):
        if each.sent in {"", "{}"}:
            continue  # nothing is read there
        body = {**json.loads(each.sent), canary: {canary: [canary]}}
        headers = {
            "Authorization": each.headers["authorization"],
            "Idempotency-Key": str(uuid4()),
            "If-Match": '"x"',
        }
        answers.append(await world.http.post(each.url, json=body, headers=headers))

    assert len(answers) > 15
    assert {answer.status_code for answer in answers} <= {400, 404}
    assert leaks(" ".join(answer.text for answer in answers), canary, *WHO, *TOLD) == []
    assert leaks(caplog.text, canary, *WHO, *TOLD) == []
