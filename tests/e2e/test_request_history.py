"""Requests that the runner remembers: the view, the panel, replay, debug, copies."""

from __future__ import annotations

import re
import urllib.error
import urllib.request

from playwright.sync_api import expect

from e2e.accessibility import serious_faults
from vsix.build import ROOT

FAILURES = ROOT / "tests" / "workspaces" / "editor-failures"
THEMES = {
    "Dark Modern": ("vs-dark", "vscode-dark"),
    "Default High Contrast": ("hc-black", "vscode-high-contrast"),
    "Light Modern": ("vs", "vscode-light"),
}
"""The classes of workbench and panel by the name of the theme."""


def send(url, body=None):
    """Send a request that the editor knows nothing of, as a webhook does."""
    request = urllib.request.Request(url, body and body.encode())
    request.add_header("Authorization", "Bearer secret")
    request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=45) as answer:
            answer.read()
    except urllib.error.HTTPError as error:
        error.close()


def test_a_webhook_that_failed_is_seen_replayed_debugged_and_copied(open_editor):
    editor = open_editor(
        FAILURES, size=(1400, 900), settings={"workbench.colorTheme": "Dark Modern"}
    )
    see = editor.workbench
    see.open_file("main.py")
    see.lens("Run locally").first.click()
    base = see.url_in_lens("logs").removesuffix("/logs")
    send(f"{base}/fails/hook?q=1", '{"order": 7}')
    send(f"{base}/logs")

    # All are listed as they complete; a filter leaves what failed.
    see.show_functions()
    rows = see.tree_row(re.compile(r"(GET|POST) /(logs|fails)"))
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="GET /logs")).to_have_count(1)
    hook = see.tree_row("POST /fails/hook?q=1")
    expect(hook).to_contain_text(re.compile(r"500 · \d+ ms"))
    see.page.locator(".pane-header").filter(has_text="Requests").hover()
    see.page.get_by_role("button", name="Filter Requests…").click()
    field = see.page.locator(".quick-input-widget input[type=text]").first
    field.fill("@failed")
    expect(rows).to_have_count(1)
    see.page.keyboard.press("Escape")
    expect(rows).to_have_count(2)

    # It is shown whole in the panel: exception with variables, timing, what came in.
    hook.click()
    panel = see.panel()
    status = panel.get_by_role("status")
    expect(status).to_contain_text("500")
    expect(panel.get_by_role("group", name="Failure")).to_contain_text(
        "ZeroDivisionError"
    )
    expect(panel.get_by_label("Body", exact=True)).to_have_value('{"order": 7}')
    panel.get_by_role("tab", name="Request").click()
    received = panel.get_by_label("Received request")
    expect(received).to_contain_text("Authorization: ***")
    expect(received).to_contain_text('{"order": 7}')
    panel.get_by_role("tab", name="Timing").click()
    expect(panel.get_by_role("table", name="Timing")).to_contain_text("Function")
    see.picture("1-timing")
    panel.get_by_role("tab", name="Exception").click()
    frame = panel.get_by_role("table", name="Variables of fails")
    expect(frame).to_contain_text("request")
    for theme, (kind, kind_of_panel) in THEMES.items():
        editor.change_settings({"workbench.colorTheme": theme})
        expect(see.page.locator(f".monaco-workbench.{kind}").first).to_be_visible()
        expect(panel.locator(f"body.{kind_of_panel}")).to_be_visible()
        assert serious_faults(see.panel_frame()) == []
        for width in (1400, 900):
            see.page.set_viewport_size({"width": width, "height": 900})
            see.picture(f"2-exception-{kind}-{width}")
    see.page.set_viewport_size({"width": 1400, "height": 900})

    # It is sent again with identical bytes, and once more under the debugger.
    panel.get_by_role("button", name="Replay").click()
    expect(see.tree_row("replay · 500")).to_have_count(1)
    expect(panel.locator("#recorded-title")).to_contain_text("replay")
    panel.get_by_role("button", name="Debug This Request").click()
    expect(see.stopped_line()).to_be_visible()
    expect(see.exception()).to_contain_text("ZeroDivisionError")
    see.picture("3-debugged")
    see.page.keyboard.press("F5")
    expect(see.stopped_line()).to_have_count(0)
    see.page.keyboard.press("Shift+F5")
    expect(see.debug_toolbar()).to_be_hidden()
    expect(see.lens(re.compile("500 · ZeroDivisionError · ✗✗✗"))).to_be_visible()

    # The views are walked with the arrow keys.
    see.command("Funclens: Focus on Functions View")
    expect(see.tree_row("replay · 500")).to_have_count(2)
    press = see.page.keyboard.press
    focused = see.page.locator(".pane-body .monaco-list-row.focused[aria-level]")
    press("Home")
    expect(focused.first).to_contain_text("main.py")
    press("ArrowDown")
    expect(focused.first).to_contain_text("logs")
    see.command("Funclens: Focus on Requests View")
    press("Home")
    press("ArrowDown")
    expect(focused.last).to_contain_text("POST /fails/hook?q=1")

    # Edited and sent, it is one entry, from here.
    panel.get_by_label("Path and query").fill("/hook?q=2")
    panel.get_by_role("button", name="Send", exact=True).click()
    again = see.tree_row("POST /fails/hook?q=2")
    expect(again).to_have_count(1)
    expect(again).to_contain_text("500 · ")

    # It is copied for other programs; removed from the view, it is gone.
    see.choose_in_menu(hook.last, "Copy As…")
    see.pick("Python requests")
    expect(see.notification("Fill in what is masked")).to_be_visible()
    assert f'requests.post(\n    "{base}/fails/hook?q=1"' in see.clipboard()
    see.choose_in_menu(again, "Delete Request")
    expect(again).to_have_count(0)
    see.picture("4-requests")
