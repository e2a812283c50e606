"""Threads that a module starts as it loads are named, for production loses them."""

from __future__ import annotations

from pathlib import Path

from interpreters import environment, interpreters
from runner.conftest import get

MAIN = """
import concurrent.futures
import threading

import flask

import helper

START = threading.Thread.start
FOREVER = threading.Event()
threading.Thread(target=FOREVER.wait, name="poller", daemon=True).start()
POOL = concurrent.futures.ThreadPoolExecutor(1, "pool")
POOL.submit(str).result()
over = threading.Thread(target=str, name="over")
over.start()
over.join()


def hello(request: flask.Request):
    threading.Thread(target=FOREVER.wait, name="later", daemon=True).start()
    return f"{START is threading.Thread.start} {threading.Thread.start.__module__}"
"""

HELPER = """
import threading

threading.Timer(3600, print).start()
"""


def warnings(runner):
    """Return file name, line and thread of each warning."""
    return [
        (
            event["file"].rpartition("/")[2],
            event["line"],
            event["message"].split("'")[1],
        )
        for event in runner.events
        if event.get("code") == "thread-at-import"
    ]


def test_each_thread_that_is_left_is_named_once(workspace, serve):
    """Not those that are over, nor those of requests; a reload says nothing again."""
    folder = workspace({"main.py": MAIN, "helper.py": HELPER})
    runner = serve(folder)
    assert get(runner, "/hello") == (200, "False threading")
    expected = {("helper.py", 4), ("main.py", 11), ("main.py", 13)}
    told = warnings(runner)
    assert {(file, line) for file, line, _ in told} == expected
    assert {name for _, _, name in told} >= {"poller", "pool_0"}
    line = runner.wait_for_line("main.py:11: thread 'poller' started")
    assert line.startswith("warning: ")
    seen = len(runner.events)
    (folder / "main.py").write_text(MAIN + "# saved\n", "utf-8")
    runner.wait_event("reload", since=seen)
    assert get(runner, "/hello")[0] == 200
    assert len(warnings(runner)) == 3


PACKAGE = """
import threading

EVENT = threading.Event()
thread = threading.Thread(target=EVENT.wait, daemon=True)
thread.start()
other = threading.Thread(target=EVENT.wait, daemon=True)


def begin():
    other.start()


def state():
    return f"{thread.is_alive()} {other.is_alive()}"
"""


def test_threads_of_packages_are_theirs(workspace, serve):
    """They may handle a fork, or start none in production."""
    python = environment(next(iter(interpreters())), "flask", "blinker>=1.6")
    (site,) = Path(python).parent.parent.glob("lib/python*/site-packages")
    (site / "starts_a_thread.py").write_text(PACKAGE, "utf-8")
    main = "import flask\nimport starts_a_thread\n\n"
    main += "starts_a_thread.begin()\n\ndef hello(request: flask.Request):\n"
    folder = workspace({"main.py": main + "    return starts_a_thread.state()\n"})
    runner = serve(folder, options=("--port", "0", "--python", str(python)))
    assert get(runner, "/hello") == (200, "True True")
    assert warnings(runner) == []
