"""The workspace is read off the event loop, and nothing that fails there is silent."""

from __future__ import annotations

import asyncio
import errno
import os
import threading

import pytest

from process import DEADLINE_S
from runner.conftest import get
from runner.in_process import ask, unit


def test_a_slow_file_delays_no_request(workspace, run, monkeypatch):
    """Neither one that is under way nor new code."""
    folder = workspace({"a/main.py": unit("a"), "b/main.py": unit("b")})
    over = threading.Event()

    async def steps(runner, _):
        assert await ask(runner, "/a") == "one"
        changed = runner.workspace.changed
        monkeypatch.setattr(
            runner.workspace,
            "changed",
            lambda paths: (over.wait(DEADLINE_S), changed(paths)),
        )
        slow = folder / "slow.py"
        slow.write_text("")
        runner.files_changed([str(slow)])
        assert await ask(runner, "/b") == "one"
        (folder / "a/main.py").write_text(unit("a", "two"))
        await runner.files_changed([str(folder / "a/main.py")])
        assert await ask(runner, "/a") == "two"
        assert '"functions"' in await ask(runner, "/_funclens/functions")
        over.set()

    run(folder, steps, patience_seconds=0.05)


def test_settings_are_in_force_when_whoever_sent_them_is_told(
    workspace, run, monkeypatch
):
    """However long that takes; a file that is saved meanwhile waits for nothing."""
    folder = workspace({"a/main.py": unit("a"), "skipped/main.py": unit("skipped")})
    begun, over = threading.Event(), threading.Event()

    async def steps(runner, _):
        load = runner.workspace.load
        monkeypatch.setattr(
            runner.workspace,
            "load",
            lambda: (begun.set(), over.wait(DEADLINE_S), load()),
        )
        told = runner._changes.add_settings([{"exclude": ["skipped"]}])
        await asyncio.to_thread(begun.wait, DEADLINE_S)
        (folder / "a/main.py").write_text(unit("a", "two"))
        await runner.files_changed([str(folder / "a/main.py")])
        assert await ask(runner, "/a") == "two"
        assert not told.done()
        over.set()
        await told
        assert [item.name for item in runner.catalog.functions] == ["a"]

    run(folder, steps, patience_seconds=0.05)


def test_saves_during_a_refresh_cause_one_more(workspace, run, monkeypatch):
    """However many saves there are: one refresh is under way, at most one waits."""
    folder = workspace({"a/main.py": unit("a")})
    begun, over = threading.Event(), threading.Event()
    batches = []

    async def steps(runner, _):
        def changed(paths):
            batches.append(sorted(paths))
            begun.set()
            over.wait(DEADLINE_S)

        monkeypatch.setattr(runner.workspace, "changed", changed)
        runner.files_changed(["/1"])
        await asyncio.to_thread(begun.wait, DEADLINE_S)
        for number in (2, 3, 2):
            last = runner.files_changed([f"/{number}"])
        over.set()
        await last
        assert batches == [["/1"], ["/2", "/3"]]

    run(folder, steps)


def test_a_failed_refresh_is_reported_and_known_functions_are_served(
    workspace, run, monkeypatch
):
    """New code of functions that are known, too; the next refresh works again."""
    folder = workspace({"a/main.py": unit("a")})

    async def steps(runner, events):
        assert await ask(runner, "/a") == "one"

        def changed(_):
            raise RecursionError("too deep")

        with monkeypatch.context() as patch:
            patch.setattr(runner.workspace, "changed", changed)
            (folder / "a/main.py").write_text(unit("a", "two"))
            await runner.files_changed([str(folder / "a/main.py")])
            warning = await events.wait_for("warning")
            assert "RecursionError: too deep" in warning["message"]
            assert await ask(runner, "/a") == "two"
        (folder / "a/main.py").write_text(unit("b", "three"))
        await runner.files_changed([str(folder / "a/main.py")])
        assert await ask(runner, "/b") == "three"

    run(folder, steps)


def test_skipped_files_are_reported_once(workspace, serve):
    """At the start and after a save: as a line for people and as an event."""
    folder = workspace({"a/main.py": unit("a"), "b/main.py": unit("b")})
    (folder / "loop.py").symlink_to("loop.py")
    runner = serve(folder)
    why = os.strerror(errno.ELOOP)
    runner.wait_event("warning", message=f"skipped {folder}/loop.py: {why}", hint="")
    for name in ("a", "b"):
        ignore_file = folder / name / ".gitignore"
        ignore_file.write_text("!\n")
        message = f"{ignore_file}, line 1: skipped invalid pattern '!'"
        runner.wait_event("warning", message=message)
        runner.wait_for_line(f"warning: {message}")
    said = [event["message"] for event in runner.events if event["event"] == "warning"]
    assert len(said) == len(set(said)) == 3


def test_a_project_file_that_cannot_be_read_keeps_the_settings(workspace, run):
    """They are those that it had before, and the reason is told."""
    env = {"one.env": "WORD=one\n"}
    good = '[tool.funclens]\nenv-file = ["one.env"]\n'
    source = "import os\nimport flask\n\n\ndef a(request: flask.Request):\n"
    source += "    return os.environ.get('WORD', 'none')\n"
    folder = workspace({"main.py": source, "pyproject.toml": good, **env})

    async def steps(runner, events):
        assert await ask(runner, "/a") == "one"
        project = folder / "pyproject.toml"
        project.write_text("[tool.funclens\n")
        await runner.files_changed([str(project)])
        warning = await events.wait_for("warning")
        assert "pyproject.toml is not valid TOML" in warning["message"]
        (folder / "main.py").write_text(source + "# saved\n")
        await runner.files_changed([str(folder / "main.py")])
        assert await ask(runner, "/a") == "one"

    run(folder, steps)


@pytest.mark.parametrize("text", ["a: [1\n", "&a [*a]", "[" * 20_000])
def test_an_env_file_that_cannot_be_read_keeps_the_variables(workspace, serve, text):
    """The unit goes on with those that it had, and the reason is told."""
    source = "import os\nimport flask\n\n\ndef a(request: flask.Request):\n"
    source += "    return os.environ['WORD']\n"
    folder = workspace({"main.py": source, ".env.yaml": "WORD: one\n"})
    runner = serve(folder)
    assert get(runner, "/a") == (200, "one")
    (folder / ".env.yaml").write_text(text)
    runner.wait_event("warning", unit="main")
    assert get(runner, "/a") == (200, "one")
    runner.wait_for_line("hint: main keeps the variables it had")


def test_a_pipe_as_env_file_blocks_nobody(workspace, serve):
    """Whoever opens one to read waits for a writer: for ever."""
    folder = workspace({"a/main.py": unit("a"), "b/main.py": unit("b")})
    os.mkfifo(folder / "a/.env")
    runner = serve(folder)
    assert get(runner, "/b") == (200, "one")
    status, body = get(runner, "/a")
    assert status == 500
    assert "not a regular file" in body


def test_saved_project_settings_apply_at_once(workspace, run):
    """Those that discovery looks at, too."""
    folder = workspace({"a/main.py": unit("a"), "pyproject.toml": ""})

    async def steps(runner, _):
        project = folder / "pyproject.toml"
        project.write_text('[tool.funclens.endpoints]\n"a.main.a" = "other"\n')
        await runner.files_changed([str(project)])
        assert await ask(runner, "/other") == "one"

    run(folder, steps)
