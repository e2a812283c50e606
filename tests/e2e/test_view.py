"""The view of units and functions, and what the palette offers for them."""

from __future__ import annotations

import re
import urllib.request

from playwright.sync_api import expect

from vsix.build import ROOT

SHOP = ROOT / "examples" / "shop"


def test_the_view_lists_units_and_functions_and_runs_them(open_editor):
    editor = open_editor(SHOP, settings={"workbench.colorTheme": "Default Dark Modern"})
    see = editor.workbench
    rows = see.show_functions()
    expect(rows.filter(has_text="billing")).not_to_have_count(0)
    expect(rows).to_have_count(11)
    expect(rows.filter(has_text="health").first).to_have_attribute(
        "aria-label", re.compile("has this endpoint too")
    )
    see.picture("1-stopped")

    invoice = rows.filter(has_text="/invoice")
    invoice.click()
    expect(see.page.locator(".tab.active")).to_contain_text("main.py")
    expect(see.status_item("Ln")).to_contain_text("Ln 25,")

    invoice.hover()
    invoice.get_by_role("button", name="Run Function").click()
    expect(rows.filter(has_text="ready")).to_have_count(1)
    expect(rows.filter(has_text="idle")).to_have_count(2)
    url = see.url_in_lens("invoice")
    with urllib.request.urlopen(f"{url}/2024-7?cents=5", timeout=20) as answer:
        assert b"2024-7" in answer.read()
    see.picture("2-running")

    see.page.get_by_role("button", name="Stop All Functions").first.click()
    expect(rows.filter(has_text="ready")).to_have_count(0)
    expect(see.lens("Run locally")).not_to_have_count(0)


def test_functions_are_found_by_name_and_their_curl_line_works(open_editor):
    editor = open_editor(SHOP)
    see = editor.workbench
    see.open_file("billing/main.py")
    see.lens("Run locally").first.click()
    url = see.url_in_lens("charge").removesuffix("/charge")

    see.command("Funclens: Go to Function")
    see.pick("parcel_webhook")
    expect(see.page.locator(".breadcrumbs-control")).to_contain_text("webhooks")
    see.command("Funclens: Copy curl Command of Function")
    expect(see.status_item("Copied")).to_be_visible()
    copied = see.page.evaluate("navigator.clipboard.readText()")
    assert copied == f"curl {url}/parcel_webhook"


def test_lenses_can_be_switched_off_and_on(open_editor):
    editor = open_editor(SHOP)
    see = editor.workbench
    see.open_file("billing/main.py")
    expect(see.lens("Run locally")).not_to_have_count(0)

    see.command("Funclens: Switch Code Lenses On or Off")
    expect(see.lens("Run locally")).to_have_count(0)
    see.command("Funclens: Switch Code Lenses On or Off")
    expect(see.lens("Run locally")).not_to_have_count(0)
