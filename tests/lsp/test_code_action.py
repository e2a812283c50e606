"""Code actions over the wire."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from lsp.client import ResponseError, document, range_
from lsp.conftest import HELLO


def actions(client, path, line, diagnostics=(), **context):
    params = {
        **document(path),
        "range": range_((line, 5), (line, 5)),
        "context": {"diagnostics": list(diagnostics), **context},
    }
    found = client.request("textDocument/codeAction", params)
    return {action["title"]: action for action in found}


def apply(client, edit):
    """Apply an edit to the files, as an editor that saves at once does."""
    edits = edit.get("changes") or {
        change["textDocument"]["uri"]: change["edits"]
        for change in edit["documentChanges"]
        if "edits" in change
    }
    for uri, changes in edits.items():
        path = Path(unquote(urlsplit(uri).path))
        lines = path.read_text("utf-8").split("\n") if path.exists() else [""]
        for change in sorted(changes, key=lambda item: -item["range"]["start"]["line"]):
            start, end = change["range"]["start"], change["range"]["end"]
            before = lines[start["line"]][: start["character"]]
            after = lines[end["line"]][end["character"] :]
            new = before + change["newText"] + after
            lines[start["line"] : end["line"] + 1] = new.split("\n")
        path.write_text("\n".join(lines), "utf-8")
        client.files_changed((path, 2))


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


def test_each_fix_of_a_duplicate_removes_it(vscode, write, workspace):
    offered = None
    for number in range(4):
        one, two = write({"a/main.py": HELLO, "b/main.py": HELLO})
        (workspace / "pyproject.toml").unlink(missing_ok=True)
        client = vscode()
        shown = client.diagnostics(one, bool)
        found = actions(client, one, 4, shown, only=["quickfix"])
        edits = [action for action in found.values() if "edit" in action]
        offered = offered or list(found)

        assert edits[number]["diagnostics"] == shown
        apply(client, edits[number]["edit"])

        assert client.diagnostics(one, lambda items: not items) == []
        if "Ignore" not in edits[number]["title"]:
            assert client.diagnostics(two, lambda items: not items) == []
        client.close()

    assert offered == [
        "Set the endpoint of a.main.hello to a-hello",
        "Rename hello to a_hello",
        "Go to b.main.hello",
        "Ignore duplicate-endpoint on this line",
        "Disable duplicate-endpoint in this folder",
    ]


def test_an_edit_of_another_file_is_shown(vscode, write, workspace):
    """Nothing changes where nobody sees it: pyproject.toml may not even exist."""
    one, _two = write({"a/main.py": HELLO, "b/main.py": HELLO})
    project = workspace / "pyproject.toml"
    client = vscode(options={"trusted": False})
    found = actions(client, one, 4, only=["quickfix"])

    for title, line, text in (
        ("Disable duplicate-endpoint in this folder", 2, "duplicate-endpoint"),
        ("Set the endpoint of a.main.hello to a-hello", 5, "a.main.hello"),
    ):
        found = actions(client, one, 4, only=["quickfix"])
        apply(client, found[title]["edit"])
        command = found[title]["command"]
        shown = client.execute(command["command"], *command["arguments"])

        assert shown == {"file": str(project), "line": line}
        assert text in project.read_text("utf-8").splitlines()[line - 1]
        params = client.told("window/showDocument")[-1]
        assert params["uri"] == project.as_uri()
        assert params["selection"] == range_((line - 1, 0), (line - 1, 0))
        project.write_text("[project]\nname = 'x'\n", "utf-8")
        client.files_changed((project, 2))

    assert "command" not in found["Ignore duplicate-endpoint on this line"]


def test_the_other_definition_is_shown(editor, write):
    one, two = write({"a/main.py": HELLO, "b/main.py": HELLO})
    client = editor(options={"trusted": False})
    command = actions(client, one, 4)["Go to b.main.hello"]["command"]

    shown = client.execute(command["command"], *command["arguments"])

    assert (shown["file"], shown["line"]) == (str(two), 5)
    if client.name == "visual_studio_code":
        place = client.wait_for("window/showDocument")
        assert (place["uri"], place["takeFocus"]) == (two.as_uri(), True)
        assert place["selection"] == range_((4, 4), (4, 9))


def test_an_untrusted_workspace_offers_fixes_but_no_runs(vscode, write):
    one, _two = write({"a/main.py": HELLO, "b/main.py": HELLO})
    client = vscode(options={"trusted": False})

    titles = list(actions(client, one, 4))

    assert "Rename hello to a_hello" in titles
    assert not any(title.startswith(("Run", "Debug")) for title in titles)
    with pytest.raises(ResponseError, match="not trusted"):
        client.execute("funclens.run", {"id": "a.main.hello"})


SLIPS = """\
import functions_framework
import requests


@functions_framework.http
async def hello(request):
    return requests.get("https://example.com").text


@functions_framework.http
def bye():
    return "bye"
"""


def test_deployment_problems_have_fixes(vscode, write):
    main, requirements, _script = write(
        {
            "main.py": SLIPS,
            "requirements.txt": "flask\n",
            "deploy.sh": "gcloud functions deploy bye --entry-point=by --source=.\n",
        }
    )
    client = vscode()
    script = main.parent / "deploy.sh"

    def fix(path, title):
        def offers():
            for item in client.diagnostics(path):
                line = item["range"]["start"]["line"]
                found = actions(client, path, line, [item], only=["quickfix"])
                if title in found:
                    return found[title]["edit"]
            raise AssertionError(client.diagnostics(path))

        apply(client, offers())

    fix(main, "Use @functions_framework.aio.http")
    fix(main, "Change parameters to (request)")
    fix(main, "Add requests to requirements.txt")
    fix(script, "Change to bye")

    assert client.diagnostics(main, lambda items: not items) == []
    assert client.diagnostics(script, lambda items: not items) == []
    assert requirements.read_text() == "flask\nrequests\n"
    assert client.execute("funclens.call", {"id": "main.bye"})["body"] == "bye"
