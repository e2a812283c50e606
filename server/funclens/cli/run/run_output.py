"""Output of `funclens run`: a table and a log, or JSON lines."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from funclens.cli import stderr
from funclens.cli.columns import terminal_columns, text_table
from funclens.cli.run.async_stdout import Output
from funclens.cli.terminal import Verbatim, as_text
from funclens.requests.delivery.delivery_words import (
    delivery_text,
    emulator_text,
    enqueued_text,
    wired_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from funclens.cli.terminal import Line
    from funclens.model import Catalog, Collision
    from funclens.runner.events import Event, Subscription

__all__ = ["start_text", "write_events", "write_text"]

NO_FUNCTIONS = (
    "No functions found. Save a main.py with `@functions_framework.http` above a",
    "function, or pass another folder: funclens run FOLDER",
)

_LONGEST_LINE = 65_536
"""Characters of a line to wait for its end."""


def start_text(
    catalog: Catalog, url: str, *, asked: int, command: Sequence[str] = ()
) -> str:
    """Return the functions with their URLs, collisions, and how to stop.

    With a command, its end stops the runner.
    """
    number = len(catalog.functions)
    lines = [f"Serving {number} {'function' if number == 1 else 'functions'} at {url}"]
    if asked and not url.endswith(f":{asked}"):
        lines[0] += f" (port {asked} is already in use)"
    if catalog.functions:
        rows = [
            (item.endpoint, f"{url}{item.route}", f"{item.file}:{item.span.line}")
            for item in catalog.functions
        ]
        headers = ("FUNCTION", "URL", "DEFINED IN")
        lines += ["", *text_table(rows, headers, terminal_columns())]
    else:
        lines += ["", *NO_FUNCTIONS]
    for collision in catalog.collisions:
        lines += ["", _collision(collision)]
    if not command:
        lines += ["", "Press Ctrl+C to stop."]
    lines.append("")
    return as_text(lines)


async def write_events(subscription: Subscription, log: Output) -> None:
    """Print events as JSON, one per line, until the runner stops.

    Warnings go to `log` too.
    """
    output = Output(sys.stdout)
    while batch := await subscription.take():
        _write_warnings(batch, log)
        await output.write("".join(json.dumps(event) + "\n" for event in batch))


async def write_text(
    subscription: Subscription, output: Output, log: Output, first: str
) -> None:
    """Print `first`, then events as text, one per line, until the runner stops."""
    await output.write(first)
    lines = _OutputLines()
    while batch := await subscription.take():
        _write_warnings(batch, log)
        if text := as_text(line for event in batch for line in lines.render(event)):
            await output.write(text)


def _write_warnings(batch: Iterable[Event], log: Output) -> None:
    for event in batch:
        if event["event"] == "warning":
            log.write_soon(stderr.warning_text(event["message"], hint=event["hint"]))


def _collision(collision: Collision) -> str:
    return (
        f"warning: {len(collision.functions)} functions share the endpoint "
        f"/{collision.endpoint}; until one is renamed, call them by qualified name"
    )


class _OutputLines:
    """Renders events; buffers unfinished lines of output."""

    def __init__(self) -> None:
        self._unfinished: dict[tuple[str, str], str] = {}

    def render(self, event: Event) -> Iterable[Line]:
        """Return the lines for an event; empty if it isn't shown."""
        name = event["event"]
        if name == "output":
            return self._output(event)
        if name == "output-dropped":
            return [*self._end_line(event), _dropped(event)]
        renderer = _RENDERERS.get(name)
        return renderer(event) if renderer else ()

    def _output(self, event: Event) -> Iterable[Line]:
        key = (event["unit"], event["stream"])
        text = self._unfinished.pop(key, "") + event["text"]
        *lines, rest = text.split("\n")
        if len(rest) > _LONGEST_LINE:
            lines.append(rest)
        elif rest:
            self._unfinished[key] = rest
        return [(f"[{event['unit']}] ", Verbatim(line)) for line in lines]

    def _end_line(self, event: Event) -> Iterable[Line]:
        """Return the unfinished line of a stream, whose end was dropped."""
        rest = self._unfinished.pop((event["unit"], event["stream"]), "")
        return [(f"[{event['unit']}] ", Verbatim(rest))] if rest else []


def _dropped(event: Event) -> Line:
    lines = event["lines"]
    number = f"{lines:,} {'line' if lines == 1 else 'lines'}"
    is_too_much = event.get("reason") == "too-much"
    why = "the unit printed too much" if is_too_much else "printed faster than read"
    return f"[{event['unit']}] ... {number} dropped: {why}"


def _request(event: Event) -> Iterable[Line]:
    line = (
        f"{event['method']} {event['id']} {event['path']} "
        f"-> {event['status']} in {event['seconds'] * 1000:.0f} ms"
    )
    error: dict[str, Any] | None = event.get("error")
    if error is None:
        return (line,)
    place = f" ({error['file']}:{error['line']})" if error["file"] else ""
    return (f"{line}  {error['error']}{place}",)


def _import_error(event: Event) -> Iterable[Line]:
    place = f"{event['file']}:{event['line']}: " if event["file"] else ""
    text = f"{event['unit']} failed to load: {place}{event['error']}"
    return (text, event["hint"]) if event["hint"] else (text,)


def _crash(event: Event) -> Iterable[Line]:
    place = f" ({event['file']}:{event['line']})" if event["file"] else ""
    what = f"Worker of {event['unit']} ended: {event['reason']}{place}"
    loop: dict[str, Any] | None = event["crash_loop"]
    if loop is None:
        line = f"{what}; the next request starts another"
    else:
        line = (
            f"{what}; crash loop ({loop['count']} in a row): the next save, or a "
            f"request after {loop['seconds']:g} s, starts another"
        )
    return (line, event["hint"]) if event["hint"] else (line,)


_RENDERERS: dict[str, Callable[[Event], Iterable[Line]]] = {
    "request": _request,
    "import-error": _import_error,
    "worker-crashed": _crash,
    "reload": lambda event: (f"Reloading {event['unit']}",),
    "debug-listening": lambda event: (
        f"{event['unit']} waits for a debugger at {event['host']}:{event['port']}",
    ),
    "delivery": lambda event: (delivery_text(event, event["id"]),),
    "emulator": lambda event: (emulator_text(event),),
    "enqueued": lambda event: (enqueued_text(event, event["id"]),),
    "wired": lambda event: (wired_text(event, event["id"]),),
    "stopped": lambda _: ("Stopped.",),
}
