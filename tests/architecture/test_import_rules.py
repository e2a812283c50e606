"""Imports go one way; docs/internals/architecture.md draws the rules held here."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from architecture.imports import Import, imports_below

SERVER = Path(__file__).parents[2] / "server"

SHARED = {"contract", "processes"}
"""What front door and worker say to each other; what the launcher is asked."""

ANYWHERE = {
    *("dataclass", "errors", "lazy_exports", "nesting", "printable"),
    *("python_layout", "regular_file", "suggest", "toml"),
}
"""Imported by all parts; they import nothing of the project."""

# What a part may import of the project, besides itself.
ALLOWED = {
    "model": {"dataclass"},
    **{name: set[str]() for name in ANYWHERE},
    "trigger_text": {*ANYWHERE, "model"},
    "schedules": {*ANYWHERE, "model"},
    "cold_start": {*ANYWHERE, "model"},
    "settings": {*ANYWHERE, "model"},
    "settings_parser": {*ANYWHERE, "settings"},
    "folder_settings": {*ANYWHERE, "settings", "settings_parser"},
    "discovery": {*ANYWHERE, "model", "settings"},
    "catalog": {
        *ANYWHERE,
        *("model", "settings", "discovery", "contract", "trigger_text"),
        "schedules",
    },
    "features": {
        *ANYWHERE,
        *("model", "discovery", "catalog", "requests", "runner.units.status"),
        *("trigger_text", "schedules", "cold_start"),
    },
    "export": {*ANYWHERE, "model", "discovery", "requests"},
    "plan": {*ANYWHERE, "model", "discovery", "trigger_text"},
    "scaffold": {*ANYWHERE, "requests"},
    "requests": {*ANYWHERE, "model", "settings", "catalog", "contract"},
    "runner": {
        *ANYWHERE,
        *("model", "settings", "folder_settings", "requests", "trigger_text"),
        *("cold_start", "schedules"),
        *SHARED,
        "worker folder",
    },
}
ALLOWED["runner.workspace_reader"] = {
    *ALLOWED["runner"],
    "runner",
    "discovery",
    "catalog",
}
ALLOWED["runner.app"] = {*ALLOWED["runner.workspace_reader"], "runner.workspace_reader"}
# Nothing else in the runner reads workspaces.
"""Parts that are not named (lsp, cli) are composition roots: they import all parts."""

EDITOR_FREE = (
    *("discovery", "catalog", "requests", "runner", "cli"),
    *("model", "errors", "settings"),
)
THIRD_PARTY_IN_WORKER = ("framework", "unit_app", "server", "adapters", "wsgi", "asgi")


def part_of(module: str) -> str:
    """Return the part that a dotted name belongs to: `index`, `cli`, `contract` …."""
    if module == "funclens_worker" or module.startswith("funclens_worker."):
        inner = module.removeprefix("funclens_worker").lstrip(".").split(".")[0]
        return inner if inner in SHARED else "worker" if inner else "worker folder"
    inner = module.removeprefix("funclens").lstrip(".")
    for own in ("runner.units.status", "runner.app", "runner.workspace_reader"):
        if inner == own or inner.startswith(f"{own}."):
            return own
    return inner.split(".")[0]


def is_ours(module: str) -> bool:
    """Return whether a dotted name is of the project."""
    return module.split(".", maxsplit=1)[0] in {"funclens", "funclens_worker"}


def breaches_of_direction(imports: list[Import]) -> list[Import]:
    """Return the imports that go against the drawn direction."""
    found = []
    for item in imports:
        if not is_ours(item.target):
            continue
        importer, target = part_of(item.importer), part_of(item.target)
        importer = "runner" if importer == "runner.units.status" else importer
        own = target.split(".")[0] == importer
        if importer not in ALLOWED or own or target in ALLOWED[importer]:
            continue
        if item.target.startswith("funclens.__"):
            continue
        found.append(item)
    return found


def breaches_between_roots(imports: list[Import]) -> list[Import]:
    """Return imports between the command line and the language server."""
    return [
        item
        for item in imports
        if {part_of(item.importer), part_of(item.target)} == {"cli", "lsp"}
        and not (item.importer == "funclens.cli.lsp" and not item.at_import_time)
    ]


def breaches_in_worker(imports: list[Import]) -> list[Import]:
    """Return what the worker imports besides the standard library and its stack."""
    found = []
    for item in imports:
        top = item.target.split(".")[0]
        if top == "funclens" or (
            item.at_import_time
            and top not in sys.stdlib_module_names
            and top != "funclens_worker"
            and item.importer.split(".")[1] not in THIRD_PARTY_IN_WORKER
        ):
            found.append(item)
    return found


def test_imports_go_one_way() -> None:
    assert breaches_of_direction(imports_below(SERVER, "funclens")) == []


def test_command_line_and_language_server_do_not_import_each_other() -> None:
    assert breaches_between_roots(imports_below(SERVER, "funclens")) == []


def test_the_worker_imports_only_the_standard_library_and_its_web_stack() -> None:
    assert breaches_in_worker(imports_below(SERVER, "funclens_worker")) == []


def test_only_editor_packages_import_the_protocol() -> None:
    found = [
        item
        for item in imports_below(SERVER, "funclens")
        if item.target.split(".")[0] in {"lsprotocol", "pygls"}
        and part_of(item.importer) in EDITOR_FREE
    ]

    assert found == []


def test_server_and_worker_share_only_the_contract() -> None:
    """The bare package is imported too, for the folder that its scripts are in."""
    found = [
        item
        for item in imports_below(SERVER, "funclens")
        if item.target.startswith("funclens_worker.")
        and item.target.split(".")[1] not in SHARED
    ]

    assert found == []


@pytest.mark.parametrize(
    "path",
    sorted((SERVER / "funclens_worker").rglob("*.py")),
    ids=lambda path: path.name,
)
def test_worker_code_parses_with_python_3_9(path: Path) -> None:
    ast.parse(path.read_bytes(), feature_version=(3, 9))


@pytest.mark.parametrize(
    ("file", "source", "check"),
    [
        (
            "funclens/discovery/files/walk.py",
            "from funclens.runner import front_door",
            breaches_of_direction,
        ),
        (
            "funclens/discovery/files/walk.py",
            "def f():\n    from ...cli import main",
            breaches_of_direction,
        ),
        (
            "funclens/features/hover.py",
            "from funclens.runner.front_door import Door",
            breaches_of_direction,
        ),
        (
            "funclens/requests/samples/choice.py",
            "from funclens.runner.api.client import call",
            breaches_of_direction,
        ),
        (
            "funclens/cli/run/run.py",
            "import funclens.lsp.language_server",
            breaches_between_roots,
        ),
        (
            "funclens/lsp/language_server.py",
            "from funclens import cli",
            breaches_between_roots,
        ),
        (
            "funclens_worker/loader.py",
            "from funclens.model import Unit",
            breaches_in_worker,
        ),
        ("funclens_worker/loader.py", "import flask", breaches_in_worker),
    ],
)
def test_a_forbidden_import_is_detected(
    tmp_path: Path, file: str, source: str, check: object
) -> None:
    """The rules bite: each of these lines is a breach, and is seen as one."""
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text(source)

    assert callable(check)
    assert [
        item.line
        for item in check(imports_below(tmp_path, file.split("/", maxsplit=1)[0]))
    ]


@pytest.mark.parametrize(
    ("file", "source", "check"),
    [
        (
            "funclens/features/hover.py",
            "from funclens.runner.units.status import UnitState",
            breaches_of_direction,
        ),
        (
            "funclens/runner/front_door.py",
            "from funclens_worker.contract import Manifest",
            breaches_of_direction,
        ),
        (
            "funclens/cli/lsp.py",
            "def execute():\n    from funclens.lsp.language_server import serve",
            breaches_between_roots,
        ),
        ("funclens_worker/unit_app.py", "import flask", breaches_in_worker),
        (
            "funclens_worker/loader.py",
            "import typing as t\nif t.TYPE_CHECKING:\n    import flask",
            breaches_in_worker,
        ),
    ],
)
def test_an_allowed_import_is_accepted(
    tmp_path: Path, file: str, source: str, check: object
) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text(source)

    assert callable(check)
    assert check(imports_below(tmp_path, file.split("/", maxsplit=1)[0])) == []
