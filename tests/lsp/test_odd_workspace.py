"""A workspace with names and files that nobody expects is read all the same."""

from __future__ import annotations

import os
import sys

import pytest

from lsp.conftest import HELLO

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="names of files are text elsewhere"
)


def test_lenses_are_shown_beside_whatever_else_there_is(workspace, write, start_client):
    (plain,) = write({"plain/main.py": HELLO})
    write({".gitignore": "!\n", "plain/.gitignore": "build\\\n"})
    for name in (b"caf\xe9", b"new\nline", b"esc\x1b[31m"):
        folder = workspace / os.fsdecode(name)
        folder.mkdir()
        (folder / "main.py").write_text(HELLO, "utf-8")
    os.mkfifo(workspace / "pyproject.toml")
    os.mkfifo(workspace / "deploy.yaml")
    (workspace / "main.py").symlink_to("main.py")

    client = start_client("visual_studio_code")
    client.open(plain)

    client.wait_until(lambda: len(client.titles(plain)) >= 2)
