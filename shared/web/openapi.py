"""The OpenAPI document as the NL API design rules want it, byte-identical in every mode."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from shared.schemas.problems import Problem
from shared.web.middleware import VERSION
from shared.web.route import is_keyed, needs_version

_METHODS: Final = frozenset({"get", "post", "put", "patch", "delete"})
_PROBLEM_TYPE: Final = "application/problem+json"
_CONTACT: Final = {
    "name": "Buurtteam API",
    "url": "https://example.org/buurtteam",
    "email": "api@example.org",
}
_REFUSALS: Final = {
    "400": "De aanvraag klopt niet; `errors` noemt elke fout.",
    "401": "Een geldig token ontbreekt.",
    "403": "Uw rol heeft deze handeling nooit.",
    "404": "Dit bestaat niet, of u mag het niet zien.",
    "406": "Dit formaat geven wij niet.",
    "408": "De aanvraag kwam niet op tijd binnen.",
    "409": "De stand van zaken of een regel staat dit niet toe.",
    "412": "Intussen veranderd; lees opnieuw.",
    "413": "De aanvraag is te groot.",
    "415": "Stuur application/json in UTF-8.",
    "428": "If-Match ontbreekt.",
    "429": "Te veel aanvragen; Retry-After zegt hoe lang te wachten.",
    "500": "Er ging iets mis bij ons; er is niets veranderd.",
    "503": "Nu niet beschikbaar; Retry-After zegt wanneer weer.",
}
_WITH_BODY: Final = ("408", "413", "415")
_ALWAYS: Final = ("400", "401", "403", "404", "406", "429", "500", "503")


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and operation of everything in a document."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in _METHODS:
                yield path, method, operation


def _header(name: str, description: str, schema: dict[str, Any], *, required: bool) -> Any:
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": description,
        "schema": schema,
    }


def _own_headers(method: str, operation: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    if is_keyed(method.upper(), operation):
        text = "Een nieuwe UUID per aanvraag; een herhaling krijgt hetzelfde antwoord."
        uuid = {"type": "string", "format": "uuid"}
        found.append(_header("Idempotency-Key", text, uuid, required=True))
    if needs_version(method.upper(), operation):
        text = "De ETag die u het laatst gelezen hebt."
        found.append(_header("If-Match", text, {"type": "string"}, required=method != "put"))
    if method == "put":
        text = "`*` om iets nieuws te maken dat nog niet bestaat."
        found.append(_header("If-None-Match", text, {"type": "string"}, required=False))
    return found


def _responses(method: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    codes = {*_ALWAYS}
    if "requestBody" in operation:
        codes |= {*_WITH_BODY}
    if method != "get" and "x-reads-only" not in operation:
        codes |= {"409"}
    if needs_version(method.upper(), operation):
        codes |= {"412", "428"}
    for code, response in responses.items():
        if code[0] in "23":
            response["headers"] = {
                "API-Version": {"$ref": "#/components/headers/API-Version"},
                **response.get("headers", {}),
            }
    for code in sorted(codes):
        responses.setdefault(code, {"$ref": f"#/components/responses/{code}"})


def _finish(method: str, operation: dict[str, Any]) -> None:
    own = _own_headers(method, operation)
    if own:
        operation["parameters"] = [*operation.get("parameters", []), *own]
    _responses(method, operation)
    operation["security"] = [{"bearer": []}]


def _components(document: dict[str, Any]) -> None:
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    components["headers"] = {
        "API-Version": {
            "description": "Volledig versienummer van deze API.",
            "schema": {"type": "string", "examples": [VERSION]},
        }
    }
    content = {_PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    headers = {"API-Version": {"$ref": "#/components/headers/API-Version"}}
    components["responses"] = {
        code: {"description": text, "headers": headers, "content": content}
        for code, text in _REFUSALS.items()
    }
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT (RFC 9068)"}
    }


def build_document(app: FastAPI, service: str) -> dict[str, Any]:
    """The document of one service. Paths stand below `servers`, which ends in the major version."""
    document = get_openapi(
        title=app.title,
        version=VERSION,
        description=app.description,
        openapi_version="3.1.0",
        routes=app.routes,
        contact=_CONTACT,
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        tags=[{"name": service, "description": app.description}],
    )
    prefix = f"/{service}/v1"
    document["servers"] = [{"url": prefix}]
    document["paths"] = {
        path.removeprefix(prefix): item for path, item in document["paths"].items()
    }
    for _, method, operation in operations(document):
        _finish(method, operation)
    _components(document)
    return _named(document)


def _named(document: dict[str, Any]) -> dict[str, Any]:
    """Generic models get a name in PascalCase: `Page_ContactRead_` becomes `ContactReadPage`."""
    named: dict[str, Any] = json.loads(re.sub(r"Page_(\w+?)_\b", r"\1Page", json.dumps(document)))
    return named
