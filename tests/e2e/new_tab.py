"""Addresses that the editor opens in a new tab of the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

__all__ = ["opened_address"]

ATTEMPTS = 4
PATIENCE_MS = 12_000


def opened_address(page: Page, act: Callable[[], None]) -> str:
    """Return the address of the tab that a click opens, and close the tab.

    A browser blocks a tab that a busy editor opens long after the click, and the editor
    offers to retry: the click is made again.
    """
    for _ in range(ATTEMPTS):
        try:
            with page.context.expect_page(timeout=PATIENCE_MS) as opened:
                act()
        except PlaywrightTimeoutError:
            page.keyboard.press("Escape")
            continue
        address = opened.value.url
        opened.value.close()
        return address
    raise AssertionError(f"no tab was opened in {ATTEMPTS} attempts")
