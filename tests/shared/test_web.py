"""What the web layer does for every service: limits, faults, health, metrics, one log line."""

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal, cast
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from pydantic import ValidationError
from starlette.types import Message

from services.providers.service.places import Codes
from shared.audit.records import About, Act, SubjectKind, record
from shared.db.database import Database, connect
from shared.errors import UnknownCodeError
from shared.schemas.base import Moment, OptionalDate, RequestModel, ResponseModel
from shared.vocabulary import Role, ServiceName
from shared.web import faults, limits
from shared.web.combined import combine
from shared.web.limits import RateLimit
from shared.web.problems import PLAIN, WebError, domain_problem
from tests.support.calls import NOW, a_call, a_ring
from tests.support.registry import offer
from tests.support.world import World

SERVICE = ServiceName.PROVIDERS
ORGANISATIONS = "/providers/v1/organisations"


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_caller_has_so_many_requests_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Time()
    monkeypatch.setattr(limits, "monotonic", clock)
    limit = RateLimit(2)
    limit.count("a")
    limit.count("a")
    clock.now = 20
    with pytest.raises(WebError) as caught:
        limit.count("a")
    assert caught.value.status == 429
    assert caught.value.headers == {"Retry-After": "40"}
    limit.count("b")
    clock.now = 61
    limit.count("a")


async def test_one_too_many_is_429_with_the_time_to_wait(world: World) -> None:
    world.kernel(SERVICE).limit = RateLimit(2)
    worker = world.user(Role.BUURTTEAM_WORKER)
    answers = [await worker.get(ORGANISATIONS) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2].headers["retry-after"]) <= 60
    assert answers[2].json()["type"] == "urn:problem:too-many-requests"
    assert (await world.user(Role.TEAM_LEAD).get(ORGANISATIONS)).status_code == 200


@pytest.mark.parametrize(
    ("item", "pointer", "text"),
    [
        ({"type": "missing", "loc": ("body", "name")}, "/name", "verplicht"),
        ({"type": "extra_forbidden", "loc": ("body", "a", "kanarie")}, "/a", "niet kennen"),
        ({"type": "extra_forbidden", "loc": ("body", "kanarie")}, "", "niet kennen"),
        ({"type": "json_invalid", "loc": ("body", 17)}, "", "geldige JSON"),
        ({"type": "uuid_parsing", "loc": ("path", "plan_id")}, "path/plan_id", "UUID"),
        (
            {"type": "string_too_long", "loc": ("body", "x"), "ctx": {"max_length": 9}},
            "/x",
            "hoogstens 9",
        ),
        ({"type": "string_too_long", "loc": ("body", "x")}, "/x", "hoogstens ?"),
        ({"type": "value_error", "loc": ("body", "x"), "ctx": {"error": "Zo."}}, "/x", "Zo."),
        ({"type": "never_heard_of", "loc": ("body", "a/b~c")}, "/a~1b~0c", "past hier niet"),
    ],
)
def test_a_fault_says_where_and_what_would_be_right(
    item: dict[str, Any], pointer: str, text: str
) -> None:
    (found,) = faults.faults_of([{**item, "input": "kanarie", "msg": "kanarie"}])
    assert found.pointer == pointer
    assert text in found.detail
    assert "kanarie" not in str(found)


class Choice(RequestModel):
    of_three: Literal["ja", "nee", "weet_niet"]
    of_a_set: ServiceName


def test_what_there_is_to_choose_from_is_told_in_dutch() -> None:
    with pytest.raises(ValidationError) as caught:
        Choice.model_validate_json('{"ofThree": "kanarie", "ofASet": "kanarie"}')
    found = [each.detail for each in faults.faults_of(caught.value.errors())]
    assert found == [
        "Kies uit: ja, nee, weet_niet.",
        "Kies uit: intake, plans, referrals, providers.",
    ]


class Everything(RequestModel):
    text: str
    number: int
    yes: bool
    when: Moment
    id: UUID
    items: tuple[str, ...]


def test_every_fault_is_told_at_once_and_none_repeats_the_input() -> None:
    told = {name: {"kanarie": "kanarie"} for name in Everything.model_fields}
    with pytest.raises(ValidationError) as caught:
        Everything.model_validate_json(json.dumps(told))
    found = faults.faults_of([{**e, "loc": ("body", *e["loc"])} for e in caught.value.errors()])
    assert {fault.pointer for fault in found} == {f"/{name}" for name in Everything.model_fields}
    assert "kanarie" not in str(found)
    assert all(fault.detail != faults._OTHER for fault in found), found


def test_an_unknown_code_names_the_codes_there_are_and_not_the_one_that_was_sent() -> None:
    body = json.loads(bytes(domain_problem(UnknownCodeError("/x", "voorziening", ["b", "a"])).body))
    assert body["status"] == 400
    assert "a, b" in body["detail"]
    assert body["errors"][0]["pointer"] == "/x"


