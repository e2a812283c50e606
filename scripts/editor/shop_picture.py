"""Takes the pictures of the shop that runs on events, with Google's emulators."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import expect

from editor.page_picture import IMAGES, send, shown_page
from funclens.runner.emulators.installed import EMULATORS, find_command
from runner_process import RunnerProcess
from vsix.build import ROOT

START_S = 180.0
ORDER = {"email": "ada@example.com", "items": {"tea": 2}}
START = {"width": 1180, "height": 1390}
REQUESTS = {"width": 1400, "height": 560}


def main() -> int:
    """Take the pictures, and return the exit code."""
    for kind in ("pubsub", "firestore"):
        if find_command(EMULATORS[kind], os.environ) is None:
            sys.stderr.write(f"no {kind} emulator: {EMULATORS[kind].how_to_install}\n")
            return 1
    with tempfile.TemporaryDirectory(prefix="funclens-") as temporary:
        shop = Path(temporary, "shop")
        ignored = shutil.ignore_patterns("outbox")
        shutil.copytree(ROOT / "examples" / "events", shop, ignore=ignored)
        runner = RunnerProcess(shop, state=Path(temporary), options=("--emulators",))
        with runner:
            _fill(runner, shop / "mail" / "outbox" / "closed")
            _take(runner.url)
    return 0


def _fill(runner: RunnerProcess, closed: Path) -> None:
    """Order twice; the second e-mail is retried, and succeeds in the end."""
    for id_ in ("main.on_order", "orders.main.save_order", "mail.main.on_order_saved"):
        runner.wait_event("wired", id=id_, deadline=START_S)
    mailed = {"id": "mail.main.sendmail", "result": "delivered", "deadline": START_S}
    send(f"{runner.url}/order", ORDER)
    runner.wait_event("delivery", **mailed)
    closed.touch()
    since = len(runner.events)
    send(f"{runner.url}/order", ORDER)
    runner.wait_event("delivery", id="mail.main.sendmail", attempt=2, deadline=START_S)
    closed.unlink()
    runner.wait_event("delivery", since=since, **mailed)


def _take(url: str) -> None:
    with shown_page(url) as page:
        page.set_viewport_size(START)
        page.get_by_label("Find a function").fill("order")
        expect(page.get_by_text("4 found")).to_be_visible()
        page.get_by_label("Find a function").blur()
        page.screenshot(path=IMAGES / "shop.png")
        page.set_viewport_size(REQUESTS)
        page.get_by_role("link", name="Requests").click()
        page.locator(".request.bad", has_text="/sendmail").first.click()
        expect(page.get_by_text("attempt 2")).to_be_visible()
        page.get_by_role("tab", name="Logs").click()
        page.screenshot(path=IMAGES / "deliveries.png")


if __name__ == "__main__":
    sys.exit(main())
