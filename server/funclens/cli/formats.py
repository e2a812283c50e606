"""Problems as text for people and for the machines of CI. Pure: values in, text out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from funclens.endpoints.listing import VERSION, problem_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from funclens.model import Problem

__all__ = ["FORMATS", "as_json", "as_text"]


def as_text(problems: Sequence[Problem], folders: Sequence[str]) -> str:
    """Return one line a problem, as compilers write them, and a summary."""
    several = len(folders) > 1
    lines = [
        f"{f'{p.folder}/' if several else ''}{p.file}:{p.span.line}:{p.span.column}: "
        f"{p.severity.value}: {p.message} [{p.code}]"
        for p in problems
    ]
    if not problems:
        lines.append("No problems found.")
    else:
        counted = len(problems)
        lines += ["", f"{counted} {'problem' if counted == 1 else 'problems'}"]
    return "\n".join(lines) + "\n"


def as_json(problems: Sequence[Problem], folders: Sequence[str]) -> str:
    """Return the problems as one JSON object, fields as in `funclens list --json`."""
    _ = folders
    value = {"version": VERSION, "problems": [problem_json(p) for p in problems]}
    return json.dumps(value, indent=2) + "\n"


FORMATS: Mapping[str, Callable[[Sequence[Problem], Sequence[str]], str]] = {
    "text": as_text,
    "json": as_json,
}
"""Names of `--format`, and what writes each."""