def test_every_refusal_of_the_web_has_a_dutch_title_and_detail() -> None:
    for code, title, detail in PLAIN.values():
        assert code == code.lower()
        assert title[0].isupper()
        assert detail.endswith(".")


class Told(ResponseModel):
    at: Moment
    ends: OptionalDate = None


@pytest.mark.parametrize("text", ["2022-03-01T10:00:00+01:00", "2022-03-01T09:00:00Z"])
def test_a_moment_comes_with_any_offset_and_goes_in_utc(text: str) -> None:
    assert Told.model_validate_json(f'{{"at":"{text}"}}').model_dump_json() == (
        '{"at":"2022-03-01T09:00:00Z","ends":null}'
    )


async def test_moments_are_answered_in_utc(world: World) -> None:
    made = await offer(world.user(Role.ADMINISTRATOR))
    path = f"/providers/v1/capacities/{made.capacity}"
    answer = await world.user(Role.BUURTTEAM_WORKER).get(path)
    assert answer.json()["statedAt"].endswith("Z")


class Nothing:
    """A database that must not be touched."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"touched: {name}")


async def test_livez_touches_nothing(world: World) -> None:
    for service in world.apps:
        kernel = world.kernel(service)
        kept, kernel.db = kernel.db, cast(Database, Nothing())
        answer = await world.http.get(f"http://{service}.test/{service}/livez")
        kernel.db = kept
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_readyz_asks_its_own_database_and_no_peer(world: World) -> None:
    world.router.apps.pop("issuer.test")
    for service in world.apps:
        address = f"http://{service}.test/{service}/readyz"
        others = {name: app for name, app in world.router.apps.items() if name.startswith(service)}
        kept = dict(world.router.apps)
        world.router.apps = others
        answer = await world.http.get(address)
        world.router.apps = kept
        assert answer.status_code == 200, answer.text
        assert answer.json()["checks"]["database"] == "ok"


async def test_readyz_is_503_without_a_database_or_with_another_migration(world: World) -> None:
    for service in world.apps:
        address = f"http://{service}.test/{service}/readyz"
        kernel = world.kernel(service)
        kept = kernel.db
        kernel.db = connect("postgresql+psycopg://nobody@127.0.0.1:1/nothing", a_ring())
        down = await world.http.get(address)
        await kernel.db.close()
        kernel.db = kept
        world.databases.execute(service, "UPDATE alembic_version SET version_num = '0000'")
        try:
            behind = await world.http.get(address)
        finally:
            from shared.db.migrate import head  # noqa: PLC0415

            back = f"UPDATE alembic_version SET version_num = '{head(service)}'"  # noqa: S608
            world.databases.execute(service, back)
        assert (down.status_code, down.json()["checks"]["database"]) == (503, "down")
        assert (behind.status_code, behind.json()["checks"]["migration"]) == (503, "0000")
        assert (await world.http.get(address)).status_code == 200


async def test_a_database_that_is_away_is_503_with_the_time_to_try_again(world: World) -> None:
    kernel = world.kernel(SERVICE)
    service = world.apps[SERVICE].state.service
    away = connect("postgresql+psycopg://nobody@127.0.0.1:1/nothing", a_ring())
    world.apps[SERVICE].state.service = type(service).build(
        away, kernel.outbox, 28, Codes(frozenset(), {})
    )
    kept, kernel.db = kernel.db, away

    read = await world.user(Role.BUURTTEAM_WORKER).get(ORGANISATIONS)
    written = await world.user(Role.PROVIDER_INTAKE).post(
        "/providers/v1/reservations",
        {name: str(uuid4()) for name in ("attemptId", "contractId", "locationId")},
    )

    kernel.db = kept
    await away.close()
    for answer in (read, written):
        assert answer.status_code == 503, answer.text
        assert answer.headers["retry-after"]


async def test_metrics_count_by_operation_and_hold_no_id(world: World) -> None:
    made = await offer(world.user(Role.ADMINISTRATOR), "Geheim")
    await world.user(Role.BUURTTEAM_WORKER).get(f"{ORGANISATIONS}/{made.provider}")
    await world.http.get("http://providers.test/providers/v1/kanarie")

    text = (await world.http.get("http://providers.test/providers/metrics")).text

    assert 'operation="read_organisation"' in text
    assert 'operation="none"' in text
    for secret in (str(made.provider), "Geheim", "kanarie", "50b00000"):
        assert secret not in text


async def test_the_log_line_says_who_did_what_and_nothing_of_whom(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    made = await offer(world.user(Role.ADMINISTRATOR), "Geheim")
    caplog.clear()
    caplog.set_level(logging.INFO, "buurtteam.access")
    trace = f"00-{'a' * 32}-{'b' * 16}-01"

    answer = await world.user(Role.BUURTTEAM_WORKER).send(
        "GET", f"{ORGANISATIONS}/{made.provider}", headers={"traceparent": trace}
    )

    (line,) = [r.msg for r in caplog.records if r.name == "buurtteam.access"]
    assert isinstance(line, dict)
    assert line["operation"] == "read_organisation"
    assert (line["status"], line["trace"], line["client"]) == (200, "a" * 32, "buurtteam-cli")
    assert line["subject"]
    assert str(made.provider) not in caplog.text
    assert answer.headers["traceresponse"].startswith(f"00-{'a' * 32}-")


def small(name: str, said: list[str], *, breaks: str = "") -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if breaks == "startup":
            raise RuntimeError
        said.append(f"{name} up")
        try:
            yield
        finally:
            said.append(f"{name} down")
        if breaks == "shutdown":
            raise RuntimeError

    app = FastAPI(lifespan=lifespan, openapi_url=None)

    @app.get(f"/{name}/v1/who")
    async def who() -> str:
        return name

    return app


async def test_the_first_segment_says_which_service_answers() -> None:
    root = combine({name: small(name, []) for name in ("plans", "intake")})
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=root), base_url="http://x"
    ) as http:
        assert (await http.get("/plans/v1/who")).json() == "plans"
        assert (await http.get("/intake/v1/who")).json() == "intake"
        for path in ("/", "/other", "/v1/who", "//plans/v1/who"):
            answer = await http.get(path)
            assert answer.status_code == 404
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.headers["api-version"]


async def run_lifespan(said: list[str], **apps: str) -> list[str]:
    """What the server hears when it starts and stops the root."""
    root = combine({name: small(name, said, breaks=how) for name, how in apps.items()})
    heard: list[Message] = []

    async def receive() -> Message:
        return {"type": "lifespan.shutdown" if heard else "lifespan.startup"}

    async def send(message: Message) -> None:
        heard.append(message)

    try:
        await root({"type": "lifespan"}, receive, send)
    except RuntimeError:
        heard.append({"type": "raised"})
    return [message["type"] for message in heard]


async def test_the_root_enters_and_leaves_every_lifespan() -> None:
    said: list[str] = []
    heard = await run_lifespan(said, plans="", intake="")
    assert heard == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert said == ["plans up", "intake up", "intake down", "plans down"]


async def test_a_service_that_does_not_start_stops_the_others() -> None:
    said: list[str] = []
    heard = await run_lifespan(said, plans="", intake="startup")
    assert heard == ["lifespan.startup.failed", "raised"]
    assert said == ["plans up", "plans down"]


async def test_a_service_that_does_not_stop_well_is_told() -> None:
    heard = await run_lifespan([], plans="shutdown")
    assert heard == ["lifespan.startup.complete", "lifespan.shutdown.failed", "raised"]


async def looked(db: Database, *about: About, operation: str = "read_plan") -> None:
    async with db.transaction() as session:
        await record(session, a_call(operation), Act.READ, "plan", about)


async def test_who_looked_is_told_newest_first_in_pages_and_is_itself_recorded(
    world: World,
) -> None:
    subject = About(SubjectKind.PERSON, uuid4())
    db = world.kernel(SERVICE).db
    for number in range(5):
        await looked(db, subject, subject, operation=f"read_{number}")
    await looked(db, About(SubjectKind.PERSON, uuid4()))
    await looked(db)
    officer = world.user(Role.PRIVACY_OFFICER)
    path = f"/providers/v1/audit-records?subjectId={subject.id}&pageSize=2"

    seen: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = (await officer.get(path + cursor)).json()
        seen += page["items"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"

    operations = [item["operation"] for item in seen]
    assert sorted(set(operations)) == [*(f"read_{number}" for number in range(5))]
    assert len(operations) == 5
    last = (await officer.get(path)).json()["items"][0]
    assert last["operation"] == "list_audit_records"
    assert last["actorRoles"] == ["privacy_officer"]
    assert NOW  # the fixed moment of a_call: all five at once, ordered by id


async def test_a_cursor_of_another_subject_is_refused(world: World) -> None:
    one, other = About(SubjectKind.PERSON, uuid4()), About(SubjectKind.PERSON, uuid4())
    db = world.kernel(SERVICE).db
    for about in (one, one, other):
        await looked(db, about)
    officer = world.user(Role.PRIVACY_OFFICER)
    path = "/providers/v1/audit-records?pageSize=1&subjectId="
    cursor = (await officer.get(f"{path}{one.id}")).json()["next"]

    answer = await officer.get(f"{path}{other.id}&cursor={cursor}")

    assert answer.status_code == 400
