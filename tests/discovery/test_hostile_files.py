"""Folders that hold what nobody expects there: each costs itself alone."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from funclens.discovery import Workspace
from funclens.regular_file import (
    LARGEST,
    NotRegularError,
    TooLargeError,
    read_regular,
)
from funclens.settings import Settings
from source_tree import functions_of, open_tree, write_tree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HELLO = (
    "import functions_framework\n\n"
    "@functions_framework.http\ndef hello(request):\n    return ''\n"
)


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.mkdir()


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _itself(path: Path) -> None:
    path.symlink_to(path.name)


def _endless(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 30)


ODD = (_fifo, _folder, _device, _itself, _endless)
NAMES = (
    "pyproject.toml",
    ".gitignore",
    ".gcloudignore",
    "requirements.txt",
    ".firebaserc",
    "deploy.sh",
    "cloudbuild.yaml",
    "main.tf",
    "package.json",
    "other.py",
    "main.py",
)


@pytest.mark.parametrize("make", ODD)
@pytest.mark.parametrize("name", NAMES)
def test_special_files_affect_nothing_else(
    tmp_path: Path, name: str, make: Callable[[Path], None]
) -> None:
    write_tree(tmp_path, {"unit/main.py": HELLO, "unit/requirements.txt": "flask"})
    make(tmp_path / name)
    make(tmp_path / "unit" / ".gitignore")

    workspace = open_tree(tmp_path)
    workspace.changed([str(tmp_path / name)])

    assert [s.source for s in workspace.facts().folders[0].sources] == [
        str(tmp_path / "unit" / "main.py")
    ]


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (_fifo, NotRegularError),
        (_folder, NotRegularError),
        (_device, NotRegularError),
        (_itself, OSError),
        (_endless, TooLargeError),
    ],
)
def test_only_regular_files_of_a_sensible_size_are_read(
    tmp_path: Path, make: Callable[[Path], None], error: type[OSError]
) -> None:
    make(tmp_path / "odd")

    with pytest.raises(error):
        read_regular(str(tmp_path / "odd"))
    with pytest.raises(OSError, match="invalid name"):
        read_regular(str(tmp_path) + "/a\0b")

    (tmp_path / "plain").write_bytes(b"x" * LARGEST)
    assert len(read_regular(str(tmp_path / "plain"))) == LARGEST


def test_modules_that_are_special_files_are_noted(tmp_path: Path) -> None:
    write_tree(tmp_path, {"unit/main.py": HELLO})
    _fifo(tmp_path / "pipe.py")
    _itself(tmp_path / "self.py")

    notes = open_tree(tmp_path).facts().notes

    assert notes == (
        f"skipped {tmp_path}/pipe.py: not a regular file",
        f"skipped {tmp_path}/self.py: Too many levels of symbolic links",
    )


def test_a_note_disappears_with_its_cause(tmp_path: Path) -> None:
    write_tree(tmp_path, {"unit/main.py": HELLO})
    _fifo(tmp_path / "pipe.py")
    workspace = open_tree(tmp_path)
    assert workspace.facts().notes

    (tmp_path / "pipe.py").unlink()
    workspace.changed([str(tmp_path / "pipe.py")])

    assert workspace.facts().notes == ()


def test_cyclic_links_between_folders_terminate(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a/main.py": HELLO, "b/main.py": HELLO})
    (tmp_path / "a" / "b").symlink_to(tmp_path / "b")
    (tmp_path / "b" / "a").symlink_to(tmp_path / "a")
    (tmp_path / "c").symlink_to(tmp_path / "d")
    (tmp_path / "d").symlink_to(tmp_path / "c")

    assert set(functions_of(tmp_path)) == {"a.main.hello", "b.main.hello"}


BAD_PATTERNS = ("!", "build\\", "!\\", "[z-a]", "[a-\\]", "a*" * 50, "x" * 5_000)


@pytest.mark.parametrize("pattern", BAD_PATTERNS)
def test_a_bad_pattern_of_an_ignore_file_is_skipped_and_noted_with_its_line(
    tmp_path: Path, pattern: str
) -> None:
    write_tree(
        tmp_path,
        {
            "main.py": HELLO,
            "left/main.py": HELLO,
            "kept/main.py": HELLO,
            ".gitignore": f"# [[ comment\n\n{pattern}\nleft\n",
        },
    )

    workspace = open_tree(tmp_path)

    sources = [s.source for s in workspace.facts().folders[0].sources]
    assert sources == [str(tmp_path / "kept/main.py"), str(tmp_path / "main.py")]
    (note,) = workspace.facts().notes
    assert note.startswith(f"{tmp_path / '.gitignore'}, line 3: skipped ")


@pytest.mark.parametrize("pattern", BAD_PATTERNS)
def test_a_bad_pattern_of_a_setting_is_skipped_and_noted(
    tmp_path: Path, pattern: str
) -> None:
    write_tree(tmp_path, {"main.py": HELLO, "left/main.py": HELLO})
    settings = Settings(exclude=(pattern, "left"), include=(pattern,))

    workspace = Workspace([str(tmp_path)], {str(tmp_path): settings})
    workspace.load()

    assert len(workspace.facts().folders[0].sources) == 1
    first, second = workspace.facts().notes
    assert first.startswith("setting 'include': skipped ")
    assert second.startswith("setting 'exclude': skipped ")


def test_fixing_an_ignore_file_removes_its_note(tmp_path: Path) -> None:
    write_tree(tmp_path, {"main.py": HELLO, ".gitignore": "!\n"})
    workspace = open_tree(tmp_path)
    assert len(workspace.facts().notes) == 1

    write_tree(tmp_path, {".gitignore": "build\n"})
    workspace.changed([str(tmp_path / ".gitignore")])

    assert workspace.facts().notes == ()


def test_excessive_patterns_are_skipped(tmp_path: Path) -> None:
    patterns = "\n".join(f"folder{number}/*.log" for number in range(6_000))
    write_tree(tmp_path, {"main.py": HELLO, ".gitignore": patterns})

    (note,) = open_tree(tmp_path).facts().notes

    assert "line 5001: skipped this pattern and those below" in note


@pytest.mark.skipif(sys.platform != "linux", reason="names are text elsewhere")
def test_undecodable_names_are_found_and_shown_on_one_line(tmp_path: Path) -> None:
    for name in (b"caf\xe9", b"new\nline", b"esc\x1b[31m"):
        folder = tmp_path / os.fsdecode(name)
        write_tree(folder, {"main.py": HELLO})
        _fifo(folder / "pipe.py")

    workspace = open_tree(tmp_path)

    assert len(workspace.facts().folders[0].sources) == 3
    assert (
        workspace.facts().notes
        == (
            f"skipped {tmp_path}/caf\\xe9/pipe.py: not a regular file",
            f"skipped {tmp_path}/esc\\x1b[31m/pipe.py: not a regular file",
            f"skipped {tmp_path}/new\\nline/pipe.py: not a regular file",
        )
        or workspace.facts().notes
    )


def test_cyclic_star_imports_are_resolved(
    tmp_path: Path,
) -> None:
    ring = 40
    stars = "".join(f"from m{number} import *\n" for number in range(ring))
    modules = {f"m{number}.py": stars for number in range(ring)}
    undecided = "@not_there\ndef f{0}(request):\n    return ''\n\n\n"
    write_tree(
        tmp_path,
        modules
        | {
            "main.py": stars
            + "".join(undecided.format(number) for number in range(20))
            + HELLO
        },
    )

    assert "main.hello" in functions_of(tmp_path)


def test_crossing_aliases_are_followed_within_a_budget(tmp_path: Path) -> None:
    crossing = "".join(f"a = b.x{i}\nb = a.y{i}\n" for i in range(10))
    write_tree(
        tmp_path, {"main.py": f"{crossing}\n@a.b\ndef f(request):\n    1\n\n\n{HELLO}"}
    )

    assert "main.hello" in functions_of(tmp_path)
