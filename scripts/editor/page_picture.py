"""Takes the picture of the runner's own page, on the example workspace."""

from __future__ import annotations

import sys
import tempfile
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect, sync_playwright

from editor.install import chromium
from runner_process import RunnerProcess
from vsix.build import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

PICTURE = ROOT / "docs" / "images" / "page.png"
SIZE = {"width": 1180, "height": 900}
REQUESTS = ("/charge?amount=12.50", "/search?q=lamp", "/parcel_webhook")


def main() -> int:
    """Take the picture, and return the exit code."""
    with tempfile.TemporaryDirectory(prefix="funclens-") as temporary:
        shop = ROOT / "examples" / "shop"
        runner = RunnerProcess(shop, state=Path(temporary), options=())
        with runner, _page(runner.url) as page:
            for request in REQUESTS:
                with suppress(urllib.error.HTTPError):
                    urllib.request.urlopen(  # noqa: S310 - our own address
                        runner.url + request, timeout=30
                    ).close()
            expect(page.get_by_text("415 Unsupported Media Type")).to_be_visible()
            page.screenshot(path=PICTURE)
    return 0


@contextmanager
def _page(url: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(
            viewport=SIZE, device_scale_factor=2, color_scheme="dark", locale="en-GB"
        )
        page = context.new_page()
        page.goto(url)
        page.locator(".link.live").wait_for()
        yield page
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
