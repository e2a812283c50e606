"""The workbench of a real VS Code, as a person uses it: what is seen and clicked.

Every wait is for something that a person could see, with a deadline; nothing sleeps.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING
from urllib.parse import quote

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from playwright.sync_api import Frame, FrameLocator, Locator, Page

DEADLINE_MS = 45_000
"""A cold editor on a busy machine takes its time."""

PATIENCE_MS = 3_000
"""After that a person presses a key again that did nothing."""


def _is_done(
    act: Callable[[], None], expected: Callable[[int], None], *, may_fail: bool
) -> bool:
    try:
        act()
        expected(PATIENCE_MS)
    except (PlaywrightError, AssertionError):
        if may_fail:
            return False
        raise
    return True


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

    def persist(self, act: Callable[[], None], expected: Callable[[int], None]) -> None:
        """Do something until it has had its effect, as a person would.

        `expected` raises as long as the effect is not seen within so many ms. For what
        does no harm when it is done twice: a busy editor drops keys, and answers with
        what it knows at that moment.
        """
        end = time.monotonic() + DEADLINE_MS / 1000
        while not _is_done(act, expected, may_fail=time.monotonic() < end):
            pass

    def choose(self, key: str, text: str, *expected: str) -> None:
        """Press a key that opens a list at the top of the window; take its first line.

        `text` is typed to find the line, which holds what is `expected`. The list
        closes when something else takes the focus: it is opened again then.
        """
        field = self.page.locator(".quick-input-widget input[type=text]").first

        def find() -> None:
            if not field.is_visible():
                self.page.keyboard.press(key)
            field.wait_for(timeout=PATIENCE_MS)
            if field.input_value(timeout=PATIENCE_MS) != text:
                field.fill(text, timeout=PATIENCE_MS)

        self.persist(find, lambda patience: self._first_line(expected, patience))
        self.page.keyboard.press("Enter")

    def _first_line(self, expected: Iterable[str], patience: int) -> None:
        row = self.page.locator(".quick-input-list .monaco-list-row").first
        for text in expected:
            expect(row).to_contain_text(text, timeout=patience)

    # Files and text

    def open_file(self, path: str) -> None:
        """Open a file by its path, as with Ctrl+P; its text has the focus then."""
        *folders, name = path.split("/")
        description = ["/".join(folders)] if folders else []
        self.persist(
            lambda: self.choose("Control+p", path, name, *description),
            # The tab changes before the text does, and the text before the focus.
            lambda patience: expect(
                self._focused_text(f'[data-uri$="/{quote(path)}"]')
            ).to_be_visible(timeout=2 * patience),
        )

    def _focused_text(self, which: str = "") -> Locator:
        """Return the editor that the keys go to."""
        return self.page.locator(f".editor-instance .monaco-editor.focused{which}")

    def go_to(self, line: int) -> None:
        """Put the cursor at the beginning of a line, 1-based, and the focus too."""
        self.choose("Control+g", f":{line}", f"line {line}")
        expect(self.page.locator(".quick-input-widget")).to_be_hidden()
        expect(self.status_item("Ln")).to_contain_text(f"Ln {line},")
        expect(self._focused_text()).to_be_visible()

    def type(self, text: str) -> None:
        """Type text at the cursor."""
        self.page.keyboard.type(text)

    def find(self, text: str, *, replace: str | None = None) -> None:
        """Find the only place of a text in the file, and go there or replace it."""
        self.page.keyboard.press("Control+f" if replace is None else "Control+h")
        self.page.get_by_role("textbox", name="Find").fill(text)
        expect(self.page.locator(".find-widget")).to_contain_text("1 of 1")
        if replace is not None:
            self.page.get_by_role("textbox", name="Replace").fill(replace)
            self.page.keyboard.press("Control+Alt+Enter")
        self.page.keyboard.press("Escape")
        expect(self._focused_text()).to_be_visible()

    def save(self) -> None:
        """Save the changed file, and wait until the editor says that it is saved."""
        dirty = self.page.locator(".tab.active.dirty")
        expect(dirty).to_have_count(1)
        self.page.keyboard.press("Control+s")
        expect(dirty).to_have_count(0)

    def suggest(self, *expected: str) -> Locator:
        """Ask what can be typed at the cursor until it is what is expected.

        An editor asks only the providers that are there, and never again by itself:
        a language server that is still starting offers nothing.
        """
        offers = self.page.locator(".suggest-widget.visible")

        def ask() -> None:
            if offers.is_visible():
                self.page.keyboard.press("Escape")
                expect(offers).to_be_hidden(timeout=PATIENCE_MS)
            self.page.keyboard.press("Control+Space")

        def offered(patience: int) -> None:
            for name in expected:
                option = offers.get_by_role("option", name=name).first
                expect(option).to_be_visible(timeout=patience)

        self.persist(ask, offered)
        return offers

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

    def pick(self, text: str, *, prefix: str = "", then: str = "") -> None:
        """Type into the quick pick that opens, and take its first line.

        `then` is the placeholder of the question that follows.
        """
        widget = self.page.locator(".quick-input-widget")
        field = widget.locator("input[type=text]").first
        self.persist(
            lambda: field.fill(prefix + text),
            lambda patience: self._first_line([text], patience),
        )
        self.page.keyboard.press("Enter")
        if then:
            self.page.get_by_placeholder(then).wait_for()
        else:
            expect(widget).to_be_hidden()

    def answer_input(self, text: str) -> None:
        """Answer a question that is asked at the top of the window."""
        field = self.page.locator(".quick-input-widget input[type=text]").first
        self.persist(
            lambda: field.fill(text),
            lambda patience: expect(field).to_have_value(text, timeout=patience),
        )
        self.page.keyboard.press("Enter")
        expect(field).to_be_hidden()

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
