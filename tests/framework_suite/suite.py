"""The tests of functions-framework's sdist, set up with sources of our own and run.

The sdist has the test modules, but not the sources that they serve and the event that
they send: those are ours, in `sources/` and `data/`. What is downloaded stays in the
checkout's `.environments`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from interpreters import environment
from runner_process import clean_environment

VERSION = "3.10.2"
REQUIREMENT = f"functions-framework=={VERSION}"
TOOLS = (
    "httpx==0.28.1",
    "pretend==1.0.9",
    "pytest==9.2.0",
    "pytest-asyncio==1.5.0",
    "requests==2.34.2",
)
"""What the framework's tests import beside it."""

RUN_SECONDS = 240
FACTORIES = ("create_app", "create_asgi_app")

_HERE = Path(__file__).parent
_CHECKOUT = _HERE.parents[1]
_CACHE = _CHECKOUT / ".environments"
_PYTHON = ".".join(map(str, sys.version_info[:2]))

_SETTINGS = """\
[pytest]
markers =
    slow_integration_test: named in the tests
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one test of the framework."""

    outcome: str
    """`passed`, `failed` or `skipped`."""
    reached: bool
    """Whether the test asked an app factory for an app."""
    why: str
    """The report of a test that did not pass."""


def sdist_modules() -> list[Path]:
    """Return the test modules of the sdist, downloaded once."""
    folder = _CACHE / f"functions-framework-{VERSION}-sdist"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        _download(folder)
        (folder / "complete").touch()
    return sorted(folder.glob("*/tests/test_*.py"))


def names_a_factory(module: Path) -> bool:
    """Return whether a test module mentions what our factory stands in for."""
    text = module.read_text("utf-8")
    return any(factory in text for factory in FACTORIES)


def run(folder: Path, *, reference: bool = False) -> dict[str, Outcome]:
    """Run the modules that name a factory; return each test's outcome by its name.

    `folder` is an empty one for the tests' tree. With `reference` the framework's own
    factory builds the apps, and `test_timeouts.py`, which depends on when gunicorn
    looks at its clock, stays out. Raises AssertionError when pytest could not run.
    """
    tests = folder / "tests"
    tests.mkdir()
    for module in filter(names_a_factory, sdist_modules()):
        shutil.copy(module, tests)
    shutil.copytree(_HERE / "sources", tests / "test_functions")
    shutil.copytree(_HERE / "data", tests / "test_data")
    (folder / "pytest.ini").write_text(_SETTINGS, "utf-8")
    outcomes = folder / "outcomes"
    python = environment(_PYTHON, REQUIREMENT, *TOOLS)
    argv = [str(python), "-m", "pytest", "-q", "-p", "shim", "-p", "no:cacheprovider"]
    argv += ["--outcomes", str(outcomes), "tests"]
    if reference:
        argv += ["--reference", "--ignore", "tests/test_timeouts.py"]
    done = subprocess.run(
        argv,
        cwd=folder,
        env=_environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    found = map(json.loads, outcomes.read_text("utf-8").splitlines())
    return {item.pop("test").removeprefix("tests/"): Outcome(**item) for item in found}


def _environment(folder: Path) -> dict[str, str]:
    state = folder / "state"
    state.mkdir()
    return clean_environment() | {
        "FUNCLENS_PYTHON": sys.executable,
        "PYTHONPATH": os.pathsep.join([str(_HERE), str(_CHECKOUT / "server")]),
        "XDG_RUNTIME_DIR": str(state),
        "XDG_STATE_HOME": str(state),
    }


def _download(folder: Path) -> None:
    argv = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    done = subprocess.run(
        [*argv, "--no-binary", ":all:", "--dest", str(folder), REQUIREMENT],
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
