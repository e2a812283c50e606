"""`funclens run`: serve the functions of a workspace."""

from __future__ import annotations

from funclens.cli.run.run import add_arguments, execute

__all__ = ["add_arguments", "execute"]
