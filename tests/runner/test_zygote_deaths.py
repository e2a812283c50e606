"""Whatever of the processes around workers is killed, units start and reload."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sys
from pathlib import Path

import pytest

from interpreters import environment, interpreters
from runner.conftest import get
from runner.proc import family

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="workers are forked on Linux only"
)

UNIT = """
import flask
import deadly_package


def {name}(request: flask.Request):
    return "{answer}"
"""
ROUNDS = 10


def test_units_start_and_reload_while_others_are_killed(workspace, serve):
    """One random process of the family after the other, the front door apart."""
    python = environment(next(iter(interpreters())), "flask", "blinker>=1.5")
    (site,) = Path(python).parent.parent.glob("lib/python*/site-packages")
    (site / "deadly_package.py").write_text("", "utf-8")
    names = ("one", "two", "three")
    files = {f"{n}/main.py": UNIT.format(name=n, answer="0") for n in names}
    folder = workspace(files)
    runner = serve(folder, options=("--port", "0", "--python", str(python)))
    seed = os.environ.get("SEED", "0")
    dice = random.Random(seed)  # noqa: S311 - the same each time
    for number in range(ROUNDS):
        name = dice.choice(names)
        seen = len(runner.events)
        text = UNIT.format(name=name, answer=number)
        is_running = is_ready(runner, name)
        (folder / name / "main.py").write_text(text, "utf-8")
        kill_one(runner, dice)
        if is_running:
            runner.wait_event("reload", since=seen)
        kill_one(runner, dice)
        assert get(runner, f"/{name}") == (200, str(number)), runner.report()


def is_ready(runner, name):
    """Tell whether a unit has a worker, by the last that was said of it."""
    states = [
        event["state"]
        for event in runner.events
        if event["event"] == "unit-state" and event["unit"].startswith(name)
    ]
    return bool(states) and states[-1] != "idle"


def kill_one(runner, dice):
    """Kill a process that runs no user code yet, or does."""
    members = sorted(family(runner.pid))
    if members:
        with contextlib.suppress(ProcessLookupError):
            os.kill(dice.choice(members), signal.SIGKILL)
