"""Create a function from the editor: which kinds there are, and its files."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from funclens.errors import UsageError
from funclens.lsp.commands.show import show_place
from funclens.model import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.lsp.session import Session

__all__ = ["create_function", "describe_kinds"]


def describe_kinds() -> dict[str, Any]:
    """Return the kinds of functions that can be created, and the events."""
    from funclens.scaffold import KINDS, event_kinds  # noqa: PLC0415

    return {
        "kinds": [kind._asdict() for kind in KINDS],
        "events": [{"name": item.name, "title": item.title} for item in event_kinds()],
    }


async def create_function(
    session: Session, argument: Mapping[str, Any]
) -> dict[str, Any]:
    """Write the files of `name` into a workspace folder and show the function.

    `folder` is a workspace folder, by default the first; `kind` and `event` are as in
    `funclens new`.
    """
    from funclens.scaffold import plan_unit, write_unit  # noqa: PLC0415

    words = {
        key: argument.get(key) or "" for key in ("name", "folder", "kind", "event")
    }
    for key, value in words.items():
        if not isinstance(value, str):
            raise UsageError(f"`{key}` must be a string: {value!r}")
    if not words["name"]:
        raise UsageError(
            "no name for the new function",
            hint='pass one, or a path: {"name": "payments/charge"}',
        )
    folder = words["folder"] or next(iter(session.folders), "")
    if folder not in session.folders:
        raise UsageError(
            f"no workspace folder '{folder}'", hint="open a folder to create it in"
        )
    unit = plan_unit(folder, words["name"], words["kind"] or "http", words["event"])
    files = await asyncio.to_thread(write_unit, unit)
    await session.changed(files)
    await session.settle()
    start = len("def ") + 1
    span = Span(unit.line, start, unit.line, start + len(unit.function))
    await show_place(session, files[0], span, f"{unit.function} was created")
    return {
        "function": unit.function,
        "folder": unit.folder,
        "files": files,
        "line": unit.line,
    }
