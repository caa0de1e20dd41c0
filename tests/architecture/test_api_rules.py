"""The four documents keep the NL API design rules, and every rule catches its bad sample."""

import copy
from collections.abc import Callable
from typing import Any, Final

import pytest

from shared.vocabulary import ServiceName
from tests.architecture import api_rules
from tests.architecture.api_rules import RULES, Document, Rule
from tools import openapi
from tools.applications import services

_PROBLEM: Final = {
    "description": "x",
    "headers": {"API-Version": {}},
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
GOOD: Final[Document] = {
    "openapi": "3.1.0",
    "info": {
        "version": "1.0.0",
        "contact": {"name": "n", "url": "https://example.org", "email": "a@example.org"},
    },
    "servers": [{"url": "/plans/v1"}],
    "tags": [{"name": "plans"}],
    "paths": {
        "/household-plans/{plan_id}": {
            "get": {
                "operationId": "read_plan",
                "description": "One plan.",
                "security": [{"bearer": []}],
                "parameters": [
                    {"name": "plan_id", "in": "path", "required": True},
                    {"name": "pageSize", "in": "query"},
                ],
                "responses": {
                    "200": {"description": "x", "headers": {"API-Version": {}}},
                    "400": _PROBLEM,
                },
            }
        }
    },
    "components": {
        "schemas": {
            "Problem": {"required": ["status", "title", "detail"], "properties": {}},
            "PlanRead": {
                "properties": {
                    "birthDate": {"type": ["string", "null"], "format": "date"},
                    "changedAt": {"type": "string", "format": "date-time"},
                }
            },
        }
    },
}
PATH: Final = "/household-plans/{plan_id}"
Breaking = Callable[[Document], Any]


def _moved(to: str) -> Breaking:
    return lambda d: d["paths"].update({to: d["paths"].pop(PATH)})


def _operation(document: Document) -> dict[str, Any]:
    found: dict[str, Any] = document["paths"][PATH]["get"]
    return found


def _parameter(**told: object) -> Breaking:
    return lambda d: _operation(d)["parameters"].append(told)


def _property(name: str, **told: object) -> Breaking:
    return lambda d: d["components"]["schemas"]["PlanRead"]["properties"].update({name: told})


SAMPLES: Final[list[tuple[Rule, Breaking]]] = [
    (api_rules.openapi_is_three, lambda d: d.update(openapi="2.0")),
    (api_rules.version_is_semantic, lambda d: d["info"].update(version="1.0")),
    (api_rules.contact_is_given, lambda d: d["info"]["contact"].pop("email")),
    (api_rules.servers_name_the_major_version, lambda d: d.update(servers=[{"url": "/plans"}])),
    (api_rules.servers_name_the_major_version, lambda d: d.update(servers=[])),
    (
        api_rules.servers_are_not_plain_http,
        lambda d: d.update(servers=[{"url": "http://example.org/plans/v1"}]),
    ),
    (api_rules.paths_do_not_repeat_the_version, _moved("/v1/plans")),
    (api_rules.paths_have_no_trailing_slash, _moved("/plans/")),
    (api_rules.path_segments_are_kebab_case, _moved("/household_plans")),
    (api_rules.path_segments_are_kebab_case, _moved("/householdPlans")),
    (api_rules.path_segments_are_kebab_case, _moved("/_zoek/plans")),
    (api_rules.collections_are_plural, _moved("/plan")),
    (api_rules.only_standard_methods, lambda d: d["paths"][PATH].update(copy={})),
    (api_rules.query_keys_are_camel_case, _parameter(name="page_size", **{"in": "query"})),
    (api_rules.properties_are_camel_case, _property("changed_by", type="string")),
    (
        api_rules.schemas_are_pascal_case,
        lambda d: d["components"]["schemas"].update(plan_read={}),
    ),
    (api_rules.nothing_sensitive_in_the_address, _parameter(name="bsn", **{"in": "query"})),
    (
        api_rules.every_operation_has_one_id,
        lambda d: d["paths"].update({"/others": {"get": {"operationId": "read_plan"}}}),
    ),
    (
        api_rules.path_parameters_are_described,
        lambda d: _operation(d).update(parameters=[]),
    ),
    (api_rules.tags_are_unique, lambda d: d["tags"].append({"name": "plans"})),
    (
        api_rules.references_lead_somewhere,
        lambda d: d["components"]["schemas"].pop("Problem"),
    ),
    (api_rules.operations_say_what_they_do, lambda d: _operation(d).pop("description")),
    (api_rules.operations_say_what_they_do, lambda d: _operation(d)["responses"].pop("200")),
    (
        api_rules.answers_carry_the_version,
        lambda d: _operation(d)["responses"]["200"].pop("headers"),
    ),
    (
        api_rules.errors_are_problems,
        lambda d: _operation(d)["responses"]["400"].update(content={"application/json": {}}),
    ),
    (
        api_rules.errors_are_problems,
        lambda d: d["components"]["schemas"]["Problem"].update(required=["status"]),
    ),
    (api_rules.invalid_input_is_400, lambda d: _operation(d)["responses"].pop("400")),
    (
        api_rules.invalid_input_is_400,
        lambda d: _operation(d)["responses"].update({"422": _PROBLEM}),
    ),
    (api_rules.dates_are_dates, _property("endDate", anyOf=[{"format": "date"}, {}])),
    (api_rules.dates_are_dates, _property("startDate", type="string", format="date-time")),
    (api_rules.times_have_a_zone, _property("from", type="string", format="time")),
    (api_rules.times_have_a_zone, _property("at", type="string", format="date-time-local")),
    (api_rules.operations_are_protected, lambda d: _operation(d).pop("security")),
]


@pytest.mark.parametrize("service", services())
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_documents_keep_the_rules(rule: Rule, service: ServiceName) -> None:
    assert rule(openapi.document(service)) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_good_sample_keeps_every_rule(rule: Rule) -> None:
    assert rule(GOOD) == []


@pytest.mark.parametrize(
    ("rule", "break_it"),
    SAMPLES,
    ids=[f"{rule.__name__}-{number}" for number, (rule, _) in enumerate(SAMPLES)],
)
def test_a_bad_sample_is_caught(rule: Rule, break_it: Breaking) -> None:
    bad = copy.deepcopy(GOOD)
    break_it(bad)

    assert rule(bad)


def test_every_rule_has_a_bad_sample() -> None:
    assert {rule for rule, _ in SAMPLES} == set(RULES)
