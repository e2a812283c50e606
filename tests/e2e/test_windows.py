"""Several windows on one folder, and a window that is far from its functions."""

from __future__ import annotations

import re
import urllib.request

from playwright.sync_api import expect

from e2e.new_tab import opened_address
from vsix.build import ROOT

SHOP = ROOT / "examples" / "shop"
FAR_AWAY = {"VSCODE_PROXY_URI": "./reached/{{port}}/"}
"""An editor whose ports are reached in another way than on its own machine."""


def test_urls_are_reachable_from_the_users_machine(open_editor):
    editor = open_editor(SHOP, environment=FAR_AWAY)
    see = editor.workbench
    reached = re.compile(re.escape(editor.server.url) + r"/reached/\d+/charge$")
    see.open_file("billing/main.py")
    see.lens("Run locally").first.click()
    lens = see.lens(re.compile(r"^● .*/charge$"))
    expect(lens).to_be_visible()
    url = lens.inner_text().removeprefix("● ")
    assert reached.match(url)
    see.picture("1-lens")

    see.go_to(15)
    see.command("Funclens: Copy Function URL")
    expect(see.status_item("Copied")).to_be_visible()
    assert see.clipboard() == url
    assert opened_address(see.page, lens.click) == url

    see.lens("Send…").first.click()
    panel = see.panel()
    expect(panel.get_by_text(url)).to_be_visible()
    panel.get_by_label("Path and query").fill("?amount=3")
    panel.get_by_role("button", name="Send").click()
    expect(panel.get_by_role("status")).to_contain_text("201")
    bar = see.status_item("8 functions").get_by_role("button")
    expect(bar).to_have_attribute("aria-label", re.compile("/reached/"))


def test_two_windows_share_a_runner(open_editor):
    editor = open_editor(SHOP)
    see = editor.workbench
    see.open_file("billing/main.py")
    see.lens("Run locally").first.click()
    url = see.url_in_lens("charge")

    other = editor.another_window()
    other.open_file("billing/main.py")
    assert other.url_in_lens("charge") == url
    other.lens("Send…").first.click()
    panel = other.panel()
    panel.get_by_label("Path and query").fill("?amount=7")
    panel.get_by_role("button", name="Send").click()
    expect(panel.get_by_role("status")).to_contain_text("201")
    expect(see.lens(re.compile(r"^201 · "))).to_be_visible()
    assert editor.log().count("Starting a runner:") == 1
    other.picture("1-other")

    # The window that started it goes; the other one is told, and starts its own.
    see.page.close()
    expect(other.lens("Run locally")).not_to_have_count(0)
    other.lens("Run locally").first.click()
    again = other.url_in_lens("charge")
    with urllib.request.urlopen(f"{again}?amount=1", timeout=20) as answer:
        assert answer.status == 201
