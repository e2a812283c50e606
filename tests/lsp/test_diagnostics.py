"""Diagnostics: complete, across files, pushed or pulled and never both."""

from __future__ import annotations

from pathlib import Path

from lsp.client import range_
from lsp.conftest import HELLO

NAMED = HELLO.replace("hello", "greet")


def codes(items):
    return [item["code"] for item in items]


def test_two_functions_with_one_name_are_reported_at_both(editor, write):
    one, two = write({"a/main.py": HELLO, "b/main.py": HELLO})
    client = editor()

    for path, other in ((one, two), (two, one)):
        (found,) = client.diagnostics(path, bool)
        assert (found["code"], found["source"]) == ("duplicate-endpoint", "funclens")
        assert found["range"] == range_((4, 4), (4, 9))
        (related,) = found["relatedInformation"]
        assert related["location"]["uri"] == other.as_uri()


def test_a_duplicate_appears_and_disappears_while_typing(editor, write):
    one, two = write({"a/main.py": HELLO, "b/main.py": NAMED})
    client = editor()
    client.open(two)

    client.change(two, ((4, 4), (4, 9), "hello"))
    assert codes(client.diagnostics(two, bool)) == ["duplicate-endpoint"]
    assert codes(client.diagnostics(one, bool)) == ["duplicate-endpoint"]

    client.change(two, ((4, 4), (4, 9), "greet"))
    assert client.diagnostics(two, lambda items: not items) == []
    assert client.diagnostics(one, lambda items: not items) == []


def test_closing_without_saving_restores_the_file(editor, write):
    one, two = write({"a/main.py": HELLO, "b/main.py": NAMED})
    client = editor()
    client.open(two, HELLO)
    client.diagnostics(one, bool)

    client.close_document(two)

    assert client.diagnostics(one, lambda items: not items) == []


def test_deleting_a_file_removes_its_problems(editor, write):
    one, two = write({"a/main.py": HELLO, "b/main.py": HELLO})
    client = editor()
    client.diagnostics(one, bool)

    two.unlink()
    client.files_changed((two, 3))

    assert client.diagnostics(one, lambda items: not items) == []
    assert client.diagnostics(two, lambda items: not items) == []


def test_a_file_created_by_another_program_is_read(editor, write):
    (one,) = write({"a/main.py": HELLO})
    client = editor()
    client.lenses(one)

    (two,) = write({"b/main.py": HELLO})
    client.files_changed((two, 1))

    assert codes(client.diagnostics(one, bool)) == ["duplicate-endpoint"]


def pulls(client):
    return "diagnosticProvider" in client.initialized["capabilities"]


def test_diagnostics_are_pushed_or_pulled_and_never_both(editor, write, client_name):
    one, _two = write({"a/main.py": HELLO, "b/main.py": HELLO})
    client = editor()

    assert pulls(client) == (client_name == "visual_studio_code")
    client.diagnostics(one, bool)
    client.execute("funclens.stop", {})
    assert bool(client.told("textDocument/publishDiagnostics")) == (not pulls(client))


def test_a_client_without_refresh_support_gets_pushed_diagnostics(neovim, write):
    one, _two = write({"a/main.py": HELLO, "b/main.py": HELLO})
    client = neovim(start=False)
    client.capabilities["textDocument"]["diagnostic"] = {"dynamicRegistration": False}
    client.start()

    client.wait_for(
        "textDocument/publishDiagnostics", lambda item: item["uri"] == one.as_uri()
    )
    assert not pulls(client)


def workspace_pull(client, known=None, token=None):
    params = {
        "previousResultIds": [
            {"uri": uri, "value": value} for uri, value in (known or {}).items()
        ]
    }
    if token:
        params["partialResultToken"] = token
    return client.send_request("workspace/diagnostic", params)


def test_the_whole_workspace_can_be_pulled(vscode, write):
    one, two = write({"a/main.py": HELLO, "b/main.py": HELLO})
    client = vscode()

    first = client.result(workspace_pull(client))["items"]
    known = {item["uri"]: item["resultId"] for item in first}
    again = client.result(workspace_pull(client, known))["items"]

    assert set(known) == {one.as_uri(), two.as_uri()}
    assert [item["kind"] for item in first] == ["full", "full"]
    assert [item["kind"] for item in again] == ["unchanged", "unchanged"]


def test_a_workspace_pull_streams_each_change(vscode, write):
    one, two = write({"a/main.py": HELLO, "b/main.py": NAMED})
    client = vscode()
    client.open(two)
    number = workspace_pull(client, token="t")

    def told(path, count):
        def fits(params):
            items = params["value"].get("items", ())
            found = [item for item in items if item["uri"] == path.as_uri()]
            return params["token"] == "t" and any(
                len(item["items"]) == count for item in found
            )

        client.wait_for("$/progress", fits)

    client.change(two, ((4, 4), (4, 9), "hello"))
    told(one, 1)
    client.change(two, ((4, 4), (4, 9), "greet"))
    told(one, 0)

    assert number not in client.answers
    client.notify("$/cancelRequest", {"id": number})
    client.wait_until(lambda: number in client.answers)
    assert client.answers[number]["error"]["code"] == -32800


def test_other_open_files_are_refreshed(vscode, write):
    one, two = write({"a/main.py": HELLO, "b/main.py": NAMED})
    client = vscode()
    client.open(one)
    client.open(two)
    client.lenses(one)
    before = len(client.told("workspace/diagnostic/refresh"))

    client.change(two, ((4, 4), (4, 9), "hello"))

    client.wait_until(lambda: len(client.told("workspace/diagnostic/refresh")) > before)


def test_a_diagnostic_links_to_its_page(vscode, write):
    one, _two = write({"a/main.py": HELLO, "b/main.py": HELLO})
    client = vscode()

    (found,) = client.diagnostics(one, bool)

    page, _, section = found["codeDescription"]["href"].partition("#")
    assert section == "duplicate-endpoint"
    assert Path(page.removeprefix("file://")).is_file()
