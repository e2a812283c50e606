"""Capabilities of the connected client."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from funclens.dataclass import dataclass

__all__ = ["ClientProfile", "profile_of"]


@dataclass(frozen=True, slots=True)
class ClientProfile:
    """The client capabilities that affect what it is sent."""

    pulls_diagnostics: bool = False
    """Supports pull diagnostics and refreshing them."""
    related_information: bool = False
    code_description: bool = False
    """Shows a diagnostic's code as a link."""
    diagnostic_version: bool = False
    """Accepts the document version of diagnostics."""
    markdown: bool = False
    """Renders Markdown in hovers."""
    code_action_literals: bool = False
    """Supports code actions other than commands."""
    creates_files: bool = False
    """Supports workspace edits that create files."""
    refresh_lenses: bool = False
    progress: bool = False
    show_document: bool = False
    configuration: bool = False
    """Supports `workspace/configuration`."""
    registers_configuration: bool = False
    """Supports registering `workspace/didChangeConfiguration`."""
    registers_watchers: bool = False
    """Supports registering `workspace/didChangeWatchedFiles`."""


def profile_of(capabilities: types.ClientCapabilities) -> ClientProfile:
    """Read the capabilities of a client; missing ones are False.

    Problems in one file depend on other files, so pull diagnostics require refresh
    support; otherwise diagnostics are pushed.
    """

    def has(path: str) -> bool:
        return bool(_value_at(capabilities, path))

    operations = (
        _value_at(capabilities, "workspace.workspace_edit.resource_operations") or ()
    )
    formats = _value_at(capabilities, "text_document.hover.content_format") or ()
    return ClientProfile(
        pulls_diagnostics=has("text_document.diagnostic")
        and has("workspace.diagnostics.refresh_support"),
        related_information=has("text_document.publish_diagnostics.related_information")
        or has("text_document.diagnostic.related_information"),
        code_description=has(
            "text_document.publish_diagnostics.code_description_support"
        )
        or has("text_document.diagnostic.code_description_support"),
        diagnostic_version=has("text_document.publish_diagnostics.version_support"),
        markdown=types.MarkupKind.Markdown in formats,
        code_action_literals=has(
            "text_document.code_action.code_action_literal_support"
        ),
        creates_files=has("workspace.workspace_edit.document_changes")
        and types.ResourceOperationKind.Create in operations,
        refresh_lenses=has("workspace.code_lens.refresh_support"),
        progress=has("window.work_done_progress"),
        show_document=has("window.show_document.support"),
        configuration=has("workspace.configuration"),
        registers_configuration=has(
            "workspace.did_change_configuration.dynamic_registration"
        ),
        registers_watchers=has(
            "workspace.did_change_watched_files.dynamic_registration"
        ),
    )


def _value_at(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = getattr(value, name, None)
    return value
