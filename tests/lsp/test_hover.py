"""Hover over the wire."""

from __future__ import annotations

from lsp.client import at, range_
from lsp.conftest import HELLO


def test_the_name_of_a_function_has_a_hover(editor, write):
    (main,) = write({"main.py": HELLO})
    client = editor()
    client.open(main)

    found = client.request("textDocument/hover", at(main, 4, 6))

    assert found["range"] == range_((4, 4), (4, 9))
    assert found["contents"]["kind"] == "markdown"
    assert "curl 'http://127.0.0.1:8080/hello?name=World'" in found["contents"]["value"]
    assert client.request("textDocument/hover", at(main, 0, 0)) is None
