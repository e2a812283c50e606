"""`funclens export`: write the functions as files of other tools."""

from __future__ import annotations

from funclens.cli.export.export_files import EXAMPLES, add_arguments, execute

__all__ = ["EXAMPLES", "add_arguments", "execute"]
