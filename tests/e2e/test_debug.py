"""`Debug` stops at breakpoints, without launch.json and any other extension."""

from __future__ import annotations

import json
import threading
import urllib.request
from dataclasses import dataclass, field
from queue import Queue

from playwright.sync_api import expect

from vsix.build import ROOT

SHOP = ROOT / "examples" / "shop"


@dataclass
class Request:
    """A request that may stand at a breakpoint for a while."""

    url: str
    answers: Queue[tuple[int, str]] = field(default_factory=Queue)

    def __post_init__(self) -> None:
        threading.Thread(target=self._send, daemon=True).start()

    def _send(self) -> None:
        with urllib.request.urlopen(self.url, timeout=60) as answer:
            self.answers.put((answer.status, answer.read().decode()))

    def answer(self) -> tuple[int, str]:
        return self.answers.get(timeout=60)


def line_with(path, text):
    """Return the 1-based number of the only line that holds a text."""
    lines = path.read_text("utf-8").splitlines()
    [number] = [index for index, line in enumerate(lines, 1) if text in line]
    return number


def test_debug_stops_at_a_breakpoint_and_goes_on(open_editor):
    editor = open_editor(SHOP)
    see = editor.workbench
    see.open_file("billing/main.py")
    see.go_to(line_with(editor.folder / "billing" / "main.py", "amount = ("))
    see.page.keyboard.press("F9")
    expect(see.breakpoints()).to_have_count(1)

    see.lens("Debug").first.click()
    url = see.url_in_lens("charge")
    expect(see.debug_toolbar()).to_be_visible()
    see.picture("1-attached")

    request = Request(f"{url}?amount=3.20")
    expect(see.stopped_line()).to_be_visible()
    assert request.answers.empty()
    see.picture("2-stopped")

    see.page.keyboard.press("F5")
    status, body = request.answer()
    assert status == 201
    assert "3.20" in json.loads(body)["charged"]
    expect(see.stopped_line()).to_have_count(0)

    see.page.keyboard.press("Shift+F5")
    expect(see.debug_toolbar()).to_be_hidden()
    after = Request(f"{url}?amount=1")
    assert after.answer()[0] == 201
