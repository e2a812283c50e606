"""Deliveries that the panel simulates, and schedules in the view."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from vsix.build import ROOT

WORKSPACE = ROOT / "tests" / "workspaces" / "editor-emulators"


def test_an_event_is_retried_duplicated_and_shuffled_from_the_panel(open_editor):
    editor = open_editor(WORKSPACE, size=(1400, 900))
    see = editor.workbench
    rows = see.show_functions()

    # A schedule is said, with the next run, and runs now if somebody wants it.
    nightly = see.tree_row(re.compile("^nightly"))
    expect(nightly).to_contain_text(
        re.compile(r"next run \w{3} \d\d \w{3} 03:00 CES?T")
    )
    nightly.hover()
    tip = see.page.locator(".monaco-hover").filter(has_text="Trigger: ")
    expect(tip).to_contain_text("0 3 * * *")
    see.picture("1-tooltip")
    see.page.mouse.move(900, 500)
    see.choose_in_menu(nightly, "Run Scheduled Function Now")
    expect(nightly).to_contain_text("200 ·")
    rows.filter(has_text="on_order").click()
    expect(see.lens(re.compile(r"Next run .* · Run Now"))).to_be_visible()

    # Retries follow the policy, whose delays are said and not waited for.
    see.lens("Send…").first.click()
    panel = see.panel()
    status = panel.get_by_role("status")
    lines = panel.get_by_role("list", name="Deliveries").get_by_role("listitem")
    panel.get_by_label("Data", exact=True).fill("late")
    way = panel.get_by_label("Delivered")
    way.select_option("Until it succeeds, by the retry policy")
    panel.get_by_role("button", name="Send").click()
    expect(lines.filter(has_text="Pub/Sub does not retry")).to_have_count(1)
    expect(status).to_contain_text("500")
    panel.get_by_label("Attempts, at most").fill("3")
    see.picture("2-retry")

    way.select_option("Twice, to compare")
    panel.get_by_role("button", name="Send").click()
    expect(lines.first).to_contain_text("first delivery: 500 INTERNAL SERVER ERROR")
    expect(lines.nth(1)).to_contain_text("second delivery: 200 OK")
    expect(lines.nth(2)).to_have_text("status: 500, then 200")
    expect(panel.get_by_label("Response body")).to_contain_text("OK")
    see.picture("3-duplicate")

    panel.get_by_label("Data", exact=True).fill("{{n}}")
    way.select_option("Several, out of order")
    panel.get_by_label("Events").fill("5")
    panel.get_by_label("Events").press("Control+Enter")
    expect(lines.last).to_have_text("5 delivered")
    expect(lines).to_have_count(7)
    see.picture("4-shuffle")
