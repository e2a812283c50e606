"""Files that fail the build of a source."""

from __future__ import annotations

import compileall
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from catalog.snippets import HTTP
from source_tree import problems_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path


def test_a_syntax_error_anywhere_in_the_unit_is_reported(
    tmp_path: Path,
) -> None:
    write_tree(
        tmp_path,
        {
            "unit/main.py": HTTP + "def hello(request):\n    return ''\n",
            "unit/deep/never_imported.py": "def f(:\n    pass\n",
            "outside.py": "def f(:\n",
        },
    )

    (problem,) = problems_of(tmp_path)
    assert (problem.code, problem.file) == (
        "syntax-error-in-unit",
        "unit/deep/never_imported.py",
    )
    built = compileall.compile_dir(tmp_path / "unit", quiet=2, force=True)
    assert not built


@pytest.mark.parametrize(
    "files",
    [
        {"unit/.gcloudignore": "broken.py\n"},
        {"unit/.gcloudignore": "*\n!main.py\n"},
        {".gitignore": "broken.py\n"},
        {"unit/.gcloudignore": "#!include:.gitignore\n", "unit/.gitignore": "b*.py\n"},
    ],
)
def test_a_syntax_error_in_a_file_that_is_not_uploaded_is_ignored(
    tmp_path: Path, files: dict[str, str]
) -> None:
    unit = {
        "unit/main.py": HTTP + "def hello(request):\n    return ''\n",
        "unit/broken.py": "def f(:\n",
    }
    write_tree(tmp_path, unit)
    assert [p.code for p in problems_of(tmp_path)] == ["syntax-error-in-unit"]

    write_tree(tmp_path, files)
    assert problems_of(tmp_path) == []


def test_newer_grammar_is_not_an_error(tmp_path: Path) -> None:
    newer = (
        "type Pair[T] = tuple[T, T]\n\ndef first[T](pair: Pair[T]) -> T:\n"
        "    return pair[0]\n\nclass Box[T]:\n    pass\n\n"
        "try:\n    pass\nexcept* ValueError:\n    pass\n\n"
        "name = 'x'\ntext = f\"{'a' + f\"{name}\"}\"\n"
    )
    write_tree(
        tmp_path,
        {"main.py": newer + HTTP + "def hello[T](request: T):\n    return ''\n"},
    )

    assert problems_of(tmp_path) == []


def test_the_rule_agrees_with_pythons_compiler(tmp_path: Path) -> None:
    """The build runs `python -m compileall` over the folder: a bad file fails it."""
    write_tree(tmp_path, {"good.py": "x = 1\n", "bad.py": "x = (\n"})

    ended = subprocess.run(
        [sys.executable, "-m", "compileall", "-f", "-q", "."],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )

    assert ended.returncode == 1


def test_a_syntax_error_message_has_no_line_number(tmp_path: Path) -> None:
    """Python counts lines from the start of what it is given."""
    source = "import os\n\n\ndef hello(request):\n    return 'x\n"
    write_tree(tmp_path, {"main.py": source})

    (problem,) = problems_of(tmp_path, code="syntax-error-in-unit")

    assert problem.span.line == 5
    assert "line" not in problem.message.partition("folder: ")[2]
