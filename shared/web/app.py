"""How every service is assembled."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, Protocol
from uuid import UUID

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from shared.auth.call import Call
from shared.auth.permissions import Permissions
from shared.auth.precheck import InvalidTokenError
from shared.errors import DomainError, InvalidRequestError
from shared.outbox.inbox import Apply, Inbox
from shared.web.common import common_router, with_common
from shared.web.faults import faults_of
from shared.web.health import StelselNote, add_health
from shared.web.kernel import Kernel, lifespan
from shared.web.middleware import Edge, Meter
from shared.web.openapi import build_document, operations
from shared.web.problems import WebError, domain_problem, plain_problem


class UseCases(Protocol):
    """What the web needs of a service's use cases beside the routes."""

    async def can_reach(self, call: Call, kind: str, record: UUID) -> bool:
        """Whether this caller may still see a record of this kind."""
        ...


@dataclass(frozen=True, slots=True)
class Assembly:
    """One service, ready to be served: its parts, its surface, its use cases."""

    kernel: Kernel
    title: str
    description: str
    router: APIRouter
    permissions_file: Path
    service: UseCases
    handlers: Mapping[str, Apply]
    stelsel_note: StelselNote


def operation_id(route: APIRoute) -> str:
    """The function name: the same word in the code, the OpenAPI document and the policy file."""
    return route.name


def build_app(parts: Assembly) -> FastAPI:
    """The application of one service. Refuses to start with a gap in its permissions."""
    kernel, name = parts.kernel, parts.kernel.name.value
    app = FastAPI(
        title=parts.title,
        description=parts.description,
        lifespan=lifespan,
        generate_unique_id_function=operation_id,
        redirect_slashes=False,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.kernel = kernel
    app.state.permissions = Permissions.load(parts.permissions_file)
    app.state.service = parts.service
    app.state.can_reach = with_common(parts.service.can_reach)
    app.state.inbox = Inbox(kernel.db, kernel.jobs, parts.handlers, kernel.clock)
    for router in (parts.router, common_router(name)):
        app.include_router(router, prefix=f"/{name}/v1")
    document = _document(app, parts)
    app.state.permissions.check_covers({item["operationId"] for _, _, item in operations(document)})
    _publish(app, name, document)
    meter = Meter(name)
    add_health(app, name, meter, parts.stelsel_note)
    _add_handlers(app, _allowed(name, document))
    limit, gate = kernel.settings.body_limit_bytes, kernel.gate
    app.add_middleware(Edge, service=name, body_limit=limit, meter=meter, gate=gate)
    return app


# By the router's identity (a router has no hash); the router is kept, so its id stays its own.
_DOCUMENTS: Final[dict[int, tuple[APIRouter, dict[str, Any]]]] = {}


def _document(app: FastAPI, parts: Assembly) -> dict[str, Any]:
    """The document follows from the router, and is most of the time a start takes: made once."""
    key = id(parts.router)
    if key not in _DOCUMENTS:
        _DOCUMENTS[key] = (parts.router, build_document(app, parts.kernel.name))
    return _DOCUMENTS[key][1]


def _publish(app: FastAPI, name: str, document: dict[str, Any]) -> None:
    """`openapi.json` is public, for every origin (NL API rule core/publish-openapi)."""
    app.openapi = lambda: document  # type: ignore[method-assign]

    async def openapi() -> JSONResponse:
        return JSONResponse(document, headers={"Access-Control-Allow-Origin": "*"})

    app.add_api_route(f"/{name}/v1/openapi.json", openapi, include_in_schema=False)


def _allowed(name: str, document: dict[str, Any]) -> list[tuple[re.Pattern[str], str]]:
    """Every path with all its methods: the router itself names those of one route only."""
    found = []
    for path, item in document["paths"].items():
        pattern = re.sub(r"{\w+}", "[^/]+", f"/{name}/v1{path}")
        found.append((re.compile(rf"\A{pattern}\Z"), ", ".join(sorted(m.upper() for m in item))))
    return found


def _add_handlers(app: FastAPI, allowed: list[tuple[re.Pattern[str], str]]) -> None:
    async def on_domain_error(_: Request, exc: Exception) -> Response:
        assert isinstance(exc, DomainError)
        return domain_problem(exc)

    async def on_web_error(_: Request, exc: Exception) -> Response:
        assert isinstance(exc, WebError)
        return plain_problem(exc.status, exc.headers)

    async def on_invalid_token(_: Request, _exc: Exception) -> Response:
        return plain_problem(HTTPStatus.UNAUTHORIZED, {"WWW-Authenticate": "Bearer"})

    async def on_invalid_request(_: Request, exc: Exception) -> Response:
        assert isinstance(exc, RequestValidationError)
        detail = "De aanvraag klopt niet; `errors` noemt elke fout."
        return domain_problem(InvalidRequestError(detail, faults_of(exc.errors())))

    async def on_http_exception(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, HTTPException)
        headers = {}
        if exc.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            path = request.url.path
            headers["Allow"] = next((m for p, m in allowed if p.match(path)), "GET")
        return plain_problem(exc.status_code, headers)

    app.add_exception_handler(DomainError, on_domain_error)
    app.add_exception_handler(WebError, on_web_error)
    app.add_exception_handler(InvalidTokenError, on_invalid_token)
    app.add_exception_handler(RequestValidationError, on_invalid_request)
    app.add_exception_handler(HTTPException, on_http_exception)
