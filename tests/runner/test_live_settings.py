"""Settings that are changed while functions run: by a person, an editor or both."""

from __future__ import annotations

import asyncio
import contextlib
import http.client

import pytest

from process import DEADLINE_S
from runner.conftest import get
from runner.in_process import ask, unit

PROCESS = """
import os

import functions_framework

print("loaded")


@functions_framework.http
def {name}(request):
    return f"{{os.getpid()}} {{len(request.get_data())}}"


@functions_framework.http
def {name}_too(request):
    return str(os.getpid())
"""


async def configure(runner, folder, text):
    """Save the settings of a folder; return when they are in force."""
    project = folder / "pyproject.toml"
    project.write_text(f"[tool.funclens]\n{text}\n", "utf-8")
    await runner.files_changed([str(project)])


async def status_of(runner, headers, body=b"", target="/a"):
    """Return the status of an answer to a request with a body."""

    def request():
        host, _, port = runner.url.removeprefix("http://").partition(":")
        with contextlib.closing(
            http.client.HTTPConnection(host, int(port), timeout=DEADLINE_S)
        ) as connection:
            is_chunked = "Transfer-Encoding" in headers
            connection.request(
                "POST",
                target,
                iter([body]) if is_chunked else body,
                headers,
                encode_chunked=is_chunked,
            )
            return connection.getresponse().status

    return await asyncio.to_thread(request)


def test_hosts_and_origins_are_allowed_without_a_restart(workspace, run):
    folder = workspace({"a/main.py": PROCESS.format(name="a")})
    page = {"Origin": "https://app.test", "Sec-Fetch-Site": "cross-site"}

    async def steps(runner, _):
        before = (await ask(runner, "/a")).split()[0]
        assert await status_of(runner, {"Host": "tunnel.test"}) == 403
        assert await status_of(runner, page) == 403
        await configure(
            runner,
            folder,
            'allow-host = ["tunnel.test"]\nallow-origin = ["https://app.test"]',
        )
        assert await status_of(runner, {"Host": "tunnel.test"}) == 200
        assert await status_of(runner, page) == 200
        assert (await ask(runner, "/a")).split()[0] == before
        await configure(runner, folder, "")
        assert await status_of(runner, {"Host": "tunnel.test"}) == 403

    run(folder, steps)


@pytest.mark.parametrize("headers", [{}, {"Transfer-Encoding": "chunked"}])
def test_another_body_limit_holds_at_once(workspace, run, headers):
    """For a declared length at the front door, for chunks in the worker."""
    folder = workspace({"a/main.py": PROCESS.format(name="a")})
    body = b"x" * 2_000_000

    async def steps(runner, _):
        assert await status_of(runner, headers, body) == 200
        await configure(runner, folder, "body-limit = 1")
        assert await status_of(runner, headers, body) == 413
        await configure(runner, folder, "body-limit = 3")
        assert await status_of(runner, headers, body) == 200

    run(folder, steps)


def test_isolation_changes_while_requests_wait(workspace, run):
    """No request is lost: what waited for the unit's worker goes to the new ones."""
    slow = "import os, time\nwhile not os.path.exists('go'): time.sleep(0.01)\n"
    folder = workspace({"a/main.py": slow + PROCESS.format(name="a")})

    async def steps(runner, events):
        waiting = asyncio.create_task(ask(runner, "/a"))
        await events.wait_for("unit-state")
        await configure(runner, folder, 'isolation = "function"')
        (folder / "a" / "go").touch()
        one, two = (await waiting).split()[0], await ask(runner, "/a_too")
        assert one != two
        await configure(runner, folder, 'isolation = "unit"')
        one, two = (await ask(runner, "/a")).split()[0], await ask(runner, "/a_too")
        assert one == two

    run(folder, steps)


def test_without_hot_reload_workers_keep_their_code_until_it_is_on_again(
    workspace, run
):
    """Functions and settings stay current all the while."""
    folder = workspace(
        {
            "a/main.py": unit("a"),
            "b/main.py": unit("b"),
            "pyproject.toml": "[tool.funclens]\nreload = false\n",
        }
    )

    async def save(runner, name, said):
        path = folder / name / "main.py"
        path.write_text(unit(name, said), "utf-8")
        await runner.files_changed([str(path)])

    async def steps(runner, events):
        assert await ask(runner, "/a") == await ask(runner, "/b") == "one"
        await save(runner, "a", "two")
        assert await ask(runner, "/a") == "one"
        (folder / "c").mkdir()
        await save(runner, "c", "new")
        assert await ask(runner, "/c") == "new"
        await configure(
            runner, folder, 'reload = false\nendpoints = {"a.main.a" = "other"}'
        )
        assert await ask(runner, "/other") == "one"
        await configure(runner, folder, "reload = true")
        assert await ask(runner, "/a") == "two"
        reload = await events.wait_for("reload")
        assert (reload["unit"], len(reload["files"])) == ("a.main", 1)
        await save(runner, "a", "three")
        assert await ask(runner, "/a") == "three"

    run(folder, steps)


def test_another_address_is_announced_for_the_next_start(workspace, run):
    folder = workspace({"a/main.py": unit("a")})

    async def steps(runner, events):
        await configure(runner, folder, "port = 9999")
        warning = await events.wait_for("warning")
        assert "`port` is now 9999; it applies after a restart" in warning["message"]
        assert await ask(runner, "/a") == "one"

    run(folder, steps)


def test_an_endpoint_in_a_new_pyproject_is_served_by_a_running_command(
    workspace, serve
):
    """Where the watcher sees it, and where two functions want the same name."""
    folder = workspace({"a/main.py": unit("hello"), "b/main.py": unit("hello")})
    runner = serve(folder)
    assert get(runner, "/a.main.hello")[0] == 200
    assert get(runner, "/hello")[0] == 409
    fresh = folder / "new.toml"
    fresh.write_text('[tool.funclens.endpoints]\n"a.main.hello" = "greet"\n', "utf-8")
    fresh.replace(folder / "pyproject.toml")
    runner.wait_event("functions-changed")
    assert get(runner, "/greet") == (200, "one")
    assert get(runner, "/hello") == (200, "one")


def test_with_no_reload_a_running_command_still_follows_its_settings(workspace, serve):
    folder = workspace({"a/main.py": unit("hello")})
    runner = serve(folder, options=("--port", "0", "--no-reload"))
    assert get(runner, "/hello") == (200, "one")
    (folder / "a" / "main.py").write_text(unit("hello", "two"), "utf-8")
    fresh = folder / "new.toml"
    fresh.write_text('[tool.funclens.endpoints]\n"a.main.hello" = "greet"\n', "utf-8")
    fresh.replace(folder / "pyproject.toml")
    runner.wait_event("functions-changed")
    assert get(runner, "/greet") == (200, "one")
