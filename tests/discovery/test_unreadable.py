"""Folders and files that cannot be read, or must not be."""

from __future__ import annotations

import os
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from funclens.discovery.resolve.module_reader import read_module
from funclens.regular_file import LARGEST
from source_tree import functions_of, open_tree, write_tree

if TYPE_CHECKING:
    from pathlib import Path


HELLO = (
    "import functions_framework\n\n"
    "@functions_framework.http\ndef hello(request):\n    return 'ü'\n"
)


def test_unusual_folders_are_harmless(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "main.py": HELLO,
            "node_modules/x/main.py": HELLO,
            ".hidden/main.py": HELLO,
            "env/pyvenv.cfg": "",
            "env/lib/site-packages/x/main.py": HELLO,
            "other-env/pyvenv.cfg": "",
            "other-env/main.py": HELLO,
            "folder.py/main.py": HELLO,
        },
    )
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "dangling.py").symlink_to(tmp_path / "nothing.py")
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "main.py").symlink_to(tmp_path / "main.py")
    os.mkfifo(tmp_path / "pipe.yaml")

    assert set(functions_of(tmp_path)) == {
        "main.hello",
        "folder.py.main.hello",
        "linked.main.hello",
    }


@pytest.mark.parametrize("name", ["notes.txt", ".#main.py", "main.tf", "deploy.yaml"])
def test_a_link_that_leads_nowhere_is_no_file(tmp_path: Path, name: str) -> None:
    write_tree(tmp_path, {"main.py": HELLO})
    (tmp_path / name).symlink_to("someone@somewhere.1234")

    facts = open_tree(tmp_path).facts()

    assert facts.notes == ()
    assert facts.folders[0].counted.modules == 1


def test_a_file_that_is_too_large_is_noted(tmp_path: Path) -> None:
    with (tmp_path / "main.py").open("wb") as file:
        file.write(b"#" * (LARGEST + 100_000))

    workspace = open_tree(tmp_path)

    (note,) = workspace.facts().notes
    assert note == f"skipped {tmp_path / 'main.py'}: larger than 4 MB"


def test_a_file_that_becomes_unreadable_counts_as_deleted(tmp_path: Path) -> None:
    write_tree(tmp_path, {"main.py": HELLO, "other/main.py": HELLO})
    workspace = open_tree(tmp_path)
    assert len(workspace.facts().folders[0].sources) == 2

    path = tmp_path / "main.py"
    path.unlink()
    path.mkdir()
    workspace.changed([str(path)])
    assert len(workspace.facts().folders[0].sources) == 1

    path.rmdir()
    with path.open("wb") as file:
        file.write(b"#" * (LARGEST + 100_000))
    workspace.changed([str(path)])
    assert len(workspace.facts().folders[0].sources) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no mode there")
def test_a_folder_that_cannot_be_read_is_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tree(tmp_path, {"main.py": HELLO, "shut/main.py": HELLO})
    read = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("shut"):
            raise PermissionError(13, "Permission denied", path)
        return read(path)

    # Root may read everything, so that a mode would not do.
    monkeypatch.setattr(os, "scandir", refuse)
    workspace = open_tree(tmp_path)

    (note,) = workspace.facts().notes
    assert note == f"skipped {tmp_path}/shut: Permission denied"


def test_ignore_files_and_settings_determine_what_is_read(tmp_path: Path) -> None:
    names = ["a", "b", "c", "d", "e/deep", "e/kept"]
    write_tree(
        tmp_path,
        {f"{name}/main.py": HELLO for name in names}
        | {
            ".gitignore": "/a/\n*.log\n",
            "e/.gitignore": "deep\n",
            "e/.gcloudignore": "kept\n",
            "pyproject.toml": '[tool.funclens]\nexclude = ["c"]\ninclude = ["a/**"]\n',
        },
    )

    assert set(functions_of(tmp_path)) == {
        "a.main.hello",
        "b.main.hello",
        "d.main.hello",
        "e.kept.main.hello",
    }


def test_an_ignored_folder_can_be_opened(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {".git/config": "", ".gitignore": "build/\n*.tmp\n", "build/x/main.py": HELLO},
    )

    assert set(functions_of(tmp_path)) == set()
    assert set(functions_of(tmp_path / "build")) == {"x.main.hello"}


def test_a_text_is_read_in_linear_time() -> None:
    """Unclosed quotes and brackets must not make reading quadratic."""
    for piece in ("'", '"""', "(", "x = '\n", '"""\n', "@\n", "def f(\n"):
        text = textwrap.dedent(piece * 20_000)
        read_module("/m.py", text)
