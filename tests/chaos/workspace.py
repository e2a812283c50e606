"""The workspace under chaos: functions that leave a trace of each request they get."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["CRASHES", "EFFECTS", "FUNCTIONS", "Workspace"]

EFFECTS = "CHAOS_EFFECTS"
"""Variable with the file to which each call appends the id of its request."""

_COMMON = """
import os

from version import VERSION

_effects = os.open(os.environ["CHAOS_EFFECTS"], os.O_WRONLY | os.O_APPEND)


def happen(id):
    os.write(_effects, id.encode() + b"\\n")
    return f"{id} {VERSION}\\n"

"""

_SOURCES = {
    "plain": _COMMON
    + """
import time

import functions_framework


@functions_framework.http
def fast(request):
    return happen(request.args["id"])


@functions_framework.http
def slow(request):
    answer = happen(request.args["id"])
    time.sleep(0.2)
    return answer


@functions_framework.http
def body(request):
    request.get_data()
    return happen(request.args["id"])


@functions_framework.http
def prints(request):
    print("x" * 20_000)
    return happen(request.args["id"])
""",
    "aio": _COMMON
    + """
import asyncio

import functions_framework.aio


@functions_framework.aio.http
async def later(request):
    answer = happen(request.query_params["id"])
    await asyncio.sleep(0.02)
    return answer
""",
    "crashing": _COMMON
    + """
import ctypes

import functions_framework


@functions_framework.http
def leaves(request):
    happen(request.args["id"])
    os._exit(3)


@functions_framework.http
def segfaults(request):
    happen(request.args["id"])
    ctypes.string_at(0)


@functions_framework.http
def steady(request):
    return happen(request.args["id"])
""",
}

FUNCTIONS = ("fast", "slow", "body", "prints", "later", "steady")
"""Functions that answer."""
CRASHES = ("leaves", "segfaults")
"""Functions that end their worker."""


class Workspace:
    """Writes the sources below a folder, and saves them again on demand."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.version = 0
        for unit, source in _SOURCES.items():
            folder = root / unit
            folder.mkdir(parents=True)
            (folder / "main.py").write_text(source, "utf-8")
        self.save()

    def save(self) -> int:
        """Save the next version of every unit, as editors do; return its number."""
        self.version += 1
        for unit in _SOURCES:
            path = self.root / unit / "version.py"
            fresh = path.with_suffix(".new")
            fresh.write_text(f"VERSION = {self.version}\n", "utf-8")
            fresh.replace(path)
        return self.version
