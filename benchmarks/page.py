"""Measures the tab Requests of the page in a real browser: the longest tasks.

    .venv/bin/python benchmarks/page.py [requests]

A task of the page's thread that takes longer than 50 ms makes typing and scrolling
stutter. Tasks are measured in processor time, which other processes don't lengthen.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests")]

from playwright.sync_api import expect, sync_playwright  # noqa: E402
from results import report  # noqa: E402

from editor.install import chromium  # noqa: E402
from runner_process import RunnerProcess  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

ENTRIES = 500
A_SECOND = 50
SECONDS = 10
LONG_MS = 50
SOURCE = """\
import functions_framework


@functions_framework.http
def item(request):
    return {"path": request.path, "tags": ["a", "b", "c"]}
"""
SCROLL = """
async () => {
  const grid = document.querySelector("#requests-grid");
  for (let at = 0; at < 150; at += 1) {
    grid.scrollTop += 90;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}
"""


def main() -> int:
    """Measure; return the exit code."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        (Path(folder) / "main.py").write_text(SOURCE, "utf-8")
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        state = Path(folder) / "state"
        state.mkdir()
        with RunnerProcess(Path(folder), state=state) as runner:
            for number in range(ENTRIES):
                call(runner.url, number)
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            page.goto(runner.url)
            page.locator(".link.live").wait_for()
            for what, act in (
                (f"{ENTRIES} requests are listed", lambda: load(page)),
                (f"{A_SECOND} requests a second", lambda: arrive(runner.url, page)),
                ("scrolling through them", lambda: page.evaluate(SCROLL)),
            ):
                longest = longest_task(browser, page, act)
                name = f"longest task of the page, {what}"
                report(name, "none", math.nan, longest, "ms", below=LONG_MS)
        browser.close()
    return 0


def call(url: str, number: int) -> None:
    """Send one request."""
    urllib.request.urlopen(f"{url}/item/{number}?page=2", timeout=30).close()


def load(page: Page) -> None:
    """Open the tab."""
    page.get_by_role("link", name="Requests").click()
    expect(page.get_by_text(f"{ENTRIES} requests")).to_be_visible()


def arrive(url: str, page: Page) -> None:
    """Send requests at a steady pace, with the detail of one open."""
    page.locator(".requests-rows .request").nth(2).click()
    started = time.monotonic()
    for number in range(A_SECOND * SECONDS):
        time.sleep(max(0.0, started + number / A_SECOND - time.monotonic()))
        call(url, ENTRIES + number)
    last = f"/item/{ENTRIES + A_SECOND * SECONDS - 1}?page=2"
    expect(page.locator(".requests-rows .request", has_text=last)).to_be_visible()


def longest_task(browser: Browser, page: Page, act: Callable[[], None]) -> float:
    """Return the processor time of the page's longest task, in milliseconds."""
    browser.start_tracing(
        page=page, categories=["disabled-by-default-devtools.timeline", "__metadata"]
    )
    act()
    events = json.loads(browser.stop_tracing())["traceEvents"]
    mains = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    tasks = [
        event["tdur"] / 1000
        for event in events
        if event["name"] == "RunTask"
        and (event["pid"], event["tid"]) in mains
        and "tdur" in event
    ]
    if not tasks:
        raise SystemExit("the browser told of no tasks")
    return max(tasks)


if __name__ == "__main__":
    sys.exit(main())
