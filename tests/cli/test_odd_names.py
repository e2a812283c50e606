"""Names of folders that no terminal and no encoding expects, in every output."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

import pytest

from cli.command import funclens
from source_tree import write_tree

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="names of files are text elsewhere"
)

NAMES = (
    b"caf\xe9",
    b"new\nline",
    b"esc\x1b[31mred",
    "\u202eturned".encode(),
    b"com,ma",
)
HELLO = (
    "import functions_framework\n\n"
    "@functions_framework.http\ndef hello(request, more):\n    return ''\n"
)


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    for name in NAMES:
        folder = tmp_path / os.fsdecode(name)
        write_tree(folder, {"main.py": HELLO, ".gitignore": "!\n"})
    return tmp_path


def test_list_shows_each_on_one_line(odd: Path) -> None:
    result = funclens("list", str(odd))

    assert result.returncode == 0
    for shown in (r"caf\xe9", r"new\nline", r"esc\x1b[31mred", r"\u202eturned"):
        assert f"{shown}/main.py:4" in result.stdout
        assert f"warning: {odd}/{shown}/.gitignore, line 1: skipped" in result.stderr
    assert "\x1b" not in result.stdout + result.stderr


def test_list_json_has_the_raw_file_names(odd: Path) -> None:
    value = json.loads(funclens("list", "--json", str(odd)).stdout)

    files = {os.fsencode(item["file"]) for item in value["functions"]}
    assert files == {name + b"/main.py" for name in NAMES}
    assert len(value["notes"]) == len(NAMES)


@pytest.mark.parametrize("format_", ["text", "json", "github", "sarif"])
def test_check_prints_every_format(odd: Path, format_: str) -> None:
    result = funclens("check", "--format", format_, str(odd))

    assert result.returncode == 1, result.stderr
    if format_ == "text":
        lines = result.stdout.splitlines()
        assert len([x for x in lines if "[invalid-signature]" in x]) == len(NAMES)
        assert "\x1b" not in result.stdout
    if format_ == "github":
        assert all(x.startswith("::") for x in result.stdout.splitlines())
    if format_ == "sarif":
        results = json.loads(result.stdout)["runs"][0]["results"]
        places = [item["locations"][0]["physicalLocation"] for item in results]
        files = {unquote_to_bytes(at["artifactLocation"]["uri"]) for at in places}
        assert files >= {name + b"/main.py" for name in NAMES}


def test_a_folder_with_an_undecodable_name_works(odd: Path) -> None:
    for name in NAMES:
        result = funclens("list", str(odd / os.fsdecode(name)))

        assert result.returncode == 0, result.stderr
        assert "main.py:4" in result.stdout
