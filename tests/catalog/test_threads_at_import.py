"""Threads that start as a module loads: those that production surely loses."""

from __future__ import annotations

import sys
import urllib.request
from typing import TYPE_CHECKING

import pytest

from runner_process import FrameworkProcess
from source_tree import problems_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path

HELLO = """
import functions_framework

@functions_framework.http
def hello(request):
    return "x"
"""
CODE = "thread-at-import"

STARTED = {
    "at once": "import threading\nthreading.Thread(target=print, daemon=True).start()",
    "by a name": """
from threading import Thread as Worker
worker = Worker(target=print)
worker.daemon = True
worker.start()
""",
    "later": "import threading\nthreading.Timer(5, print).start()",
    "in a function that is called": """
import threading

def begin():
    poller = threading.Thread(target=print)
    poller.start()

begin()
""",
    "two functions down": """
import threading

def outer():
    inner()

def inner():
    threading.Thread(target=print).start()

outer()
""",
    "by a class of the module": """
import threading

class Poller(threading.Thread):
    def run(self):
        print("x")

Poller().start()
""",
    "by an executor": """
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(2)
pool.submit(print)
""",
    "by an executor that a function uses": """
import concurrent.futures
POOL: concurrent.futures.Executor = concurrent.futures.ThreadPoolExecutor()

def begin():
    POOL.submit(print)

begin()
""",
    "by a scheduler": """
from apscheduler.schedulers.background import BackgroundScheduler
scheduler = BackgroundScheduler()
scheduler.start()
""",
    "in a loop": """
import threading
for number in range(4):
    threading.Thread(target=print).start()
""",
    "in a try": """
import threading
try:
    threading.Thread(target=print).start()
except RuntimeError:
    pass
""",
    "beside the join of texts": """
import os, threading
path = os.path.join("a", "b") + ",".join(["x"])
threading.Thread(target=print).start()
""",
}

SILENT = {
    "in the function": "import threading\ndef begin():\n    threading.Thread().start()",
    "for the command line": """
import threading
if __name__ == "__main__":
    threading.Thread(target=print).start()
""",
    "under a condition": """
import os, threading
if os.environ.get("POLL"):
    threading.Thread(target=print).start()
""",
    "after a way out": """
import os, threading

def begin():
    if not os.environ.get("POLL"):
        return
    threading.Thread(target=print).start()

begin()
""",
    "that is joined": """
import threading
thread = threading.Thread(target=print)
thread.start()
thread.join(5)
""",
    "that is joined in a loop": """
import threading
threads = []
for number in range(4):
    thread = threading.Thread(target=print)
    thread.start()
    threads.append(thread)
for thread in threads:
    thread.join()
""",
    "of an executor that ends": """
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor() as pool:
    pool.submit(print)
""",
    "of an executor whose result is awaited": """
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor()
text = pool.submit(str).result()
""",
    "an executor that waits for requests": """
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor()
""",
    "a process": "import multiprocessing\nmultiprocessing.Process().start()",
    "something else": "import tracemalloc\ntracemalloc.start()",
    "of a class of the project": "class Thread: start = print\nThread().start()",
    "a name with two meanings": """
import threading
thread = threading.Thread(target=print)
thread = print
thread.start()
""",
    "a class that starts otherwise": """
import threading

class Lazy(threading.Thread):
    def start(self):
        pass

Lazy().start()
""",
    "with a fork in mind": """
import os, threading
thread = threading.Thread(target=print)
thread.start()
os.register_at_fork(after_in_child=print)
""",
    "in a decorated function": """
import functools, threading

@functools.cache
def begin():
    threading.Thread(target=print).start()

begin()
""",
    "in a generator": """
import threading

def begin():
    threading.Thread(target=print).start()
    yield 1

begin()
""",
    "after the end": "import sys, threading\nsys.exit()\nthreading.Thread().start()",
}


@pytest.mark.parametrize("how", STARTED)
def test_a_thread_started_at_import_is_reported(tmp_path: Path, how: str) -> None:
    write_tree(tmp_path, {"main.py": STARTED[how] + HELLO})

    (problem,) = problems_of(tmp_path, code=CODE)

    line = (STARTED[how] + HELLO).split("\n")[problem.span.line - 1]
    assert line[problem.span.column - 1 : problem.span.end_column - 1].endswith(")")
    assert ".start()" in line or ".submit(" in line
    assert bool(problem.related) == ("def " in STARTED[how] and "Poller" not in line)


@pytest.mark.parametrize("how", SILENT)
def test_threads_that_are_not_reported(tmp_path: Path, how: str) -> None:
    write_tree(tmp_path, {"main.py": SILENT[how] + "\n" + HELLO})

    assert problems_of(tmp_path, code=CODE) == []


def test_modules_that_a_source_always_imports_count(tmp_path: Path) -> None:
    thread = "import threading\n\nthreading.Thread(target=print).start()\n"
    write_tree(
        tmp_path,
        {
            "main.py": "import always\nif False:\n    import never\n" + HELLO,
            "always.py": thread,
            "never.py": thread,
            "alone.py": thread,
        },
    )

    (problem,) = problems_of(tmp_path, code=CODE)

    assert (problem.file, problem.span.line) == ("always.py", 3)


def test_a_comment_and_a_changed_import_update_the_problem(tmp_path: Path) -> None:
    text = "import threading\nthreading.Thread().start()  # funclens: ignore[{}]\n"
    write_tree(tmp_path, {"main.py": text.format("thread-at-import") + HELLO})

    assert problems_of(tmp_path, code=CODE) == []


def test_hostile_modules_are_checked_in_linear_time(tmp_path: Path) -> None:
    """Functions that call each other, and statements without end."""
    text = "import threading\n"
    text += "".join(
        f"def f{n}():\n    f{n + 1}()\n    f{n + 1}()\n" for n in range(300)
    )
    text += "f0()\n" + "x = print()\n" * 20_000
    write_tree(tmp_path, {"main.py": "Thread = 1\n" + text + HELLO})

    assert problems_of(tmp_path, code=CODE) == []


MAIN = """
import threading
import time

import functions_framework

TICKS = []


def tick():
    while True:
        TICKS.append(1)
        time.sleep(0.001)


threading.Thread(target=tick, daemon=True).start()


@functions_framework.http
def hello(request):
    before = len(TICKS)
    time.sleep(0.2)
    return "dead" if len(TICKS) == before else "alive"
"""


@pytest.mark.skipif(sys.platform == "win32", reason="gunicorn is not for Windows")
def test_production_loses_the_thread(tmp_path: Path) -> None:
    """gunicorn forks after the framework has loaded the source."""
    write_tree(tmp_path, {"main.py": MAIN})
    assert [p.code for p in problems_of(tmp_path)] == [CODE]

    with FrameworkProcess(tmp_path, "hello", home=tmp_path) as framework:
        host, port = framework.address
        with urllib.request.urlopen(f"http://{host}:{port}/") as response:
            assert response.read() == b"dead"
