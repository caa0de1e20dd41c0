"""Every setting of every service: its variable, type, default, and what it is for."""

import re
from typing import Any, Final

from pydantic_core import PydanticUndefined

from shared.vocabulary import ServiceName
from tools.applications import DOCS, settings_class

OUTPUT: Final = DOCS / "settings.md"
_HEAD: Final = """# Settings

Generated from the `settings.py` of the four services; change those, then run `make docs`.
Each service reads its environment by its own prefix. A missing or wrong value stops the start, and
every fault is told at once. Values are never logged.
"""
_COLUMNS: Final = (
    "| variable | type | default | required | meaning |\n| --- | --- | --- | --- | --- |"
)
_BOUNDS: Final = ("ge", "gt", "le", "lt", "min_length", "max_length")
_SIGNS: Final = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}


def _kind(annotation: Any, metadata: list[Any]) -> str:
    name = annotation.__name__ if isinstance(annotation, type) else str(annotation)
    name = re.sub(r"\b(typing|pathlib|pydantic\.\w+|\w+\.networks)\.", "", name)
    limits = [
        f"{_SIGNS.get(bound, bound)} {value}"
        for item in metadata
        for bound in _BOUNDS
        if (value := getattr(item, bound, None)) is not None
    ]
    return name.replace("|", "or") + (f" ({', '.join(limits)})" if limits else "")


def _default(value: Any) -> str:
    return "" if value is PydanticUndefined or value is None else f"`{value}`"


def rows(service: str) -> list[str]:
    """One row per setting of a service."""
    kind = settings_class(service)
    prefix = kind.model_config.get("env_prefix", "")
    found = []
    for name, field in kind.model_fields.items():
        if not field.description:
            raise ValueError(f"{service}: setting {name} has no description")
        required = "yes" if field.is_required() else "no"
        type_ = _kind(field.annotation, list(field.metadata))
        found.append(
            f"| `{prefix}{name.upper()}` | {type_} | {_default(field.default)} | {required} "
            f"| {field.description} |"
        )
    return found


def render() -> str:
    """The whole document."""
    parts = [
        f"\n## {service}\n\n{_COLUMNS}\n" + "\n".join(rows(service)) + "\n"
        for service in ServiceName
    ]
    return _HEAD + "".join(parts)
