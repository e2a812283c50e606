"""Write requests of the history as an HTTP Archive."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from funclens.errors import UsageError
from funclens.requests.recorded.har_export import har_of
from funclens.requests.recorded.recorded_request import recorded_request

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["write_har"]


def write_har(entries: Iterable[Mapping[str, Any]], url: str, name: str) -> str:
    """Write a new file, oldest request first; return what to print.

    For `-`, that is the archive. Raises UsageError if the file exists.
    """
    known = sorted(entries, key=lambda entry: entry["received_at"])
    recorded = [recorded_request(entry) for entry in known if entry.get("request")]
    text = json.dumps(har_of(recorded, url), indent=2) + "\n"
    if name == "-":
        return text
    path = Path(name).expanduser()
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(
            f"'{path}' already exists",
            hint="choose another path; existing files are never replaced",
        ) from error
    except OSError as error:
        raise UsageError(f"cannot write '{path}': {error.strerror}") from error
    number = len(recorded)
    return f"{number} {'request' if number == 1 else 'requests'} in {path}\n"
