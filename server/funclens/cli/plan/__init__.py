"""`funclens plan`: compare the workspace with what is deployed."""

from __future__ import annotations

from funclens.cli.plan.show_plan import EXAMPLES, add_arguments, execute

__all__ = ["EXAMPLES", "add_arguments", "execute"]
