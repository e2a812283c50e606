"""Films lens, response and breakpoint in the real editor: an animated WebP.

The frames are those that the browser painted. A pause in which nothing happens is cut,
so that the film doesn't depend on how busy the machine is.
"""

from __future__ import annotations

import base64
import json
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from editor.stage import Series, stage
from editor.tour import BILLING
from interpreters import environment
from vsix.build import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Locator, Page

    from e2e.workbench import Workbench

TARGET = ROOT / "docs" / "images" / "tour.webp"
HERE = Path(__file__).parent
LONGEST_PAUSE = 0.06
"""Seconds that a frame stays at most, where the film doesn't hold it on purpose."""
POINTER = """
() => {
  const pointer = document.createElement("div");
  pointer.id = "film-pointer";
  pointer.innerHTML = `<svg width="22" height="22" viewBox="0 0 16 16"><path
    d="M2 1 L2 13 L5.4 10 L7.6 15 L9.6 14.1 L7.4 9.3 L12 9.3 Z"
    fill="white" stroke="black" stroke-width="1"/></svg>`;
  pointer.style.cssText =
    "position:fixed;left:0;top:0;z-index:100000;pointer-events:none";
  document.body.append(pointer);
}
"""
MOVE = """
([x, y]) => {
  const { style } = document.getElementById("film-pointer");
  style.transform = `translate(${x}px, ${y}px)`;
}
"""


@dataclass
class Film:
    """Frames with the seconds that each is shown."""

    page: Page
    folder: Path
    frames: list[tuple[str, float]] = field(default_factory=list)
    _at: tuple[float, float] = (600.0, 420.0)
    _seen: float = 0.0

    def begin(self) -> None:
        """Show the pointer, and keep each frame from now on."""
        self.page.evaluate(POINTER)
        self.page.evaluate(MOVE, list(self._at))
        session = self.page.context.new_cdp_session(self.page)
        session.on("Page.screencastFrame", lambda event: self._keep(session, event))
        session.send("Page.startScreencast", {"format": "png"})

    def _keep(self, session: CDPSession, event: dict[str, Any]) -> None:
        session.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})
        name = f"{len(self.frames):04}.png"
        (self.folder / name).write_bytes(base64.b64decode(event["data"]))
        now = float(event["metadata"]["timestamp"])
        if self.frames:
            last, shown = self.frames[-1]
            pause = min(now - self._seen, LONGEST_PAUSE)
            self.frames[-1] = (last, shown + max(pause, 0.02))
        self._seen = now
        self.frames.append((name, 0.0))

    def hold(self, seconds: float) -> None:
        """Show what is to be seen now for a while."""
        self.page.wait_for_timeout(400)  # until it is painted
        name, shown = self.frames[-1]
        self.frames[-1] = (name, shown + seconds)

    def click(self, target: Locator) -> None:
        """Move the pointer to something, and click there."""
        target.wait_for()
        box = target.bounding_box() or {"x": 0, "y": 0, "width": 0, "height": 0}
        to = (box["x"] + min(box["width"] / 2, 60), box["y"] + box["height"] / 2)
        (x, y), steps = self._at, 9
        for step in range(1, steps + 1):
            part = step / steps
            at = [x + (to[0] - x) * part, y + (to[1] - y) * part]
            self.page.evaluate(MOVE, at)
            self.page.wait_for_timeout(30)
        self._at = to
        self.hold(0.25)
        target.click()


def main() -> int:
    """Film, write the animated picture, and return the exit code."""
    with tempfile.TemporaryDirectory(prefix="funclens-") as temporary:
        folder = Path(temporary)
        with stage(Series(folder, width=1180)) as see:
            film = Film(see.page, folder)
            _play(see, film)
        (folder / "frames.json").write_text(json.dumps(film.frames), "utf-8")
        python = environment(platform.python_version().rpartition(".")[0], "pillow")
        subprocess.run([python, HERE / "animate.py", folder, TARGET], check=True)
    return 0


def _play(see: Workbench, film: Film) -> None:
    see.open_file(BILLING)
    expect(see.lens("Run locally")).not_to_have_count(0)
    see.page.keyboard.press("Control+b")
    see.go_to(13)
    film.begin()
    film.hold(1.0)
    film.click(see.lens("Run locally").first)
    see.url_in_lens("charge")
    film.hold(1.0)

    film.click(see.lens("Send…").first)
    panel = see.panel()
    panel.get_by_role("radio", name="None").check()
    film.hold(0.6)
    path = panel.get_by_label("Path and query")
    film.click(path)
    path.press("Control+a")
    path.press_sequentially("?amount=12.50", delay=40)
    film.click(panel.get_by_role("button", name="Send", exact=True))
    expect(panel.get_by_role("status").first).to_contain_text("201")
    film.hold(2.2)

    film.click(see.page.get_by_text("cents").first)
    see.page.keyboard.press("F9")
    expect(see.breakpoints()).to_have_count(1)
    film.hold(0.6)
    film.click(see.lens("Debug").first)
    expect(see.debug_toolbar()).to_be_visible()
    see.url_in_lens("charge")
    film.hold(0.6)
    film.click(panel.get_by_role("button", name="Send", exact=True))
    expect(see.stopped_line()).to_be_visible()
    film.hold(2.6)
    see.page.keyboard.press("F5")
    expect(see.stopped_line()).to_have_count(0)
    expect(panel.get_by_role("status").first).to_contain_text("201")
    film.hold(1.6)


if __name__ == "__main__":
    sys.exit(main())
