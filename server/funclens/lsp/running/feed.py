"""Reduces the runner's events to one value and forwards them to the client."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from funclens.errors import RunnerError, UsageError
from funclens.features import Activity
from funclens.lsp.running.bridge import RunnerBridge
from funclens.lsp.running.output import (
    OutputBatch,
    dropped_entry,
    emulation_entry,
    request_entry,
)
from funclens.lsp.running.pending_requests import PendingRequests
from funclens.lsp.running.request_feed import RequestFeed
from funclens.lsp.running.symlinks import as_opened, linked_folders
from funclens.lsp.running.unit_message import unit_message
from funclens.printable import printable
from funclens.runner.api.event_waiter import EventWaiter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from funclens.lsp.window import Window
    from funclens.requests.request import Request

__all__ = [
    "OUTPUT",
    "REQUEST_FAILED",
    "REQUEST_RECORDED",
    "RUNNER_CHANGED",
    "UNITS_CHANGED",
    "RunnerFeed",
]

log = logging.getLogger(__name__)

RUNNER_CHANGED = "funclens/runnerChanged"
UNITS_CHANGED = "funclens/unitsChanged"
OUTPUT = "funclens/output"
REQUEST_FAILED = "funclens/requestFailed"
REQUEST_RECORDED = "funclens/requestRecorded"


class RunnerFeed:
    """Starts, joins and follows the runner of some folders."""

    def __init__(self, window: Window, on_change: Callable[[], None]) -> None:
        self.activity = Activity()
        self.events = EventWaiter()
        self.bridge = RunnerBridge(self.take)
        self.changing = asyncio.Lock()
        """Held while the runner is notified of saved files."""
        self.sends_differences = False
        """Whether the client is sent only the units that changed."""
        self._window = window
        self._on_change = on_change
        self._folders: list[str] = []
        self._linked: dict[str, str] = {}
        self._output = OutputBatch(self._send_output)
        self.requests = RequestFeed(window.notify)
        self._pending = PendingRequests(
            lambda function: self._set(self.activity.waiting_for(function)),
            lambda function: self._set(self.activity.responded(function)),
        )

    def set_folders(self, folders: list[str]) -> None:
        """Set the folders that a runner serves from now on."""
        self._folders = folders
        self._linked = linked_folders(folders)

    async def start(self, settings: list[dict[str, Any]]) -> None:
        """Join or start a runner, if none is up. `settings` are the editor's.

        Raises UsageError without a folder, RunnerError if it doesn't start.
        """
        if self.bridge.is_up:
            return
        if not self._folders:
            raise UsageError(
                "no folder is open", hint="open a folder that has functions"
            )
        self._set(self.activity.starting())
        try:
            async with self._window.progress("Funclens: starting the runner"):
                await self.bridge.start(self._folders, _flags(settings))
        except RunnerError:
            self.take({"event": "stopped"})
            raise

    async def prepare(self, settings: list[dict[str, Any]]) -> None:
        """Have what takes longest of a start done before somebody asks for it."""
        if self._folders and not self.bridge.is_up:
            try:
                pid = await self.bridge.prepare(self._folders, _flags(settings))
            except (RunnerError, OSError) as error:
                log.info("Preparing a runner failed: %s", error)
            else:
                if pid is not None:
                    log.info("Runner process %s is ready to start", pid)

    async def start_again(self, settings: list[dict[str, Any]]) -> None:
        """Restart a runner started here; disconnect from any other."""
        if self.bridge.is_up:
            is_ours = self.bridge.is_ours
            await self.bridge.close()
            if is_ours and self._folders:
                await self.start(settings)

    async def join(self) -> None:
        """Join a runner that already serves these folders."""
        if self._folders:
            await self.bridge.join(self._folders)

    async def files_changed(self, paths: Iterable[str]) -> None:
        """Notify the runner of saved files."""
        if self.bridge.is_up and paths:
            try:
                await self.bridge.control("changed", paths=list(paths))
            except RunnerError as error:
                log.info("Telling the runner about changed files failed: %s", error)

    async def settle(self) -> None:
        """Wait until the runner has processed earlier saves."""
        async with self.changing:
            pass

    def status(self) -> dict[str, Any]:
        """Return the parameters of `funclens/runnerChanged`."""
        runner = self.activity.runner
        return {
            "state": runner.state.value,
            "url": runner.url,
            "folders": self._folders,
            "units": [unit_message(status) for status in runner.units.values()],
        }

    def sending(self, function: str, request: Request) -> None:
        """Record a request that the editor sends, for replay."""
        self.activity = self.activity.sending(function, request)
        self._pending.begin(function)

    def sent(self, function: str) -> None:
        """Stop showing that a response is pending."""
        self._pending.end_soon(function)

    def take(self, event: Mapping[str, Any]) -> None:
        """Process one event of the runner."""
        event = as_opened(event, self._linked)
        name = event.get("event")
        if name == "output":
            self._output.add(event)
            return
        if name == "output-dropped":
            self._output.add(dropped_entry(event))
            return
        if (entry := emulation_entry(event)) is not None:
            self._output.add(entry)
            if name == "warning":
                self._warn(event)
            return
        if name == "request":
            self._output.add(request_entry(event))
            self._tell_recorded(event)
            self._tell_failure(event)
            if self.activity.is_from_here(event):
                self._pending.end(event["id"])
        self._output.flush()
        if name == "snapshot" and self.bridge.client is not None:
            self.requests.follow(self.bridge.client)
        elif name == "stopped":
            self.requests.stop()
        if name == "runner-failed":
            self._window.say(str(event["message"]), types.MessageType.Error)
            return
        self._set(self.activity.after(event))
        self.events.put(event)

    def _warn(self, event: Mapping[str, Any]) -> None:
        """Show a warning that needs somebody to do something."""
        if hint := str(event.get("hint") or ""):
            message = str(event["message"])
            sentences = (text[:1].upper() + text[1:] for text in (message, hint))
            self._window.warn_once(printable(". ".join(sentences) + "."))

    def _tell_recorded(self, event: Mapping[str, Any]) -> None:
        """Tell a client that sends requests itself where one is in the history."""
        if event.get("request") and event.get("id") in self.activity.sent:
            port = event.get("port") or 0
            params = {"id": event["id"], "port": port, "request": event["request"]}
            self._window.notify(REQUEST_RECORDED, params)

    def _tell_failure(self, event: Mapping[str, Any]) -> None:
        """Tell a client that sends requests itself how one has failed."""
        error = event.get("error") or {}
        is_failure = error or (event.get("status") or 500) >= 500
        if is_failure and event.get("id") in self.activity.sent:
            params = {
                "id": event["id"],
                "port": event.get("port") or 0,
                "error": error.get("error") or "",
                "file": error.get("file"),
                "line": error.get("line"),
                "output": printable(event.get("output") or "", lines=True),
            }
            self._window.notify(REQUEST_FAILED, params)

    def _set(self, activity: Activity) -> None:
        if activity is self.activity:
            return
        before, self.activity = self.activity.runner, activity
        now = activity.runner
        is_same = (before.state, before.url) == (now.state, now.url)
        if self.sends_differences and is_same:
            units = [
                unit_message(status)
                for unit, status in now.units.items()
                if before.units.get(unit) != status
            ]
            if units:
                self._window.notify(UNITS_CHANGED, {"units": units})
        elif now != before:
            self._window.notify(RUNNER_CHANGED, self.status())
        self._on_change()

    def _send_output(self, entries: list[dict[str, Any]]) -> None:
        self._window.notify(OUTPUT, {"entries": entries})


def _flags(settings: list[dict[str, Any]]) -> list[str]:
    return ["--editor-settings", json.dumps(settings)]
