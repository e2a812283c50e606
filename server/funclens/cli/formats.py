"""Output formats of `funclens check`."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from funclens import __version__
from funclens.catalog.listing import VERSION, problem_json
from funclens.cli.console import is_styled
from funclens.cli.problem_text import as_concise, as_full
from funclens.model import Severity
from funclens.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from funclens.cli.opened import Opened
    from funclens.model import Problem, Span

__all__ = [
    "FORMATS",
    "as_github",
    "as_json",
    "as_sarif",
    "checked_text",
    "default_format",
]

_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_DOCUMENTATION = "docs/reference/diagnostics.md"


def _as_concise(problems: Sequence[Problem], opened: Opened) -> str:
    return as_concise(problems, opened.folders)


def _as_full(problems: Sequence[Problem], opened: Opened) -> str:
    return as_full(problems, opened.folders, is_styled=is_styled(sys.stdout))


def as_json(problems: Sequence[Problem], opened: Opened) -> str:
    """Return the problems as one JSON object, fields as in `funclens list --json`."""
    value: dict[str, Any] = {
        "version": VERSION,
        "problems": [problem_json(p) for p in problems],
        "checked": {
            "functions": len(opened.catalog.functions),
            "units": len(opened.catalog.units),
            "python_files": opened.modules,
            "deploy_files": opened.deploy_files,
        },
        "notes": [*opened.notes],
    }
    if opened.cold_starts:
        value["cold_starts"] = {
            unit: start.to_json() for unit, start in opened.cold_starts.items()
        }
    return json.dumps(value, indent=2) + "\n"


def as_github(problems: Sequence[Problem], opened: Opened) -> str:
    """Return workflow commands, which GitHub shows as annotations."""
    levels = {Severity.ERROR: "error", Severity.WARNING: "warning"}
    several = len(opened.folders) > 1
    lines = []
    for problem in problems:
        span = problem.span
        file = f"{problem.folder}/{problem.file}" if several else problem.file
        properties = {
            "file": file,
            "line": str(span.line),
            "col": str(span.column),
            "endLine": str(span.end_line),
            "endColumn": str(span.end_column),
            "title": f"funclens {problem.code}",
        }
        written = ",".join(
            f"{name}={_escaped(value, property_value=True)}"
            for name, value in properties.items()
        )
        level = levels.get(problem.severity, "notice")
        lines.append(f"::{level} {written}::{_escaped(problem.message)}\n")
    return "".join(lines)


def as_sarif(problems: Sequence[Problem], opened: Opened) -> str:
    """Return a SARIF 2.1.0 log with one run, paths relative to the folders."""
    codes = sorted({problem.code for problem in problems})
    bases = {folder: f"FOLDER{index}" for index, folder in enumerate(opened.folders)}
    value = {
        "$schema": _SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "funclens",
                        "version": __version__,
                        "rules": [_sarif_rule(code) for code in codes],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {
                    base: {"uri": f"file://{quote(os.fsencode(folder))}/"}
                    for folder, base in bases.items()
                },
                "results": [_sarif_result(p, codes, bases) for p in problems],
            }
        ],
    }
    return json.dumps(value, indent=2) + "\n"


def _sarif_rule(code: str) -> dict[str, Any]:
    words = code.replace("-", " ")
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in code.split("-")),
        "shortDescription": {"text": words.capitalize() + "."},
        "help": {"text": f"See {_DOCUMENTATION}#{code}."},
    }


def _sarif_result(
    problem: Problem, codes: Sequence[str], bases: Mapping[str, str]
) -> dict[str, Any]:
    levels = {Severity.ERROR: "error", Severity.WARNING: "warning"}
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": codes.index(problem.code),
        "level": levels.get(problem.severity, "note"),
        "message": {"text": problem.message},
        "locations": [
            _sarif_location(problem.file, bases[problem.folder], problem.span)
        ],
    }
    if problem.related:
        result["relatedLocations"] = [
            {
                "id": number,
                **_sarif_location(place.file, bases[place.folder], place.span),
                "message": {"text": place.message},
            }
            for number, place in enumerate(problem.related)
        ]
    return result


def _sarif_location(file: str, base: str, span: Span) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(os.fsencode(file)), "uriBaseId": base},
            "region": {
                "startLine": span.line,
                "startColumn": span.column,
                "endLine": span.end_line,
                "endColumn": span.end_column,
            },
        }
    }


def _escaped(text: str, *, property_value: bool = False) -> str:
    """Return text escaped for a workflow command, whose log people read."""
    text = printable(text, lines=True)
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    if property_value:
        text = text.replace(":", "%3A").replace(",", "%2C")
    return text


def checked_text(opened: Opened) -> str:
    """Return a summary of how much was checked."""
    catalog = opened.catalog
    return (
        f"checked {_counted(len(catalog.functions), 'function')} in "
        f"{_counted(len(catalog.units), 'unit')}; searched "
        f"{_counted(opened.modules, 'Python file')} and "
        f"{_counted(opened.deploy_files, 'deploy file')}"
    )


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


FORMATS: Mapping[str, Callable[[Sequence[Problem], Opened], str]] = {
    "full": _as_full,
    "concise": _as_concise,
    "text": _as_concise,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}
"""Names of `--format`; `text` is the old name of `concise`."""


def default_format() -> str:
    """Return the default format: full in a terminal, else concise."""
    return "full" if sys.stdout.isatty() else "concise"
