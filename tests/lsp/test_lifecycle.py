"""Hello, goodbye, and what must not disturb the protocol."""

from __future__ import annotations

import subprocess
import sys

import pytest

import funclens
from lsp.client import SERVER, Client, ResponseError, document
from lsp.conftest import HELLO

COMMAND = SERVER
"""Nothing is prepared: each server starts as an editor starts it."""


def test_initialize_returns_name_version_and_commands(editor):
    answer = editor().initialized

    assert answer["serverInfo"] == {
        "name": "funclens",
        "version": funclens.__version__,
    }
    assert answer["capabilities"]["executeCommandProvider"]["commands"] == [
        "funclens.run",
        "funclens.debug",
        "funclens.stop",
        "funclens.restart",
        "funclens.call",
        "funclens.deliver",
        "funclens.open",
        "funclens.endDebug",
        "funclens.replay",
        "funclens.show",
        "funclens.showFailure",
        "funclens.new",
        "funclens.setUp",
        "funclens.saveTest",
    ]


def test_a_proper_shutdown_ends_the_server(editor):
    client = editor()

    assert client.close() == 0


def test_a_client_that_vanishes_ends_the_server(editor):
    client = editor()

    client.process.stdin.close()

    assert client.process.wait(20) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_the_client_chooses_the_encoding(vscode, encoding):
    answer = vscode(encodings=[encoding]).initialized

    assert answer["capabilities"]["positionEncoding"] == encoding


def test_a_workspace_without_folders_is_served(editor, write):
    (main,) = write({"main.py": HELLO})
    client = editor(folders=[])

    client.open(main)

    assert client.lenses(main) == []


def test_an_unreadable_request_gets_an_error(vscode):
    client = vscode()

    with pytest.raises(ResponseError):
        client.request("textDocument/hover", {"position": "here"})
    with pytest.raises(ResponseError, match="textDocument/unheardOf"):
        client.request("textDocument/unheardOf", {})

    assert client.request("workspace/symbol", {"query": ""}) == []


def test_an_invalid_message_does_not_end_the_server(vscode):
    client = vscode()

    client.send_bytes(b"{")
    client.send_bytes(b"[1, 2]")

    assert client.request("workspace/symbol", {"query": ""}) == []


def test_documents_that_are_not_files_are_ignored(editor):
    client = editor()
    uri = "untitled:Untitled-1"
    item = {"uri": uri, "languageId": "python", "version": 1, "text": HELLO}

    client.notify("textDocument/didOpen", {"textDocument": item})

    params = {"textDocument": {"uri": uri}}
    assert client.request("textDocument/codeLens", params) == []


def test_stray_output_goes_to_the_log(vscode, tmp_path, write):
    (main,) = write({"main.py": HELLO})
    launcher = tmp_path / "noisy.py"
    launcher.write_text(
        "import os, sys\n"
        "import funclens.lsp.publishing.functions_feed as session\n"
        "listing = session.listing\n"
        "def noisy(catalog):\n"
        "    print('Content-Length: 3')\n"
        "    os.write(1, b'raw\\n')\n"
        "    os.system('echo child; cat')\n"
        "    return listing(catalog)\n"
        "session.listing = noisy\n"
        "from funclens.cli import main\n"
        "sys.exit(main(['lsp', '--stdio']))\n"
    )
    client = vscode(command=[sys.executable, "-u", str(launcher)])

    answer = client.request("funclens/functions")

    assert [item["id"] for item in answer["functions"]] == ["main.hello"]
    assert client.titles(main) == ["Run locally", "Debug"]
    client.close()
    assert {"Content-Length: 3\n", "raw\n", "child\n"} <= set(client.log)


def test_a_failing_handler_is_logged_once(vscode, tmp_path, write):
    (main,) = write({"main.py": HELLO})
    launcher = tmp_path / "failing.py"
    launcher.write_text(
        "import sys\n"
        "import funclens.features.hover as feature\n"
        "def hover(*arguments):\n"
        "    raise ZeroDivisionError('no luck')\n"
        "feature.hover = hover\n"
        "from funclens.cli import main\n"
        "sys.exit(main(['lsp', '--stdio']))\n"
    )
    client = vscode(command=[sys.executable, "-u", str(launcher)])
    params = {**document(main), "position": {"line": 0, "character": 0}}

    with pytest.raises(ResponseError, match="ZeroDivisionError: no luck"):
        client.request("textDocument/hover", params)

    assert client.titles(main) == ["Run locally", "Debug"]
    client.close()
    assert "".join(client.log).count("Traceback") == 1


def test_the_server_starts_with_and_without_stdio_option(tmp_path):
    for words in (["lsp"], ["lsp", "--stdio", "--clientProcessId=1"]):
        command = [sys.executable, "-I", "-m", "funclens", *words]
        with Client("neovim_0.7.2", [tmp_path], command=command) as client:
            assert client.initialized["serverInfo"]["name"] == "funclens"


def test_an_empty_input_ends_the_server():
    command = [sys.executable, "-I", "-m", "funclens", "lsp"]

    done = subprocess.run(
        command, input=b"", capture_output=True, timeout=30, check=False
    )

    assert (done.returncode, done.stdout) == (1, b"")


def test_a_client_that_rejects_a_declared_capability_is_served(vscode, write):
    one, _two = write({"a/main.py": HELLO, "b/main.py": HELLO})
    client = vscode(start=False)
    client.refuses = {
        "client/registerCapability",
        "workspace/configuration",
        "workspace/codeLens/refresh",
        "window/workDoneProgress/create",
    }
    client.start()

    assert client.titles(one) == ["Run locally", "Debug"]
    assert client.execute("funclens.call", {"id": "a.main.hello"})["status"] == 200
    client.wait_until(lambda: len(client.told("workspace/codeLens/refresh")) > 1)
