"""`funclens setup`: environments for the units that lack one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli.command import funclens
from process import DEADLINE_S

pytestmark = pytest.mark.skipif(os.name != "posix", reason="POSIX only")

MAIN = """
import functions_framework

@functions_framework.http
def {name}(request):
    return "ok"
"""
INSTALLER = """#!{python}
import os, pathlib, sys
log = pathlib.Path({log!r})
with log.open("a") as file:
    file.write(repr(sys.argv[1:]) + "\\n")
if sys.argv[1] == "venv":
    folder = pathlib.Path(sys.argv[-1])
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    (folder / "pyvenv.cfg").write_text("home = x")
else:
    print("resolving")
    {install}
"""


@pytest.fixture
def workspace(tmp_path):
    """A workspace with two units, one with requirements."""
    root = tmp_path / "workspace"
    for unit in ("one", "two"):
        (root / unit).mkdir(parents=True)
        (root / unit / "main.py").write_text(MAIN.format(name=unit), "utf-8")
    (root / "one/requirements.txt").write_text("PyYAML\n", "utf-8")
    return root


@pytest.fixture
def installer(tmp_path, monkeypatch):
    """Put an installer on PATH that does what uv does with `install` at its end."""

    def put(install="pass"):
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        script = folder / "uv"
        log = tmp_path / "log"
        text = INSTALLER.format(python=sys.executable, log=str(log), install=install)
        script.write_text(text, "utf-8")
        script.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        return log

    return put


def commands(log):
    return [eval(line) for line in log.read_text().splitlines()]  # noqa: S307


def test_every_unit_that_lacks_an_environment_gets_one(workspace, installer):
    """With its requirements and the framework; a second run has nothing to do."""
    log = installer()
    done = funclens("setup", "--json", str(workspace))
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert made["version"] == 1
    folders = [item["folder"] for item in made["environments"]]
    assert folders == [str(workspace / unit / ".venv") for unit in ("one", "two")]
    installed = [words for words in commands(log) if words[0] == "pip"]
    assert installed[0][4:] == ["-r", "requirements.txt", "functions-framework"]
    assert installed[1][4:] == ["functions-framework"]
    again = funclens("setup", str(workspace))
    assert again.returncode == 0
    assert "Every unit has an environment" in again.stdout


def test_units_that_share_requirements_share_an_environment(workspace, installer):
    """The file of the workspace folder is for all below it that have none."""
    (workspace / "one/requirements.txt").unlink()
    (workspace / "requirements.txt").write_text("PyYAML\n", "utf-8")
    installer()
    made = json.loads(funclens("setup", "--json", str(workspace)).stdout)[
        "environments"
    ]
    assert [item["folder"] for item in made] == [str(workspace / ".venv")]
    assert made[0]["units"] == ["one.main", "two.main"]


def test_the_dependencies_of_a_project_are_installed(workspace, installer):
    """The project itself is not: its functions are served from their folder."""
    (workspace / "two/pyproject.toml").write_text(
        '[project]\nname = "two"\ndependencies = ["PyYAML>=6"]\n', "utf-8"
    )
    log = installer()
    assert funclens("setup", "--unit", "two.main", str(workspace)).returncode == 0
    assert commands(log)[-1][4:] == ["PyYAML>=6", "functions-framework"]


def test_a_failed_set_up_leaves_the_old_environment_as_it_was(workspace, installer):
    """The installer's output is shown, and the exit code is 1."""
    old = workspace / "one/.venv"
    (old / "bin").mkdir(parents=True)
    (old / "bin/python").symlink_to(sys.executable)
    (old / "kept").write_text("as it was", "utf-8")
    installer("print('no such package'); sys.exit(1)")
    done = funclens("setup", "--unit", "one.main", str(workspace))
    assert done.returncode == 1
    assert (
        "requirements.txt and functions-framework could not be installed" in done.stderr
    )
    assert "no such package" in done.stderr
    assert (old / "kept").read_text("utf-8") == "as it was"
    assert sorted(path.name for path in (workspace / "one").iterdir()) == [
        ".venv",
        "main.py",
        "requirements.txt",
    ]


def test_a_failed_unit_does_not_keep_others_from_being_set_up(workspace, installer):
    """Each has its own outcome."""
    installer("sys.exit('requirements.txt' in sys.argv)")
    done = funclens("setup", "--json", str(workspace))
    assert done.returncode == 1
    made = json.loads(done.stdout)["environments"]
    assert [bool(item["error"]) for item in made] == [True, False]
    assert not (workspace / "one/.venv").exists()
    assert (workspace / "two/.venv").exists()


def test_the_runtime_of_a_deploy_file_chooses_the_python(workspace, installer):
    """One that is not installed is an error that names both."""
    (workspace / "deploy.sh").write_text(
        "gcloud functions deploy one --runtime python399 --source one "
        "--entry-point one --trigger-http\n",
        "utf-8",
    )
    installer()
    done = funclens("setup", "--unit", "one.main", str(workspace))
    assert done.returncode == 1
    assert (
        "Python 3.99 is not installed; one.main is deployed to python399" in done.stderr
    )
    assert "uv python install 3.99" in done.stderr


def test_an_unknown_unit_is_a_wrong_usage(workspace):
    """The units there are are named."""
    done = funclens("setup", "--unit", "three.main", str(workspace))
    assert done.returncode == 2
    assert "no unit 'three.main'" in done.stderr
    assert "one.main, two.main" in done.stderr


def test_ctrl_c_ends_the_installer_and_leaves_nothing_behind(
    workspace, installer, tmp_path
):
    """130, as for every interrupted command."""
    started = tmp_path / "started"
    os.mkfifo(started)
    installer(f"open({str(started)!r}, 'w').close(); import signal; signal.pause()")
    with subprocess.Popen(
        [sys.executable, "-m", "funclens", "setup", "--unit", "one.main", workspace],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        started.read_text()  # returns when the installer has opened it
        process.send_signal(signal.SIGINT)
        assert process.wait(DEADLINE_S) == 130
    assert not (workspace / "one/.venv").exists()


def test_an_environment_is_made_with_pip_where_uv_is_missing(
    workspace, tmp_path, monkeypatch
):
    """And the function is served in it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    done = funclens("setup", "--unit", "one.main", str(workspace), timeout=120)
    assert done.returncode == 0, done.stderr
    python = workspace / "one/.venv/bin/python"
    code = "import functions_framework, yaml, sys; print(sys.prefix)"
    said = subprocess.run(
        [python, "-c", code], capture_output=True, text=True, check=True
    )
    assert Path(said.stdout.strip()) == workspace / "one/.venv"
