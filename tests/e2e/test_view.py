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
        "aria-label", re.compile("has the same endpoint")
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
    see.command("Funclens: Copy curl Command for Function")
    expect(see.status_item("Copied")).to_be_visible()
    assert see.clipboard().startswith(f"curl {url}/parcel_webhook \\\n")
    assert '"id": "1042"' in see.clipboard()


def test_a_function_is_found_by_its_path(open_editor):
    """Of three `health` the one whose path was typed, wherever the cursor is."""
    editor = open_editor(SHOP)
    see = editor.workbench
    see.open_file("billing/main.py")
    expect(see.status_item("8 functions")).to_be_visible()

    see.command("Funclens: Go to Function")
    see.pick("webhooks/main.py")
    expect(see.page.locator(".breadcrumbs-control")).to_contain_text("webhooks")


def test_the_menu_of_a_function_copies_debugs_and_sends(open_editor):
    editor = open_editor(SHOP)
    see = editor.workbench
    see.show_functions()
    see.choose_in_menu(see.tree_row("/charge"), "Run Function")
    expect(see.tree_row("ready")).to_have_count(1)

    see.choose_in_menu(see.tree_row("/charge"), "Copy Function URL")
    expect(see.status_item("Copied")).to_be_visible()
    url = see.clipboard()
    assert url.endswith("/charge")
    see.choose_in_menu(see.tree_row("/charge"), "Copy curl Command for Function")
    expect(see.status_item("Copied: curl")).to_be_visible()
    assert see.clipboard().startswith("curl http://127.0.0.1:")

    charge = see.tree_row("/charge")
    charge.hover()
    charge.get_by_role("button", name="Send Request to Function").click()
    heading = see.panel().get_by_role("heading", name="Send a request to charge")
    expect(heading).to_be_visible()

    charge.hover()
    charge.get_by_role("button", name="Debug Function").click()
    expect(see.debug_toolbar()).to_be_visible()
    expect(see.tree_row("ready, debugging")).to_have_count(1)
    see.picture("1-debugging")


def test_duplicates_have_a_badge_until_they_are_fixed(open_editor):
    editor = open_editor(SHOP)
    see = editor.workbench
    see.show_functions()
    badges = see.tree_row("health").locator("[class*=monaco-decoration-itemBadge]")
    expect(badges).to_have_count(2)
    shown = badges.first.evaluate("it => getComputedStyle(it, '::after').content")
    assert shown == '"!"'
    tab = see.page.get_by_role("tab", name=re.compile("^Funclens"))
    expect(tab.locator("xpath=..").locator(".badge-content").last).to_have_text("1")
    see.picture("1-badges")

    see.open_file("webhooks/main.py")
    see.find("def health", replace="def alive")
    expect(see.tree_row("/alive")).to_be_visible()
    expect(tab.locator("xpath=..").locator(".badge-content").last).to_be_hidden()
    expect(badges).to_have_count(0)
    expect(see.tree_row("/health")).to_have_count(1)


def test_a_workspace_without_functions_shows_what_to_do(open_editor, tmp_path):
    workspace = tmp_path / "source" / "nothing"
    workspace.mkdir(parents=True)
    (workspace / "main.py").write_text("print('no function')\n", "utf-8")
    editor = open_editor(workspace)
    see = editor.workbench
    see.open_file("main.py")
    see.page.get_by_role("tab", name=re.compile("^Funclens")).click()
    welcome = see.page.locator(".welcome-view-content")
    expect(welcome).to_contain_text("No functions found")
    see.picture("1-welcome")
    see.command("Funclens: Go to Function")
    message = see.notification("No functions found in this workspace")
    expect(message).to_contain_text("@functions_framework.http")

    see.open_file("main.py")
    see.page.keyboard.press("Control+a")
    see.type("import functions_framework\n\n\n@functions_framework.http\n")
    see.type("def hello(request):\nreturn 'hello'")
    expect(see.lens("Run locally")).to_be_visible()
    expect(see.tree_row("/hello")).to_be_visible()
    expect(welcome).to_be_hidden()
