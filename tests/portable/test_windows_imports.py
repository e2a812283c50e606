"""Every module can be imported where fork, Unix sockets and signals are missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("windows_names.py")

THIRD_PARTY = {
    "funclens_worker": (
        *("flask", "werkzeug", "starlette", "uvicorn", "functions_framework"),
        *("grpc", "google.cloud.tasks_v2"),
    ),
    "funclens": ("pygls", "lsprotocol", "jinja2", "mcp", "opentelemetry.proto"),
}
NEVER_THERE = {
    "funclens_worker.adapters.gunicorn": "gunicorn can't be imported on Windows",
    "funclens.runner.watch.inotify": "imported on Linux only",
    "funclens.runner.watch.native_watch": "needs watchfiles, which Linux does without",
}
"""Modules that nothing imports on Windows, or that need what is only there."""


@pytest.mark.parametrize("package", THIRD_PARTY)
def test_every_module_is_imported_without_the_names_that_windows_lacks(package):
    output = subprocess.run(
        [sys.executable, str(SCRIPT), package, *THIRD_PARTY[package]],
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    ).stdout

    lines = [
        line
        for line in output.splitlines()
        if line.partition(":")[0] not in NEVER_THERE
    ]
    assert lines == []
