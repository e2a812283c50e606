"""`funclens export`: write the functions as files of other tools."""

from __future__ import annotations

from funclens.cli.export.export_files import add_arguments, execute

__all__ = ["add_arguments", "execute"]
