"""One JSON line per event, from an allow-list of fields: never a text that a library made.

A database error quotes the row it failed on, a job library the arguments of a job. So of everything
that is not ours only the place, the level and the kind of exception are written.
"""

import json
import logging
import sys
import traceback
from typing import Any, Final

OURS: Final = "buurtteam"


class SafeFormatter(logging.Formatter):
    """Writes our own lines as they are, and of others only where they came from."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
        }
        if record.name.split(".", 1)[0] == OURS and isinstance(record.msg, dict):
            line |= record.msg
        else:
            line["where"] = f"{record.module}:{record.lineno}"
        if record.exc_info and record.exc_info[1] is not None:
            line |= exception_facts(record.exc_info[1])
        return json.dumps(line)


def exception_facts(error: BaseException) -> dict[str, Any]:
    """The kind of an exception and where it went through; its text may quote a person's data."""
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "error": type(error).__name__,
        "cause": type(error.__cause__).__name__ if error.__cause__ else None,
        "frames": [f"{frame.name}:{frame.lineno}" for frame in frames[-8:]],
    }


def configure_logging(level: str = "INFO") -> None:
    """Send everything to standard error through the safe formatter; replaces what was there."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(SafeFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(level)
