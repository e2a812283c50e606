"""Workers report what their imports would cost in a fresh process."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from interpreters import environment, interpreters
from process import DEADLINE_S
from runner.conftest import get
from runner_process import clean_environment
from saving import save_at_once

SLOW = """
import time

until = time.perf_counter() + {}
while time.perf_counter() < until:
    pass
"""
UNIT = """
import sys
import traceback

IS_PRELOADED = "cold_outer" in sys.modules
try:
    import broken
except ZeroDivisionError:
    TRACE = traceback.format_exc()
try:
    from missing import x
except ImportError:
    TRACE += traceback.format_exc()

import flask
import helper


def {name}(request: flask.Request):
    import builtins
    from importlib import _bootstrap

    hooks = hasattr(builtins.__import__, "__wrapped__")
    hooks |= hasattr(_bootstrap._find_and_load, "__wrapped__")
    return {{"trace": TRACE, "hooks": hooks, "is_preloaded": IS_PRELOADED}}
"""


def files(name, package):
    return {
        f"{name}/main.py": UNIT.format(name=name),
        f"{name}/broken.py": "1 / 0\n",
        f"{name}/helper.py": f"import {package}\n",
    }


def list_json(state, folder):
    """Return what `funclens list --json` prints while a runner is up."""
    done = subprocess.run(
        [sys.executable, "-m", "funclens", "list", "--json", str(folder)],
        env=clean_environment()
        | {"XDG_RUNTIME_DIR": str(state), "XDG_STATE_HOME": str(state)},
        capture_output=True,
        timeout=DEADLINE_S,
        check=True,
    )
    return json.loads(done.stdout)


def by_name(start):
    return {module["name"]: module for module in start["modules"]}


def check(start):
    modules = by_name(start)
    assert modules["cold_outer"]["parent"] == "helper"
    assert modules["cold_inner"]["parent"] == "cold_outer"
    assert modules["cold_inner"]["self_seconds"] >= 0.1
    assert modules["cold_outer"]["cumulative_seconds"] >= 0.15
    assert [m["name"] for m in start["modules"] if m["is_own"]] == ["main", "helper"]
    assert modules["flask"]["parent"] is None
    assert "cold_heavy" not in modules
    assert start["slowest"][0]["name"] == "cold_outer"
    roots = [module for module in start["modules"] if module["parent"] is None]
    total = sum(module["cumulative_seconds"] for module in roots)
    assert 0.15 < total <= start["seconds"] + 0.001


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only")
def test_a_unit_reports_the_same_cold_start_with_and_without_preloading(
    workspace, serve, tmp_path
):
    version = next(iter(interpreters()))
    python = environment(version, "flask", "blinker>=1.7")
    (site,) = Path(python).parent.parent.glob("lib/python*/site-packages")
    (site / "cold_outer.py").write_text("import cold_inner\n" + SLOW.format(0.05))
    (site / "cold_inner.py").write_text(SLOW.format(0.1))
    (site / "cold_heavy.py").write_text(SLOW.format(0.2))
    folder = workspace({**files("a", "cold_outer"), **files("b", "cold_heavy")})
    runner = serve(folder, options=("--port", "0", "--python", str(python)))
    body = json.loads(get(runner, "/a")[1])
    check(runner.wait_event("cold-start", unit="a.main"))
    get(runner, "/b")
    source = folder / "a/main.py"
    end = time.monotonic() + DEADLINE_S
    while not body["is_preloaded"] and time.monotonic() < end:
        seen = len(runner.events)
        save_at_once(source, source.read_text("utf-8") + "# saved\n")
        runner.wait_event("reload", since=seen)
        body = json.loads(get(runner, "/a")[1])
        start = runner.wait_event("cold-start", unit="a.main", since=seen)

    assert body["is_preloaded"]
    check(start)
    assert body["hooks"] is False
    assert "importlib" not in body["trace"] or version in {"3.9", "3.10"}
    listed = list_json(tmp_path / "state", folder)
    assert listed["runner"]["url"] == runner.url
    units = {unit["unit"]: unit for unit in listed["runner"]["units"]}
    assert units["a.main"]["cold_start"] == {
        name: value for name, value in start.items() if name not in {"event", "unit"}
    }
