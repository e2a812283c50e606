"""Folders come and go, settings change, files move."""

from __future__ import annotations

import socket
import urllib.request
from contextlib import ExitStack
from itertools import groupby
from urllib.error import HTTPError

import pytest

from lsp.client import ResponseError
from lsp.conftest import HELLO


def ids(client):
    return [item["id"] for item in client.request("funclens/functions")["functions"]]


def folder_change(client, *, added=(), removed=()):
    def folders(paths):
        return [{"uri": path.as_uri(), "name": path.name} for path in paths]

    event = {"added": folders(added), "removed": folders(removed)}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": event})


def test_functions_are_listed_with_their_runner(editor, write, workspace):
    write({"main.py": HELLO})

    answer = editor().request("funclens/functions")

    assert answer["version"] == 1
    (function,) = answer["functions"]
    assert (function["id"], function["route"], function["unit"]) == (
        "main.hello",
        "/hello",
        "main",
    )
    assert answer["runner"] == {
        "state": "stopped",
        "url": "",
        "folders": [str(workspace)],
        "units": [],
    }


def test_folders_can_be_added_and_removed(neovim, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        (folder / "main.py").write_text(HELLO.replace("hello", folder.name))
    client = neovim(folders=[one])
    assert ids(client) == ["main.one"]

    folder_change(client, added=[two])
    assert ids(client) == ["one.main.one", "two.main.two"]

    folder_change(client, removed=[one])
    assert ids(client) == ["main.two"]


def test_deleting_a_folder_removes_its_functions(editor, write, workspace):
    write({"a/main.py": HELLO, "b/main.py": HELLO.replace("hello", "later")})
    client = editor()
    assert ids(client) == ["a.main.hello", "b.main.later"]

    (workspace / "b" / "main.py").unlink()
    (workspace / "b").rmdir()
    client.files_changed((workspace / "b", 3))

    assert ids(client) == ["a.main.hello"]


def test_moving_a_folder_in_adds_its_functions(editor, write, workspace, tmp_path):
    write({"a/main.py": HELLO})
    other = tmp_path / "other"
    other.mkdir()
    (other / "main.py").write_text(HELLO.replace("hello", "later"))
    client = editor()
    ids(client)

    other.rename(workspace / "b")
    client.files_changed((workspace / "b", 1))

    assert ids(client) == ["a.main.hello", "b.main.later"]


def test_a_change_of_pyproject_is_applied(editor, write):
    write({"a/main.py": HELLO, "old/main.py": HELLO})
    client = editor()
    assert len(ids(client)) == 2

    (project,) = write({"pyproject.toml": '[tool.funclens]\nexclude = ["old"]\n'})
    client.files_changed((project, 1))

    assert ids(client) == ["a.main.hello"]


def test_a_mistake_in_the_settings_is_reported_once(editor, write):
    write({"pyproject.toml": "[tool.funclens]\nprot = 1\n", "main.py": HELLO})
    client = editor(options={"settings": {"excluude": []}})
    assert ids(client) == ["main.hello"]

    client.notify("workspace/didChangeConfiguration", {"settings": {}})
    client.notify("workspace/didChangeConfiguration", {"settings": {}})
    ids(client)

    messages = [item["message"] for item in client.told("window/showMessage")]
    assert len(messages) == len(set(messages)) == 2
    assert any("Did you mean `port`?" in message for message in messages)
    assert any("Did you mean `exclude`?" in message for message in messages)


def test_files_are_watched_by_the_client_if_supported(editor):
    client = editor()
    client.request("workspace/symbol", {"query": ""})

    registered = [
        item["method"]
        for params in client.told("client/registerCapability")
        for item in params["registrations"]
    ]

    assert registered == (
        ["workspace/didChangeWatchedFiles", "workspace/didChangeConfiguration"]
        if client.name == "visual_studio_code"
        else []
    )


def test_reading_a_large_workspace_is_shown_as_progress(editor, write):
    write({f"f{number}/main.py": HELLO for number in range(400)})
    client = editor()

    client.wait_for(
        "$/progress", lambda params: "reading" in params["value"].get("title", "")
    )
    assert len(ids(client)) == 400


def test_a_linked_folder_keeps_the_editors_path(vscode, write, workspace):
    (main,) = write({"main.py": HELLO + "\n\n1 / 0\n"})
    link = workspace.parent / "link"
    link.symlink_to(workspace)
    client = vscode(folders=[link])

    with pytest.raises(ResponseError, match="ZeroDivisionError") as caught:
        client.execute("funclens.run", {"id": "main.hello"})

    (found,) = client.diagnostics(link / "main.py", bool)
    assert found["code"] == "import-error"
    assert [item["location"]["uri"] for item in found["relatedInformation"]] == [
        (link / "main.py").as_uri()
    ]
    assert str(main) not in str(caught.value)


def test_the_runner_follows_the_folders(neovim, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        (folder / "main.py").write_text(HELLO.replace("hello", folder.name))
    client = neovim(folders=[one])
    client.execute("funclens.run", {"id": "one"})

    folder_change(client, added=[two])

    client.wait_for("funclens/runnerChanged", lambda params: len(params["units"]) == 2)
    assert client.execute("funclens.call", {"id": "two"})["status"] == 200


WORD = HELLO.replace("return f", "import os; return os.environ['WORD']  # ")


def test_settings_of_workers_restart_only_workers(vscode, write):
    """Another interpreter or env file: the address stays, also with pyproject.toml."""
    (project, *_) = write(
        {
            "pyproject.toml": "",
            "main.py": WORD,
            **{f"{word}.env": f"WORD={word}\n" for word in ("one", "two", "three")},
        }
    )
    client = vscode(settings={"envFile": ["one.env"]})
    assert client.execute("funclens.call", {"id": "hello"})["body"] == "one"
    url = client.execute("funclens.run", {"id": "hello"})["url"]

    client.settings = {"envFile": ["two.env"]}
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.wait_until(lambda: loads(client) == 2)
    assert client.execute("funclens.call", {"id": "hello"})["body"] == "two"

    client.settings = {}
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.wait_until(lambda: loads(client) == 3)
    project.write_text('[tool.funclens]\nenv-file = ["three.env"]\n', "utf-8")
    client.files_changed((project, 2))
    client.wait_until(lambda: loads(client) == 4)
    assert client.execute("funclens.call", {"id": "hello"})["body"] == "three"
    assert client.execute("funclens.run", {"id": "hello"})["url"] == url


def test_settings_of_the_front_door_apply_without_a_restart(vscode, write):
    write({"main.py": HELLO})
    client = vscode(settings={"allowHost": ["one.example"]})
    url = client.execute("funclens.run", {"id": "hello"})["url"]

    def status(host):
        asked = urllib.request.Request(url, headers={"Host": host})
        try:
            return urllib.request.urlopen(asked, timeout=20).status
        except HTTPError as error:
            return error.code

    assert (status("one.example"), status("two.example")) == (200, 403)
    client.settings = {"allowHost": ["two.example"]}
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.wait_until(lambda: status("two.example") == 200)
    assert status("one.example") == 403
    assert starts(client) == loads(client) == 1


def test_another_port_restarts_the_runner_there(vscode, write):
    """Whether the editor's settings name it or pyproject.toml."""
    (project, _) = write({"pyproject.toml": "", "main.py": HELLO})
    one, two = free_ports(2)
    client = vscode()
    assert client.execute("funclens.call", {"id": "hello"})["status"] == 200

    client.settings = {"port": one}
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.wait_until(lambda: starts(client) == 2)
    ran = client.execute("funclens.run", {"id": "hello"})
    assert ran["url"] == f"http://127.0.0.1:{one}/hello"

    client.settings = {}
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.wait_until(lambda: starts(client) == 3)
    project.write_text(f"[tool.funclens]\nport = {two}\n", "utf-8")
    client.files_changed((project, 2))
    client.wait_until(lambda: starts(client) == 4)
    ran = client.execute("funclens.run", {"id": "hello"})
    assert ran["url"] == f"http://127.0.0.1:{two}/hello"


def test_hot_reload_is_turned_off_and_on_in_the_editor(vscode, write):
    (main,) = write({"main.py": HELLO})
    client = vscode(settings={"reload": False})
    client.open(main)
    assert client.execute("funclens.call", {"id": "hello"})["body"] == "Hello World!"

    client.save(main, HELLO.replace("Hello", "Bye"))
    assert client.execute("funclens.call", {"id": "hello"})["body"] == "Hello World!"
    client.settings = {"reload": True}
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.wait_until(lambda: loads(client) == 2)
    assert client.execute("funclens.call", {"id": "hello"})["body"] == "Bye World!"
    assert starts(client) == 1


def free_ports(count):
    """Return ports that nobody listens on."""
    with ExitStack() as stack:
        probes = [
            stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            for _ in range(count)
        ]
        return [probe.getsockname()[1] for probe in probes]


def starts(client):
    """Count how often a runner was started."""
    states = [params["state"] for params in client.told("funclens/runnerChanged")]
    return states.count("starting")


def loads(client):
    """Count how often the only unit was loaded, whatever is said of it afterwards."""
    states = [
        [unit["state"] for unit in params["units"]]
        for params in client.told("funclens/runnerChanged")
    ]
    return [state for state, _ in groupby(states)].count(["ready"])
