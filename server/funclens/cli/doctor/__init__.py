"""`funclens doctor`: say what is installed, what is wrong, and what to do about it."""

from __future__ import annotations

from funclens.cli.doctor.show_findings import add_arguments, execute

__all__ = ["add_arguments", "execute"]
