"""The server's commands. Each takes one object and returns one."""

from __future__ import annotations

from funclens.lsp.commands.execute import COMMANDS, execute

__all__ = ["COMMANDS", "execute"]
