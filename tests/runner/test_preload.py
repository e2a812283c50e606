"""What packages may do as they are imported into a zygote, in real processes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import funclens_worker
from process import DEADLINE_S
from runner.proc import family

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="workers are forked on Linux only"
)

PROGRAM = """
import json
import os
import sys

sys.path[:0] = [os.getcwd(), sys.argv[1]]
from funclens_worker.processes.preload import preload
from funclens_worker.processes.process_tree import children

names = json.loads(sys.argv[2])
refused = sorted(preload(names, json.loads(sys.argv[3]), float(sys.argv[4]), 60.0))
loaded = sorted(set(names) & set(sys.modules))
found = {"refused": refused, "loaded": loaded, "children": sorted(children())}
os.write(1, json.dumps(found).encode())
"""

HARMS = {
    "starts a thread": """
import threading
threading.Thread(target=threading.Event().wait, daemon=True).start()
""",
    "leaves a thread of C code": """
import _thread
import threading
_thread.start_new_thread(threading.Event().wait, ())
""",
    "leaves an executor with threads": """
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(2)
pool.submit(print)
""",
    "starts a process": """
import subprocess
process = subprocess.Popen(["sleep", "987654"], start_new_session=True)
""",
    "forks and goes on twice": """
import os
os.fork()
""",
    "becomes a daemon": """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(987654)
    os._exit(0)
os.wait()
os.kill(os.getpid(), 9)
""",
    "takes a signal": """
import signal
signal.signal(signal.SIGTERM, lambda *_: None)
""",
    "blocks a signal": """
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
""",
    "sets an alarm": """
import signal
signal.alarm(3600)
""",
    "opens a socket": """
import socket
listener = socket.create_server(("127.0.0.1", 0))
""",
    "opens a file to write": """
log = open("/tmp/../tmp/zygote-test.log", "w")
""",
    "makes a temporary folder": """
import atexit, shutil, tempfile
folder = tempfile.mkdtemp()
atexit.register(shutil.rmtree, folder)
""",
    "says something": "print('hello from a package')",
    "says something in C": "import os; os.write(2, b'hello')",
    "replaces stdout": "import io, sys; sys.stdout = io.StringIO()",
    "patches a class": "import socket; socket.socket = type('S', (socket.socket,), {})",
    "changes the folder": "import os; os.chdir('/')",
    "changes the umask": "import os; os.umask(0o077)",
    "fails": "1 / 0",
    "exits": "import sys; sys.exit(3)",
    "exits at once": "import os; os._exit(0)",
    "interrupts": "raise KeyboardInterrupt",
    "crashes": "import ctypes; ctypes.string_at(0)",
    "is killed": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "kills its group": "import os; os.kill(os.getpid(), 15)",
    "hangs": "import time; time.sleep(987654)",
    "waits for a connection": """
import socket
socket.create_server(("127.0.0.1", 0)).accept()
""",
    "waits for input": "input()",
}

HARMLESS = {
    "registers at exit": "import atexit, os; atexit.register(os.write, 1, b'the end')",
    "runs a process to its end": "import subprocess; subprocess.run(['true'])",
    "ends its thread": """
import threading
thread = threading.Thread(target=int)
thread.start()
thread.join()
""",
    "warns": "import warnings; warnings.warn('old', FutureWarning)",
    "reads a file": "text = open(__file__).read()",
    "sets a variable": "import os; os.environ['SET_BY_A_PACKAGE'] = '1'",
}


@pytest.fixture
def preload(tmp_path):
    """Preload modules, given as path to text; return what came of it."""

    def run(files, names, refused=(), package_seconds=DEADLINE_S):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        server = str(Path(funclens_worker.__file__).parent.parent)
        words = [server, json.dumps(names), json.dumps(refused), str(package_seconds)]
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *words],
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        out, err = process.communicate(timeout=2 * DEADLINE_S)
        assert err == b""
        assert family(process.pid) == {}
        return json.loads(out.removesuffix(b"the end"))

    return run


@pytest.mark.parametrize("harm", HARMS)
def test_packages_that_are_not_preloaded(preload, harm):
    """Also one that imports it; the others come in, and nothing is seen of it."""
    slow = "hang" in harm or "waits" in harm
    found = preload(
        {"bad.py": HARMS[harm], "also.py": "import bad", "good.py": "", "zoo.py": ""},
        ["also", "bad", "good", "zoo"],
        package_seconds=1.0 if slow else DEADLINE_S,
    )
    assert found == {
        "refused": ["also", "bad"],
        "loaded": ["good", "zoo"],
        "children": [],
    }


@pytest.mark.parametrize("deed", HARMLESS)
def test_packages_that_are_preloaded(preload, deed):
    """None of this is noticed by a fork."""
    found = preload({"calm.py": HARMLESS[deed]}, ["calm"])
    assert found == {"refused": [], "loaded": ["calm"], "children": []}


def test_a_package_is_preloaded_as_a_whole(preload):
    """A hundred modules of it are not tried one by one, each would start a thread."""
    files = {"big/__init__.py": HARMS["starts a thread"]}
    files |= {f"big/m{n}.py": "" for n in range(100)}
    names = ["big", *(f"big.m{n}" for n in range(100)), "calm"]
    found = preload(files | {"calm.py": ""}, names)
    assert found == {"refused": ["big"], "loaded": ["calm"], "children": []}


def test_a_namespace_contains_several_packages(preload):
    """What is wrong with one of them is not held against the other."""
    files = {
        "space/one/__init__.py": "",
        "space/one/part.py": "",
        "space/two/__init__.py": "",
        "space/two/part.py": HARMS["starts a thread"],
    }
    names = ["space.one", "space.one.part", "space.two", "space.two.part"]
    found = preload(files, names)
    assert found["refused"] == ["space.two"]
    assert found["loaded"] == ["space.one", "space.one.part"]


def test_a_rejected_package_is_not_tried_again(preload, tmp_path):
    """Its import would leave a mark."""
    mark = tmp_path / "mark"
    files = {"bad.py": f"open({str(mark)!r}, 'w').close()", "good.py": ""}
    found = preload(files, ["bad", "good"], refused=["bad"])
    assert (found["refused"], found["loaded"]) == (["bad"], ["good"])
    assert not mark.exists()


def test_modules_that_no_finder_finds_do_not_count(preload):
    """Packages make them up, as six does."""
    files = {"maker.py": "import sys, types; sys.modules['maker.made'] = None"}
    found = preload(files, ["gone", "maker"])
    assert (found["refused"], found["loaded"]) == ([], ["maker"])


def test_nothing_is_preloaded_without_imports(preload):
    """No process is forked either."""
    assert preload({}, []) == {"refused": [], "loaded": [], "children": []}
