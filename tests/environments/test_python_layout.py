"""Where interpreters and packages are, on each system."""

from __future__ import annotations

import pytest

from funclens.environments.pythons import pyenv_versions
from funclens.python_layout import (
    binary_folders,
    environment_of,
    interpreters,
    is_in_environment,
    site_packages,
)
from funclens.runner.processes.plan import plan_launch


def test_interpreters_are_looked_for_where_the_system_has_them():
    assert list(interpreters("/w/.venv", "posix")) == [
        "/w/.venv/bin/python",
        "/w/.venv/bin/python3",
    ]
    assert list(interpreters(r"C:\w\.venv", "nt")) == [
        r"C:\w\.venv\Scripts\python.exe",
        r"C:\w\.venv\python.exe",
        r"C:\w\.venv\bin\python.exe",
    ]


@pytest.mark.parametrize(
    ("python", "os_name", "environment", "is_inside"),
    [
        ("/w/.venv/bin/python3.12", "posix", "/w/.venv", True),
        ("/usr/local/python", "posix", "/usr", False),
        (r"C:\w\.venv\Scripts\python.exe", "nt", r"C:\w\.venv", True),
        (r"C:\w\.venv\SCRIPTS\Python.EXE", "nt", r"C:\w\.venv", True),
        (r"C:\conda\envs\f\python.exe", "nt", r"C:\conda\envs\f", True),
        (r"C:\msys\venv\bin\python.exe", "nt", r"C:\msys\venv", True),
        (
            r"\\server\share\.venv\Scripts\python.exe",
            "nt",
            r"\\server\share\.venv",
            True,
        ),
    ],
)
def test_the_environment_of_an_interpreter(python, os_name, environment, is_inside):
    assert environment_of(python, os_name) == environment
    assert is_in_environment(python, os_name) == is_inside


def test_activation_puts_the_scripts_first():
    assert binary_folders("/w/.venv", "posix") == ["/w/.venv/bin"]
    assert binary_folders(r"C:\w\.venv", "nt") == [r"C:\w\.venv\Scripts"]


@pytest.mark.parametrize("below", ["lib/python3.12/site-packages", "Lib/site-packages"])
def test_packages_are_found_in_both_layouts(tmp_path, below):
    folder = tmp_path / "[odd]" / below
    folder.mkdir(parents=True)

    assert site_packages(str(tmp_path / "[odd]")) == [str(folder)]


@pytest.mark.parametrize(
    ("os_name", "below"),
    [("posix", ".pyenv/versions"), ("nt", ".pyenv/pyenv-win/versions")],
)
def test_versions_of_pyenv_are_found_behind_its_shims(tmp_path, os_name, below):
    for version in ("3.12.1", "3.12.9", "3.11.4"):
        (tmp_path / below / version).mkdir(parents=True)

    found = pyenv_versions({}, str(tmp_path), "3.12", os_name)

    assert found == [
        str(tmp_path / below / version) for version in ("3.12.1", "3.12.9")
    ]
    assert pyenv_versions({"PYENV_ROOT": "/none"}, str(tmp_path), "3.12") == []


def test_functions_read_and_print_utf_8_on_windows_as_in_production():
    spec = plan_launch("/w", "/usr/bin/python3", {"A": "1"}, os_name="nt")

    assert spec.env["PYTHONUTF8"] == "1"
    chosen = plan_launch("/w", "/x", {"PYTHONUTF8": "0"}, os_name="nt")
    assert chosen.env["PYTHONUTF8"] == "0"
    assert "PYTHONUTF8" not in plan_launch("/w", "/x", {}, os_name="posix").env
