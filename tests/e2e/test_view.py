"""The view of units and functions, and what the palette offers for them."""

from __future__ import annotations

import re
import urllib.request

from playwright.sync_api import expect

from e2e.new_tab import opened_address
from vsix.build import ROOT

SHOP = ROOT / "examples" / "shop"


def row_of(see, name):
    """Return the row of the view that begins with a name."""
    return see.tree_row(re.compile(rf"^{re.escape(name)}"))


def test_the_view_lists_units_and_functions_and_runs_them(open_editor):
    editor = open_editor(SHOP, settings={"workbench.colorTheme": "Dark Modern"})
    see = editor.workbench
    # Requests are listed in the view below.
    rows = see.show_functions().filter(has_not_text=re.compile("^(History|GET /)"))
    expect(rows.filter(has_text="billing")).not_to_have_count(0)
    expect(rows).to_have_count(11)
    expect(rows.filter(has_text="health").first).to_have_attribute(
        "aria-label", re.compile("has the same endpoint")
    )
    see.picture("1-stopped")

    invoice = row_of(see, "invoice")
    invoice.click()
    expect(see.page.locator(".tab.active")).to_contain_text("main.py")
    expect(see.status_item("Ln")).to_contain_text("Ln 25,")

    invoice.hover()
    invoice.get_by_role("button", name="Run Function").click()
    expect(rows.filter(has_text="ready")).to_have_count(1)
    expect(rows.filter(has_text="idle")).to_have_count(2)
    url = see.url_in_lens("invoice")
    with urllib.request.urlopen(f"{url}/2024-7?cents=5", timeout=45) as answer:
        assert b"2024-7" in answer.read()
    expect(invoice).to_contain_text(re.compile(r"200 · \d"))
    see.picture("2-running")

    # The row follows the cursor, and the filter leaves what fits.
    see.go_to(15)
    selected = see.page.locator(".pane-body .monaco-list-row.selected[aria-level]")
    expect(selected.first).to_contain_text("charge")
    see.page.get_by_role("button", name="Filter Functions…").click()
    field = see.page.locator(".quick-input-widget input[type=text]").first
    field.fill("invoice")
    expect(rows).to_have_count(2)
    see.page.keyboard.press("Enter")
    expect(see.page.locator(".quick-input-widget")).to_be_hidden()
    see.picture("3-filtered")
    see.page.get_by_role("button", name="Clear Filter").click()
    expect(rows).to_have_count(11)

    # One unit is stopped, then all of them.
    see.page.mouse.move(640, 700)  # or the button's tooltip covers the row
    billing = row_of(see, "billing")
    billing.hover()
    billing.get_by_role("button", name="Stop Unit").click()
    expect(rows.filter(has_text="idle")).to_have_count(3)
    expect(see.lens("Stop All")).not_to_have_count(0)
    see.page.get_by_role("button", name="Stop All Functions").first.click()
    expect(rows.filter(has_text="idle")).to_have_count(0)
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

    # One whose path was typed, wherever the cursor is.
    see.command("Funclens: Go to Function")
    see.pick("billing/main.py")
    expect(see.page.locator(".breadcrumbs-control")).to_contain_text("billing")


