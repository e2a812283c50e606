"""Serious accessibility faults of a page, as axe-core finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vsix.build import EXTENSION

if TYPE_CHECKING:
    from playwright.sync_api import Frame

AXE = EXTENSION / "node_modules" / "axe-core" / "axe.min.js"


EDITORS_OWN = {
    "aria-allowed-attr",
    "aria-required-children",
    "label-content-name-mismatch",
    "nested-interactive",
}
"""What VS Code's own markup of lists and walkthroughs breaks, whatever is in them."""


def serious_faults(frame: Frame) -> list[str]:
    """Return what breaks WCAG 2 seriously or worse, one sentence a fault."""
    frame.evaluate(AXE.read_text("utf-8"))
    return _serious(frame.evaluate("axe.run()"), but=set())


def serious_faults_within(frame: Frame, selector: str) -> list[str]:
    """Return those of what is ours in a part of the workbench."""
    frame.locator(selector).first.wait_for()
    frame.evaluate(AXE.read_text("utf-8"))
    result = frame.evaluate("part => axe.run({ include: [[part]] })", selector)
    return _serious(result, but=EDITORS_OWN)


def _serious(result: dict[str, Any], *, but: set[str]) -> list[str]:
    return [
        f"{fault['id']}: {node['failureSummary']}: {node['html']}"
        for fault in result["violations"]
        if fault["impact"] in {"serious", "critical"} and fault["id"] not in but
        for node in fault["nodes"]
    ]
