"""Information that a client sends in `initialize`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.dataclass import dataclass, field
from funclens.lsp.configuration import EditorSettings

if TYPE_CHECKING:
    from funclens.features import ClientProfile

__all__ = ["Client"]


@dataclass(frozen=True, slots=True)
class Client:
    """Information that a client sends in `initialize`."""

    profile: ClientProfile
    encoding: str
    """The negotiated position encoding."""
    folders: list[str]
    editor: EditorSettings = field(default_factory=EditorSettings)
    trusted: bool = True
    is_confirmed: bool = False
    """Whether the client says that its user has trusted the workspace."""
    commands: frozenset[str] = frozenset()
    """Commands that the client implements."""
