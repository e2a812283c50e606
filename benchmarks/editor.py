"""Measures the extension in a real VS Code: activation, and the view of 500 units.

    .venv/bin/python benchmarks/editor.py [activation] [view]

The activation is the number of `Developer: Show Running Extensions`. The
view is timed inside the window: from the click to the first frame that shows its rows.
"""

from __future__ import annotations

import math
import re
import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests")]

from playwright.sync_api import expect  # noqa: E402
from results import report  # noqa: E402

from editor.stage import Series, stage  # noqa: E402

if TYPE_CHECKING:
    from e2e.workbench import Workbench

UNITS = 500
ROUNDS = 3
SOURCE = """\
import functions_framework


@functions_framework.http
def handle_{number}(request):
    return "{number}"
"""
WATCH = """
() => {
  window.viewShown = new Promise((resolve) => {
    const press = () => {
      const began = performance.now();
      const look = () => {
        const row = document.querySelector(".pane-body .monaco-list-row[aria-level]");
        if (row?.offsetParent) resolve(performance.now() - began);
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    };
    addEventListener("mousedown", press, { capture: true, once: true });
  });
}
"""


def main() -> int:
    """Measure the parts that are named, or all; return the exit code."""
    parts = sys.argv[1:] or ["activation", "view"]
    with tempfile.TemporaryDirectory() as folder:
        for number in range(UNITS):
            unit = Path(folder) / f"team_{number // 50}" / f"unit_{number}"
            unit.mkdir(parents=True)
            (unit / "main.py").write_text(SOURCE.format(number=number), "utf-8")
        activations, firsts, opens = [], [], []
        for _ in range(ROUNDS):
            with stage(Series(Path(folder)), Path(folder)) as see:
                see.open_file("team_5/unit_250/main.py")
                expect(see.status_item(f"{UNITS} functions")).to_be_visible()
                if "view" in parts:
                    firsts.append(opening(see))
                    for _ in range(ROUNDS):
                        see.command("View: Show Explorer")
                        see.page.locator(".explorer-folders-view").wait_for()
                        opens.append(opening(see))
                if "activation" in parts:
                    activations.append(activation(see))
    for what, found, goal in (
        ("activation of the extension, by VS Code's own clock", activations, 100),
        (f"the view of {UNITS} units, opened first", firsts, 300),
        (f"the view of {UNITS} units, opened again", opens, 300),
    ):
        if found:
            ours = statistics.median(found)
            report(what, "none", math.nan, ours, "ms", below=goal)
    return 0


def opening(see: Workbench) -> float:
    """Open the view with a click; return the milliseconds until it has rows."""
    see.page.evaluate(WATCH)
    see.page.get_by_role("tab", name=re.compile("^Funclens")).click()
    return float(see.page.evaluate("window.viewShown"))


def activation(see: Workbench) -> float:
    """Return what VS Code says that the activation took, in milliseconds."""
    see.command("Developer: Show Running Extensions")
    row = see.page.locator(".runtime-extensions-editor .monaco-list-row")
    ours = row.filter(has_text="Funclens")
    expect(ours).to_contain_text(re.compile(r"Activation: \d+ms"))
    found = re.search(r"Activation: (\d+)ms", ours.inner_text())
    if found is None:
        raise SystemExit("VS Code does not say how long the activation took")
    return float(found[1])


if __name__ == "__main__":
    sys.exit(main())
