"""`funclens call`: one request or event to one function, and its response."""

from __future__ import annotations

from funclens.cli.call.call import add_arguments, execute

__all__ = ["add_arguments", "execute"]
