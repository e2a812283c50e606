"""After any sequence of edits the state is that of a fresh start."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funclens.catalog import build_catalog, listing
from funclens.discovery import Workspace
from source_tree import open_tree, write_tree

if TYPE_CHECKING:
    from collections.abc import Sequence

PATHS = [
    "main.py",
    "a/main.py",
    "a/handlers.py",
    "a/pkg/__init__.py",
    "a/pkg/user.py",
    "b/main.py",
    "b/tests/test_it.py",
    "b/.gitignore",
    "a/deploy.sh",
    "a/requirements.txt",
    "c.d/main.py",
]
TEXTS = [
    (
        "import functions_framework\n\n@functions_framework.http\ndef hello(request):\n"
        "    return ''\n"
    ),
    "from handlers import *\nfrom pkg import user\n",
    "from pkg.user import hello\nfrom handlers import shared\n",
    "from .user import hello\n__all__ = ['hello']\n",
    (
        "from functions_framework import http as shared, cloud_event\n\n@shared\n"
        "def other(request):\n    return ''\n"
    ),
    "from handlers import shared\n\n@shared\ndef mine(request):\n    return\n",
    "def hello(request):\n    return request.path\n",
    "def on(event, context):\n    print((\n\ndef hello(request):\n    pass\n",
    'x = """\ndef hello(request):\n    return 1\n',
    "",
    "main.py\n",
    "gcloud functions deploy hello-there --entry-point hello --trigger-http\n",
    "functions-framework\n",
]
EDITS = st.one_of(
    st.tuples(
        st.sampled_from(["write", "open"]),
        st.sampled_from(PATHS),
        st.sampled_from(TEXTS),
    ),
    st.tuples(
        st.sampled_from(["delete", "close"]), st.sampled_from(PATHS), st.just("")
    ),
    st.tuples(
        st.just("remove-folder"), st.sampled_from(["a", "a/pkg", "b"]), st.just("")
    ),
    st.tuples(
        st.just("rename-folder"), st.sampled_from(["a", "a/pkg", "b"]), st.just("z")
    ),
)


def carry_out(
    workspace: Workspace,
    folder: Path,
    edit: tuple[str, str, str],
    opened: dict[str, str],
) -> None:
    verb, name, text = edit
    path = folder / name
    if verb == "write":
        write_tree(folder, {name: text})
        workspace.changed([str(path)])
    elif verb == "delete":
        path.unlink(missing_ok=True)
        workspace.changed([str(path)])
    elif verb == "open":
        opened[str(path)] = text
        workspace.open(str(path), text)
    elif verb == "close":
        opened.pop(str(path), None)
        workspace.close(str(path))
    elif verb == "remove-folder":
        shutil.rmtree(path, ignore_errors=True)
        workspace.changed([str(path)])
    elif path.exists() and not (folder / text).exists():
        path.rename(folder / text)
        workspace.changed([str(path), str(folder / text)])


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(EDITS, min_size=1, max_size=12))
def test_edits_lead_to_the_same_facts_as_a_fresh_start(
    edits: Sequence[tuple[str, str, str]],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        workspace = open_tree(folder)
        opened: dict[str, str] = {}
        for edit in edits:
            carry_out(workspace, folder, edit, opened)
            workspace.facts()

        fresh = Workspace([str(folder)])
        fresh.load()
        for path, text in opened.items():
            fresh.open(path, text)

        assert listing(build_catalog(workspace.facts())) == listing(
            build_catalog(fresh.facts())
        )


def test_facts_are_the_same_object_until_something_changes(tmp_path: Path) -> None:
    write_tree(tmp_path, {"main.py": "def hello(request):\n    return ''\n"})
    workspace = open_tree(tmp_path)

    facts = workspace.facts()
    assert workspace.facts() is facts
    workspace.open(str(tmp_path / "notes.txt"), "hello")
    assert workspace.facts() is facts


def test_folders_can_be_added_and_removed(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_tree(tmp_path / name, {"main.py": "def hello(request):\n    return ''\n"})
    workspace = Workspace([str(tmp_path / "one")])
    workspace.load()
    assert len(build_catalog(workspace.facts()).functions) == 1

    workspace.set_folders([str(tmp_path / "one"), str(tmp_path / "two")], {})
    workspace.load()

    catalog = build_catalog(workspace.facts())
    assert [f.id for f in catalog.functions] == ["one.main.hello", "two.main.hello"]
    assert [c.endpoint for c in catalog.collisions] == ["hello"]


def test_an_inner_workspace_folder_is_indexed_once(tmp_path: Path) -> None:
    write_tree(tmp_path, {"inner/main.py": "def hello(request):\n    return ''\n"})
    workspace = Workspace([str(tmp_path), str(tmp_path / "inner")])
    workspace.load()

    assert len(build_catalog(workspace.facts()).functions) == 1
