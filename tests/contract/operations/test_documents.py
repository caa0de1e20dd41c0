"""What the documents promise about keys and versions, before anybody calls."""

from copy import deepcopy
from typing import Any

import pytest

from shared.web.openapi import operations
from tools.applications import services
from tools.openapi import document

READING = {
    "check_access",
    "compare_access",
    "overview_access",
    "search_candidates",
    "search_consultations",
    "search_matches",
    "search_persons",
    "search_places",
}
"""The POSTs that ask: what they write is who looked, or what was shown to whom."""
UUID = {"type": "string", "format": "uuid"}


def header(operation: dict[str, Any], name: str) -> dict[str, Any]:
    """What the document says of a header; nothing when it does not name it."""
    found = [each for each in operation.get("parameters", []) if each["name"] == name]
    return found[0] if found else {"required": False, "in": None, "schema": None}


def faults(told: dict[str, Any]) -> list[str]:
    """Where a document promises too little, or a writing POST hides as a reading one."""
    found = []
    for _, method, operation in operations(told):
        name, marks = operation["operationId"], set(operation)
        declared = set(operation["responses"])
        reads = method == "get" or "x-reads-only" in marks
        keyed = method == "post" and not reads and "x-keyed-by-event" not in marks
        versioned = method in {"put", "patch", "delete"} or "x-changes-version" in marks
        if method == "post" and reads != (name in READING):
            found.append(f"{name}: a POST that writes nothing is on the list, and no other")
        if "x-keyed-by-event" in marks and name != "receive_event":
            found.append(f"{name}: only events are keyed by what they are")
        found += _key_faults(operation, keyed=keyed)
        found += _version_faults(method, operation, versioned=versioned)
        if not reads and "409" not in declared:
            found.append(f"{name}: no 409")
    return found


def _key_faults(operation: dict[str, Any], *, keyed: bool) -> list[str]:
    name, key = operation["operationId"], header(operation, "Idempotency-Key")
    if (key["in"], key["required"]) != (("header", True) if keyed else (None, False)):
        return [f"{name}: Idempotency-Key"]
    return [f"{name}: a key is a UUID"] if keyed and key["schema"] != UUID else []


def _version_faults(method: str, operation: dict[str, Any], *, versioned: bool) -> list[str]:
    name, tag = operation["operationId"], header(operation, "If-Match")
    new = header(operation, "If-None-Match")
    found = []
    if (tag["in"], tag["required"]) != (
        ("header", method != "put") if versioned else (None, False)
    ):
        found.append(f"{name}: If-Match")
    if (new["in"] == "header") != (method == "put"):
        found.append(f"{name}: If-None-Match")
    if versioned != ({"412", "428"} <= set(operation["responses"])):
        found.append(f"{name}: 412 and 428")
    return found


@pytest.mark.parametrize("service", services())
def test_a_document_promises_keys_and_versions_where_something_is_written(service: str) -> None:
    assert faults(document(service)) == []


def test_the_reading_posts_all_exist() -> None:
    named = {
        operation["operationId"]
        for service in services()
        for _, _, operation in operations(document(service))
    }
    assert named >= READING


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda op: op["parameters"].remove(header(op, "Idempotency-Key")), "Idempotency-Key"),
        (lambda op: header(op, "Idempotency-Key").update(required=False), "Idempotency-Key"),
        (lambda op: header(op, "Idempotency-Key").update(schema={}), "a key is a UUID"),
        (lambda op: op["parameters"].remove(header(op, "If-Match")), "If-Match"),
        (lambda op: header(op, "If-Match").update(required=False), "If-Match"),
        (lambda op: op["responses"].pop("412"), "412 and 428"),
        (lambda op: op["responses"].pop("428"), "412 and 428"),
        (lambda op: op["responses"].pop("409"), "no 409"),
        (lambda op: op.update({"x-reads-only": True}), "a POST that writes nothing is on the list"),
        (lambda op: op.update({"x-keyed-by-event": True}), "only events are keyed"),
    ],
)
def test_control_each_broken_promise_is_found(spoil: Any, fault: str) -> None:
    told = deepcopy(document("plans"))
    spoil(told["paths"]["/plans/{plan_id}/closings"]["post"])

    assert any(each.startswith(f"close_plan: {fault}") for each in faults(told))
