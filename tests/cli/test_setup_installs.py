"""`funclens setup` with the real uv and pip, and what an interruption leaves."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from cli.command import funclens
from process import DEADLINE_S
from wheels import make_wheel

pytestmark = pytest.mark.skipif(os.name != "posix", reason="POSIX only")

MAIN = "import functions_framework\n\n@functions_framework.http\ndef {0}(request):\n"
MAIN += '    return "ok"\n'


@pytest.fixture
def pip(tmp_path, monkeypatch):
    """Have no uv, and no package index."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "workspace/wheels"))
    return folder


@pytest.fixture
def uv(pip):
    """Have uv on PATH, too."""
    found = Path(sysconfig.get_path("scripts")) / "uv"
    if not found.exists():
        pytest.skip("uv is missing. Install it: scripts/install_python --tests")
    (pip / "uv").symlink_to(found)


@pytest.fixture(params=["uv", "pip"])
def installer(request):
    """Install with uv, and with pip."""
    request.getfixturevalue(request.param)


@pytest.fixture
def unit(tmp_path):
    """A unit whose requirements are in a folder of wheels."""
    root = tmp_path / "workspace"
    root.mkdir()
    (root / "main.py").write_text(MAIN.format("hello"), "utf-8")
    wheels = root / "wheels"
    make_wheel(wheels, "functions-framework")
    make_wheel(wheels, "greeting", script="greet = greeting:greet")
    require(root, "greeting")
    return root


def require(root, *lines):
    text = "\n".join(["--no-index", "--find-links ./wheels", *lines, ""])
    (root / "requirements.txt").write_text(text, "utf-8")


def site_packages(root):
    (found,) = (root / ".venv/lib").glob("python*/site-packages")
    return found


def names(root):
    return sorted(path.name for path in root.iterdir())


@pytest.mark.usefixtures("installer")
def test_an_environment_is_made_then_added_to_and_survives_a_failure(unit):
    """It is made in another folder: scripts have to know the final one."""
    done = funclens("setup", str(unit), timeout=120)
    assert done.returncode == 0, done.stderr
    assert names(unit) == [".venv", "main.py", "requirements.txt", "wheels"]
    script = (unit / ".venv/bin/greet").read_text("utf-8")
    assert ".venv.setup" not in script
    assert f"{unit}/.venv/bin/python" in script
    assert ".venv.setup" not in (unit / ".venv/bin/activate").read_text("utf-8")
    assert (unit / ".venv/.gitignore").read_text("utf-8").strip().endswith("*")
    code = "import functions_framework, greeting, sys; print(sys.prefix)"
    python = unit / ".venv/bin/python"
    said = subprocess.run([python, "-c", code], capture_output=True, check=True)
    assert said.stdout.decode().strip() == str(unit / ".venv")

    # What somebody has installed by hand is kept.
    (site_packages(unit) / "by_hand.py").write_text("", "utf-8")
    make_wheel(unit / "wheels", "farewell")
    require(unit, "greeting", "farewell")
    done = funclens("setup", "--unit", "main", str(unit), timeout=120)
    assert done.returncode == 0, done.stderr
    found = {path.name for path in site_packages(unit).iterdir()}
    assert {"by_hand.py", "greeting.py", "farewell.py"} <= found

    # A requirement that nothing satisfies changes nothing.
    before = sorted(os.walk(unit / ".venv"))
    require(unit, "greeting>=2")
    done = funclens("setup", "--unit", "main", str(unit), timeout=120)
    assert done.returncode == 1
    (error,) = [line for line in done.stderr.splitlines() if line.startswith("error")]
    assert "greeting>=2" in error
    assert sorted(os.walk(unit / ".venv")) == before
    assert names(unit) == [".venv", "main.py", "requirements.txt", "wheels"]


@pytest.mark.usefixtures("pip")
def test_pinned_hashes_are_checked(unit):
    """The framework, which has no hash, is installed, too."""
    wheel = next((unit / "wheels").glob("greeting*"))
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    require(unit, f"greeting==1.0 --hash=sha256:{digest}")
    done = funclens("setup", str(unit), timeout=120)
    assert done.returncode == 0, done.stderr
    assert (site_packages(unit) / "functions_framework.py").exists()


