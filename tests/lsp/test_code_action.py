"""Code actions over the wire."""

from __future__ import annotations

from lsp.client import document, range_
from lsp.conftest import HELLO


def test_a_function_can_be_run_by_an_action(editor, write):
    (main,) = write({"main.py": HELLO})
    client = editor()
    client.open(main)
    context = {"diagnostics": []}
    params = {**document(main), "range": range_((5, 2), (5, 2)), "context": context}

    run, debug = client.request("textDocument/codeAction", params)

    assert run == {
        "title": "Run locally: main.hello",
        "kind": "source.funclens",
        "command": {
            "title": "Run locally: main.hello",
            "command": "funclens.run",
            "arguments": [{"id": "main.hello"}],
        },
    }
    assert debug["command"]["command"] == "funclens.debug"
