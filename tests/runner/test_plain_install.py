"""`pip install funclens` is all that a folder of functions needs."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from interpreters import environment
from runner.conftest import get
from runner_process import RunnerProcess

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKOUT = Path(__file__).parents[2]
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
VERSION = ".".join(map(str, sys.version_info[:2]))

MAIN = """
import functions_framework


@functions_framework.http
def hello(request):
    return f"hello {request.args['name']}"


@functions_framework.cloud_event
def see(event):
    print(event["id"])
"""


def newest() -> Path:
    """Return an environment that gets what pip chooses for the wheel."""
    return kept("newest")


def oldest() -> Path:
    """Return an environment with the lowest version of each dependency."""
    return kept("oldest", *map(lowest, PROJECT["dependencies"]))


def kept(name: str, *requirements: str) -> Path:
    """Return an environment that is kept for as long as the dependencies are."""
    digest = hashlib.sha256("\n".join(PROJECT["dependencies"]).encode()).hexdigest()
    return environment(VERSION, *requirements, name=f"{name}-{digest[:12]}")


def lowest(dependency: str) -> str:
    requirement, separator, marker = dependency.partition(";")
    name, version = re.fullmatch(r"([\w.-]+)>=([\d.]+)(?:,<\d+)?", requirement).groups()
    return f"{name}=={version}{separator}{marker}"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    pip(
        Path(sys.executable),
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(folder),
        str(CHECKOUT),
    )
    (built,) = folder.glob("*.whl")
    return built


def pip(python: Path, *words: str) -> None:
    argv = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", *words]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.timeout(600)
@pytest.mark.parametrize("dependencies", [newest, oldest])
def test_a_folder_without_an_environment_is_served_by_the_installed_wheel(
    dependencies: Callable[[], Path], wheel: Path, tmp_path: Path
) -> None:
    python = dependencies()
    pip(python, "install", "--force-reinstall", "--no-deps", str(wheel))
    pip(python, "install", str(wheel))
    pip(python, "check")
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / "main.py").write_text(MAIN, "utf-8")

    with RunnerProcess(folder, state=tmp_path, python=python) as runner:
        assert get(runner, "/hello?name=Ada") == (200, "hello Ada")
        assert get(runner, "/see")[0] == 405
