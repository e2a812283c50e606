"""What would break a deployment stands in Problems while somebody types."""

from __future__ import annotations

from playwright.sync_api import expect

from vsix.build import ROOT

SHOP = ROOT / "examples" / "shop"


def test_a_second_definition_typed_in_another_file_is_underlined_in_both(open_editor):
    editor = open_editor(SHOP)
    see = editor.workbench
    see.open_file("webhooks/main.py")
    expect(see.status_item("8 functions")).to_contain_text("1")
    problems = see.show_problems()
    duplicates = problems.filter(has_text="duplicate-endpoint")
    expect(duplicates.filter(has_text="health")).to_have_count(2)
    expect(duplicates.filter(has_text="charge")).to_have_count(0)

    see.open_file("webhooks/main.py")
    see.page.keyboard.press("Control+End")
    see.type("\n\n@functions_framework.http\ndef charge(request):\n    return 'mine'\n")

    expect(duplicates.filter(has_text="charge")).to_have_count(2)
    here = duplicates.filter(has_text="billing.main.charge")
    there = duplicates.filter(has_text="webhooks.main.charge")
    expect(here.first).to_be_visible()
    expect(there.first).to_be_visible()
    expect(see.page.locator(".tab.active.dirty")).to_have_count(1)
    expect(see.status_item("9 functions")).to_be_visible()
    see.picture("1-collision-while-typing")

    see.command("File: Revert File")
    expect(duplicates.filter(has_text="charge")).to_have_count(0)
    expect(see.status_item("8 functions")).to_be_visible()
