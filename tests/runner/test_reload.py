"""A save is answered by the new code, by the unit that it concerns, and no other."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from process import DEADLINE_S
from runner.conftest import connect, control, get, read_all
from saving import save_at_once

UNIT = """
import functions_framework
import helper


@functions_framework.http
def {name}(request):
    return helper.ANSWER


@functions_framework.http
def {name}_late(request):
    import late
    return late.ANSWER


@functions_framework.http
def {name}_slow(request):
    print("waiting", flush=True)
    return request.get_data()
"""

FILES = {
    "one/main.py": UNIT.format(name="one"),
    "one/helper.py": "ANSWER = 'one'\n",
    "one/late.py": "ANSWER = 'late'\n",
    "one/unused.py": "",
    "two/main.py": UNIT.format(name="two"),
    "two/helper.py": "ANSWER = 'two'\n",
}


@pytest.fixture
def folder(workspace):
    """Two units with files of the same names."""
    return workspace(FILES)


@pytest.fixture
def runner(folder, serve):
    """A runner with a worker for each unit; Python may write its caches."""
    runner = serve(folder, env={"PYTHONDONTWRITEBYTECODE": ""})
    assert get(runner, "/one") == (200, "one")
    assert get(runner, "/two") == (200, "two")
    return runner


def save(runner, path, text):
    """Write a file and wait for the reload that it causes."""
    seen = len(runner.events)
    path.write_text(text, "utf-8")
    return runner.wait_event("reload", since=seen)


def test_only_the_unit_of_the_saved_file_gets_a_new_worker(runner, folder):
    """Same file names in two units: the other unit is left alone."""
    event = save(runner, folder / "one/helper.py", "ANSWER = 'new'\n")
    assert event["unit"] == "one.main"
    assert get(runner, "/one") == (200, "new")
    assert get(runner, "/two") == (200, "two")
    assert not [e for e in runner.events if e["event"] == "reload" and e is not event][
        1:
    ]


def test_edits_within_one_second_are_all_detected(runner, folder):
    """A bytecode cache of the same second and size must not hide an edit."""
    for number in range(10, 20):
        save(runner, folder / "one/helper.py", f"ANSWER = '{number}'\n")
        assert get(runner, "/one") == (200, str(number))
    assert not list(folder.glob("**/__pycache__"))


def test_a_module_imported_by_a_request_is_watched(runner, folder):
    """Late imports count, even if the change follows the answer at once."""
    (folder / "one/late.py").write_text("ANSWER = 'before'\n", "utf-8")
    assert get(runner, "/one_late") == (200, "before")
    save(runner, folder / "one/late.py", "ANSWER = 'after'\n")
    assert get(runner, "/one_late") == (200, "after")


def test_files_that_are_not_code_do_not_reload(runner, folder):
    """Logs and data are written by functions; modules that are not used are no code."""
    seen = len(runner.events)
    for name in ("one/app.log", "one/data.json", "one/unused.py", "one/other.py"):
        (folder / name).write_text("x = 1\n", "utf-8")
    save(runner, folder / "one/helper.py", "ANSWER = 'last'\n")
    reloads = [e for e in runner.events[seen:] if e["event"] == "reload"]
    assert [e["files"] for e in reloads] == [[str(folder / "one/helper.py")]]


def test_a_syntax_error_returns_500_until_fixed(runner, folder):
    """The reason and the place, then recovery by itself."""
    save(runner, folder / "one/helper.py", "ANSWER = (\n")
    status, body = get(runner, "/one")
    assert status == 500
    assert "SyntaxError" in body
    assert f"{folder}/one/helper.py:1" in body
    assert get(runner, "/two") == (200, "two")
    save(runner, folder / "one/helper.py", "ANSWER = 'mended'\n")
    assert get(runner, "/one") == (200, "mended")


def test_a_request_in_flight_finishes_on_the_old_code(runner, folder):
    """Its worker is drained, not killed; later requests have the new code."""
    with connect(runner) as connection:
        connection.sendall(
            b"POST /one_slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n"
        )
        runner.wait_event("output", text="waiting\n")
        save(runner, folder / "one/helper.py", "ANSWER = 'new'\n")
        assert get(runner, "/one") == (200, "new")
        connection.sendall(b"done")
        assert read_all(connection).endswith(b"\r\n\r\ndone")


def test_no_request_is_lost_while_files_are_saved(runner, folder):
    """A hundred saves under load from four clients: every answer is a 200."""
    over = threading.Event()

    def load():
        statuses = []
        while not over.is_set():
            statuses.append(get(runner, "/one")[0])
        return statuses

    with ThreadPoolExecutor() as pool:
        clients = [pool.submit(load) for _ in range(4)]
        try:
            for number in range(100):
                save(runner, folder / "one/helper.py", f"ANSWER = '{number}'\n")
                assert get(runner, "/one") == (200, str(number))
        finally:
            over.set()
        statuses = [s for client in clients for s in client.result(DEADLINE_S)]
    assert len(statuses) > 100
    assert set(statuses) == {200}
    assert [e for e in runner.events if e["event"] == "reload"]


def test_a_new_function_is_served(runner, folder):
    """No restart: the new function has a route after the save."""
    text = UNIT.format(name="one") + UNIT.format(name="added")
    save(runner, folder / "one/main.py", text)
    assert get(runner, "/added") == (200, "one")


def test_a_new_unit_is_served(runner, folder):
    """A new folder with a main.py; the table of `/` has it too."""
    other = folder / "three"
    other.mkdir()
    (other / "helper.py").write_text("ANSWER = 'three'\n", "utf-8")
    seen = len(runner.events)
    (other / "main.py").write_text(UNIT.format(name="three"), "utf-8")
    runner.wait_event("functions-changed", since=seen)
    assert get(runner, "/three") == (200, "three")


SLOW_TO_LOAD = """
import pathlib
import time

