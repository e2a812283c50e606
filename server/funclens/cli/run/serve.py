"""Build a Runner and run it until it is asked to stop."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from funclens.cli.run import run_output
from funclens.cli.run.async_stdout import Output
from funclens.cli.run.child_command import PASSED_SIGNALS, Command
from funclens.cli.run.standard_input import watch_end_of_stdin
from funclens.cli.run.stop_signals import existing_signals, handle_signals
from funclens.cli.run.with_command import run_with
from funclens.runner.app import Runner, RunnerOptions
from funclens.runner.descriptors import raise_limit
from funclens.runner.event_loop import run_in_loop
from funclens.runner.http.listen import bind

if TYPE_CHECKING:
    import argparse
    import socket
    from collections.abc import Mapping

    from funclens.folder_settings import FolderSettings
    from funclens.runner.events import Subscription
    from funclens.runner.processes.prestart import Prestarted
    from funclens.settings import Settings

__all__ = ["serve"]

STOP_SECONDS = 5.0
"""Maximum seconds for workers to finish; a second Ctrl+C kills them."""

_STOP_SIGNALS = existing_signals("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")

_HINT_SECONDS = 0.5
"""Seconds before a slow stop explains what it waits for."""

_HOW_TO_END = (
    f"Waiting up to {STOP_SECONDS:.0f} s for requests to finish; "
    "press Ctrl+C again to stop now.\n"
)

_LAST_OUTPUT_SECONDS = 2.0
"""Maximum seconds without progress when flushing output after a stop."""

_COLLECT_AFTER = 20_000, 20, 20
"""Thresholds of garbage collection: requests create values without cycles."""

PORT_SEARCH = 50
"""Number of ports above the preferred one to try before any free port."""


def serve(
    arguments: argparse.Namespace,
    source: FolderSettings,
    settings: Mapping[str, Settings],
    prestarted: Prestarted | None,
) -> int:
    """Serve until stopped, or until the command ends; return the exit code.

    `settings` are those that `source` has read. Raises PortInUseError, and other
    errors if the runner can't start.
    """
    raise_limit()
    first = next(iter(settings.values()))
    search = PORT_SEARCH if arguments.port is None else 0
    listener = bind(first.host, first.port, search=search)
    try:
        return run_in_loop(_serve(arguments, listener, source, settings, prestarted))
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # nothing is left to be stopped


def _history_file(settings: Mapping[str, Settings]) -> str | None:
    """Return the absolute path of the setting, which the first folder decides."""
    folder, window = next(iter(settings.items()))
    if not window.history_file:
        return None
    return str(Path(folder, Path(window.history_file).expanduser()))


async def _serve(
    arguments: argparse.Namespace,
    listener: socket.socket,
    source: FolderSettings,
    settings: Mapping[str, Settings],
    prestarted: Prestarted | None,
) -> int:
    options = RunnerOptions(
        target=arguments.target,
        debug=arguments.debug,
        history_file=_history_file(settings),
        emulators=next(iter(settings.values())).emulators,
        watches=arguments.watch or not arguments.parent_stdin,
    )
    runner = Runner(listener, source, settings, options, prestarted)
    command = Command(arguments.command) if arguments.command else None
    events = runner.bus.subscribe()
    log = Output(sys.stderr)
    handle_signals(
        _STOP_SIGNALS if command is None else PASSED_SIGNALS,
        partial(_at_signal, runner, command),
    )
    await runner.start()
    _collect_garbage()
    code = 0
    try:
        if arguments.events:
            writing = run_output.write_events(events, log)
        else:
            asked = next(iter(settings.values())).port
            first = run_output.start_text(
                runner.catalog, runner.url, asked=asked, command=arguments.command
            )
            output = Output(sys.stdout) if command is None else log
            writing = run_output.write_text(events, output, log, first)
        writer = asyncio.create_task(writing)
        if command is None:
            await _wait_for_stop(runner, watches_stdin=arguments.parent_stdin)
        else:
            code = await run_with(runner, command, log, end_seconds=STOP_SECONDS)
            runner.stopping.set()
    finally:
        await _stop(runner, log)
    await _finish(writer, events)
    return code


def _at_signal(runner: Runner, command: Command | None, number: int) -> None:
    if command is not None and command.is_running:
        command.pass_on(number)
    elif runner.is_up:
        if command is not None:
            command.stopped_by = number
        _ask_to_stop(runner)
    else:  # there is nothing yet that doesn't end with this process
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)


def _ask_to_stop(runner: Runner) -> None:
    if runner.stopping.is_set():
        runner.kill()
    runner.stopping.set()


async def _wait_for_stop(runner: Runner, *, watches_stdin: bool) -> None:
    if watches_stdin:
        watch_end_of_stdin(partial(_ask_to_stop, runner))
    await runner.stopping.wait()


def _collect_garbage() -> None:
    """Collect garbage from now on, but not among what lives until the end.

    A collection of everything would take longer than most requests.
    """
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)
    gc.enable()


async def _stop(runner: Runner, log: Output) -> None:
    loop = asyncio.get_running_loop()
    hint = loop.call_later(_HINT_SECONDS, log.write_soon, _HOW_TO_END)
    await runner.stop(STOP_SECONDS)
    hint.cancel()


async def _finish(writer: asyncio.Task[None], events: Subscription) -> None:
    """Wait for the last output while somebody reads it."""
    left = None
    while left != (left := events.backlog):
        done, _ = await asyncio.wait({writer}, timeout=_LAST_OUTPUT_SECONDS)
        if done:
            await writer
            return
    writer.cancel()
