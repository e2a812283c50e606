"""`funclens call`: send one request or event to a function."""

from __future__ import annotations

from funclens.cli.call.call import add_arguments, execute

__all__ = ["add_arguments", "execute"]
