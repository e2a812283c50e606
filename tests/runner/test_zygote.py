"""What a zygote imports for its workers, and what must stay out of it."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from interpreters import environment, interpreters
from process import DEADLINE_S
from runner.conftest import get
from saving import save_at_once

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="workers are forked on Linux only"
)

PRELOADED = """
import sys

WANTED = ("grpc", "calm", "threaded", "user_of_threaded")
PRELOADED = " ".join(name for name in WANTED if name in sys.modules) or "none"
"""

GRPC = (
    PRELOADED
    + """
from concurrent.futures import ThreadPoolExecutor

import flask
import grpc


def answer(request, context):
    return request[::-1]


def call(request: flask.Request):
    handler = grpc.unary_unary_rpc_method_handler(answer)
    service = grpc.method_handlers_generic_handler("s", {"m": handler})
    server = grpc.server(ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers((service,))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        said = channel.unary_unary("/s/m")(b"abc", timeout=20)
    server.stop(None).wait()
    return f"{PRELOADED} {said.decode()}"
"""
)

THREADS = (
    PRELOADED
    + """
import calm
import flask
import user_of_threaded


def call(request: flask.Request):
    return PRELOADED
"""
)


def after_saves(runner, folder, wanted):
    """Save until a worker of the newest zygote answers; return that answer.

    The zygote is replaced in the background after the first worker has shown
    what its unit imports.
    """
    source = folder / "main.py"
    end = time.monotonic() + DEADLINE_S
    answer = get(runner, "/call")
    while wanted not in answer[1] and time.monotonic() < end:
        seen = len(runner.events)
        source.write_text(source.read_text("utf-8") + "# saved\n", "utf-8")
        runner.wait_event("reload", since=seen)
        answer = get(runner, "/call")
    return answer


def test_grpc_clients_work_in_forked_workers(workspace, serve):
    """Importing grpc starts no thread: the zygote has it, and channels work."""
    version = next(v for v in ("3.11", "3.12", "3.10") if v in interpreters())
    python = environment(version, "flask", "grpcio")
    folder = workspace({"main.py": GRPC})
    runner = serve(folder, options=("--port", "0", "--python", str(python)))
    assert get(runner, "/call") == (200, "none cba")
    for _ in range(3):
        assert after_saves(runner, folder, "grpc") == (200, "grpc cba")


def test_modules_that_start_threads_are_not_preloaded(workspace, serve):
    """Also those that only import such a module; the others come in."""
    version = next(iter(interpreters()))
    python = environment(version, "flask", "blinker>=1.7")
    (site,) = Path(python).parent.parent.glob("lib/python*/site-packages")
    (site / "calm.py").write_text("", "utf-8")
    (site / "user_of_threaded.py").write_text("import threaded\n", "utf-8")
    (site / "threaded.py").write_text(
        "import threading\n\n"
        "threading.Thread(target=threading.Event().wait, daemon=True).start()\n",
        "utf-8",
    )
    folder = workspace({"main.py": THREADS})
    runner = serve(folder, options=("--port", "0", "--python", str(python)))
    assert get(runner, "/call") == (200, "none")
    assert after_saves(runner, folder, "calm") == (200, "calm")


def test_a_newly_installed_package_is_available_to_the_next_worker(workspace, serve):
    """A zygote whose interpreter has changed is replaced."""
    version = next(iter(interpreters()))
    python = environment(version, "flask", "blinker>=1.8")
    (site,) = Path(python).parent.parent.glob("lib/python*/site-packages")
    module = site / "installed_later.py"
    module.unlink(missing_ok=True)
    main = "import flask\n\n\ndef call(request: flask.Request):\n"
    main += "    import installed_later\n    return installed_later.ANSWER\n"
    folder = workspace({"main.py": main})
    runner = serve(folder, options=("--port", "0", "--python", str(python)))
    assert get(runner, "/call")[0] == 500
    module.write_text("ANSWER = 'there'\n", "utf-8")
    seen = len(runner.events)
    (folder / "main.py").write_text(main + "# saved\n", "utf-8")
    runner.wait_event("reload", since=seen)
    assert get(runner, "/call") == (200, "there")


EDITED = """
import flask
import edited_in_place


def call(request: flask.Request):
    return edited_in_place.ANSWER
"""


def test_an_edit_in_an_installed_module_is_there_for_the_next_worker(workspace, serve):
    """Also when the zygote has loaded it; its folder does not change."""
    version = next(iter(interpreters()))
    python = environment(version, "flask", "blinker>=1.8")
    (site,) = Path(python).parent.parent.glob("lib/python*/site-packages")
    module = site / "edited_in_place.py"
    module.write_text("ANSWER = 'first'\n", "utf-8")
    folder = workspace({"main.py": EDITED})
    runner = serve(folder, options=("--port", "0", "--python", str(python)))
    for number in range(4):
        answer = f"number {number} as it is"
        with module.open("r+", encoding="utf-8") as file:
            file.write(f"ANSWER = '{answer}'\n")
        seen = len(runner.events)
        (folder / "main.py").write_text(f"{EDITED}# {number}\n", "utf-8")
        if number:
            runner.wait_event("reload", since=seen)
        assert get(runner, "/call") == (200, answer)
        after_saves(runner, folder, answer)


WHO = """
import sys

IS_PRELOADED = "who_am_i" in sys.modules
import flask
import who_am_i


def {name}(request: flask.Request):
    return f"{{sys.prefix}} {{who_am_i.__file__}} {{IS_PRELOADED}}"
"""


def test_each_interpreter_has_a_zygote_of_its_own(workspace, serve):
    """Two environments of one Python, and saves in turns."""
    version = next(iter(interpreters()))
    pythons = {
        name: environment(version, "flask", f"blinker>={number}")
        for name, number in (("one", "1.5"), ("two", "1.6"))
    }
    folder = workspace({f"{n}/main.py": WHO.format(name=n) for n in pythons})
    for name, python in pythons.items():
        home = python.parent.parent
        (folder / name / ".venv").symlink_to(home)
        (site,) = home.glob("lib/python*/site-packages")
        (site / "who_am_i.py").write_text("", "utf-8")
    runner = serve(folder)
    preloaded = set()
    end = time.monotonic() + DEADLINE_S
    while len(preloaded) < 2 and time.monotonic() < end:
        for name, python in pythons.items():
            source = folder / name / "main.py"
            save_at_once(source, source.read_text("utf-8") + "# saved\n")
            status, text = get(runner, f"/{name}")
            assert status == 200, text
            prefix, file, is_preloaded = text.split()
            home = str(python.parent.parent)
            assert Path(prefix).resolve() == Path(home).resolve()
            assert Path(file).resolve().is_relative_to(Path(home).resolve())
            if is_preloaded == "True":
                preloaded.add(name)
    assert preloaded == {"one", "two"}
