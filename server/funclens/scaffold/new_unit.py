"""Decides what a new unit is called and contains. Touches no file."""

from __future__ import annotations

import builtins
import keyword
import os
import re
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.errors import UsageError
from funclens.scaffold.function_kinds import KINDS, find_event, nearest_event
from funclens.scaffold.unit_templates import template_of
from funclens.suggest import closest

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NewUnit", "plan_unit"]

DEFAULT_EVENT = "pubsub"


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit to write."""

    function: str
    folder: str
    """Absolute path of the unit's folder."""
    files: Mapping[str, str]
    """Texts by name; `main.py` comes first."""

    @property
    def line(self) -> int:
        """1-based line of the function in `main.py`."""
        before = self.files["main.py"].partition(f"\ndef {self.function}(")[0]
        return before.count("\n") + 2


def plan_unit(folder: str, path: str, kind: str = "http", event: str = "") -> NewUnit:
    """Return the unit to write for `payments/charge` below a workspace folder.

    The last part names the function, with underscores for hyphens. Raises UsageError
    for a name that can't be one, and for an unknown kind or event.
    """
    known = [item.name for item in KINDS]
    if kind not in known:
        advice = _advice(closest(known, kind))
        raise UsageError(
            f"unknown kind '{kind}'", hint=f"{advice}kinds: {', '.join(known)}"
        )
    if event and kind != "cloudevent":
        raise UsageError(
            f"a function of kind '{kind}' takes no event", hint="use --kind cloudevent"
        )
    chosen = find_event(event or DEFAULT_EVENT)
    if chosen is None:
        advice = _advice(nearest_event(event))
        raise UsageError(
            f"no function can be created for the event '{event}'",
            hint=f"{advice}see 'funclens new --help'",
        )
    parts = _parts_of(path)
    function = _function_named(parts[-1])
    template = template_of(kind, chosen.name)
    if re.search(rf"\b{function}\b", template.main.replace("NAME", "")):
        raise UsageError(
            f"the name '{function}' is used by the code around the function",
            hint="choose another one",
        )
    words = {"NAME": function, "TITLE": chosen.title, "TYPE": chosen.type}

    def fill(text: str) -> str:
        return re.sub(r"\b(NAME|TITLE|TYPE)\b", lambda found: words[found[0]], text)

    return NewUnit(
        function=function,
        folder=os.path.join(folder, *parts),  # noqa: PTH118 - as the folder was given
        files={
            "main.py": fill(template.main),
            "requirements.txt": template.requirements,
            f"test_{function}.py": fill(template.test),
        },
    )


def _advice(near: str | None) -> str:
    return f"did you mean '{near}'? " if near else ""


def _parts_of(path: str) -> list[str]:
    parts = path.replace("\\", "/").split("/")
    if any(part in {"", ".", ".."} or part.strip() != part for part in parts):
        raise UsageError(
            f"'{path}' is not the name of a new function",
            hint="pass a name, or a path below the workspace folder: payments/charge",
        )
    if any(ord(letter) < ord(" ") for letter in path):
        raise UsageError("the name has control characters")
    return parts


def _function_named(part: str) -> str:
    """Return the name of a function. Raises UsageError if it can't be one."""
    name = part.replace("-", "_")
    if not name.isidentifier() or not name.isascii():
        raise UsageError(
            f"'{part}' is not the name of a function",
            hint="use letters, digits, underscores and hyphens, starting with a letter",
        )
    if keyword.iskeyword(name) or hasattr(builtins, name):
        raise UsageError(f"'{name}' is a name of Python", hint="choose another one")
    if name.startswith("_"):
        raise UsageError(
            f"'{name}' is private because it starts with an underscore",
            hint="choose another one",
        )
    return name
