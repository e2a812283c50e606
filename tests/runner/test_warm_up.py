"""Nobody waits for a zygote, whatever the packages that it imports do."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from interpreters import environment, interpreters
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


def test_a_package_that_hangs_delays_nobody(workspace, serve, site, tmp_path):
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
