"""Run the schedules of a span of time on a simulated clock."""

from __future__ import annotations

import argparse
import heapq
import json
import random
import re
from datetime import datetime, timedelta, timezone
from itertools import takewhile
from typing import TYPE_CHECKING, Any, NamedTuple

from funclens.cli import stderr
from funclens.cli.call.delivering import Delivering
from funclens.errors import UsageError
from funclens.requests.delivery.attempt import is_delivered
from funclens.requests.samples import Inputs
from funclens.runner.api.event_waiter import following
from funclens.schedules import parse_schedule, schedules_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from funclens.cli.call.printer import Printer
    from funclens.model import Function
    from funclens.requests.request import Request
    from funclens.runner.api.client import RunnerClient

__all__ = ["add_fast_forward", "check_fast_forward", "fast_forward"]

_SPAN = re.compile(r"([1-9][0-9]{0,4})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_MOST_RUNS = 10_000
_OTHERS = ("retry", "duplicate", "shuffle", "sample", "method", "event")


class _Run(NamedTuple):
    """A run of a function; `at` is in the time zone of its schedule."""

    at: datetime
    number: int
    """Of the function; decides between runs at one time."""

    def order(self) -> tuple[float, int]:
        """Return what sorts runs in the order of their moments."""
        return self.at.timestamp(), self.number


def add_fast_forward(parser: argparse.ArgumentParser) -> None:
    """Add the option."""
    parser.add_argument(
        "--fast-forward",
        type=_span,
        metavar="SPAN",
        help="run what is scheduled in the next 30m, 12h, 1d or 2w, without waiting; "
        "without NAME, of all functions",
    )


def check_fast_forward(arguments: argparse.Namespace) -> None:
    """Raise UsageError for options that don't go together.

    The name may be left out, so a path in its place is a folder.
    """
    if arguments.fast_forward is None:
        return
    for name in _OTHERS:
        if getattr(arguments, name):
            raise UsageError(
                f"--fast-forward and --{name} exclude each other",
                hint="remove one of them",
            )
    word = arguments.name or ""
    if word in {".", ".."} or "/" in word:
        more = [] if arguments.folders == ["."] else arguments.folders
        arguments.name, arguments.folders = None, [word, *more]


async def fast_forward(
    arguments: argparse.Namespace,
    printer: Printer,
    client: RunnerClient,
    functions: Sequence[Function],
    request_for: Callable[[Function, Inputs], Request],
) -> int:
    """Send the requests of all runs in order; return the exit code."""
    now = datetime.now(timezone.utc).replace(microsecond=0)
    end = now + arguments.fast_forward
    planned = [
        takewhile(lambda run: run.at <= end, _runs(schedule, number))
        for number, function in enumerate(functions)
        for schedule in _valid_schedules(function, now)
    ]
    if not planned:
        raise UsageError(
            "no schedule found",
            hint="it comes from on_schedule, from a Cloud Scheduler job in a deploy "
            "file, or from the setting 'triggers'",
        )
    sent: list[dict[str, Any]] = []
    failed = 0
    async with following(client) as waiter:
        for run in heapq.merge(*planned, key=_Run.order):
            if len(sent) == _MOST_RUNS:
                printer.say(f"stopped after {_MOST_RUNS:,} runs")
                break
            function = functions[run.number]
            sender = Delivering(arguments, printer, client, waiter, function)
            response = await sender.deliver(
                request_for(function, _inputs(run, arguments.given_data)),
                f"{run.at:%a %d %b %H:%M %Z} {function.endpoint}",
                id=function.id,
                at=run.at.isoformat(timespec="seconds"),
            )
            sent += sender.deliveries
            failed += not is_delivered(response.status)
    total = "1 run" if len(sent) == 1 else f"{len(sent):,} runs"
    printer.say(f"{total}, {failed:,} failed" if failed else total)
    if arguments.json:
        printer.part(f"{json.dumps({'runs': sent}, indent=2)}\n".encode())
    return int(failed > 0)


def _valid_schedules(function: Function, now: datetime) -> Iterator[Iterator[datetime]]:
    for schedule, zone in schedules_of(function):
        try:
            yield parse_schedule(schedule, zone)(now)
        except UsageError as error:  # noqa: PERF203
            stderr.warning(f"{function.id}: {error}")


def _runs(moments: Iterator[datetime], number: int) -> Iterator[_Run]:
    return (_Run(at, number) for at in moments)


def _inputs(run: _Run, data: bytes | None) -> Inputs:
    number = random.randrange(10**15, 9 * 10**15)  # noqa: S311 - no secret
    return Inputs(id=str(number), time=run.at.astimezone(timezone.utc), payload=data)


def _span(word: str) -> timedelta:
    match = _SPAN.fullmatch(word)
    if match is None:
        raise argparse.ArgumentTypeError(f"invalid span '{word}'; use 30m, 12h or 1d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})
