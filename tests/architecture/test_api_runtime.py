"""What only a running service can show of the NL API design rules."""

import re
from typing import Final

import httpx
import pytest

from shared.vocabulary import Role, ServiceName
from shared.web.middleware import SECURITY_HEADERS, VERSION
from tests.support.openapi import operations_of
from tests.support.world import World
from tools.applications import services

PROBLEM: Final = "application/problem+json"
SERVICES: Final = services()


def address(service: str, path: str) -> str:
    return f"http://{service}.test/{service}{path}"


def assert_dressed(answer: httpx.Response) -> None:
    """The headers that every answer has."""
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers.get(name) == value, name
    assert answer.headers["API-Version"] == VERSION
    assert answer.headers["content-type"]


def assert_problem(answer: httpx.Response, status: int, code: str) -> None:
    """A refusal as RFC 9457 has it."""
    assert answer.status_code == status
    assert answer.headers["content-type"] == PROBLEM
    body = answer.json()
    assert body["status"] == status
    assert body["type"] == f"urn:problem:{code}"
    assert body["title"]
    assert body["detail"]
    assert_dressed(answer)


@pytest.mark.parametrize("service", SERVICES)
async def test_the_document_is_public_for_every_origin(world: World, service: str) -> None:
    answer = await world.http.get(
        address(service, "/v1/openapi.json"), headers={"Origin": "https://elsewhere.example"}
    )
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert_dressed(answer)


@pytest.mark.parametrize("service", SERVICES)
async def test_nothing_else_is_open_to_other_origins(world: World, service: str) -> None:
    for operation in operations_of(service):
        answer = await world.http.request(
            operation.method,
            address(service, f"/v1{operation.filled()}"),
            headers={"Origin": "https://elsewhere.example"},
        )
        assert "access-control-allow-origin" not in answer.headers, operation.id


@pytest.mark.parametrize("service", SERVICES)
async def test_a_trailing_slash_is_404_and_no_redirect(world: World, service: str) -> None:
    token = world.token(Role.BUURTTEAM_WORKER)
    for operation in operations_of(service):
        answer = await world.http.request(
            operation.method,
            address(service, f"/v1{operation.filled()}/"),
            headers={"Authorization": f"Bearer {token}"},
        )
        assert_problem(answer, 404, "not-found")
        assert "location" not in answer.headers


@pytest.mark.parametrize("service", SERVICES)
async def test_an_unknown_path_is_a_problem(world: World, service: str) -> None:
    for path in ("/v1/nothing-here", "/v2/organisations", "/", "/v1", "/v1/%00", "/v1/..%2f.."):
        assert_problem(await world.http.get(address(service, path)), 404, "not-found")


@pytest.mark.parametrize("service", SERVICES)
async def test_another_method_is_405_with_every_method_of_the_path(
    world: World, service: str
) -> None:
    methods: dict[str, set[str]] = {}
    for operation in operations_of(service):
        methods.setdefault(operation.filled(), set()).add(operation.method)
    for path, there in methods.items():
        for method in sorted({"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - there):
            answer = await world.http.request(method, address(service, f"/v1{path}"))
            assert_problem(answer, 405, "method-not-allowed")
            assert set(re.split(r",\s*", answer.headers["allow"])) == there


@pytest.mark.parametrize("service", SERVICES)
async def test_head_tells_no_more_than_get(world: World, service: str) -> None:
    answer = await world.http.head(address(service, "/v1/audit-records"))
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"
    assert_dressed(answer)


@pytest.mark.parametrize("service", SERVICES)
async def test_a_surprise_is_a_problem_with_every_header_and_without_its_text(
    world: World, service: ServiceName, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("canary-999990342")

    kernel = world.kernel(service)
    kernel.verifier = type("Broken", (), {"verify": broken})()

    answer = await world.user(Role.PRIVACY_OFFICER).get(
        f"/{service}/v1/audit-records?subjectId=00000000-0000-4000-8000-000000000001"
    )

    assert_problem(answer, 500, "internal-error")
    assert "canary" not in answer.text
    assert "canary" not in caplog.text
    assert "RuntimeError" in caplog.text


@pytest.mark.parametrize("service", SERVICES)
async def test_moments_are_answered_in_utc(world: World, service: str) -> None:
    """core/date-time/timezone: shown by the log that every service has."""
    subject = "00000000-0000-4000-8000-000000000001"
    officer = world.user(Role.PRIVACY_OFFICER)
    answer = await officer.get(f"/{service}/v1/audit-records?subjectId={subject}")
    assert answer.status_code == 200
    assert_dressed(answer)
