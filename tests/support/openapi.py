"""The operations of a service, read from its document, as something a test can call."""

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from tools.openapi import document

NOBODY: Final = "00000000-0000-4000-8000-00000000dead"
"""An id that no test ever makes."""


@dataclass(frozen=True)
class Operation:
    """One operation. `keyed` and `versioned` say which headers it asks for."""

    service: str
    id: str
    method: str
    path: str
    keyed: bool
    versioned: bool
    body: dict[str, Any] | None
    query: tuple[dict[str, Any], ...] = field(default=())

    def filled(self, value: str = NOBODY) -> str:
        """The path with one value for every parameter."""
        return re.sub(r"{\w+}", value, self.path)

    def address(self, value: str = NOBODY) -> str:
        """The whole URL, with the query that is required."""
        asked = "&".join(f"{item['name']}={_sample(item)}" for item in self.query)
        base = f"http://{self.service}.test/{self.service}/v1{self.filled(value)}"
        return f"{base}?{asked}" if asked else base

    def headers(self, token: str | None) -> dict[str, str]:
        """What a correct request carries."""
        found = {} if token is None else {"Authorization": f"Bearer {token}"}
        if self.keyed:
            found["Idempotency-Key"] = "00000000-0000-4000-8000-000000000abc"
        if self.versioned:
            found["If-Match"] = '"AAAAAAAAAAAAAAAAAAAAAA"'
        if self.body is not None:
            found["Content-Type"] = "application/json"
        return found


def _sample(parameter: dict[str, Any]) -> str:
    schema = parameter["schema"]
    if schema.get("format") == "uuid":
        return NOBODY
    if schema.get("format") == "date":
        return "2022-03-01"
    return str(schema.get("enum", ["x"])[0])


def _operation(service: str, path: str, method: str, told: dict[str, Any]) -> Operation:
    parameters = told.get("parameters", [])
    headers = {item["name"] for item in parameters if item["in"] == "header"}
    content = told.get("requestBody", {}).get("content", {})
    return Operation(
        service=service,
        id=told["operationId"],
        method=method.upper(),
        path=path,
        keyed="Idempotency-Key" in headers,
        versioned="If-Match" in headers,
        body=content.get("application/json", {}).get("schema") if content else None,
        query=tuple(item for item in parameters if item["in"] == "query" and item.get("required")),
    )


@cache
def operations_of(service: str) -> tuple[Operation, ...]:
    """Every operation of a service."""
    return tuple(
        _operation(service, path, method, told)
        for path, item in document(service)["paths"].items()
        for method, told in item.items()
    )


def schema_of(service: str, reference: dict[str, Any]) -> dict[str, Any]:
    """The schema that a reference points to, or the schema itself."""
    found: dict[str, Any] = reference
    while "$ref" in found:
        found = document(service)["components"]["schemas"][found["$ref"].rsplit("/", 1)[-1]]
    return found
