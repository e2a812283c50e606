"""Sends the client changed diagnostics, lenses and functions.

Diagnostics are pushed to clients without pull support. Nothing is sent twice, and at
most one refresh is pending at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from funclens.lsp.publishing.functions_feed import FunctionsFeed
from funclens.lsp.publishing.next_runs_feed import NextRunsFeed
from funclens.lsp.publishing.reports import Reports
from funclens.lsp.publishing.responses_feed import ResponsesFeed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from pygls.lsp.server import LanguageServer

    from funclens.features import ClientProfile, Snapshot
    from funclens.features.position_encoding import Places
    from funclens.lsp.open_documents import Documents
    from funclens.lsp.window import Window

__all__ = ["NEEDS_CHANGED", "Publisher", "Refresher", "needs_json"]

NEEDS_CHANGED = "funclens/needsChanged"


class Refresher:
    """Asks the client to refresh; requests while one is pending are merged."""

    def __init__(self, ask: Callable[[Any], Awaitable[Any]]) -> None:
        self._ask = ask
        self._task: asyncio.Task[None] | None = None
        self._again = False

    def request(self) -> None:
        """Ask for a refresh now, or after the pending one was answered."""
        self._again = True
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._run())

    async def _run(self) -> None:
        while self._again:
            self._again = False
            with contextlib.suppress(JsonRpcException):
                await self._ask(None)


class Publisher:
    """Compares the current state with what was sent last."""

    def __init__(
        self,
        server: LanguageServer,
        documents: Documents,
        profile: ClientProfile,
        places: Places,
        window: Window,
    ) -> None:
        self.reports = Reports(documents, profile, places)
        self.functions = FunctionsFeed(window.notify)
        self.responses = ResponsesFeed(window.notify)
        self._server = server
        self._documents = documents
        self._profile = profile
        self._window = window
        self._sent: Snapshot | None = None
        self._needs: list[dict[str, Any]] = []
        self._changed = asyncio.Event()
        self._lenses = Refresher(server.workspace_code_lens_refresh_async)
        self._pulls = Refresher(server.workspace_diagnostic_refresh_async)
        self.next_runs = NextRunsFeed(window.notify, self._refresh_lenses)

    def publish(self, snapshot: Snapshot, edited: frozenset[str]) -> None:
        """Send what changed; the client itself refreshes the `edited` files."""
        changed = self.reports.take(snapshot)
        if not self._profile.pulls_diagnostics:
            for path in sorted(changed):
                params = self.reports.pushed(path)
                self._server.text_document_publish_diagnostics(params)
        elif changed:
            self._changed.set()
            if any(path in changed for path in self._documents if path not in edited):
                self._pulls.request()
        is_stale = self._publish_needs(snapshot) or self._are_lenses_stale(
            snapshot, edited
        )
        if self._profile.refresh_lenses and is_stale:
            self._lenses.request()
        self.functions.publish(snapshot.catalog)
        self.responses.publish(snapshot.activity.responses)
        self.next_runs.publish(snapshot.catalog)
        self._sent = snapshot

    def _refresh_lenses(self) -> None:
        if self._profile.refresh_lenses:
            self._lenses.request()

    def _publish_needs(self, snapshot: Snapshot) -> bool:
        """Send what units lack, to clients that have asked for the functions.

        Returns whether that has changed.
        """
        runner, sent = snapshot.activity.runner, self._sent
        if sent and sent.needs is snapshot.needs and sent.activity.runner is runner:
            return False
        needs = needs_json(snapshot)
        if needs == self._needs:
            return False
        self._needs = needs
        if self.functions.is_followed:
            self._window.notify(NEEDS_CHANGED, {"needs": needs})
        return True

    def forget(self, paths: Iterable[str]) -> None:
        """Rebuild the diagnostics of files whose texts changed on disk."""
        self.reports.forget(paths)

    async def stream(self, token: types.ProgressToken, known: dict[str, str]) -> None:
        """Send partial results to the client until it cancels.

        `known` are the URIs and result ids that the client has; it is updated.
        """
        while True:
            self._changed.clear()
            reports = await asyncio.to_thread(self.reports.workspace, known)
            fresh = [
                report
                for report in reports
                if isinstance(report, types.WorkspaceFullDocumentDiagnosticReport)
            ]
            if fresh:
                known.update({item.uri: item.result_id or "" for item in fresh})
                value = types.WorkspaceDiagnosticReportPartialResult(items=fresh)
                self._server.progress(types.ProgressParams(token=token, value=value))
            await self._changed.wait()

    def _are_lenses_stale(self, snapshot: Snapshot, edited: frozenset[str]) -> bool:
        """Whether lenses changed in a file that the client won't refresh by itself."""
        sent = self._sent
        if sent is None:
            return True
        if _shown_everywhere(sent) != _shown_everywhere(snapshot):
            return True
        return any(
            sent.by_file.get(path) != snapshot.by_file.get(path)
            for path in self._documents
            if path not in edited
        )


def needs_json(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return what units lack, where a set-up provides it."""
    return [
        {
            "unit": unit,
            "has_environment": need.has_environment,
            "missing": list(need.missing),
        }
        for unit in snapshot.needs
        if (need := snapshot.need_of(unit)) is not None
    ]


def _shown_everywhere(snapshot: Snapshot) -> tuple[object, ...]:
    """Return what the lenses of any file may depend on."""
    return (
        snapshot.activity,
        snapshot.code_lens,
        snapshot.expected_url,
        snapshot.unsaved,
        snapshot.in_set_up,
    )
