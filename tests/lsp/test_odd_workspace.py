"""A workspace with names and files that nobody expects is read all the same."""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request

import pytest

from canaries import ACTING, TURNED, acting
from lsp.client import DEADLINE, at
from lsp.conftest import HELLO

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="names of files are text elsewhere"
)


def test_lenses_are_shown_next_to_those_of_other_servers(
    workspace, write, start_client
):
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


RAISES = f"""
import functions_framework


@functions_framework.http
def raises(request):
    "Greets {TURNED}."
    raise ValueError({ACTING!r} + "\\udcff")
"""


def test_messages_escape_control_characters(workspace, vscode):
    names = {b"caf\xff": "raises", ACTING.encode(): "other"}
    paths = []
    for name, function in names.items():
        path = workspace / os.fsdecode(name) / "main.py"
        path.parent.mkdir()
        path.write_text(RAISES.replace("raises", function), "utf-8")
        paths.append(path)
    client = vscode()
    for path in paths:
        client.open(path)
    client.wait_until(lambda: all(len(client.titles(path)) >= 2 for path in paths))
    client.execute("funclens.run", {"id": function_id(client, "raises")})
    url = client.wait_for("funclens/runnerChanged", lambda x: x["url"])["url"]
    for path in ("/other/%0aFAKE%20LINE", "/raises/%1b", "/other"):
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(url + path, timeout=DEADLINE)
    failed = [
        client.diagnostics(
            path, lambda items: any("failed:" in item["message"] for item in items)
        )
        for path in paths
    ]
    requests = []

    def are_told():
        requests[:] = [
            entry
            for output in client.told("funclens/output")
            for entry in output["entries"]
            if entry["stream"] == "request"
        ]
        return len(requests) == 3

    client.wait_until(are_told)
    shown = [
        *(error for items in failed for item in items for error in lines(item)),
        *(title for path in paths for title in client.titles(path)),
        *(
            client.request("textDocument/hover", at(path, 5, 5))["contents"]["value"]
            for path in paths
        ),
        *(item["message"] for item in client.told("window/logMessage")),
        *(item["message"] for item in client.told("window/showMessage")),
        *(entry["text"] for entry in requests),
    ]

    assert any("\\x1b]0;owned" in text for text in shown)
    assert any("FAKE LINE → 500" in text for text in shown)
    acted = [found for text in shown for found in acting(text)]
    assert [text for text in acted if not text.startswith("FAKE LINE\\x9b")] == []


def lines(item):
    """Return the lines of a diagnostic: a message of an exception may have several."""
    return item["message"].split("\n")


def function_id(client, name):
    listing = client.request("funclens/functions")
    return next(x["id"] for x in listing["functions"] if x["name"] == name)
