"""Clicking `Run locally` in the real editor serves the functions."""

from __future__ import annotations

import json
import re
import urllib.request

from playwright.sync_api import expect

from vsix.build import ROOT

SHOP = ROOT / "examples" / "shop"


def answer_of(url: str) -> tuple[int, str]:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.status, answer.read().decode()


def test_a_click_on_run_locally_serves_the_function(open_editor):
    editor = open_editor(SHOP)
    see = editor.workbench
    see.open_file("billing/main.py")
    expect(see.lens("Run locally")).not_to_have_count(0)
    see.picture("1-lenses")

    see.lens("Run locally").first.click()
    running = see.lens(re.compile(r"● http://127\.0\.0\.1:\d+/charge"))
    expect(running).to_be_visible()
    see.picture("2-running")
    url = running.inner_text().removeprefix("● ")

    status, body = answer_of(f"{url}?amount=12.50")
    assert status == 201
    assert "12.50" in json.loads(body)["charged"]
    expect(see.status_item("8 functions")).to_be_visible()
