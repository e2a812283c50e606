"""`funclens plan`: compare the workspace with what is deployed."""

from __future__ import annotations

from funclens.cli.plan.show_plan import add_arguments, execute

__all__ = ["add_arguments", "execute"]
