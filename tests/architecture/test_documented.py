"""What docs and README name exists, and what exists is documented."""

from __future__ import annotations

import json
import re

import pytest

from architecture.checkout import TOP, tracked_files
from funclens.catalog.rules.table import CODES, MEASURED_CODES
from funclens.cli.parser import build
from funclens.features.problems import OF_EVENTS
from funclens.runner.api.routes import EVENTS
from funclens.settings import TABLE

DOCS = [*tracked_files("docs/*.md", "docs/**/*.md"), TOP / "README.md"]
CALLS = re.compile(r"(?:^|\$ |&& )funclens ([a-z]+)\b", re.MULTILINE)
OPTIONS = re.compile(r"funclens ([a-z]+)[^\n`|#]*?(--[a-z][a-z-]+)")
VERBS = {
    *("list", "check", "run", "call", "new", "setup", "lsp", "export"),
    *("requests", "replay", "logs", "plan", "openapi", "doctor", "completion", "mcp"),
}
NO_COMMANDS = {"port"}
"""`funclens port 45678` is what a person gives to dape."""


def code_of(text: str) -> str:
    """Return what is written as code: blocks and spans."""
    blocks = re.findall(r"^```(?:sh|text)?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    plain = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    indented = re.findall(r"^    (.*)$", plain, re.MULTILINE)
    return "\n".join([*blocks, *indented, *re.findall(r"`([^`\n]+)`", plain)])


def options_of(verb: str) -> set[str]:
    parser = build([verb])
    found: set[str] = set()
    for action in parser._actions:
        choices = getattr(action, "choices", None)
        if isinstance(choices, dict) and verb in choices:
            found |= set(choices[verb]._option_string_actions)
    return found


def test_every_diagnostic_is_documented_and_no_other() -> None:
    page = (TOP / "docs" / "reference" / "diagnostics.md").read_text("utf-8")

    assert set(re.findall(r"^## (.+)$", page, re.MULTILINE)) == {
        *CODES,
        *MEASURED_CODES,
        *OF_EVENTS,
    }


def test_every_setting_in_a_toml_block_exists() -> None:
    known = {row.key for row in TABLE}
    tables = re.compile(r"^\[tool\.funclens\]\n((?:[^\[\n].*\n|\n)*)", re.MULTILINE)
    unknown = {
        f"{path.name}: {key}"
        for path in DOCS
        for block in tables.findall(path.read_text("utf-8").replace("\n    ", "\n"))
        for key in re.findall(r"^([a-z-]+) =", block, re.MULTILINE)
        if key not in known
    }

    assert unknown == set()


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(TOP)))
def test_every_command_and_option_exists(path: object) -> None:
    assert path in DOCS
    code = code_of(path.read_text("utf-8"))
    verbs = set(CALLS.findall(code))
    options = {pair for pair in OPTIONS.findall(code) if pair[0] in VERBS}

    assert verbs - VERBS - NO_COMMANDS == set()
    assert {pair for pair in options if pair[1] not in options_of(pair[0])} == set()


def test_the_checks_of_pages_find_commands() -> None:
    """Or the tests above would look at nothing."""
    code = "\n".join(code_of(path.read_text("utf-8")) for path in DOCS)

    assert set(CALLS.findall(code)) - NO_COMMANDS == VERBS
    assert len(OPTIONS.findall(code)) > 10


def test_every_event_of_a_runner_is_documented_with_its_fields() -> None:
    """The fields come from the snapshot of a runner's answers in tests/runner."""
    contracts = json.loads((TOP / "tests/runner/contracts.json").read_text("utf-8"))
    code = "".join(
        path.read_text("utf-8")
        for path in tracked_files(
            "server/funclens/runner/*.py", "server/funclens/runner/**/*.py"
        )
    )
    published = {*re.findall(r'publish\(\s*"([a-z-]+)"', code)}
    documented = {event.name: re.findall(r"`(\w+)`", event.fields) for event in EVENTS}
    missing = {
        f"{name}: {field}"
        for name, fields in documented.items()
        for field in contracts.get(f"event {name}", {})
        if field not in {"event", *fields}
    }

    assert published | {"snapshot", "output-dropped"} == set(documented)
    assert missing == set()
