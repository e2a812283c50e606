"""Another interpreter for the functions: their workers start anew, nothing else."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import time
import urllib.request
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path

DEADLINE = 30.0
SOURCE = """
import sys

import functions_framework


@functions_framework.http
def which(request):
    return sys.prefix
"""


def environment(folder: Path) -> Path:
    """Make a virtual environment that finds what this one has; return its Python."""
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", folder], check=True, timeout=60
    )
    [packages] = folder.glob("lib/*/site-packages")
    (packages / "shared.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    return folder / "bin" / "python"


def answer_of(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read().decode()


def test_a_changed_interpreter_restarts_workers_only(open_editor, tmp_path):
    workspace = tmp_path / "source" / "which"
    workspace.mkdir(parents=True)
    (workspace / "main.py").write_text(SOURCE, "utf-8")
    one, two = environment(tmp_path / "one"), environment(tmp_path / "two")
    editor = open_editor(workspace, settings={"funclens.python": str(one)})
    see = editor.workbench
    see.open_file("main.py")
    see.lens("Run locally").first.click()
    url = see.url_in_lens("which")
    assert answer_of(url) == str(one.parents[1])
    expect(see.lens("200 · ")).to_be_visible()
    lines = see.show_output()

    editor.change_settings({"funclens.python": str(two)})
    end = time.monotonic() + DEADLINE
    while answer_of(url) != str(two.parents[1]):  # the old worker may have had it
        assert time.monotonic() < end
    assert see.url_in_lens("which") == url
    expect(lines.filter(has_text="which GET / → 200").last).to_be_visible()
    assert editor.log().count("Starting a runner:") == 1
    assert editor.log().count("Language server: starting → running") == 1
