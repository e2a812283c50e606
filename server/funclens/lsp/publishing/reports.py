"""Diagnostics of each file, and reports of what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from funclens.dataclass import dataclass
from funclens.features.diagnostics import make_diagnostics, result_id
from funclens.features.problems import problems_by_file
from funclens.lsp.publishing.documentation import link_of
from funclens.lsp.uris import path_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from funclens.features import ClientProfile, Snapshot
    from funclens.features.position_encoding import Places
    from funclens.lsp.open_documents import Documents
    from funclens.model import Problem

__all__ = ["DocumentReport", "Reports", "WorkspaceReport"]

DocumentReport = (
    types.RelatedFullDocumentDiagnosticReport
    | types.RelatedUnchangedDocumentDiagnosticReport
)
WorkspaceReport = (
    types.WorkspaceFullDocumentDiagnosticReport
    | types.WorkspaceUnchangedDocumentDiagnosticReport
)


@dataclass(frozen=True, slots=True)
class _Made:
    """Diagnostics of one file, and what they were built from."""

    problems: tuple[Problem, ...]
    version: int | None
    """Version of the text; None for a closed file."""
    items: list[types.Diagnostic]
    id: str


class Reports:
    """Builds the diagnostics of a file when its problems or text change."""

    def __init__(
        self, documents: Documents, profile: ClientProfile, places: Places
    ) -> None:
        self._documents = documents
        self._profile = profile
        self._places = places
        self._problems: dict[str, tuple[Problem, ...]] = {}
        self._made: dict[str, _Made] = {}

    def take(self, snapshot: Snapshot) -> set[str]:
        """Set the current snapshot; return the files whose problems changed."""
        before = self._problems
        problems = self._problems = problems_by_file(snapshot, self._places)
        return {
            path
            for path in problems.keys() | before.keys()
            if problems.get(path) != before.get(path)
        }

    def forget(self, paths: Iterable[str]) -> None:
        """Rebuild the diagnostics of files whose texts changed on disk."""
        for path in paths:
            self._made.pop(path, None)

    def pushed(self, path: str) -> types.PublishDiagnosticsParams:
        """Return the parameters for pushing a file's diagnostics."""
        made = self._diagnostics(path)
        return types.PublishDiagnosticsParams(
            uri=self._documents.uri_of(path),
            diagnostics=made.items,
            version=made.version if self._profile.diagnostic_version else None,
        )

    def document(self, path: str, previous: str | None) -> DocumentReport:
        """Return the diagnostics of a file, or `unchanged` if the client has them."""
        made = self._diagnostics(path)
        if made.id == previous:
            return types.RelatedUnchangedDocumentDiagnosticReport(result_id=made.id)
        return types.RelatedFullDocumentDiagnosticReport(made.items, result_id=made.id)

    def workspace(self, previous: dict[str, str]) -> list[WorkspaceReport]:
        """Return a report for each file that has or had problems.

        `previous` are the URIs and result ids that the client has.
        """
        paths = {self._documents.uri_of(path): path for path in self._problems}
        paths.update({uri: path for uri in previous if (path := path_of(uri))})
        return [
            self._workspace_report(uri, path, previous.get(uri))
            for uri, path in sorted(paths.items())
        ]

    def _diagnostics(self, path: str) -> _Made:
        version = self._documents.version_of(path)
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
