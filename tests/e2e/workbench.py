"""The workbench of a real VS Code, as a person uses it: what is seen and clicked.

Every wait is for something that a person could see, with a deadline; nothing sleeps.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Frame, FrameLocator, Locator, Page

DEADLINE_MS = 45_000
"""A cold editor on a busy machine takes its time."""

PATIENCE_MS = 3_000
"""After that a person presses a key again that did nothing."""


class Workbench:
    """One browser page with the editor in it."""

    def __init__(self, page: Page, pictures: Path) -> None:
        self.page = page
        self.pictures = pictures
        page.set_default_timeout(DEADLINE_MS)
        expect.set_options(timeout=DEADLINE_MS)

    def open(self, url: str) -> None:
        """Open a folder, and wait until its files are listed."""
        self.page.goto(url)
        self.page.locator(".explorer-folders-view .monaco-list-row").first.wait_for()

    def picture(self, name: str) -> Path:
        """Keep a picture of this moment."""
        self.pictures.mkdir(parents=True, exist_ok=True)
        path = self.pictures / f"{name}.png"
        self.page.screenshot(path=path)
        return path

    def choose(self, key: str, text: str, expected: str) -> None:
        """Press a key that opens a list at the top of the window; take its first line.

        `text` is typed to find the line, which holds `expected`. A busy window misses
        keys, and closes the list when something else takes the focus: what did
        nothing is done again, as a person would.
        """
        field = self.page.locator(".quick-input-widget input[type=text]").first
        row = self.page.locator(".quick-input-list .monaco-list-row").first
        for _ in range(DEADLINE_MS // PATIENCE_MS):
            if not field.is_visible():
                self.page.keyboard.press(key)
            try:
                field.wait_for(timeout=PATIENCE_MS)
                if field.input_value(timeout=PATIENCE_MS) != text:
                    field.fill(text, timeout=PATIENCE_MS)
                expect(row).to_contain_text(expected, timeout=PATIENCE_MS)
            except (PlaywrightTimeout, AssertionError):
                continue
            self.page.keyboard.press("Enter")
            return
        expect(row).to_contain_text(expected)

    # Files and text

    def open_file(self, path: str) -> None:
        """Open a file by its path, as with Ctrl+P."""
        name = path.rsplit("/", 1)[-1]
        self.choose("Control+p", path, name)
        expect(self.page.locator(".quick-input-widget")).to_be_hidden()
        expect(self.page.locator(".tab.active")).to_contain_text(name)
        expect(self.page.locator(".breadcrumbs-control")).to_contain_text(
            path.split("/", maxsplit=1)[0]
        )

    def go_to(self, line: int) -> None:
        """Put the cursor at the beginning of a line, 1-based."""
        self.choose("Control+g", f":{line}", f"line {line}")
        expect(self.page.locator(".quick-input-widget")).to_be_hidden()
        expect(self.status_item("Ln")).to_contain_text(f"Ln {line},")

    def type(self, text: str) -> None:
        """Type text at the cursor."""
        self.page.keyboard.type(text)

    def save(self) -> None:
        """Save the file, and wait until the editor says that it is saved."""
        self.page.keyboard.press("Control+s")
        expect(self.page.locator(".tab.active.dirty")).to_have_count(0)

    # What Funclens shows

    def lens(self, text: str | re.Pattern[str]) -> Locator:
        """Return the code lenses with a text, in the order of their lines."""
        return self.page.locator(".codelens-decoration a").filter(has_text=text)

    def show_functions(self) -> Locator:
        """Show the view of units and functions, and return its rows."""
        self.page.get_by_role("tab", name=re.compile("^Funclens")).click()
        rows = self.page.locator(".pane-body .monaco-list-row[aria-level]")
        rows.first.wait_for()
        return rows

    def url_in_lens(self, route: str) -> str:
        """Wait until a function is served, and return its address."""
        lens = self.lens(re.compile(rf"● http://\S+/{re.escape(route)}"))
        expect(lens).to_be_visible()
        found = re.search(r"http://\S+", lens.inner_text())
        assert found is not None
        return found[0]

    def tree_row(self, text: str | re.Pattern[str]) -> Locator:
        """Return the rows of the view of functions with a text."""
        rows = self.page.locator(".pane-body .monaco-list-row[aria-level]")
        return rows.filter(has_text=text)

    def choose_in_menu(self, target: Locator, title: str) -> None:
        """Take an entry of the menu that a right click on something opens."""
        target.click(button="right")
        # A menu takes no click in the moment in which it opens.
        self.page.get_by_role("menuitem", name=title, exact=True).hover()
        self.page.keyboard.press("Enter")

    def clipboard(self) -> str:
        """Return the text that was copied last."""
        return str(self.page.evaluate("navigator.clipboard.readText()"))

    def status_item(self, text: str | re.Pattern[str]) -> Locator:
        """Return the items of the status bar with a text."""
        return self.page.locator(".statusbar-item").filter(has_text=text)

    def notification(self, text: str | re.Pattern[str]) -> Locator:
        """Return the messages in the corner with a text."""
        return self.page.locator(".notification-toast").filter(has_text=text)

    def command(self, title: str) -> None:
        """Run a command by its title, as from the palette."""
        self.choose("F1", f">{title}", title.rsplit(": ", maxsplit=1)[-1])

    def pick(self, text: str, *, prefix: str = "") -> None:
        """Type into the quick pick that is open, and take its first line."""
        widget = self.page.locator(".quick-input-widget")
        widget.locator("input[type=text]").first.fill(prefix + text)
        expect(widget.locator(".monaco-list-row").first).to_contain_text(text)
        self.page.keyboard.press("Enter")
        expect(widget).to_be_hidden()

    def answer_input(self, text: str) -> None:
        """Answer a question that is asked at the top of the window."""
        widget = self.page.locator(".quick-input-widget")
        widget.locator("input[type=text]").first.fill(text)
        self.page.keyboard.press("Enter")
        expect(widget).to_be_hidden()

    def panel(self) -> FrameLocator:
        """Return the page inside the panel that sends requests, once it is filled."""
        outer = self.page.frame_locator("iframe.webview.ready").last
        page = outer.frame_locator("iframe#active-frame")
        title = page.get_by_role("heading", name=re.compile("^Send a request to"))
        expect(title).to_be_visible()
        return page

    def panel_frame(self) -> Frame:
        """Return the frame of that page, for what only a frame can be asked."""
        self.panel().get_by_role("main").wait_for()
        outer = self.page.frame_locator("iframe.webview.ready").last
        inner = outer.locator("iframe#active-frame").element_handle()
        frame = inner.content_frame()
        assert frame is not None
        return frame

    # Debugging

    def breakpoints(self) -> Locator:
        """Return the breakpoints in the margin of the open file."""
        return self.page.locator(".editor-instance .codicon-debug-breakpoint")

    def debug_toolbar(self) -> Locator:
        """Return the toolbar that is there while a debug session runs."""
        return self.page.locator(".debug-toolbar")

    def stopped_line(self) -> Locator:
        """Return the mark of the line at which the program stands still."""
        return self.page.locator(".debug-top-stack-frame-line").first

    def exception(self) -> Locator:
        """Return the box that names the exception at which the program stands."""
        return self.page.locator(".exception-widget")

    # Panels

    def show_problems(self) -> Locator:
        """Show the panel of problems, and return its rows."""
        self.command("Problems: Focus on Problems View")
        return self.page.locator(".markers-panel .monaco-list-row")

    def show_output(self) -> Locator:
        """Show what the functions print, and return the lines of the panel."""
        self.command("Funclens: Show Function Output")
        return self.page.locator(".output-view .view-line")
