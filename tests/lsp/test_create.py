"""A function is created from the editor, shown, and listed with its lenses."""

from __future__ import annotations

import pytest

from lsp.client import ResponseError


def test_a_new_function_is_shown_and_has_lenses(vscode, workspace):
    client = vscode()

    made = client.execute("funclens.new", {"name": "payments/charge"})

    main = workspace / "payments" / "charge" / "main.py"
    assert made["function"] == "charge"
    assert made["files"][0] == str(main)
    shown = client.wait_for("window/showDocument", lambda params: params["uri"])
    assert shown["uri"] == main.as_uri()
    assert shown["selection"]["start"] == {"line": made["line"] - 1, "character": 4}
    client.open(main)
    assert client.titles(main) == ["Run locally", "Debug"]
    listed = client.request("funclens/functions")["functions"]
    assert [item["id"] for item in listed] == ["payments.charge.main.charge"]


def test_kind_and_event_are_chosen(editor, workspace):
    client = editor()

    known = client.request("funclens/newKinds")
    assert "cloudevent" in [item["name"] for item in known["kinds"]]
    assert "storage.deleted" in [item["name"] for item in known["events"]]
    argument = {"name": "purge", "kind": "cloudevent", "event": "storage.deleted"}
    client.execute("funclens.new", argument)

    text = (workspace / "purge" / "main.py").read_text("utf-8")
    assert "an object was deleted" in text


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ({}, "No name for the new"),
        ({"name": "there"}, "already exists"),
        ({"name": "../out"}, "not the name of a new function"),
        ({"name": "x", "kind": "cron"}, "nknown kind 'cron'"),
        ({"name": "x", "folder": "/elsewhere"}, "o workspace folder '/elsewhere'"),
        ({"name": ["x"]}, "must be a string"),
    ],
)
def test_a_failure_is_said_and_writes_nothing(
    vscode, write, workspace, argument, message
):
    write({"there/main.py": "mine"})
    client = vscode()

    with pytest.raises(ResponseError, match=message):
        client.execute("funclens.new", argument)

    assert [path.name for path in workspace.rglob("*.*")] == ["main.py"]
