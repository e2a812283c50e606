"""Lenses: steady while somebody types, offered as actions too."""

from __future__ import annotations

import re
from itertools import pairwise

from playwright.sync_api import expect

from vsix.build import ROOT

EVENTS = ROOT / "tests" / "workspaces" / "editor-events"

WATCH_LENSES = """
() => {
  window.lensesSeen = [];
  const look = () => {
    const lenses = [...document.querySelectorAll(".codelens-decoration")];
    const texts = lenses.map((lens) => lens.textContent.trim());
    const shown = texts.filter((text) => text).length;
    const lines = [...document.querySelectorAll(".line-numbers")];
    const last = Math.max(...lines.map((line) => Number(line.textContent)));
    if (window.lensesSeen.at(-1) !== `${shown} lenses, ${last} lines: ${texts}`) {
      window.lensesSeen.push(`${shown} lenses, ${last} lines: ${texts}`);
    }
    window.lensesWatched = requestAnimationFrame(look);
  };
  look();
}
"""
"""Notes which lenses are shown, with each frame that the browser paints."""

STOP_WATCHING = """
() => { cancelAnimationFrame(window.lensesWatched); return window.lensesSeen; }
"""


def test_lenses_are_also_commands_and_stay_in_place_while_typing(open_editor):
    editor = open_editor(EVENTS)
    see = editor.workbench
    see.open_file("main.py")
    expect(see.lens("Run locally")).not_to_have_count(0)
    see.go_to(17)

    see.command("Source Action...")
    menu = see.page.locator(".action-widget").first
    expect(menu).to_contain_text("Run locally: main.ticks")
    expect(menu).to_contain_text("Debug: main.ticks")
    see.picture("1-actions")
    menu.get_by_text("Run locally: main.ticks").click()
    see.url_in_lens("ticks")

    field = see.page.locator(".quick-input-widget input[type=text]").first
    see.persist(
        lambda: see.page.keyboard.press("F1"),
        lambda patience: expect(field).to_be_visible(timeout=patience),
    )
    rows = see.page.locator(".quick-input-list .monaco-list-row")
    for title in (
        "Run Function",
        "Debug Function",
        "Open Function in Browser",
        "Send Request to Function",
        "Replay Last Request",
        "Debug Last Request",
        "Go to Failed Line",
        "Show Function Output",
        "Stop All Functions",
    ):
        field.fill(f">Funclens: {title}")
        expect(rows.filter(has_text=re.compile(f"^Funclens: {title}"))).to_have_count(1)
    see.page.keyboard.press("Escape")
    expect(field).to_be_hidden()

    see.command("Source Action...")
    for title in ("Send…: main.ticks", "Logs: main.ticks", "Stop: main.ticks"):
        expect(menu).to_contain_text(title)
    menu.get_by_text("Stop: main.ticks").click()
    expect(see.lens("Run locally")).not_to_have_count(0)

    # Lines would jump without them. Once they may go, where the machine is too busy to
    # answer.
    expect(see.lens("Run locally")).to_have_count(2)
    see.go_to(1)
    see.page.keyboard.press("End")
    see.page.evaluate(WATCH_LENSES)
    see.page.keyboard.type("\n\nimport os\n\nNAMES = ['one', 'two'\n", delay=30)
    see.page.keyboard.type("]\n", delay=30)
    see.lens("Run locally").first.click()
    see.url_in_lens("ticks")
    seen = see.page.evaluate(STOP_WATCHING)

    are_there = [state.startswith("2 lenses") for state in seen]
    assert are_there[-1]
    gone = [
        number
        for number, (before, now) in enumerate(pairwise(are_there))
        if before and not now
    ]
    assert len(gone) <= 1, seen
