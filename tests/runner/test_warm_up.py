"""Nobody waits for a zygote, whatever the packages that it imports do."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from interpreters import environment, interpreters
from process import DEADLINE_S
from runner.conftest import get

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="workers are forked on Linux only"
)

HANGS = """
import os
import pathlib
import time

MARK = pathlib.Path(os.environ["MARK"])
if MARK.exists():
    time.sleep(3600)
MARK.touch()
"""

UNIT = """
import flask
{imports}

def {name}(request: flask.Request):
    return "{name}"
"""


@pytest.fixture(scope="module")
def site():
    """The folder of installed packages, and the interpreter that it belongs to."""
    version = next(iter(interpreters()))
    python = environment(version, "flask", "blinker>=1.6")
    (site,) = Path(python).parent.parent.glob("lib/python*/site-packages")
    return site, python


def test_a_hanging_import_delays_nobody(workspace, serve, site, tmp_path):
    """Its second import never ends: that of the zygote."""
    folder, python = site
    (folder / "hangs_again.py").write_text(HANGS, "utf-8")
    root = workspace(
        {
            "one/main.py": UNIT.format(name="one", imports="import hangs_again"),
            "two/main.py": UNIT.format(name="two", imports=""),
            "three/main.py": UNIT.format(name="three", imports=""),
        }
    )
    runner = serve(
        root,
        options=("--port", "0", "--python", str(python)),
        env={"MARK": str(tmp_path / "mark")},
    )
    assert get(runner, "/one") == (200, "one")
    assert get(runner, "/two") == (200, "two")
    assert get(runner, "/three") == (200, "three")


CHANGES_MUCH = """
import os
import warnings

os.environ["SET_BY_A_PACKAGE"] = os.environ.get("GREETING", "none")
warnings.warn("this is old", FutureWarning)
"""

NUMBERS = "import random\n\n\ndef seed():\n    global NUMBER\n"
NUMBERS += "    NUMBER = random.random()\n\n\nseed()\n"

READS = """
import os
import sys

IS_PRELOADED = "changes_much" in sys.modules
import changes_much
import flask
import numpy.random


def read(request: flask.Request):
    value = os.environ["SET_BY_A_PACKAGE"]
    return f"{IS_PRELOADED} {value} {numpy.random.NUMBER}"
"""


def test_a_forked_worker_has_what_its_packages_made_of_the_process(
    workspace, serve, site
):
    """Variables that a package sets; NumPy's numbers are other ones in each worker."""
    folder, python = site
    (folder / "changes_much.py").write_text(CHANGES_MUCH, "utf-8")
    (folder / "numpy").mkdir(exist_ok=True)
    (folder / "numpy/__init__.py").write_text("", "utf-8")
    (folder / "numpy/random.py").write_text(NUMBERS, "utf-8")
    root = workspace({"main.py": READS, ".env": "GREETING=hello\n"})
    runner = serve(root, options=("--port", "0", "--python", str(python)))
    status, first = get(runner, "/read")
    assert (status, first.split()[:2]) == (200, ["False", "hello"])
    numbers = [save_until_preloaded(runner, root, "/read") for _ in range(3)]
    assert len({*numbers, first.split()[2]}) == 4


def save_until_preloaded(runner, folder, target):
    """Save until a forked worker has its packages from the start; return its number."""
    end = time.monotonic() + DEADLINE_S
    source = folder / "main.py"
    while time.monotonic() < end:
        seen = len(runner.events)
        source.write_text(source.read_text("utf-8") + "# saved\n", "utf-8")
        runner.wait_event("reload", since=seen)
        status, text = get(runner, target)
        is_preloaded, value, number = text.split()
        assert (status, value) == (200, "hello")
        if is_preloaded == "True":
            return number
    pytest.fail("the packages were not preloaded")