@pytest.fixture
def hanging(tmp_path, monkeypatch):
    """Put an installer on PATH that makes an environment and hangs while installing."""
    started = tmp_path / "started"
    os.mkfifo(started)
    folder = tmp_path / "hanging"
    folder.mkdir()
    script = folder / "uv"
    script.write_text(
        f"#!{sys.executable}\n"
        "import pathlib, signal, subprocess, sys\n"
        "if sys.argv[1] == 'venv':\n"
        "    (pathlib.Path(sys.argv[-1]) / 'bin').mkdir(parents=True)\n"
        "else:\n"
        "    child = 'import time; time.sleep(600)'\n"
        "    child = subprocess.Popen([sys.executable, '-c', child],\n"
        "                             start_new_session=True)\n"
        f"    with open({str(started)!r}, 'w') as file:\n"
        "        file.write(str(child.pid))\n"
        "    signal.pause()\n",
        "utf-8",
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return started


@pytest.mark.parametrize("kind", ["SIGKILL", "SIGTERM", "SIGINT"])
def test_an_interrupted_set_up_leaves_the_old_environment(unit, hanging, kind):
    """Nothing that the installer has started goes on, either."""
    old = unit / ".venv/bin"
    old.mkdir(parents=True)
    (old / "python").symlink_to(sys.executable)
    with subprocess.Popen(
        [sys.executable, "-m", "funclens", "setup", "--unit", "main", unit],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        child = int(hanging.read_text())
        assert (unit / ".venv/bin/python").exists(), "it is in use meanwhile"
        with (unit / ".venv.setup/lock").open() as lock:
            process.send_signal(getattr(signal, kind))
            process.wait(DEADLINE_S)
            wait_for_lock(lock)
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
    assert names(unit) == [".venv", "main.py", "requirements.txt", "wheels"]
    assert list((unit / ".venv").iterdir()) == [old]


@pytest.fixture
def refusing(tmp_path, monkeypatch):
    """Put an installer on PATH that fails at once."""
    (tmp_path / "bin").mkdir()
    script = tmp_path / "bin/uv"
    script.write_text("#!/bin/sh\necho 'error: no space left'; exit 1\n", "utf-8")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}:/usr/bin:/bin")


def wait_for_lock(file):
    """Wait until the installer has let go of its lock, which it does at the end."""
    code = f"import fcntl; fcntl.flock({file.fileno()}, fcntl.LOCK_EX)"
    subprocess.run(
        [sys.executable, "-c", code],
        pass_fds=[file.fileno()],
        timeout=DEADLINE_S,
        check=True,
    )


@pytest.mark.usefixtures("refusing")
def test_leftovers_of_a_killed_installer_are_removed_by_the_next(unit):
    """An environment that was between two names is put back first."""
    work = unit / ".venv.setup"
    (work / "old/bin").mkdir(parents=True)
    (work / "old/bin/python").symlink_to(sys.executable)
    (work / "old/pyvenv.cfg").write_text(
        f"version = {sys.version_info[0]}.{sys.version_info[1]}.0\n", "utf-8"
    )
    (work / "old/kept").write_text("", "utf-8")
    (work / "new").mkdir()
    assert funclens("setup", str(unit), timeout=120).returncode == 1
    assert (unit / ".venv/kept").exists()
    assert names(unit) == [".venv", "main.py", "requirements.txt", "wheels"]


def test_two_set_ups_of_one_unit_do_not_meet(unit, hanging):
    """The second one says so and changes nothing."""
    with subprocess.Popen(
        [sys.executable, "-m", "funclens", "setup", unit],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        hanging.read_text()
        done = funclens("setup", str(unit))
        assert done.returncode == 1
        assert "is being set up by another process" in done.stderr
        process.send_signal(signal.SIGINT)
        assert process.wait(DEADLINE_S) == 130
    assert names(unit) == ["main.py", "requirements.txt", "wheels"]


def test_an_environment_outside_of_the_workspace_is_left_alone(unit, tmp_path):
    """It may be somebody else's."""
    outside = tmp_path / "outside"
    (outside / "bin").mkdir(parents=True)
    (outside / "bin/python").symlink_to(sys.executable)
    (unit / ".venv").symlink_to(outside)
    done = funclens("setup", "--unit", "main", str(unit))
    assert done.returncode == 1
    assert "outside of the workspace" in done.stderr
    assert (unit / ".venv").is_symlink()


def test_a_python_of_the_settings_is_left_alone(unit):
    """An environment would not be used; the unit lacks none."""
    (unit / "pyproject.toml").write_text(
        f"[tool.funclens]\npython = {json.dumps(sys.executable)}\n", "utf-8"
    )
    assert "Every unit has an environment" in funclens("setup", str(unit)).stdout
    done = funclens("setup", "--unit", "main", str(unit))
    assert done.returncode == 1
    assert "by the setting 'python'" in done.stderr
    assert not (unit / ".venv").exists()


def test_an_environment_that_the_settings_name_is_made(unit, tmp_path, monkeypatch):
    """Under that name."""
    script = tmp_path / "bin/uv"
    script.parent.mkdir()
    script.write_text(
        "#!/bin/sh\nfor last; do :; done\n"
        '[ "$1" != venv ] || mkdir -p "$last/bin"\n'
        f'[ "$1" != venv ] || ln -s {sys.executable} "$last/bin/python"\n',
        "utf-8",
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}:/usr/bin:/bin")
    (unit / "pyproject.toml").write_text(
        '[tool.funclens]\npython = "env312/bin/python"\n', "utf-8"
    )
    done = funclens("setup", str(unit), timeout=120)
    assert done.returncode == 0, done.stderr
    assert (unit / "env312/bin/python").exists()
    assert not (unit / ".venv").exists()
