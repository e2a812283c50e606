"""A tour of twelve moments in the example shop, each of which is a picture."""

from __future__ import annotations

import re
import threading
import urllib.error
import urllib.request
from contextlib import suppress
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from editor.stage import SHOP

if TYPE_CHECKING:
    from collections.abc import Callable

    from e2e.workbench import Workbench

__all__ = ["MOMENTS"]

BILLING = "billing/main.py"


def lenses(see: Workbench) -> None:
    """Show an opened file: its functions can be run and debugged."""
    see.open_file(BILLING)
    expect(see.lens("Run locally")).not_to_have_count(0)
    see.go_to(_line(BILLING, "def charge"))
    _rest(see)
    see.picture("lenses")


def run(see: Workbench) -> None:
    """Show a running function, with its address and last response above it."""
    rows = see.show_functions()
    see.open_file(BILLING)
    see.lens("Run locally").first.click()
    _get(f"{see.url_in_lens('charge')}?amount=12.50")
    expect(rows.filter(has_text="ready")).to_have_count(1)
    expect(see.lens("201 · ")).to_be_visible()
    see.go_to(_line(BILLING, "def charge"))
    _rest(see)
    see.picture("run")


def menu(see: Workbench) -> None:
    """Show what the view offers for a function."""
    row = see.tree_row(re.compile("^charge")).first
    row.click(button="right")
    see.page.get_by_role("menuitem", name="Copy Function URL").wait_for()
    see.picture("menu")
    see.page.keyboard.press("Escape")


def go_to(see: Workbench) -> None:
    """Find a function by name or path."""
    see.command("Funclens: Go to Function")
    rows = see.page.locator(".quick-input-list .monaco-list-row")
    expect(rows.filter(has_text="parcel_webhook")).to_be_visible()
    see.picture("go-to")
    see.page.keyboard.press("Escape")
    see.open_file(BILLING)


def send(see: Workbench) -> None:
    """Send a request, and see its response."""
    see.go_to(_line(BILLING, "def charge"))
    see.page.keyboard.press("Control+b")
    see.command("Funclens: Send Request to Function")
    panel = see.panel()
    panel.get_by_role("radio", name="None").check()
    panel.get_by_label("Path and query").fill("?amount=12.50")
    panel.get_by_role("button", name="Send", exact=True).click()
    expect(panel.get_by_role("status").first).to_contain_text("201 CREATED")
    see.picture("send")
    see.page.keyboard.press("Control+b")
    see.command("View: Close All Editors in Group")


def failure(see: Workbench) -> None:
    """Show a failed request where it failed."""
    see.open_file("webhooks/main.py")
    see.go_to(_line("webhooks/main.py", "def parcel_webhook"))
    lens = see.lens(re.compile(r"[○●] http\S+/parcel_webhook"))
    _get(lens.inner_text().split()[-1], b'{"state": "lost"}')
    expect(see.lens(re.compile("^500 · KeyError"))).to_be_visible()
    _rest(see)
    see.picture("failure")


def output(see: Workbench) -> None:
    """Show what functions were asked, and what they printed."""
    see.open_file(BILLING)
    address = see.url_in_lens("charge").removesuffix("/charge")
    lines = see.show_output()
    for request in ("/search?q=lamp", "/invoice/2024-0042?cents=1250", "/nothing"):
        _get(f"{address}{request}")
    expect(lines.filter(has_text="invoice GET /2024-0042")).to_be_visible()
    expect(see.tree_row(re.compile("GET /invoice/2024-0042"))).to_be_visible()
    _rest(see)
    see.picture("output")
    see.open_file(BILLING)
    see.page.keyboard.press("Control+j")
    expect(see.page.locator(".output-view")).to_be_hidden()


def problems(see: Workbench) -> None:
    """Show what would break a deployment, in all files."""
    found = see.show_problems()
    expect(found.filter(has_text="health").first).to_be_visible()
    see.open_file(BILLING)
    see.go_to(_line(BILLING, "def health"))
    _rest(see)
    see.picture("problems")
    see.page.keyboard.press("Control+j")
    expect(see.page.locator(".markers-panel")).to_be_hidden()


def debug(see: Workbench) -> None:
    """Stop at a breakpoint, while the request waits."""
    see.open_file(BILLING)
    see.go_to(_line(BILLING, "cents = helper"))
    see.page.keyboard.press("F9")
    expect(see.breakpoints()).to_have_count(1)
    see.command("Funclens: Debug Function")
    expect(see.debug_toolbar()).to_be_visible()
    url = f"{see.url_in_lens('charge')}?amount=12.50"
    request = threading.Thread(target=_get, args=(url,))
    request.start()
    expect(see.stopped_line()).to_be_visible()
    see.page.get_by_role("treeitem", name="Scope Locals").click()
    variable = see.page.get_by_role("treeitem").filter(has_text="amount")
    expect(variable.first).to_be_visible()
    _rest(see)
    see.picture("debug")
    see.go_to(_line(BILLING, "cents = helper"))
    see.page.keyboard.press("F9")
    expect(see.breakpoints()).to_have_count(0)
    see.page.keyboard.press("F5")
    request.join(60)
    see.page.keyboard.press("Shift+F5")
    expect(see.debug_toolbar()).to_be_hidden()


def http_file(see: Workbench) -> None:
    """Show requests kept in a file of the workspace."""
    see.show_functions()
    see.open_file("requests.http")
    expect(see.lens("Send").first).to_be_visible()
    see.picture("http-file")


def launch(see: Workbench) -> None:
    """Complete launch.json."""
    see.open_file("launch.json")
    see.go_to(4)
    see.page.keyboard.press("End")
    see.suggest("Funclens: Debug All Functions")
    focused = see.page.locator(".suggest-widget .monaco-list-row.focused")
    while "Funclens" not in focused.inner_text():
        see.page.keyboard.press("ArrowDown")
    see.picture("launch")
    see.page.keyboard.press("Escape")


def walkthrough(see: Workbench) -> None:
    """Show the first steps, which tick themselves off."""
    see.page.keyboard.press("Control+b")
    see.command("Welcome: Open Walkthrough...")
    see.pick("Cloud Functions with Funclens")
    step = see.page.get_by_role("button", name=re.compile("Send a request"))
    expect(step).to_be_visible()
    _rest(see)
    see.picture("walkthrough")


MOMENTS: tuple[Callable[[Workbench], None], ...] = (
    lenses,
    run,
    menu,
    go_to,
    send,
    output,
    failure,
    problems,
    debug,
    http_file,
    launch,
    walkthrough,
)


def _rest(see: Workbench) -> None:
    """Wait until nothing is in progress, with the mouse on nothing."""
    see.page.mouse.move(640, 710)
    expect(see.page.locator(".monaco-progress-container.active")).to_have_count(0)


def _line(path: str, text: str) -> int:
    lines = (SHOP / path).read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def _get(url: str, body: bytes | None = None) -> None:
    headers = {"Content-Type": "application/json"} if body else {}
    request = urllib.request.Request(url, body, headers)  # noqa: S310 - our own address
    with suppress(urllib.error.HTTPError):
        urllib.request.urlopen(request, timeout=60).close()  # noqa: S310
