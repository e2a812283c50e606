"""What the client on the other side can show, as one value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lsprotocol import types

__all__ = ["ClientProfile", "profile_of"]


@dataclass(frozen=True, slots=True)
class ClientProfile:
    """Those capabilities of a client that change what it is sent."""

    pulls_diagnostics: bool = False
    """It asks for diagnostics, and can be told to ask again."""
    related_information: bool = False
    code_description: bool = False
    """It shows a diagnostic's code as a link."""
    diagnostic_version: bool = False
    """It wants to know of which version of the text a diagnostic speaks."""
    markdown: bool = False
    """It renders Markdown in hovers."""
    code_action_literals: bool = False
    """It understands code actions that are more than a command."""
    creates_files: bool = False
    """It understands edits that create a file."""
    refresh_lenses: bool = False
    progress: bool = False
    show_document: bool = False
    configuration: bool = False
    """It answers `workspace/configuration`."""
    registers_configuration: bool = False
    """`workspace/didChangeConfiguration` can be registered for."""
    registers_watchers: bool = False
    """`workspace/didChangeWatchedFiles` can be registered for."""


def profile_of(capabilities: types.ClientCapabilities) -> ClientProfile:
    """Read the capabilities that a client declared; what is missing is False.

    Problems of one file depend on other files, so a client that pulls but can't be
    told to pull again is served by pushing.
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
