"""Validation errors of the framework as faults in plain Dutch, without what was sent."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from shared.errors import Fault

_TEXTS: Final[Mapping[str, str]] = {
    "missing": "Dit is verplicht en ontbreekt.",
    "extra_forbidden": "Hier staat een veld dat wij niet kennen; openapi.json noemt de namen.",
    "json_invalid": "Dit is geen geldige JSON.",
    "model_type": "Hier hoort een JSON-object.",
    "model_attributes_type": "Hier hoort een JSON-object in application/json.",
    "dict_type": "Hier hoort een JSON-object.",
    "list_type": "Hier hoort een lijst.",
    "tuple_type": "Hier hoort een lijst.",
    "string_type": "Hier hoort tekst.",
    "int_type": "Hier hoort een geheel getal, zonder aanhalingstekens.",
    "int_parsing": "Hier hoort een geheel getal.",
    "int_from_float": "Hier hoort een geheel getal.",
    "int_parsing_size": "Dit getal is te groot.",
    "bool_type": "Hier hoort true of false.",
    "float_type": "Hier hoort een getal.",
    "uuid_type": "Hier hoort een UUID.",
    "uuid_parsing": "Hier hoort een UUID.",
    "date_type": "Hier hoort een datum als 2022-03-01.",
    "date_parsing": "Hier hoort een bestaande datum als 2022-03-01.",
    "date_from_datetime_parsing": "Hier hoort een bestaande datum als 2022-03-01.",
    "datetime_type": "Hier hoort een tijdstip als 2022-03-01T09:00:00Z.",
    "datetime_parsing": "Hier hoort een tijdstip als 2022-03-01T09:00:00Z.",
    "datetime_from_date_parsing": "Hier hoort een tijdstip als 2022-03-01T09:00:00Z.",
    "timezone_aware": "Zet de tijdzone erbij, bijvoorbeeld Z.",
    "string_pattern_mismatch": "Deze tekst heeft niet de vorm die hier hoort.",
    "string_unicode": "Deze tekst is geen geldige UTF-8.",
}
_BOUNDS: Final[Mapping[str, tuple[str, str]]] = {
    "string_too_short": ("min_length", "Deze tekst is te kort; minstens {} tekens."),
    "string_too_long": ("max_length", "Deze tekst is te lang; hoogstens {} tekens."),
    "too_short": ("min_length", "Hier horen er minstens {}."),
    "too_long": ("max_length", "Hier horen er hoogstens {}."),
    "greater_than_equal": ("ge", "Dit moet minstens {} zijn."),
    "less_than_equal": ("le", "Dit mag hoogstens {} zijn."),
    "greater_than": ("gt", "Dit moet meer dan {} zijn."),
    "less_than": ("lt", "Dit moet minder dan {} zijn."),
}
_CHOICES: Final = ("enum", "literal_error")
_QUOTED: Final = re.compile(r"'([^']*)'")
_OTHER: Final = "Deze waarde past hier niet."


def _text(item: Mapping[str, Any]) -> str:
    kind = str(item["type"])
    if kind in _BOUNDS:
        name, text = _BOUNDS[kind]
        return text.format(item.get("ctx", {}).get(name, "?"))
    if kind in _CHOICES:
        return f"Kies uit: {_choices(item)}."
    if kind == "value_error":
        # Raised by our own validators: the message is ours and repeats nothing.
        return str(item.get("ctx", {}).get("error", _OTHER))
    return _TEXTS.get(kind, _OTHER)


def _choices(item: Mapping[str, Any]) -> str:
    """What there is to choose from; the framework writes it as English, each in quotes."""
    expected = str(item.get("ctx", {}).get("expected", ""))
    return ", ".join(_QUOTED.findall(expected)) or expected


def pointer(location: Sequence[Any]) -> str:
    """A JSON pointer into the body, or `query/…`, `path/…`, `header/…`."""
    where, *rest = [str(part) for part in location]
    escaped = [part.replace("~", "~0").replace("/", "~1") for part in rest]
    return "".join(f"/{part}" for part in escaped) if where == "body" else "/".join([where, *rest])


def faults_of(items: Sequence[Mapping[str, Any]]) -> tuple[Fault, ...]:
    """Every fault at once. The name of an unknown field is input, so its parent is pointed at."""
    found = []
    for item in items:
        location = list(item["loc"])
        if item["type"] == "extra_forbidden":
            location.pop()
        if item["type"] == "json_invalid":
            location = ["body"]
        found.append(Fault(pointer(location), str(item["type"]), _text(item)))
    return tuple(dict.fromkeys(found))