def test_each_entry_of_the_menus_does_what_it_says(open_editor):
    editor = open_editor(SHOP, settings={"window.menuBarVisibility": "hidden"})
    see = editor.workbench
    rows = see.show_functions()
    charge, billing = row_of(see, "charge"), row_of(see, "billing")

    # Of a unit
    see.choose_in_menu(billing, "Run Unit")
    expect(billing).to_contain_text("ready")
    see.choose_in_menu(billing, "Restart Unit")
    expect(billing).to_contain_text("ready")
    see.choose_in_menu(billing, "Debug Unit")
    expect(see.debug_toolbar()).to_be_visible()
    expect(billing).to_contain_text("ready, debugging")
    see.choose_in_menu(billing, "Stop Unit")
    expect(see.debug_toolbar()).to_be_hidden()
    expect(rows.filter(has_text="idle")).to_have_count(3)
    see.choose_in_menu(billing, "Reveal in Explorer View")
    folder = see.page.locator(".explorer-folders-view .monaco-list-row.focused")
    expect(folder).to_contain_text("billing")
    see.show_functions()

    # Of a function
    see.choose_in_menu(charge, "Run Function")
    expect(billing).to_contain_text("ready")
    see.choose_in_menu(charge, "Copy Function URL")
    expect(see.status_item("Copied")).to_be_visible()
    url = see.clipboard()
    assert url.endswith("/charge")
    see.choose_in_menu(charge, "Copy curl Command for Function")
    expect(see.status_item("Copied: curl")).to_be_visible()
    assert see.clipboard().startswith("curl http://127.0.0.1:")
    with urllib.request.urlopen(f"{url}?amount=3", timeout=45) as answer:
        assert answer.status == 201
    expect(charge).to_contain_text("201 ·")
    see.choose_in_menu(charge, "Send Request to Function")
    heading = see.panel().get_by_role("heading", name=re.compile("charge"))
    expect(heading).to_be_visible()
    see.choose_in_menu(charge, "Replay Last Request")
    see.choose_in_menu(charge, "Restart Function")
    expect(billing).to_contain_text("ready")
    opened = opened_address(
        see.page, lambda: see.choose_in_menu(charge, "Open Function in Browser")
    )
    assert opened == url
    expect(charge).to_contain_text("400 ·")

    charge.hover()
    charge.get_by_role("button", name="Debug Function").click()
    expect(see.debug_toolbar()).to_be_visible()
    expect(billing).to_contain_text("ready, debugging")
    see.picture("1-debugging")
    charge.click(button="right")
    see.page.get_by_role("menuitem", name="Debug Last Request").wait_for()
    see.picture("2-menu")


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
    expect(row_of(see, "alive")).to_be_visible()
    expect(tab.locator("xpath=..").locator(".badge-content").last).to_be_hidden()
    expect(badges).to_have_count(0)
    expect(row_of(see, "health")).to_have_count(1)


def test_a_workspace_without_functions_shows_what_to_do(open_editor, tmp_path):
    workspace = tmp_path / "source" / "nothing"
    workspace.mkdir(parents=True)
    (workspace / "main.py").write_text("print('no function')\n", "utf-8")
    editor = open_editor(workspace)
    see = editor.workbench
    see.open_file("main.py")
    see.page.get_by_role("tab", name=re.compile("^Funclens")).click()
    # The view of requests has a welcome, too.
    welcome = see.page.locator(".welcome-view-content", has_text="No functions found")
    expect(welcome).to_be_visible()
    see.picture("1-welcome")
    see.command("Funclens: Go to Function")
    message = see.notification("No functions found in this workspace")
    expect(message).to_contain_text("@functions_framework.http")

    # A new function: what calls it, which event, its name; then it is open.
    see.page.get_by_role("tab", name=re.compile("^Funclens")).first.wait_for()
    welcome.get_by_role("button", name="New Function…").click()
    see.pick("CloudEvent", then="Which event triggers it?")
    see.pick("a message was published", then="Name, or a path")
    see.answer_input("inbox/on-message")
    expect(see.page.locator(".breadcrumbs-control")).to_contain_text("on-message")
    expect(see.lens("Run locally")).to_be_visible()
    expect(see.status_item("Ln")).to_contain_text("Ln 8,")
    expect(row_of(see, "on_message")).to_be_visible()
    expect(welcome).to_be_hidden()
    see.picture("2-created")
    created = {path.name for path in (editor.folder / "inbox/on-message").iterdir()}
    assert created == {"main.py", "requirements.txt", "test_on_message.py"}

    see.page.get_by_role("button", name="New Function…").first.click()
    see.pick("HTTP", then="Name, or a path")
    see.answer_input("inbox/on-message")
    expect(see.notification("already exists")).to_be_visible()
