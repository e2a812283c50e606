"""The parts of the page that change: state of a unit, end of a request. Pure."""

from __future__ import annotations

import os.path
from datetime import datetime, timezone
from html import escape
from http import HTTPStatus
from typing import TYPE_CHECKING

from funclens.runner.units.status import UnitState

if TYPE_CHECKING:
    from funclens.runner.page.last_responses import LastResponse
    from funclens.runner.units.status import UnitFailure, UnitStatus

__all__ = ["function_part", "unit_part"]

_WORDS = {
    UnitState.IDLE: "Not started",
    UnitState.STARTING: "Starting",
    UnitState.READY: "Running",
    UnitState.FAILED: "Failed to load",
}


def unit_part(status: UnitStatus, folder: str) -> str:
    """Return the state of a unit in words, with what failed."""
    word = _WORDS[status.state]
    text = f"<p class='chip {status.state.value}'>{word}</p>"
    if status.debug is not None:
        address = escape(f"{status.debug.host}:{status.debug.port}")
        text += f"<p class='debug'>Debugger at <code>{address}</code></p>"
    if status.failure is not None:
        text += _failure(status.failure, folder)
    return text


def function_part(answer: LastResponse | None, folder: str) -> str:
    """Return how the last request to a function ended."""
    if answer is None:
        return "<p class='answer'>Not called yet</p>"
    kind = "bad" if _is_failure(answer) else "odd" if answer.status >= 400 else "good"
    request = escape(f"{answer.method} {answer.path}")
    text = (
        f"<p class='answer {kind}'><strong>{_status(answer.status)}</strong> in "
        f"{_duration(answer.seconds)} for <code>{request}</code> at {_time(answer.at)}"
        "</p>"
    )
    if answer.error:
        place = _place(answer.file, answer.line, folder)
        text += f"<p class='error-line'>{escape(answer.error)}{place}</p>"
    return text


def _failure(failure: UnitFailure, folder: str) -> str:
    place = _place(failure.file, failure.line, folder)
    hint = f"<p>{escape(failure.hint)}</p>" if failure.hint else ""
    details = (
        f"<details><summary>Traceback</summary><pre>{escape(failure.traceback)}</pre>"
        "</details>"
        if failure.traceback
        else ""
    )
    return (
        f"<div class='failure'><p class='error-line'>{escape(failure.error)}{place}</p>"
        f"{hint}<p>The next save or request tries again.</p>{details}</div>"
    )


def _place(file: str | None, line: int | None, folder: str) -> str:
    if not file:
        return ""
    shown = os.path.relpath(file, folder) if file.startswith(folder + os.sep) else file
    where = f"{shown}:{line}" if line else shown
    return f" <span class='where'>{escape(where)}</span>"


def _is_failure(answer: LastResponse) -> bool:
    return bool(answer.error) or answer.status >= 500 or not answer.status


def _status(status: int) -> str:
    if not status:
        return "No answer"
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _duration(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.1f} s"


def _time(at: float) -> str:
    """Return an instant for people here; the script tells it in the reader's zone."""
    moment = datetime.fromtimestamp(at, timezone.utc)
    stamp = moment.isoformat(timespec="seconds")
    return f"<time datetime='{stamp}'>{moment.astimezone():%H:%M:%S}</time>"
