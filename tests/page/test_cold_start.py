"""The page shows what a new process of a unit waits for: a flame chart of imports."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from e2e.accessibility import serious_faults
from page.conftest import PICTURES
from page.test_live import fetch, unit

SOURCE = """
import time

import slow_rates
import functions_framework

until = time.process_time() + 0.02
while time.process_time() < until:
    pass


@functions_framework.http
def price(request):
    return slow_rates.NAME
"""
SLOW = """
import time

import slow_tables

NAME = "rates"
until = time.process_time() + 0.2
while time.process_time() < until:
    pass
"""
TABLES = SLOW.replace("import slow_tables\n", "").replace("0.2", "0.1")


@pytest.fixture
def page(workspace, serve, open_page):
    root = workspace(
        {"main.py": SOURCE, "slow_rates.py": SLOW, "slow_tables.py": TABLES}
    )
    runner = serve(root)
    page = open_page(runner.url)
    assert fetch(f"{runner.url}/price") == 200
    return page


def test_a_cold_start_is_shown_by_module(page):
    button = unit(page, "main").get_by_role("button", name="show the imports of main")
    expect(button).to_contain_text(re.compile(r"Cold start \d"))
    button.click()
    dialog = page.get_by_role("dialog", name="Cold start of main")
    chart = dialog.get_by_role("tree")
    rates = chart.get_by_role("treeitem", name=re.compile("^slow_rates: "))
    expect(rates).to_be_visible()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=PICTURES / f"cold-start-{scheme}.png")
        assert serious_faults(page.main_frame) == []

    tables = chart.get_by_role("treeitem", name=re.compile("^slow_tables: "))
    rates.click()
    expect(dialog.get_by_text(re.compile("^slow_rates: .*go back"))).to_be_visible()
    expect(rates).to_be_focused()
    expect(chart.get_by_role("treeitem", name=re.compile("^main: "))).to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(tables).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(chart.get_by_role("treeitem", name=re.compile("^main: "))).to_be_visible()

    page.set_viewport_size({"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 400
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()
