"""`funclens.setUp`: an environment for a unit that lacks one, from the editor."""

from __future__ import annotations

import os
import sys
import sysconfig
import urllib.request

import pytest

from lsp.client import ResponseError, document
from lsp.conftest import HELLO
from wheels import make_framework_wheel, make_wheel

pytestmark = pytest.mark.skipif(os.name != "posix", reason="POSIX only")

MAIN = f"import greeting\n{HELLO}"
DEADLINE = 180.0
"""An environment that pip makes takes a while on a slow machine."""


@pytest.fixture
def unit(workspace, write, monkeypatch):
    """A unit that needs a package that is not installed; uv, if it is there."""
    scripts = sysconfig.get_path("scripts")
    monkeypatch.setenv("PATH", f"{scripts}{os.pathsep}{os.environ['PATH']}")
    main, _ = write(
        {
            "main.py": MAIN,
            "requirements.txt": "--no-index\n--find-links ./wheels\ngreeting\n",
        }
    )
    make_framework_wheel(workspace / "wheels")
    make_wheel(workspace / "wheels", "greeting")
    return main


@pytest.fixture
def hanging(unit, tmp_path, monkeypatch):  # noqa: ARG001 - its PATH is changed
    """Put a uv on PATH that says something and hangs while installing."""
    started = tmp_path / "started"
    os.mkfifo(started)
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "uv"
    script.write_text(
        f"#!{sys.executable}\n"
        "import pathlib, signal, sys\n"
        "if sys.argv[1] == 'venv':\n"
        "    (pathlib.Path(sys.argv[-1]) / 'bin').mkdir(parents=True)\n"
        "else:\n"
        "    print('Resolving', flush=True)\n"
        f"    open({str(started)!r}, 'w').close()\n"
        "    signal.pause()\n",
        "utf-8",
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return started


def wait_for_lens(client, main, title):
    return client.wait_for_titles(main, lambda titles: title in titles)


def test_the_lens_makes_an_environment_and_starts_the_unit(vscode, unit, workspace):
    """With progress and a log; then the function answers and the lens is gone."""
    client = vscode(options={"trusted": True, "clientCommands": ["funclens.send"]})
    client.open(unit)
    wait_for_lens(client, unit, "Set up environment")

    result = client.execute("funclens.setUp", {"id": "main.hello"}, deadline=DEADLINE)

    folder = str(workspace / ".venv")
    assert result == {
        "cancelled": False,
        "environments": [{"units": ["main"], "folder": folder}],
    }
    values = [params["value"] for params in client.told("$/progress")]
    begun = [item for item in values if item["kind"] == "begin"]
    assert ("Funclens: setting up main", True) in [
        (item["title"], item.get("cancellable")) for item in begun
    ]
    output = "".join(
        entry["text"]
        for params in client.told("funclens/setUpOutput")
        for entry in params["entries"]
    )
    assert output.startswith(f"main: creating .venv in {workspace}\n")
    assert "installing requirements.txt and functions-framework\n" in output
    assert "greeting" in output
    runner = client.told("funclens/runnerChanged")[-1]
    with urllib.request.urlopen(f"{runner['url']}/hello", timeout=30) as response:
        assert response.status == 200
    assert "Set up environment" not in client.titles(unit)


def test_the_import_error_has_a_quick_fix(vscode, unit):
    """It refers to the same command; the list of needs says what is missing."""
    client = vscode(options={"trusted": True})
    client.open(unit)
    wait_for_lens(client, unit, "Set up environment")
    with pytest.raises(ResponseError, match="ModuleNotFoundError"):
        client.execute("funclens.run", {"id": "main.hello"})
    where = {"line": 0, "character": 0}
    actions = client.request(
        "textDocument/codeAction",
        {
            **document(unit),
            "range": {"start": where, "end": where},
            "context": {"diagnostics": [], "only": ["quickfix"]},
        },
    )
    assert [(item["title"], item["command"]["arguments"]) for item in actions] == [
        ("Set up environment for main", [{"unit": "main"}])
    ]
    (need,) = client.request("funclens/functions", {})["needs"]
    assert need == {"unit": "main", "has_environment": False, "missing": ["greeting"]}


def test_a_set_up_that_is_cancelled_in_the_progress_leaves_nothing(
    vscode, unit, workspace, hanging
):
    """Meanwhile the lens says what is going on."""
    before = sorted(path.name for path in workspace.iterdir())
    client = vscode(options={"trusted": True, "clientCommands": ["funclens.send"]})
    client.open(unit)
    number = client.send_request(
        "workspace/executeCommand",
        {"command": "funclens.setUp", "arguments": [{"unit": "main"}]},
    )
    begun = client.wait_for(
        "$/progress",
        lambda params: "setting up main" in params["value"].get("title", ""),
    )
    hanging.read_text()
    wait_for_lens(client, unit, "Setting up environment…")
    client.notify("window/workDoneProgress/cancel", {"token": begun["token"]})
    assert client.result(number) == {"cancelled": True, "environments": []}
    assert sorted(path.name for path in workspace.iterdir()) == before


def test_a_client_can_show_the_progress_itself(vscode, unit, workspace, hanging):
    """It cancels with its own token."""
    before = sorted(path.name for path in workspace.iterdir())
    client = vscode(options={"trusted": True})
    client.open(unit)
    number = client.send_request(
        "workspace/executeCommand",
        {"command": "funclens.setUp", "arguments": [{"unit": "main", "token": "me"}]},
    )
    hanging.read_text()
    client.notify("window/workDoneProgress/cancel", {"token": "me"})
    assert client.result(number) == {"cancelled": True, "environments": []}
    assert sorted(path.name for path in workspace.iterdir()) == before
    titles = [item["value"].get("title", "") for item in client.told("$/progress")]
    assert not any("setting up" in title for title in titles)


def test_an_editor_that_closes_ends_the_set_up(vscode, unit, workspace, hanging):
    before = sorted(path.name for path in workspace.iterdir())
    client = vscode(options={"trusted": True})
    client.open(unit)
    client.send_request(
        "workspace/executeCommand",
        {"command": "funclens.setUp", "arguments": [{"unit": "main"}]},
    )
    hanging.read_text()
    client.close()
    assert sorted(path.name for path in workspace.iterdir()) == before


def test_nothing_is_installed_in_an_untrusted_workspace(vscode, unit, workspace):
    client = vscode(options={"trusted": False})
    client.open(unit)
    assert client.lenses(unit) == []
    with pytest.raises(ResponseError, match="not trusted"):
        client.execute("funclens.setUp", {"unit": "main"})
    assert not (workspace / ".venv").exists()


def test_an_error_names_the_unit_and_the_requirement(vscode, write, unit, workspace):
    write({"requirements.txt": "--no-index\n--find-links ./wheels\nnowhere\n"})
    client = vscode(options={"trusted": True})
    client.open(unit)
    with pytest.raises(ResponseError, match=r"Cannot set up main: .*nowhere"):
        client.execute("funclens.setUp", {"unit": "main"}, deadline=DEADLINE)
    assert not (workspace / ".venv").exists()


def test_a_unit_that_has_everything_gets_no_lens(vscode, write):
    """Its requirements are installed where it runs."""
    main, _ = write({"main.py": HELLO, "requirements.txt": "functions-framework\n"})
    client = vscode(options={"trusted": True})
    client.open(main)
    assert client.request("funclens/functions", {})["needs"] == []
    assert client.titles(main) == ["Run locally", "Debug"]
    with pytest.raises(ResponseError, match="Every unit has what it needs"):
        client.execute("funclens.setUp", {})
