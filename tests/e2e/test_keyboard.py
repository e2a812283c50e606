"""The whole way without a mouse: run, stop at a breakpoint, continue, stop."""

from __future__ import annotations

from playwright.sync_api import expect

from e2e.test_debug import line_with
from vsix.build import ROOT

SHOP = ROOT / "examples" / "shop"
MOST_TABS = 40


def tab_to(see, panel_label):
    """Press Tab until a field of the panel has the focus, as a person would."""
    field = see.panel().get_by_label(panel_label)
    for _ in range(MOST_TABS):
        if field.evaluate("it => it === document.activeElement"):
            return field
        see.page.keyboard.press("Tab")
    raise AssertionError(f"{panel_label} is not reached with Tab")


def test_a_function_is_run_debugged_and_stopped_by_keyboard_alone(open_editor):
    editor = open_editor(SHOP)
    see, press = editor.workbench, editor.workbench.page.keyboard.press
    see.open_file("billing/main.py")
    expect(see.lens("Run locally")).not_to_have_count(0)
    see.go_to(line_with(editor.folder / "billing" / "main.py", "amount = ("))
    press("F9")
    expect(see.breakpoints()).to_have_count(1)
    see.command("Funclens: Debug Function")
    see.url_in_lens("charge")
    expect(see.debug_toolbar()).to_be_visible()

    see.command("Funclens: Send Request to Function")
    panel = see.panel()
    tab_to(see, "Path and query")
    press("Control+a")
    see.type("?amount=3.20")
    press("Control+Enter")
    expect(see.stopped_line()).to_be_visible()
    see.picture("1-stopped")
    press("F5")
    expect(see.stopped_line()).to_have_count(0)
    expect(panel.get_by_role("status").first).to_contain_text("201")
    see.picture("2-answer")

    press("Shift+F5")
    expect(see.debug_toolbar()).to_be_hidden()
    see.command("Funclens: Stop All Functions")
    expect(see.lens("Run locally")).not_to_have_count(0)
