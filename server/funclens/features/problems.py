"""All problems of the workspace: from static rules and from the runner."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from typing import TYPE_CHECKING

from funclens.features.snapshot import absolute
from funclens.model import Problem, RelatedPlace, Severity, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.features.position_encoding import Places
    from funclens.features.snapshot import Snapshot

__all__ = ["OF_EVENTS", "problems_by_file"]

OF_EVENTS = frozenset({"import-error", "last-request-failed", "analysis-failed"})
"""Codes of runtime failures, which comments don't ignore."""

_FRAME = re.compile(r'^  File "(?P<file>.+)", line (?P<line>\d+), in (?P<name>.+)$')

_INSTALLED = re.compile(r"[/\\](?:(?:site|dist)-packages|lib[/\\]python3[^/\\]*)[/\\]")
"""In paths of packages and the standard library, also in the workspace's `.venv`."""

_MOST_FRAMES = 10
"""Maximum related locations per problem; the innermost frames are kept."""


def problems_by_file(
    snapshot: Snapshot, places: Places
) -> dict[str, tuple[Problem, ...]]:
    """Return the problems of each file that has any, by absolute path."""
    found: dict[str, list[Problem]] = defaultdict(list)
    for problems in (
        snapshot.catalog.problems,
        _import_errors(snapshot, places),
        _failed_requests(snapshot, places),
        _failed_analyses(snapshot, places),
    ):
        for problem in problems:
            found[absolute(problem.folder, problem.file)].append(problem)
    return {path: tuple(problems) for path, problems in found.items()}


def _import_errors(snapshot: Snapshot, places: Places) -> Iterator[Problem]:
    for unit in snapshot.catalog.units:
        status = snapshot.runner.units.get(unit.id)
        if status is None or status.failure is None:
            continue
        failure = status.failure
        what = "failed to load" if status.crash_loop is None else "is not running"
        message = f"Unit `{unit.id}` {what}: {failure.error}"
        hint = failure.hint
        if snapshot.trusted and snapshot.need_of(unit.id) is not None:
            hint = "Set up its environment."
        path, line = failure.file or unit.source, failure.line or 1
        yield Problem(
            code="import-error",
            severity=Severity.ERROR,
            message=f"{message}\n{hint}" if hint else message,
            folder=unit.folder,
            file=_relative(path, unit.folder),
            span=_whole_line(path, line, places),
            related=_frames(failure.traceback, unit.folder, places),
        )


def _failed_requests(snapshot: Snapshot, places: Places) -> Iterator[Problem]:
    for id_, response in snapshot.activity.responses.items():
        function = snapshot.functions.get(id_)
        if function is None or not response.error:
            continue
        if response.file and response.line:
            path = response.file
            span = _whole_line(path, response.line, places)
        else:
            path = absolute(function.folder, function.file)
            span = function.name_span
        yield Problem(
            code="last-request-failed",
            severity=Severity.ERROR,
            message=f"The last request to `{id_}` failed: {response.error}",
            folder=function.folder,
            file=_relative(path, function.folder),
            span=span,
            related=_frames(response.traceback, function.folder, places),
        )


def _failed_analyses(snapshot: Snapshot, places: Places) -> Iterator[Problem]:
    for path, error in snapshot.failures:
        folder, file = os.path.split(path)
        yield Problem(
            code="analysis-failed",
            severity=Severity.WARNING,
            message=(
                "Funclens could not analyze this file and keeps the last results. "
                f"This is a bug in Funclens, please report it: {error}"
            ),
            folder=folder,
            file=file,
            span=_whole_line(path, 1, places),
        )


def _frames(traceback: str, folder: str, places: Places) -> tuple[RelatedPlace, ...]:
    """Return the user's frames of a Python traceback, then where a package raised.

    The frames of packages between and around them are only counted.
    """
    own: list[re.Match[str]] = []
    last: re.Match[str] | None = None
    below = 0
    for match in filter(None, map(_FRAME.match, traceback.splitlines())):
        path, last = match["file"], match
        if path.startswith(folder + os.sep) and not _INSTALLED.search(path):
            own.append(match)
            below = 0
        else:
            below += 1
    frames = [
        _frame(match, folder, f"in {match['name']}", places)
        for match in own[-_MOST_FRAMES:]
    ]
    if own and below and last is not None:
        depth = f"{below} frames below" if below > 1 else "below"
        message = f"raised in {last['name']}, {depth} in packages"
        frames.append(_frame(last, folder, message, places))
    return tuple(frames)


def _frame(
    match: re.Match[str], folder: str, message: str, places: Places
) -> RelatedPlace:
    return RelatedPlace(
        file=_relative(match["file"], folder),
        folder=folder,
        span=_whole_line(match["file"], int(match["line"]), places),
        message=message,
    )


def _whole_line(path: str, line: int, places: Places) -> Span:
    """Return the span of a line without its indentation."""
    text = places.line_of(path, line).rstrip()
    start = len(text) - len(text.lstrip()) + 1
    return Span(line, start, line, len(text) + 1)


def _relative(path: str, folder: str) -> str:
    return os.path.relpath(path, folder).replace(os.sep, "/")
