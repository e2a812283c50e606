"""Clicking `Run locally` in the real editor serves the functions."""

from __future__ import annotations

import json
import re
import urllib.request
from urllib.error import HTTPError

import pytest
from playwright.sync_api import expect

from markers import markers_of
from vsix.build import ROOT

SHOP = ROOT / "examples" / "shop"
FAILURES = ROOT / "tests" / "workspaces" / "editor-failures"


def answer_of(url: str) -> tuple[int, str]:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.status, answer.read().decode()


def test_lenses_go_off_and_on_and_a_click_on_run_locally_serves(open_editor):
    editor = open_editor(SHOP, settings={"workbench.colorTheme": "Light Modern"})
    see = editor.workbench
    see.open_file("billing/main.py")
    expect(see.lens("Run locally")).not_to_have_count(0)
    see.picture("1-lenses")

    see.command("Funclens: Toggle Code Lenses")
    expect(see.lens("Run locally")).to_have_count(0)
    see.command("Funclens: Toggle Code Lenses")
    expect(see.lens("Run locally")).not_to_have_count(0)

    # So does a setting of the workspace.
    editor.change_settings({"funclens.codeLens": False})
    expect(see.lens("Run locally")).to_have_count(0)
    editor.change_settings({"funclens.codeLens": True})
    expect(see.lens("Run locally")).not_to_have_count(0)

    see.lens("Run locally").first.click()
    running = see.lens(re.compile(r"● http://127\.0\.0\.1:\d+/charge"))
    expect(running).to_be_visible()
    see.picture("2-running")
    url = running.inner_text().removeprefix("● ")

    status, body = answer_of(f"{url}?amount=12.50")
    assert status == 201
    assert "12.50" in json.loads(body)["charged"]
    expect(see.status_item("8 functions")).to_be_visible()
    editor.change_settings({"workbench.colorTheme": "Dark Modern"})
    expect(see.page.locator(".monaco-workbench.vs-dark")).to_be_visible()
    see.page.set_viewport_size({"width": 900, "height": 700})
    see.picture("3-dark")


def test_output_shows_requests_logs_and_links(open_editor):
    editor = open_editor(FAILURES)
    see = editor.workbench
    see.open_file("main.py")
    see.lens("Run locally").first.click()
    url = see.url_in_lens("logs")
    lines = see.show_output()
    assert answer_of(url)[0] == 200
    expect(lines.filter(has_text="logs GET / → 200")).to_be_visible()
    expect(lines.filter(has_text="WARNING low stock item=mug")).to_be_visible()

    with pytest.raises(HTTPError, match="500"):
        answer_of(url.replace("/logs", "/fails"))
    expect(lines.filter(has_text="fails GET / → 500")).to_be_visible()
    see.picture("1-output")
    link = lines.locator(".detected-link").filter(has_text="main.py").last
    link.click(modifiers=["ControlOrMeta"])
    expect(see.status_item("Ln")).to_contain_text(
        f"Ln {markers_of(FAILURES / 'main.py')['fails']},"
    )


def test_a_failure_is_underlined_and_can_be_replayed_until_fixed(open_editor):
    editor = open_editor(FAILURES)
    see = editor.workbench
    see.open_file("main.py")
    see.lens("Run locally").first.click()
    url = see.url_in_lens("fails")
    see.command("Funclens: Replay Last Request")
    expect(see.notification("There is no request to replay")).to_be_visible()
    with pytest.raises(HTTPError, match="500"):
        answer_of(f"{url}?q=1")

    expect(see.lens(re.compile("^500 · ZeroDivisionError"))).to_be_visible()
    see.command("Funclens: Go to Failed Line")
    rows = see.page.locator(".quick-input-list .monaco-list-row")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("500 · ZeroDivisionError")
    see.page.keyboard.press("Enter")
    failed_line = markers_of(FAILURES / "main.py")["fails"]
    expect(see.status_item("Ln")).to_contain_text(f"Ln {failed_line},")
    problems = see.show_problems()
    failed = problems.filter(has_text="last-request-failed")
    expect(failed).to_have_count(1)
    expect(failed).to_contain_text("ZeroDivisionError")
    see.picture("1-failed")

    # The same request once more stops at its failing line, with the locals.
    see.open_file("main.py")
    see.lens("Debug this request").first.click()
    expect(see.stopped_line()).to_be_visible()
    expect(see.exception()).to_contain_text("ZeroDivisionError")
    expect(see.page.locator(".editor-instance")).to_contain_text("request = <Request")
    see.picture("2-stopped")
    see.page.keyboard.press("F5")
    expect(see.stopped_line()).to_have_count(0)
    see.page.keyboard.press("Shift+F5")
    expect(see.debug_toolbar()).to_be_hidden()
    see.url_in_lens("fails")

    see.go_to(markers_of(FAILURES / "main.py")["fails"])
    see.page.keyboard.press("Home")
    see.page.keyboard.press("Shift+End")
    see.type('return "mended"')
    see.save()
    see.persist(  # the first one may still meet the old worker
        see.lens("Replay").first.click,
        lambda patience: expect(see.lens(re.compile("^200 · "))).to_be_visible(
            timeout=patience
        ),
    )
    expect(failed).to_have_count(0)
