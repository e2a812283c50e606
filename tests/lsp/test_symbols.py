"""Workspace symbols over the wire."""

from __future__ import annotations

from lsp.client import range_
from lsp.conftest import HELLO


def test_endpoints_are_found_across_files(editor, write):
    write({"a/main.py": HELLO, "b/main.py": HELLO.replace("hello", "goodbye")})
    client = editor()

    (found,) = client.request("workspace/symbol", {"query": "gdb"})

    assert found["name"] == "/goodbye"
    assert found["containerName"] == "b.main.goodbye"
    assert found["location"]["uri"].endswith("/my%20w%C3%B6rk%20space/b/main.py")
    assert found["location"]["range"] == range_((4, 4), (4, 11))
