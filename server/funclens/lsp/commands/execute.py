"""Implementations of the server's commands."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from funclens.errors import RunnerError
from funclens.features import commands as names
from funclens.lsp.commands.arguments import (
    find_function,
    find_unit,
    one_object,
    parse_call,
)
from funclens.lsp.commands.create import create_function
from funclens.lsp.commands.deliver import deliver_event
from funclens.lsp.commands.describe import sample_request
from funclens.lsp.commands.http_files import find_http_request
from funclens.lsp.commands.load_unit import load, tell_failed_load
from funclens.lsp.commands.recorded import (
    recorded_id,
    replay_recorded,
    save_as_test,
)
from funclens.lsp.commands.sending import check_replay, replay_last, send_request
from funclens.lsp.commands.set_up_units import set_up
from funclens.lsp.commands.show import show_failure, show_function
from funclens.runner.units.status import UnitState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from funclens.lsp.session import Session

__all__ = ["COMMANDS", "execute"]


async def execute(session: Session, command: str, arguments: Sequence[Any]) -> Any:
    """Execute a command and return its result.

    Raises UsageError for invalid arguments, RunnerError if the runner fails or the
    workspace is not trusted.
    """
    if not session.client.trusted and command != names.SHOW:
        raise RunnerError(
            f"{command} is unavailable because this workspace is not trusted",
            hint="trust it to run, call and debug its functions",
        )
    argument = one_object(command, arguments)
    await session.settle()
    await session.runner.settle()
    return await COMMANDS[command](session, argument)


async def _run(session: Session, argument: Mapping[str, Any]) -> dict[str, Any]:
    """Start the runner and, with an id, load the function's unit."""
    if not argument.get("id"):
        await session.start_runner()
        return {"id": None, "url": session.snapshot().runner.url}
    function = find_function(session.snapshot(), names.RUN, argument)
    await session.start_runner()
    async with session.window.progress(f"Funclens: loading {function.unit}"):
        await load(session, function.unit)
    return {"id": function.id, "url": session.snapshot().url_of(function)}


async def _debug(session: Session, argument: Mapping[str, Any]) -> dict[str, Any]:
    """Start a function's unit under debugpy; return where to attach.

    With `replay`, the last request, or the one `request` of the history, is sent
    again; it waits in the front door until the debugger is attached and the unit is
    loaded. With `replay: "later"`, it must exist, and the client sends it with
    `funclens.replay`. `env` is added to the unit's environment for the session.
    """
    function = find_function(session.snapshot(), names.DEBUG, argument)
    recorded = recorded_id(argument)
    if argument.get("replay") and recorded is None:
        check_replay(session, function)
    extra = {"env": argument["env"]} if argument.get("env") else {}
    await session.start_runner()
    async with session.window.progress(
        f"Funclens: starting the debugger of {function.unit}"
    ):
        address = await session.runner.bridge.control(
            "debug", unit=function.unit, id=function.id, **extra
        )
    if session.snapshot().status_of(function.unit).state is not UnitState.READY:
        session.window.hold(tell_failed_load(session, function))
    if argument.get("replay") and argument["replay"] != "later":
        session.window.hold(
            replay_last(session, function)
            if recorded is None
            else replay_recorded(session, recorded)
        )
    if not session.client.commands:  # it doesn't attach by itself
        session.window.say(
            f"{function.unit} is waiting for a debugger. Attach one to debugpy at "
            f"{address['host']}:{address['port']}.",
            types.MessageType.Info,
        )
    return {
        "id": function.id,
        "unit": function.unit,
        "host": address["host"],
        "port": address["port"],
        "url": session.snapshot().url_of(function),
    }


async def _end_debug(session: Session, argument: Mapping[str, Any]) -> dict[str, Any]:
    """Restart a unit without the debugger."""
    unit = find_unit(session.snapshot(), names.END_DEBUG, argument)
    if session.runner.bridge.is_up:
        await session.runner.bridge.control("end-debug", unit=unit)
    return {"unit": unit}


async def _stop(session: Session, argument: Mapping[str, Any]) -> dict[str, Any]:
    """Stop the worker of `unit`, or the runner; an `id` alone chooses nothing."""
    bridge = session.runner.bridge
    if argument.get("unit") is None:
        await bridge.stop()
        return {}
    unit = find_unit(session.snapshot(), names.STOP, argument)
    if bridge.is_up:
        await bridge.control("stop-unit", unit=unit)
    return {"unit": unit}


async def _restart(session: Session, argument: Mapping[str, Any]) -> dict[str, Any]:
    """Restart the worker of a unit."""
    unit = find_unit(session.snapshot(), names.RESTART, argument)
    await session.start_runner()
    await session.runner.bridge.control("restart", unit=unit)
    return {"unit": unit}


async def _call(session: Session, argument: Mapping[str, Any]) -> dict[str, Any]:
    """Send a request to a function.

    With `event`, a sample event; with `uri` and `line`, a request of a `.http` file.
    """
    if argument.get("uri"):
        function, request = await asyncio.to_thread(
            find_http_request, session, argument
        )
        await session.start_runner()
        return await send_request(session, function, request)
    function = find_function(session.snapshot(), names.CALL, argument)
    request = (
        sample_request(session, function, argument)
        if argument.get("event")
        else parse_call(argument)
    )
    await session.start_runner()
    return await send_request(session, function, request)


async def _replay(session: Session, argument: Mapping[str, Any]) -> dict[str, Any]:
    """Send the last request to a function again, or one of the history."""
    recorded = recorded_id(argument)
    if recorded is not None:
        return await replay_recorded(session, recorded)
    function = find_function(session.snapshot(), names.REPLAY, argument)
    check_replay(session, function)
    await session.start_runner()
    return await replay_last(session, function)


async def _open(session: Session, argument: Mapping[str, Any]) -> dict[str, Any]:
    """Open a function's URL in a browser."""
    function = find_function(session.snapshot(), names.OPEN, argument)
    await session.start_runner()
    url = session.snapshot().url_of(function)
    await session.window.open(url, f"{function.qualified_name}: {url}")
    return {"id": function.id, "url": url}


COMMANDS: Mapping[
    str, Callable[[Session, Mapping[str, Any]], Awaitable[dict[str, Any]]]
] = {
    names.RUN: _run,
    names.DEBUG: _debug,
    names.STOP: _stop,
    names.RESTART: _restart,
    names.CALL: _call,
    names.DELIVER: deliver_event,
    names.OPEN: _open,
    names.END_DEBUG: _end_debug,
    names.REPLAY: _replay,
    names.SHOW: show_function,
    names.SHOW_FAILURE: show_failure,
    names.NEW: create_function,
    names.SET_UP: set_up,
    names.SAVE_TEST: save_as_test,
}
