"""Look at everything and print what was found."""

from __future__ import annotations

import os
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from funclens.cli.columns import terminal_columns
from funclens.cli.doctor.finding import Finding
from funclens.cli.folders import add_folders
from funclens.cli.opened import counted
from funclens.cli.terminal import as_text, print_json
from funclens.folder_settings import FolderSettings
from funclens.printable import printable

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

    from funclens.model import Catalog
    from funclens.settings import Settings

__all__ = ["add_arguments", "execute"]

Sections = dict[str, list[Finding]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_folders(parser)
    parser.add_argument("--json", action="store_true", help="print JSON for scripts")


def execute(arguments: argparse.Namespace) -> int:
    """Print the findings; return 1 if one of them is a problem."""
    source = FolderSettings(arguments.folders)
    settings = source.read()
    sections = _look(settings, source.complaints)
    every = [item for items in sections.values() for item in items]
    problems = sum(item.status == "problem" for item in every)
    if arguments.json:
        _print_json(sections)
    else:
        sys.stdout.write(as_text(_report(sections, problems)))
    sys.stdout.flush()
    return int(bool(problems))


def _look(settings: dict[str, Settings], complaints: Iterable[str]) -> Sections:
    from funclens.cli.doctor.emulators_found import emulators  # noqa: PLC0415
    from funclens.cli.doctor.environment_variables import variables  # noqa: PLC0415
    from funclens.cli.doctor.installed_software import software  # noqa: PLC0415
    from funclens.cli.doctor.machine_limits import limits, rights  # noqa: PLC0415
    from funclens.cli.doctor.other_installations import (  # noqa: PLC0415
        extensions,
        programs,
    )
    from funclens.cli.doctor.port_use import ports_of_folders  # noqa: PLC0415
    from funclens.cli.doctor.registered_runners import runners  # noqa: PLC0415
    from funclens.cli.doctor.unit_interpreters import interpreters  # noqa: PLC0415

    folders = [*settings]
    pythons = {folder: known.python for folder, known in settings.items()}
    catalog, notes = _catalog(settings)
    found, live = runners(folders)
    units = [*interpreters(catalog, pythons, os.environ)]
    return {
        "software": [*software(), *programs(os.environ), *extensions(Path.home())],
        "workspace": [
            *(_setting(complaint) for complaint in complaints),
            *(Finding("note", "note", note) for note in notes),
            _contents(catalog),
            *rights(folders),
        ],
        **({"units": units} if units else {}),
        "runners": found,
        "machine": [*ports_of_folders(settings, live), *limits(folders)],
        "emulators": [*emulators(catalog, os.environ)],
        "environment": [*variables(os.environ)],
    }


def _catalog(settings: dict[str, Settings]) -> tuple[Catalog, Sequence[str]]:
    from funclens.catalog import build_catalog  # noqa: PLC0415
    from funclens.discovery import Workspace  # noqa: PLC0415

    workspace = Workspace([*settings], settings)
    workspace.load()
    facts = workspace.facts()
    return build_catalog(facts, problems=False), facts.notes


def _setting(complaint: str) -> Finding:
    advice = "correct it; docs/reference/settings.md lists all settings"
    return Finding("setting", "problem", complaint, advice)


def _contents(catalog: Catalog) -> Finding:
    functions = counted(len(catalog.functions), "function")
    text = f"{functions} in {counted(len(catalog.units), 'unit')}"
    if catalog.functions:
        return Finding("functions", "ok", text)
    return Finding(
        "functions", "note", text, "`funclens list` says what Funclens looks for"
    )


def _report(sections: Sections, problems: int) -> list[str]:
    columns = terminal_columns()
    lines = []
    for name, findings in sections.items():
        lines.append(name)
        for item in findings:
            lines += _wrapped(f"  {item.status:<9}", item.text, columns)
            if item.advice:
                lines += _wrapped(f"{'':11}hint: ", item.advice, columns)
        lines.append("")
    return [*lines, counted(problems, "problem") if problems else "No problems found."]


def _wrapped(head: str, text: str, columns: int | None) -> list[str]:
    """Return a text after its head, wrapped for a terminal; commands stay whole."""
    if columns is None or len(head) + len(text) <= columns:
        return [head + text]
    return textwrap.wrap(
        printable(text),
        max(columns, 40),
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _print_json(sections: Sections) -> None:
    findings = [
        {
            "section": name,
            "code": item.code,
            "status": item.status,
            "text": item.text,
            "advice": item.advice or None,
        }
        for name, items in sections.items()
        for item in items
    ]
    print_json({"version": 1, "findings": findings})
