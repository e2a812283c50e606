"""A defect in one step of ours costs one file or one rule, and is noted."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from funclens.catalog import build_catalog
from funclens.catalog.rules import table
from funclens.discovery.scoring import rules
from source_tree import open_tree, write_tree

if TYPE_CHECKING:
    from pathlib import Path

    from funclens.discovery import Workspace
    from funclens.discovery.scoring.candidate import Candidate

PLAIN = "def {name}(request):\n    return request.args['a']\n"
DECORATED = (
    "import functions_framework\n\n\n"
    "@functions_framework.http\ndef {name}(request):\n    print('no value')\n"
)


def served(workspace: Workspace) -> list[str]:
    catalog = build_catalog(workspace.facts())
    return [function.id for function in catalog.functions]


def fail_at(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let a signal raise for functions of a name."""

    def signal(candidate: Candidate) -> bool:
        if candidate.name == name:
            raise KeyError("what no one thought of")
        return False

    monkeypatch.setattr(rules, "WORDS", (rules.Rule("documented", 60, signal),))


def test_an_exception_in_a_signal_affects_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tree(tmp_path, {f"{n}/main.py": PLAIN.format(name=n) for n in ("a", "b")})
    fail_at(monkeypatch, "a")

    workspace = open_tree(tmp_path)

    assert served(workspace) == ["b.main.b"]
    assert workspace.facts().notes == (
        f"skipped {tmp_path / 'a/main.py'}: KeyError: 'what no one thought of'",
    )


def test_a_source_that_fails_to_score_keeps_its_functions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tree(tmp_path, {f"{n}/main.py": PLAIN.format(name=n) for n in ("a", "b")})
    workspace = open_tree(tmp_path)
    assert served(workspace) == ["a.main.a", "b.main.b"]
    main = str(tmp_path / "a/main.py")

    with monkeypatch.context() as patch:
        fail_at(patch, "edited")
        for number in range(2):
            workspace.open(main, PLAIN.format(name="edited") + f"# {number}\n")
            workspace.open(str(tmp_path / "b/main.py"), PLAIN.format(name=f"b{number}"))
            assert served(workspace) == ["a.main.a", f"b.main.b{number}"]
            assert len(workspace.facts().notes) == 1

    workspace.open(main, PLAIN.format(name="edited") + "# works\n")
    assert served(workspace) == ["a.main.edited", "b.main.b1"]
    assert workspace.facts().notes == ()


def test_notes_about_a_deleted_source_disappear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tree(tmp_path, {f"{n}/main.py": PLAIN.format(name=n) for n in ("a", "b")})
    fail_at(monkeypatch, "a")
    workspace = open_tree(tmp_path)
    assert len(workspace.facts().notes) == 1

    (tmp_path / "a/main.py").unlink()
    workspace.changed([str(tmp_path / "a/main.py")])

    assert served(workspace) == ["b.main.b"]
    assert workspace.facts().notes == ()


def test_an_exception_in_a_rule_affects_only_its_problems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {f"{n}/main.py": DECORATED.format(name="same") for n in ("a", "b")}
    write_tree(tmp_path, files)
    whole = build_catalog(open_tree(tmp_path).facts())
    assert {p.code for p in whole.problems} == {"duplicate-endpoint", "returns-none"}
    assert whole.notes == ()

    def fail(_: object) -> None:
        raise ValueError("what no one thought of")

    with monkeypatch.context() as patch:
        patch.setitem(table._OF_SOURCES, "missing-requirement", fail)
        patch.setitem(table._OF_WORKSPACES, "duplicate-endpoint", fail)
        workspace = open_tree(tmp_path)
        catalog = build_catalog(workspace.facts())
        workspace.open(str(tmp_path / "b/main.py"), files["b/main.py"] + "# more\n")
        edited = build_catalog(workspace.facts())

    why = "ValueError: what no one thought of"
    assert [p.code for p in catalog.problems] == ["returns-none"] * 2
    assert catalog.notes == (
        f"skipped rule duplicate-endpoint: {why}",
        f"skipped rule missing-requirement for {tmp_path / 'a/main.py'}: {why}",
        f"skipped rule missing-requirement for {tmp_path / 'b/main.py'}: {why}",
    )
    assert edited.notes == catalog.notes
    assert edited.problems == catalog.problems


BROKEN = """
import sys
from funclens.catalog.rules import table
from funclens.cli import main
from funclens.discovery.scoring import rules
def fail(item):
    if getattr(item, "name", "a") == "a":
        raise ValueError("odd")
    return False
rules.WORDS = (rules.Rule("documented", 60, fail),)
table._OF_SOURCES["missing-requirement"] = fail
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("words", [("list", "--json"), ("check", "--format", "json")])
def test_commands_continue_and_report_what_was_skipped(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    write_tree(tmp_path, {f"{n}/main.py": PLAIN.format(name=n) for n in ("a", "b")})

    ended = subprocess.run(
        [sys.executable, "-c", BROKEN, *words, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )

    second = tmp_path / "b/main.py"
    notes = [
        f"skipped {tmp_path / 'a/main.py'}: ValueError: odd",
        f"skipped rule missing-requirement for {second}: ValueError: odd",
    ]
    assert ended.returncode == 0
    assert json.loads(ended.stdout)["notes"] == notes
    assert [f"warning: {note}" for note in notes] == [
        line for line in ended.stderr.splitlines() if line.startswith("warning")
    ]
