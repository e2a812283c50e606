"""Tells the client what changed: diagnostics and lenses.

Diagnostics are pushed to clients that can't be told to ask, and pulled by all
others; nothing is sent twice. A refresh that is under way is not asked for again.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from funclens.features.diagnostics import make_diagnostics, result_id
from funclens.features.problems import problems_by_file
from funclens.lsp.documentation import link_of
from funclens.lsp.uris import path_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pygls.lsp.server import LanguageServer

    from funclens.features import ClientProfile, Snapshot
    from funclens.features.positions import Places
    from funclens.lsp.documents import Documents
    from funclens.model import Problem

__all__ = ["Publisher", "Refresher"]

DocumentReport = (
    types.RelatedFullDocumentDiagnosticReport
    | types.RelatedUnchangedDocumentDiagnosticReport
)
WorkspaceReport = (
    types.WorkspaceFullDocumentDiagnosticReport
    | types.WorkspaceUnchangedDocumentDiagnosticReport
)


class Refresher:
    """Asks the client to ask again; wishes that meet one under way become one."""

    def __init__(self, ask: Callable[[Any], Awaitable[Any]]) -> None:
        self._ask = ask
        self._task: asyncio.Task[None] | None = None
        self._again = False

    def request(self) -> None:
        """Have the client ask again, now or as soon as it has answered."""
        self._again = True
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._run())

    async def _run(self) -> None:
        while self._again:
            self._again = False
            with contextlib.suppress(JsonRpcException):
                await self._ask(None)


@dataclass(frozen=True, slots=True)
class _Made:
    """Diagnostics of one file, and what they were made from."""

    problems: tuple[Problem, ...]
    version: int | None
    """Of the text; None for a file that is not open."""
    items: list[types.Diagnostic]
    id: str


class Publisher:
    """Compares the workspace with what the client was told last."""

    def __init__(
        self,
        server: LanguageServer,
        documents: Documents,
        profile: ClientProfile,
        places: Places,
    ) -> None:
        self._server = server
        self._documents = documents
        self._profile = profile
        self._places = places
        self._problems: dict[str, tuple[Problem, ...]] = {}
        self._made: dict[str, _Made] = {}
        self._told: Snapshot | None = None
        self._changed = asyncio.Event()
        self._lenses = Refresher(server.workspace_code_lens_refresh_async)
        self._pulls = Refresher(server.workspace_diagnostic_refresh_async)

    def publish(self, snapshot: Snapshot, edited: frozenset[str] = frozenset()) -> None:
        """Tell what is new; `edited` are files that the client asks about itself."""
        problems = problems_by_file(snapshot, self._places)
        before, self._problems = self._problems, problems
        changed = {
            path
            for path in problems.keys() | before.keys()
            if problems.get(path) != before.get(path)
        }
        if not self._profile.pulls_diagnostics:
            for path in sorted(changed):
                self._push(path)
        elif changed:
            self._changed.set()
            if any(path in changed for path in self._documents if path not in edited):
                self._pulls.request()
        if self._profile.refresh_lenses and self._are_lenses_stale(snapshot, edited):
            self._lenses.request()
        self._told = snapshot

    def forget(self, path: str) -> None:
        """Make the diagnostics of a file anew: its text changed on disk."""
        self._made.pop(path, None)

    def document_report(self, path: str, previous: str | None) -> DocumentReport:
        """Return the diagnostics of a file, unless the client has just these."""
        made = self._diagnostics(path)
        if made.id == previous:
            return types.RelatedUnchangedDocumentDiagnosticReport(result_id=made.id)
        return types.RelatedFullDocumentDiagnosticReport(made.items, result_id=made.id)

    def workspace_reports(self, previous: dict[str, str]) -> list[WorkspaceReport]:
        """Return a report on each file with problems, or that had some before.

        `previous` are the URIs and result ids that the client has.
        """
        paths = {self._documents.uri_of(path): path for path in self._problems}
        paths.update({uri: path for uri in previous if (path := path_of(uri))})
        return [
            self._workspace_report(uri, path, previous.get(uri))
            for uri, path in sorted(paths.items())
        ]

    async def stream(self, token: types.ProgressToken, known: dict[str, str]) -> None:
        """Send reports on what changes to the client, until it cancels.

        `known` are the URIs and result ids that the client has; it is updated.
        """
        while True:
            self._changed.clear()
            fresh = [
                report
                for report in self.workspace_reports(known)
                if isinstance(report, types.WorkspaceFullDocumentDiagnosticReport)
            ]
            if fresh:
                known.update({item.uri: item.result_id or "" for item in fresh})
                value = types.WorkspaceDiagnosticReportPartialResult(items=fresh)
                self._server.progress(types.ProgressParams(token=token, value=value))
            await self._changed.wait()

    def _push(self, path: str) -> None:
        document = self._documents.get(path)
        versioned = document and self._profile.diagnostic_version
        self._server.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(
                uri=self._documents.uri_of(path),
                diagnostics=self._diagnostics(path).items,
                version=document.version if document and versioned else None,
            )
        )

    def _diagnostics(self, path: str) -> _Made:
        """Return the diagnostics of a file, made anew when they can have changed."""
        document = self._documents.get(path)
        version = document.version if document else None
        problems = self._problems.get(path, ())
        made = self._made.get(path)
        if made is None or (made.problems, made.version) != (problems, version):
            items = make_diagnostics(problems, self._profile, self._places, link_of)
            made = _Made(problems, version, items, result_id(items))
            self._made[path] = made
        return made

    def _workspace_report(
        self, uri: str, path: str, previous: str | None
    ) -> WorkspaceReport:
        made = self._diagnostics(path)
        if made.id == previous:
            return types.WorkspaceUnchangedDocumentDiagnosticReport(
                uri=uri, version=made.version, result_id=made.id
            )
        return types.WorkspaceFullDocumentDiagnosticReport(
            uri=uri, version=made.version, items=made.items, result_id=made.id
        )

    def _are_lenses_stale(self, snapshot: Snapshot, edited: frozenset[str]) -> bool:
        """Whether lenses of a file changed that the client does not ask about."""
        told = self._told
        if told is None:
            return True
        if (told.activity, told.code_lens, told.expected_url) != (
            snapshot.activity,
            snapshot.code_lens,
            snapshot.expected_url,
        ):
            return True
        return any(
            told.by_file.get(path) != snapshot.by_file.get(path)
            for path in self._documents
            if path not in edited
        )
