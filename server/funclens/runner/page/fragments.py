"""Parts of the page that change: unit states and last responses. Pure."""

from __future__ import annotations

import os.path
from datetime import datetime, timezone
from http import HTTPStatus
from typing import TYPE_CHECKING

from funclens.cold_start import cold_start_text
from funclens.runner.http.html_document import fragment
from funclens.runner.units.status import UnitState

if TYPE_CHECKING:
    from markupsafe import Markup

    from funclens.runner.page.last_responses import LastResponse
    from funclens.runner.units.status import UnitStatus

__all__ = ["last_response", "unit_state"]

_WORDS = {
    UnitState.IDLE: "Not started",
    UnitState.STARTING: "Starting",
    UnitState.READY: "Running",
    UnitState.FAILED: "Failed to load",
}


def unit_state(status: UnitStatus, folder: str) -> Markup:
    """Render the state of a unit, with its failure."""
    debug, failure, start = status.debug, status.failure, status.cold_start
    return fragment(
        "unit_state.html",
        unit=status.unit,
        state=status.state.value,
        word=_word(status),
        debug=f"{debug.host}:{debug.port}" if debug else "",
        cold_start=cold_start_text(start, capital=True) if start else "",
        failure=failure,
        is_loop=status.crash_loop is not None,
        where=_place(failure.file, failure.line, folder) if failure else "",
    )


def _word(status: UnitStatus) -> str:
    if status.state is UnitState.FAILED and status.crash_loop is not None:
        return "Crash loop"
    return _WORDS[status.state]


def last_response(response: LastResponse | None, folder: str) -> Markup:
    """Render the result of the last request to a function."""
    if response is None:
        return fragment("last_response.html", response=None)
    moment = datetime.fromtimestamp(response.at, timezone.utc)
    return fragment(
        "last_response.html",
        response=response,
        kind=_kind(response),
        status=_status(response.status),
        duration=_duration(response.seconds),
        # Local time; the script converts it to the reader's time zone.
        stamp=moment.isoformat(timespec="seconds"),
        clock=f"{moment.astimezone():%H:%M:%S}",
        where=_place(response.file, response.line, folder),
    )


def _place(file: str | None, line: int | None, folder: str) -> str:
    if not file:
        return ""
    shown = os.path.relpath(file, folder) if file.startswith(folder + os.sep) else file
    return f"{shown}:{line}" if line else shown


def _kind(response: LastResponse) -> str:
    if response.error or response.status >= 500 or not response.status:
        return "bad"
    return "odd" if response.status >= 400 else "good"


def _status(status: int) -> str:
    if not status:
        return "No answer"
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _duration(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.1f} s"
