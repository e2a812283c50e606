"""Workspaces to measure on: many modules, one of fifty with a function.

The functions are of every kind that people write, so that a program which looks
at less would find fewer of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ONE_OF = 50
"""Modules for each that holds a function."""

HEAD = '''"""Module {n} of the package: keeps track of things."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field

logger = logging.getLogger(__name__)


@dataclass
class Record{n}:
    """One record."""

    name: str
    values: list[int] = field(default_factory=list)
    context: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> str:
        """Return the record as JSON."""
        return json.dumps({{"name": self.name, "values": self.values}})


'''
STEP = '''def step_{n}_{k}(items: list[int], limit: int = {k}) -> list[int]:
    """Return the items below a limit, doubled."""
    result = []
    for item in items:
        if item < limit:
            result.append(item * 2)
        elif item == limit:
            logger.info("found the limit: %d", item)
    return result


'''
DECORATED = '''@functions_framework.http
def hello_{n}(request):
    """Say hello."""
    return "hello"


'''
EVENT = '''@cloud_event
def on_{n}(event):
    """Take an event."""
    logger.info("%s", event["id"])


'''
PLAIN = '''def answer_{n}(request):
    """Answer an HTTP request."""
    return request.args.get("name", "hello")


'''
KINDS = (
    ("main.py", "import functions_framework\n", DECORATED),
    ("main.py", "from functions_framework import cloud_event\n", EVENT),
    ("main.py", "", PLAIN),
    ("handlers.py", "import functions_framework\n", DECORATED),
)
"""File name, import and function of each kind of source."""


def write_modules(folder: Path, count: int) -> tuple[int, int]:
    """Write so many modules; return their bytes and the number of functions."""
    size = functions = 0
    for n in range(count):
        below = folder / f"pkg{n % 100:02d}" / f"sub{n // 100 % 10}"
        path, head, last = below / f"mod_{n}.py", "", ""
        if n % ONE_OF == ONE_OF - 1:
            name, head, function = KINDS[functions % len(KINDS)]
            path = folder / f"service{functions}" / name
            last = function.format(n=n)
            functions += 1
        path.parent.mkdir(parents=True, exist_ok=True)
        steps = "".join(STEP.format(n=n, k=k) for k in range(6))
        text = HEAD.format(n=n).replace("import json\n", f"{head}import json\n")
        size += path.write_text((text + steps + last).rstrip() + "\n", "utf-8")
    return size, functions


def large_source(definitions: int) -> str:
    """Return the text of a source with so many definitions, some of them functions."""
    return "import functions_framework\n\n" + "".join(
        STEP.format(n=0, k=k) + (DECORATED.format(n=k) if k % 20 == 0 else "")
        for k in range(definitions)
    )
