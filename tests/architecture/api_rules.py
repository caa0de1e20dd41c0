"""The technical rules of the NL GOV REST API Design Rules 2.2, over an OpenAPI document.

Each rule takes a document and returns faults; `SAMPLES` holds for each a way to break it. The rules
that only a running service can show are in `test_api_runtime`.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

Document: TypeAlias = dict[str, Any]
Rule: TypeAlias = Callable[[Document], list[str]]

METHODS: Final = frozenset({"get", "post", "put", "patch", "delete"})
PROBLEM: Final = "application/problem+json"
_SEMVER: Final = re.compile(r"\A(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)\Z")
_SEGMENT: Final = re.compile(r"\A(_?[a-z0-9]+(-[a-z0-9]+)*|\{[a-z]+(_[a-z]+)*\})\Z")
_CAMEL: Final = re.compile(r"\A[a-z][a-z\d]*([A-Z][a-z\d]*)*\Z")
_PASCAL: Final = re.compile(r"\A([A-Z][a-z\d]*)+(_[A-Z][A-Za-z\d]*_)?\Z")
_DATE_NAME: Final = re.compile(r"(\w+D|\A[dD])(ate|atum)\Z")
_NOT_PLURAL: Final = re.compile(r"(?<!s)\Z")
_SENSITIVE: Final = re.compile(
    r"bsn|surname|name|birth|geboorte|phone|telefoon|mail|address|adres|postcode|houseNumber|token",
    re.IGNORECASE,
)
# Collections whose English plural does not end in s, and resources of which there is one.
_ONE_OR_IRREGULAR: Final = frozenset(
    {
        "duty",
        "split",
        "identity",
        "information",
        "me",
        "receipt",
        "circle",
        "meldingen",
        "takings-up",
        "aftercare",
    }
)


def operations(document: Document) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and operation."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield path, method, operation


def _where(path: str, method: str) -> str:
    return f"{method.upper()} {path}"


def _walk(value: Any, place: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object in the document, with its place."""
    if isinstance(value, dict):
        yield place, value
        for key, inner in value.items():
            yield from _walk(inner, f"{place}/{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _walk(inner, f"{place}/{index}")


def _properties(document: Document) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Schema name, property name and property of everything that crosses the wire."""
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        for place, found in _walk(schema, name):
            properties = found.get("properties")
            if isinstance(properties, dict):
                for property_, told in properties.items():
                    yield place, property_, told


def resolve(document: Document, value: dict[str, Any]) -> dict[str, Any]:
    """What a reference points to, or the value itself."""
    while "$ref" in value:
        found: Any = document
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        value = found
    return value


def openapi_is_three(document: Document) -> list[str]:
    """core/doc-openapi"""
    version = str(document.get("openapi"))
    return [] if re.fullmatch(r"3(\.\d+){1,2}", version) else [f"openapi: {version}"]


def version_is_semantic(document: Document) -> list[str]:
    """core/semver"""
    version = str(document.get("info", {}).get("version"))
    return [] if _SEMVER.match(version) else [f"info.version: {version}"]


def contact_is_given(document: Document) -> list[str]:
    """core/doc-openapi-contact"""
    contact = document.get("info", {}).get("contact", {})
    return [f"info.contact.{name}" for name in ("name", "url", "email") if not contact.get(name)]


def servers_name_the_major_version(document: Document) -> list[str]:
    """core/uri-version"""
    servers = document.get("servers", [])
    return [
        f"servers: {item.get('url')}"
        for item in servers
        if not re.search(r"/v\d+\Z", str(item.get("url")))
    ] + ["servers: none"] * (not servers)


def servers_are_not_plain_http(document: Document) -> list[str]:
    """core/transport/tls"""
    urls = [str(item.get("url")) for item in document.get("servers", [])]
    return [f"servers: {url}" for url in urls if url.startswith("http://")]


def paths_do_not_repeat_the_version(document: Document) -> list[str]:
    """core/uri-version, once: the paths stand below `servers`"""
    return [path for path in document["paths"] if re.match(r"/v\d+(/|\Z)", path)]


def paths_have_no_trailing_slash(document: Document) -> list[str]:
    """core/no-trailing-slash"""
    return [path for path in document["paths"] if path.endswith("/")]


def path_segments_are_kebab_case(document: Document) -> list[str]:
    """core/path-segments-kebab-case; only the last segment may begin with an underscore"""
    found = []
    for path in document["paths"]:
        *before, last = path.strip("/").split("/")
        good = all(_SEGMENT.match(part) and not part.startswith("_") for part in before)
        if not good or not _SEGMENT.match(last):
            found.append(path)
    return found


def collections_are_plural(document: Document) -> list[str]:
    """core/naming-collections; `_zoek` asks a collection"""
    return [
        f"{path}: {part}"
        for path in document["paths"]
        for part in path.strip("/").split("/")
        if not part.startswith(("{", "_"))
        and part not in _ONE_OR_IRREGULAR
        and _NOT_PLURAL.search(part)
    ]


def only_standard_methods(document: Document) -> list[str]:
    """core/http-methods"""
    allowed = METHODS | {"parameters", "description", "summary", "servers"}
    return [
        f"{path}: {method}"
        for path, item in document["paths"].items()
        for method in item
        if method not in allowed
    ]


def _parameters(document: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, method, operation in operations(document):
        for parameter in operation.get("parameters", []):
            yield _where(path, method), resolve(document, parameter)


def query_keys_are_camel_case(document: Document) -> list[str]:
    """core/query-keys-camel-case"""
    return [
        f"{where}: {parameter['name']}"
        for where, parameter in _parameters(document)
        if parameter["in"] == "query" and not _CAMEL.match(parameter["name"])
    ]


def properties_are_camel_case(document: Document) -> list[str]:
    """The same for what is in a body"""
    return [f"{place}.{name}" for place, name, _ in _properties(document) if not _CAMEL.match(name)]


def schemas_are_pascal_case(document: Document) -> list[str]:
    """nlgov:schema-camel-case"""
    schemas = document.get("components", {}).get("schemas", {})
    return [name for name in schemas if not _PASCAL.match(name)]


def nothing_sensitive_in_the_address(document: Document) -> list[str]:
    """core/transport/no-sensitive-uris: no field of a person in path or query"""
    return [
        f"{where}: {parameter['name']}"
        for where, parameter in _parameters(document)
        if parameter["in"] in {"query", "path"} and _SENSITIVE.search(parameter["name"])
    ]


def every_operation_has_one_id(document: Document) -> list[str]:
    """operation-operationId-unique"""
    ids = [operation.get("operationId") for _, _, operation in operations(document)]
    return [str(found) for found in ids if not found or ids.count(found) > 1]


def path_parameters_are_described(document: Document) -> list[str]:
    """path-params"""
    found = []
    for path, method, operation in operations(document):
        told = {
            item["name"]
            for item in (resolve(document, raw) for raw in operation.get("parameters", []))
            if item["in"] == "path" and item.get("required")
        }
        if told != set(re.findall(r"{(\w+)}", path)):
            found.append(_where(path, method))
    return found


def tags_are_unique(document: Document) -> list[str]:
    """openapi-tags-uniqueness"""
    names = [tag["name"] for tag in document.get("tags", [])]
    return [name for name in names if names.count(name) > 1]


def references_lead_somewhere(document: Document) -> list[str]:
    """oas3-schema: a reference that points to nothing makes the document unreadable"""
    found = []
    for place, value in _walk(document):
        if isinstance(value.get("$ref"), str):
            try:
                resolve(document, value)
            except (KeyError, TypeError):
                found.append(f"{place}: {value['$ref']}")
    return found


def operations_say_what_they_do(document: Document) -> list[str]:
    """core/doc-openapi, for a reader: a summary, a description and an answer"""
    return [
        _where(path, method)
        for path, method, operation in operations(document)
        if not operation.get("description")
        or not any(code[0] == "2" for code in operation.get("responses", {}))
    ]


def _responses(document: Document) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, method, operation in operations(document):
        for code, response in operation.get("responses", {}).items():
            yield _where(path, method), code, resolve(document, response)


def answers_carry_the_version(document: Document) -> list[str]:
    """core/version-header"""
    return [
        f"{where} {code}"
        for where, code, response in _responses(document)
        if "API-Version" not in response.get("headers", {})
    ]


def errors_are_problems(document: Document) -> list[str]:
    """core/error-handling/problem-details: the media type, and status, title, detail"""
    found = []
    for where, code, response in _responses(document):
        if code[0] not in "45":
            continue
        content = response.get("content", {}).get(PROBLEM)
        schema = {} if content is None else resolve(document, content["schema"])
        if not {"status", "title", "detail"} <= set(schema.get("required", [])):
            found.append(f"{where} {code}")
    return found


def invalid_input_is_400(document: Document) -> list[str]:
    """core/error-handling/invalid-input: 400 is declared, 422 is not used"""
    return [
        _where(path, method)
        for path, method, operation in operations(document)
        if "400" not in operation.get("responses", {}) or "422" in operation.get("responses", {})
    ]


def dates_are_dates(document: Document) -> list[str]:
    """core/date-time/date-omit-time-portion: what is called a date has `format: date` itself"""
    return [
        f"{place}.{name}"
        for place, name, told in _properties(document)
        if _DATE_NAME.search(name) and told.get("format") != "date"
    ]


def times_have_a_zone(document: Document) -> list[str]:
    """core/date-time/timezone and format: `date-time` has a zone, `time-local` has none"""
    return [
        place
        for place, value in _walk(document.get("components", {}))
        if value.get("format") in ("date-time-local", "time")
    ]


def operations_are_protected(document: Document) -> list[str]:
    """Every operation names the bearer token that it asks for"""
    return [
        _where(path, method)
        for path, method, operation in operations(document)
        if {"bearer": []} not in operation.get("security", [])
    ]


RULES: Final[tuple[Rule, ...]] = (
    openapi_is_three,
    version_is_semantic,
    contact_is_given,
    servers_name_the_major_version,
    servers_are_not_plain_http,
    paths_do_not_repeat_the_version,
    paths_have_no_trailing_slash,
    path_segments_are_kebab_case,
    collections_are_plural,
    only_standard_methods,
    query_keys_are_camel_case,
    properties_are_camel_case,
    schemas_are_pascal_case,
    nothing_sensitive_in_the_address,
    every_operation_has_one_id,
    path_parameters_are_described,
    tags_are_unique,
    references_lead_somewhere,
    operations_say_what_they_do,
    answers_carry_the_version,
    errors_are_problems,
    invalid_input_is_400,
    dates_are_dates,
    times_have_a_zone,
    operations_are_protected,
)
