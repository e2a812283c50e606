"""The JSON that other people's programs read keeps its fields and their types.

`contracts.json` was recorded before the runner was taken apart. Fields may come, none
may go or change its type. `CONTRACTS=record` writes the file again.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from process import DEADLINE_S
from runner.conftest import control, exchange, get
from runner.shapes import missing, shape_of, union
from runner_process import RunnerProcess, clean_environment

RECORDED = Path(__file__).with_name("contracts.json")

SHOP = '''
import functions_framework


@functions_framework.http
def hello(request):
    """Say hello."""
    print("said")
    return {"path": request.path}


@functions_framework.cloud_event
def on_event(event):
    raise ValueError("no luck")


@functions_framework.http
def exits(request):
    import os

    os._exit(3)
'''
OTHER = SHOP.replace("def on_event", "def on_other").replace("def exits", "def ends")
BROKEN = "import not_there\nimport flask\n\n\ndef broken(request: flask.Request): ...\n"
FILES = {
    "shop/main.py": SHOP,
    "other/main.py": OTHER,
    "broken/main.py": BROKEN,
    "broken/requirements.txt": "flask\n",
}


def call(folder, state, *words):
    """Return what `funclens call --json` prints."""
    done = subprocess.run(
        [sys.executable, "-m", "funclens", "call", "--json", *words, str(folder)],
        env=clean_environment() | {"XDG_STATE_HOME": str(state)},
        cwd=state,
        capture_output=True,
        timeout=DEADLINE_S,
        check=False,
    )
    return json.loads(done.stdout)


def visit(runner, folder, state):
    """Make everything happen that is told about; return the shapes of all answers."""
    found = {}
    json_ = "Accept: application/json"

    def ask(name, target, *headers):
        status, body = get(runner, target, *headers)
        found[f"{name} {status}"] = shape_of(json.loads(body))

    runner.wait_event("ready")
    ask("GET /health", "/_funclens/health")
    get(runner, "/shop.main.hello")
    event = ("--event", "pubsub")
    found["call"] = union(
        shape_of(call(folder, state, "shop.main.hello", "--data", "{}")),
        shape_of(call(folder, state, "on_event", *event)),
    )
    ask("GET /broken", "/broken", json_)
    exchange(runner, b"GET /exits HTTP/1.1\r\nHost: localhost\r\n\r\n")
    runner.wait_event("worker-crashed", unit="shop.main")
    get(runner, "/shop.main.hello")
    source = folder / "shop/main.py"
    source.write_text(SHOP + "\n\n@functions_framework.http\ndef later(request): ...\n")
    runner.wait_event("functions-changed")
    status, answer = control(runner, "debug", unit="other.main")
    found[f"debug {status}"] = shape_of(answer)
    ask("GET /functions debugged", "/_funclens/functions")
    for verb in ("end-debug", "start", "restart"):
        status, answer = control(runner, verb, unit="shop.main")
        found[f"{verb} {status}"] = shape_of(answer)
    control(runner, "end-debug", unit="other.main")
    status, answer = control(runner, "restart", unit="nobody")
    found[f"restart nobody {status}"] = shape_of(answer)
    ask("GET /", "/", json_)
    ask("GET /functions", "/_funclens/functions")
    ask("GET /openapi.json", "/_funclens/openapi.json")
    ask("GET /hello", "/hello", json_)
    ask("GET /nobody", "/nobody", json_)
    ask("GET /evil", "/", json_, "Host: evil.example")
    (file,) = (state / "funclens" / "runners").iterdir()
    found["registry"] = shape_of(json.loads(file.read_text()))
    runner.stop()
    for event in runner.events:
        name = f"event {event['event']}"
        shape = shape_of(event)
        found[name] = union(found[name], shape) if name in found else shape
    return found


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Every shape, from one runner."""
    base = tmp_path_factory.mktemp("contracts")
    folder, state = base / "workspace", base / "state"
    state.mkdir()
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    with RunnerProcess(folder, state=state) as runner:
        shapes = visit(runner, folder, state)
    if os.environ.get("CONTRACTS") == "record":
        RECORDED.write_text(json.dumps(shapes, indent=1, sort_keys=True) + "\n")
    return shapes


@pytest.mark.parametrize("name", sorted(json.loads(RECORDED.read_text())))
def test_no_field_is_removed_or_changes_its_type(found, name):
    wanted = json.loads(RECORDED.read_text())[name]

    assert name in found
    assert missing(wanted, found[name]) == []
