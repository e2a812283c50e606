"""What is fuzzed: each target takes any bytes and must neither raise nor take long.

A target lets through the errors that are its answer for bad input and nothing else.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from funclens.catalog import build_catalog
from funclens.catalog.rules.requirements.manifest import read_manifest
from funclens.discovery import Workspace
from funclens.discovery.deploy import read_deployments
from funclens.discovery.deploy.nearby import NearbyFiles
from funclens.discovery.files.budget import OverBudgetError
from funclens.discovery.files.encoding import decode
from funclens.discovery.files.ignoring.patterns import patterns_in
from funclens.discovery.files.prefilter import is_relevant
from funclens.discovery.resolve.module_reader import ModuleReader, read_module
from funclens.errors import SettingsError, UsageError
from funclens.features.fixes.pyproject import insert_setting
from funclens.requests.request import parse_headers, parse_path
from funclens.runner.http.access import is_local_host
from funclens.runner.http.head import BadHead, HeadReader
from funclens.runner.processes.env_files import read_file
from funclens.settings_parser import from_pyproject

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["TARGETS", "Target"]

WORDS = Path(__file__).with_name("words")


@dataclass(frozen=True)
class Target:
    """One reader under test."""

    name: str
    run: Callable[[bytes], None]
    words: tuple[str, ...]
    """What its inputs are made of."""


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="funclens-fuzz-"))


def _written(name: str, data: bytes) -> Path:
    path = _folder() / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path


def _module(data: bytes) -> None:
    is_relevant("other.py", data, names_functions=True)
    text, _ = decode(data)
    module = read_module("/folder/main.py", text)
    for placed in module.placed():
        _ = (placed.binding, placed.span, placed.name_span)
    _ = list(module.faults())


def _edit(data: bytes) -> None:
    """An edit gives the facts that a fresh read gives."""
    first, _, second = data.partition(b"\xff")
    before, after = decode(first)[0], decode(second)[0]
    reader = ModuleReader("/folder/main.py", before)
    reader.edit(after)
    fresh = read_module("/folder/main.py", after)
    assert list(reader.module.names) == list(fresh.names)
    assert [f.span for f in reader.module.faults()] == [f.span for f in fresh.faults()]


def _unit(data: bytes) -> None:
    """A whole unit: its functions and its problems."""
    path = _written("unit/main.py", data)
    workspace = Workspace([str(path.parent)])
    workspace.load()
    facts = workspace.facts()
    build_catalog(facts)
    assert not any("Error" in note for note in facts.notes), facts.notes


def _reader(name: str) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        # The store leaves out a file that is too much, with a note.
        with contextlib.suppress(OverBudgetError, RecursionError):
            read_deployments(
                f"/folder/{name}", data, NearbyFiles("/folder", lambda _: None)
            )

    return read


def _ignore(data: bytes) -> None:
    spec, _ = patterns_in(str(_written(".gitignore", data)))
    if spec is not None:
        for path in ("a", "a/b/main.py", "a" * 200, "a/" * 100 + "b"):
            spec.check_file(path)


def _settings(data: bytes) -> None:
    path = _written("project/pyproject.toml", data)
    from_pyproject(path.parent)
    text = data.decode("utf-8", "replace")
    insert_setting(text, "endpoints", "main.hello", "hello")


def _environment(data: bytes) -> None:
    for name in (".env", "env.yaml", "env.json"):
        with contextlib.suppress(SettingsError):
            read_file(str(_written(name, data)))


def _head(data: bytes) -> None:
    try:
        head = HeadReader().feed(data)
    except BadHead:
        return
    if head is not None:
        head.headers("Accept")
        is_local_host(head.header("Host") or "", ("*.example.com",))
        assert head.with_target(head.target) == head.data


def _request(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    for parse in (parse_path, lambda text: parse_headers(text.split("\n"))):
        with contextlib.suppress(UsageError):
            parse(text)


def _requirements(data: bytes) -> None:
    read_manifest(data)


def _words(*names: str) -> tuple[str, ...]:
    """Return the words of lists, one a line, written as in a string of Python."""
    lines = "".join(
        (WORDS / f"{name}.txt").read_text("ascii") for name in names
    ).splitlines()
    return tuple(line.encode().decode("unicode_escape") for line in lines)


PYTHON = _words("python")
SHELL = _words("shell")
YAML = _words("yaml")

_DEPLOY = {
    "deploy.sh": SHELL,
    "Makefile": SHELL,
    "Dockerfile": SHELL,
    "justfile": SHELL,
    "deploy.ps1": SHELL,
    "deploy.bat": SHELL,
    "Jenkinsfile": (*SHELL, *YAML),
    "README.md": (*SHELL, "# ", "```sh\n", "\n```\n", "* "),
    "cloudbuild.yaml": (*YAML, *SHELL),
    "serverless.yml": YAML,
    ".gitlab-ci.yml": (*YAML, *SHELL),
    "Pulumi.yaml": YAML,
    "package.json": _words("json", "shell"),
    "tox.ini": _words("toml", "shell"),
    "pyproject.toml": _words("toml", "shell"),
    "deploy.py": (*PYTHON, *SHELL),
}

TARGETS = {
    target.name: target
    for target in (
        Target("module", _module, PYTHON),
        Target("edit", _edit, (*PYTHON, "\udcff")),
        Target("unit", _unit, PYTHON),
        Target("ignore", _ignore, _words("patterns")),
        Target("settings", _settings, _words("toml")),
        Target("environment", _environment, (*SHELL, *YAML)),
        Target("head", _head, _words("http")),
        Target("request", _request, _words("http")),
        Target("requirements", _requirements, _words("requirements")),
        *(
            Target(
                "deploy-" + re.sub(r"\W+", "-", name).strip("-"), _reader(name), words
            )
            for name, words in _DEPLOY.items()
        ),
    )
}
