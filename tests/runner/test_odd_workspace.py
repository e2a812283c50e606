"""A workspace with names and files that nobody expects is served all the same."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from funclens.printable import printable
from runner.conftest import get

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from runner.conftest import Serve

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="names of files are text elsewhere"
)

HELLO = (
    "import functions_framework\n\n"
    "@functions_framework.http\ndef hello(request):\n    return {0!r}\n"
)


def test_functions_in_folders_of_any_name_are_served(
    workspace: Callable[..., Path], serve: Serve
) -> None:
    folder = workspace({"plain/main.py": HELLO.format("plain"), ".gitignore": "!\n"})
    names = {b"caf\xe9": "bytes", b"new\nline": "lines", b"esc\x1b[31m": "escapes"}
    for name, answer in names.items():
        below = folder / os.fsdecode(name)
        below.mkdir()
        (below / "main.py").write_text(HELLO.format(answer))
    os.mkfifo(folder / "plain" / "requirements.txt")
    os.mkfifo(folder / "pyproject.toml")
    (folder / "self.py").symlink_to("self.py")

    runner = serve(folder)

    assert get(runner, "/plain.main.hello") == (200, "plain")
    status, listed = get(runner, "/_funclens/functions")
    assert status == 200, listed
    assert listed.count('"qualified_name"') == 4
    assert get(runner, "/")[0] == 200
    assert get(runner, "/", "Accept: text/html")[0] == 200
    for name, answer in names.items():
        shown = quote(printable(os.fsdecode(name)))
        assert get(runner, f"/{shown}.main.hello") == (200, answer)
