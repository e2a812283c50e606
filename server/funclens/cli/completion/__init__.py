"""`funclens completion`: print the completion of a shell."""

from __future__ import annotations

from funclens.cli.completion.completion_script import add_arguments, execute

__all__ = ["add_arguments", "execute"]