import functions_framework

while not pathlib.Path({gate!r}).exists():
    time.sleep(0.01)


@functions_framework.http
def one(request):
    return "{said}"
"""


def test_a_save_reported_twice_is_one_reload(runner, folder, tmp_path):
    """The watcher sees what an editor reports, too: the loading worker lives on."""
    gate = tmp_path / "gate"
    source = folder / "one/main.py"
    seen = len(runner.events)
    save(runner, source, SLOW_TO_LOAD.format(gate=str(gate), said="new"))
    for _ in range(3):
        assert control(runner, "changed", paths=[str(source)]) == (200, {})
    gate.touch()
    assert get(runner, "/one") == (200, "new")
    assert control(runner, "changed", paths=[str(source)]) == (200, {})
    save(runner, folder / "two/helper.py", "ANSWER = 'later'\n")
    events = runner.events[seen:]
    names = [e["event"] for e in events if e.get("unit") == "one.main"]
    assert names.count("reload") == 1
    assert names.count("worker-started") == 1


def test_another_save_while_a_worker_loads_is_another_reload(runner, folder, tmp_path):
    """What is dropped is the report, never the save."""
    gate = tmp_path / "gate"
    source = folder / "one/main.py"
    save(runner, source, SLOW_TO_LOAD.format(gate=str(gate), said="first"))
    save(runner, source, SLOW_TO_LOAD.format(gate=str(gate), said="second"))
    gate.touch()
    assert get(runner, "/one") == (200, "second")


def test_a_broken_save_reported_twice_fails_once(runner, folder):
    """Nothing has changed since the worker failed; the next save tries again."""
    source = folder / "one/main.py"
    seen = len(runner.events)
    save(runner, source, UNIT.format(name="one") + "\n\nraise ValueError('no luck')\n")
    runner.wait_event("import-error", since=seen)
    assert control(runner, "changed", paths=[str(source)]) == (200, {})
    save(runner, folder / "two/helper.py", "ANSWER = 'later'\n")
    names = [e["event"] for e in runner.events[seen:] if e.get("unit") == "one.main"]
    assert names.count("import-error") == 1
    save(runner, source, UNIT.format(name="one"))
    assert get(runner, "/one") == (200, "one")


def test_rewriting_the_same_content_does_not_reload(runner, folder):
    """A checkout there and back, a formatter with nothing to do."""
    helper = folder / "one/helper.py"
    save(runner, helper, "ANSWER = 'other'\n")
    assert get(runner, "/one") == (200, "other")
    seen = len(runner.events)
    save_at_once(helper, "ANSWER = 'other'\n")
    assert control(runner, "changed", paths=[str(helper)]) == (200, {})
    save(runner, folder / "two/helper.py", "ANSWER = 'later'\n")
    reloads = [e["unit"] for e in runner.events[seen:] if e["event"] == "reload"]
    assert reloads == ["two.main"]
