"""What Funclens shows in the editor can be read and reached by everybody."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from e2e.accessibility import serious_faults, serious_faults_within
from e2e.test_debug import line_with
from vsix.build import ROOT

SHOP = ROOT / "examples" / "shop"
THEMES = {
    "Light Modern": ("vs", "vscode-light"),
    "Dark Modern": ("vs-dark", "vscode-dark"),
    "Default High Contrast": ("hc-black", "vscode-high-contrast"),
}
"""Themes, and the classes that the workbench and its panels have then."""
VIEW = ".pane-body:has([aria-label*=unction])"
WALKTHROUGH = ".gettingStartedContainer .gettingStartedDetailsContent"


def test_nothing_is_seriously_inaccessible_in_any_theme(open_editor):
    editor = open_editor(SHOP)
    see = editor.workbench
    rows = see.show_functions()
    expect(rows.filter(has_text="billing")).not_to_have_count(0)
    see.command("Welcome: Open Walkthrough...")
    see.pick("Cloud Functions with Funclens")
    see.page.locator(WALKTHROUGH).wait_for()
    for theme, (kind, _) in THEMES.items():
        editor.change_settings({"workbench.colorTheme": theme})
        expect(see.page.locator(f".monaco-workbench.{kind}")).to_be_visible()
        see.picture(f"walkthrough-{kind}")
        assert serious_faults_within(see.page.main_frame, WALKTHROUGH) == [], theme

    see.open_file("billing/main.py")
    expect(see.lens("Run locally")).not_to_have_count(0)
    see.go_to(line_with(editor.folder / "billing" / "main.py", "amount = ("))
    see.command("Funclens: Send Request to Function")
    panel = see.panel()
    panel.get_by_role("button", name="Run and Send").click()
    expect(panel.get_by_role("status")).to_contain_text(re.compile(r"\d{3} [A-Z]"))
    for theme, (kind, kind_of_panel) in THEMES.items():
        editor.change_settings({"workbench.colorTheme": theme})
        expect(see.page.locator(f".monaco-workbench.{kind}")).to_be_visible()
        expect(panel.locator(f"body.{kind_of_panel}")).to_be_visible()
        for width, tab in ((1280, "Body"), (1900, "Headers")):
            see.page.set_viewport_size({"width": width, "height": 900})
            panel.get_by_role("tab", name=tab).first.click()
            see.picture(f"panel-{kind}-{width}")
            assert serious_faults(see.panel_frame()) == [], theme
        assert serious_faults_within(see.page.main_frame, VIEW) == [], theme
