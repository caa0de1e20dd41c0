"""The OpenAPI document of every service, as its application publishes it."""

import json
from pathlib import Path
from typing import Any, Final

from tools.applications import DOCS, build

FOLDER: Final = DOCS / "openapi"


def output(service: str) -> Path:
    """Where the document of a service is kept."""
    return FOLDER / f"{service}.json"


def document(service: str) -> dict[str, Any]:
    """The document itself."""
    return build(service).openapi()


def render(service: str) -> str:
    """The document as it is kept: sorted, indented, one newline at the end."""
    return json.dumps(document(service), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
