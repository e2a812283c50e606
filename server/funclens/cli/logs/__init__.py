"""`funclens logs`: print what the functions of the folder's runner printed."""

from __future__ import annotations

from funclens.cli.logs.print_logs import add_arguments, execute

__all__ = ["add_arguments", "execute"]
