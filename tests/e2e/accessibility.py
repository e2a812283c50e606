"""Serious accessibility faults of a page, as axe-core finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vsix.build import EXTENSION

if TYPE_CHECKING:
    from playwright.sync_api import Frame

AXE = EXTENSION / "node_modules" / "axe-core" / "axe.min.js"


def serious_faults(frame: Frame) -> list[str]:
    """Return what breaks WCAG 2 seriously or worse, one sentence a fault."""
    frame.evaluate(AXE.read_text("utf-8"))
    result = frame.evaluate("axe.run()")
    return [
        f"{fault['id']}: {fault['help']}: {node['html']}"
        for fault in result["violations"]
        if fault["impact"] in {"serious", "critical"}
        for node in fault["nodes"]
    ]
