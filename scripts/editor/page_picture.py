"""Takes the pictures of the runner's own page, on the example workspace."""

from __future__ import annotations

import json
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

IMAGES = ROOT / "docs" / "images"
SIZE = {"width": 1180, "height": 900}
WIDE = {"width": 1400, "height": 800}
REQUESTS = ("/charge?amount=12.50", "/search?q=lamp", "/parcel_webhook")
MORE = (
    ("/charge", {"amount": "12.50"}),
    ("/product/1002", None),
    ("/invoice/2024-0042?cents=1250", None),
    ("/product/7", None),
    ("/parcel_webhook", {"id": "00340434", "state": "sent"}),
    ("/payment_webhook", {"order": "A-17", "paid": True}),
    ("/search?q=desk", None),
    ("/charge", {"amount": "39.00"}),
    ("/parcel_webhook", {"parcel": "00340434", "state": "delivered"}),
)
ORDERS = """\
import functions_framework
from google.cloud import firestore, storage

import prices


@functions_framework.http
def order(request):
    return {"total": prices.total(request.get_json(silent=True) or [])}
"""
PRICES = """\
import decimal


def total(items):
    return str(sum(map(decimal.Decimal, items)))
"""


CHECKOUT = """\
import json
import urllib.request

import functions_framework


def ask(request, path):
    with urllib.request.urlopen(f"http://{request.host}{path}") as response:
        return json.load(response)


@functions_framework.http
def checkout(request):
    if not ask(request, "/stock/1002")["left"]:
        return {"error": "sold out"}, 409
    return {"total": ask(request, "/quote?item=1002&count=2")["total"]}, 201
"""
QUOTES = """\
import decimal
import time

import functions_framework

from checkout_client import ask


@functions_framework.http
def quote(request):
    rate = ask(request, "/rates/EUR")["rate"]
    time.sleep(0.02)
    return {"total": str(decimal.Decimal("89.00") * 2 * rate)}


@functions_framework.http
def rates(request):
    time.sleep(0.03)
    return {"rate": 1}


@functions_framework.http
def stock(request):
    time.sleep(0.04)
    return {"left": 12}
"""


def main() -> int:
    """Take the pictures, and return the exit code."""
    _take_shop()
    _take_trace()
    _take_cold_start()
    return 0


def _take_shop() -> None:
    with tempfile.TemporaryDirectory(prefix="funclens-") as temporary:
        shop = ROOT / "examples" / "shop"
        runner = RunnerProcess(shop, state=Path(temporary), options=())
        with runner, shown_page(runner.url) as page:
            for target in REQUESTS:
                send(runner.url + target)
            expect(page.get_by_text("415 Unsupported Media Type")).to_be_visible()
            page.screenshot(path=IMAGES / "page.png")
            for target, body in MORE:
                send(runner.url + target, body)
            page.set_viewport_size(WIDE)
            page.get_by_role("link", name="Requests").click()
            failed = page.locator(".request.bad", has_text="/parcel_webhook").first
            failed.click()
            expect(page.get_by_text("KeyError: 'id'", exact=True)).to_be_visible()
            page.screenshot(path=IMAGES / "requests.png")


def _take_trace() -> None:
    client, _, _ = CHECKOUT.partition("@functions_framework")
    with tempfile.TemporaryDirectory(prefix="funclens-") as temporary:
        folder = Path(temporary) / "workspace"
        for name, text in {
            "orders/main.py": CHECKOUT,
            "pricing/main.py": QUOTES,
            "pricing/checkout_client.py": client,
        }.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8")
        runner = RunnerProcess(folder, state=Path(temporary), options=())
        with runner, shown_page(runner.url) as page:
            page.set_viewport_size({**WIDE, "height": 560})
            for count in range(3):
                send(f"{runner.url}/checkout?order={count + 1}", {"item": "1002"})
            page.get_by_role("link", name="Requests").click()
            page.locator(".request", has_text="/checkout").first.click()
            page.get_by_role("tab", name="Trace").click()
            page.screenshot(path=IMAGES / "trace.png")


def _take_cold_start() -> None:
    with tempfile.TemporaryDirectory(prefix="funclens-") as temporary:
        orders = Path(temporary) / "workspace" / "orders"
        orders.mkdir(parents=True)
        (orders / "main.py").write_text(ORDERS, "utf-8")
        (orders / "prices.py").write_text(PRICES, "utf-8")
        runner = RunnerProcess(orders.parent, state=Path(temporary), options=())
        with runner, shown_page(runner.url) as page:
            send(runner.url + "/order")
            expect(page.get_by_text("200 OK")).to_be_visible()
            page.get_by_role("button", name="Cold start").click()
            page.get_by_role("dialog").wait_for()
            page.get_by_role("treeitem").first.hover()
            page.screenshot(path=IMAGES / "cold-start.png")


def send(url: str, body: object = None) -> None:
    """Send a request; a body as JSON."""
    data = None if body is None else json.dumps(body).encode()
    headers = {} if body is None else {"Content-Type": "application/json"}
    request = urllib.request.Request(url, data, headers)  # noqa: S310 - our own address
    with suppress(urllib.error.HTTPError):
        urllib.request.urlopen(request, timeout=30).close()  # noqa: S310


@contextmanager
def shown_page(url: str) -> Iterator[Page]:
    """Yield the page at a URL, which follows its runner."""
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
