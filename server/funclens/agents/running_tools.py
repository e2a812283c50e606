"""Tools that run code. Their docstrings are what an agent reads."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from funclens.agents.answers import Answer, Environments, RunnerInfo, UnitInfo
from funclens.agents.bounds import json_bytes
from funclens.agents.calling import call
from funclens.agents.code_permission import Allowed, CodePermission
from funclens.agents.static_workspace import read_catalog
from funclens.agents.unit_set_up import chosen_units, set_up
from funclens.errors import RunnerError, UsageError
from funclens.requests.request import request_of
from funclens.requests.sampling import AUTO, sample_event
from funclens.requests.source_hints import source_hints

if TYPE_CHECKING:
    from funclens.agents.folder_runner import FolderRunner
    from funclens.model import Function
    from funclens.runner.api.client import RunnerClient

__all__ = ["RunningTools"]

_LOAD_SECONDS = 60.0
"""Maximum seconds to wait until a unit has loaded."""

_Name = Annotated[
    str, Field(description="Endpoint, id or an unambiguous prefix of one", min_length=1)
]
_Seconds = Annotated[
    float, Field(description="Maximum seconds to wait for the response", gt=0, le=600)
]


class RunningTools:
    """What agents can do with the functions of the workspace."""

    def __init__(self, runner: FolderRunner, permission: CodePermission) -> None:
        self._runner = runner
        self._permission = permission

    async def call_function(
        self,
        function: _Name,
        *,
        allowed: Allowed,
        method: Annotated[
            str | None, Field(description="Default: POST with a body, otherwise GET")
        ] = None,
        path: Annotated[
            str | None, Field(description="Path and query below the function: /a?x=1")
        ] = None,
        headers: Annotated[
            dict[str, str] | None, Field(description="Headers by name")
        ] = None,
        json: Annotated[Any, Field(description="Value to send as a JSON body")] = None,
        body: Annotated[
            str | None, Field(description="Text to send as the body; not with `json`")
        ] = None,
        timeout_seconds: _Seconds = 60.0,
    ) -> Answer:
        """Send an HTTP request to a function and return its response.

        Runs the function's code on this machine, as it is saved now: after an edit,
        call again. If it raises, `failure` has the exception with the user's frames,
        their source lines and locals. For functions that take events, use send_event.
        """
        if json is not None and body is not None:
            raise UsageError("both json and body are given", hint="pass one of them")
        data = json_bytes(json) if json is not None else body and body.encode()
        request = request_of(
            method=method,
            path=path,
            headers=[f"{name}: {value}" for name, value in (headers or {}).items()],
            data=data or None,
        )
        self._permission.settle(allowed)
        client = await self._runner.reach()
        found = await self._runner.function(client, function)
        return await call(self._runner, client, found, request, timeout_seconds)

    async def send_event(
        self,
        function: _Name,
        *,
        allowed: Allowed,
        event: Annotated[
            str,
            Field(
                description="Event type such as pubsub or storage.finalized; `auto` "
                "is the one that the function takes"
            ),
        ] = AUTO,
        data: Annotated[
            Any,
            Field(
                description="Payload: for pubsub the message, otherwise the event's "
                "data; a generated sample if left out"
            ),
        ] = None,
        mode: Annotated[
            str | None,
            Field(
                description="binary, structured, protobuf, legacy or push; default: "
                "the one that the function takes"
            ),
        ] = None,
        timeout_seconds: _Seconds = 60.0,
    ) -> Answer:
        """Deliver an event to a function in the form that production sends.

        Runs the function's code and returns its response. Without `data`, a realistic
        sample is made. The resource funclens://docs/reference/events lists the event
        types.
        """
        self._permission.settle(allowed)
        client = await self._runner.reach()
        found = await self._runner.function(client, function)
        payload = None
        if data is not None:
            payload = data.encode() if isinstance(data, str) else json_bytes(data)
        sampled = sample_event(
            found, source_hints(found), event=event, mode=mode, payload=payload
        )
        request = request_of(
            method=None, path=None, headers=[], data=None, sample=sampled.request
        )
        return await call(self._runner, client, found, request, timeout_seconds)

    async def setup_environment(
        self,
        allowed: Allowed,
        unit: Annotated[
            str | None,
            Field(
                description="Unit from list_functions, even if it has an environment; "
                "default: all that lack one"
            ),
        ] = None,
    ) -> Environments:
        """Create the virtual environments of units that lack one.

        Installs their requirements, which may take minutes. Use it when a unit fails to
        load because a package is missing.
        """
        self._permission.settle(allowed)
        read = await asyncio.to_thread(read_catalog, self._runner.folders)
        units = chosen_units(read, unit)
        done = await set_up(read, units)
        client = await self._runner.find()
        for info in done if client is not None else ():
            for name in info.units if info.error is None else ():
                with contextlib.suppress(RunnerError):  # it isn't served
                    await client.control("restart", unit=name)  # type: ignore[union-attr]
        return Environments(environments=done)

    async def start(
        self,
        allowed: Allowed,
        function: Annotated[
            str | None, Field(description="Also load the unit of this function")
        ] = None,
    ) -> RunnerInfo:
        """Start a runner that serves all functions, unless one is up.

        Returns its address and the state of each unit. call_function and send_event
        start one by themselves: use this for its URL, or to see if a unit loads.
        """
        self._permission.settle(allowed)
        client = await self._runner.reach()
        if function is not None:
            found = await self._runner.function(client, function)
            await self._load(client, found)
        listing = await client.functions()
        return RunnerInfo(
            url=client.url,
            is_own=self._runner.is_own,
            units=[_unit_info(item) for item in listing["runner"]["units"]],
        )

    async def stop(self) -> RunnerInfo:
        """Stop the runner that this server started.

        One that the user or an editor started is left alone.
        """
        if not await self._runner.stop():
            if await self._runner.find() is None:
                raise RunnerError("no runner is up", hint="there is nothing to stop")
            raise RunnerError(
                "the runner was started by somebody else, so it is left alone",
                hint="stop it where it was started",
            )
        return RunnerInfo(url=None, is_own=False, units=[])

    async def _load(self, client: RunnerClient, function: Function) -> None:
        """Start a unit; wait until it is ready or has failed."""
        listing = await client.functions()
        units = {unit["unit"]: unit["state"] for unit in listing["runner"]["units"]}
        if units.get(function.unit) == "ready":
            return
        loaded = self._runner.waiter.expect(
            "unit-state",
            lambda event: event["state"] in {"ready", "failed"},
            unit=function.unit,
        )
        await client.control("start", id=function.id)
        with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
            await asyncio.wait_for(loaded, _LOAD_SECONDS)


def _unit_info(status: dict[str, Any]) -> UnitInfo:
    failure = status.get("failure") or {}
    return UnitInfo(
        unit=status["unit"],
        state=status["state"],
        error=failure.get("error"),
        file=failure.get("file"),
        line=failure.get("line"),
        hint=failure.get("hint") or None,
    )
