"""Everything under docs/ that is generated: `--check` compares; without it all is written."""

import sys
from collections.abc import Mapping
from pathlib import Path

from tools import data_dictionary, openapi, permission_matrix, problems, rules, settings_docs
from tools.applications import REMAKE, ROOT, services


def everything() -> Mapping[Path, str]:
    """Every generated file as it should be now."""
    found = {
        kind.OUTPUT: kind.render()
        for kind in (permission_matrix, settings_docs, problems, rules, data_dictionary)
    }
    return {**found, **{openapi.output(name): openapi.render(name) for name in services()}}


def differing(expected: Mapping[Path, str]) -> list[str]:
    """The files that are missing or say something else, by their path in the repository."""
    return sorted(
        path.relative_to(ROOT).as_posix()
        for path, text in expected.items()
        if not path.exists() or path.read_text("utf-8") != text
    )


def main(arguments: list[str]) -> int:
    """What the process ends with: 0 when everything is as it should be."""
    expected = everything()
    if "--check" in arguments:
        stale = differing(expected)
        if stale:
            print(f"Out of date: {', '.join(stale)}. Renew with: {REMAKE}", file=sys.stderr)
        return 1 if stale else 0
    for path, text in expected.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
