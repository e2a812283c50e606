"""A real browser shows a hostile workspace: nothing of it acts, nothing is lost."""

from __future__ import annotations

import os
import re
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from canaries import ACTING, MARKUP, acting
from process import DEADLINE_S

SOURCE = f"""
import functions_framework


@functions_framework.http
def raises(request):
    "Greets {MARKUP} {{{{ 7 * 7 }}}}."
    raise ValueError({ACTING + MARKUP!r} + "\\udcff")
"""
BROKEN = f"""
def broken(request): ...
raise ValueError({ACTING + MARKUP!r} + "\\udcff")
"""


@pytest.fixture
def runner(workspace, serve):
    root = workspace({"plain/main.py": SOURCE.replace("raises", "plain")})
    for name, text in {
        b"caf\xff": SOURCE,
        ACTING.encode(): SOURCE.replace("raises", "turned"),
        b"<img src=x onerror=alert(1)>": SOURCE.replace("raises", "marked"),
        b"broken\xff": BROKEN,
    }.items():
        folder = root / os.fsdecode(name)
        folder.mkdir()
        (folder / "main.py").write_text(text, "utf-8")
    return serve(root)


def test_the_page_shows_every_function_and_escapes_names(runner, open_page):
    page = open_page(runner.url)
    alerts = []
    page.on("dialog", lambda dialog: (alerts.append(dialog), dialog.dismiss()))
    expect(page.locator("li.function")).to_have_count(5)

    for name in ("raises", "turned", "marked", "plain", "broken"):
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(
                f"{runner.url}/{name}/%1b%3Cimg%3E%e2%80%ae?%1b", timeout=DEADLINE_S
            )
    expect(page.locator(".answer.bad")).to_have_count(5)
    expect(page.locator(".chip.failed")).to_have_count(1)
    failed = page.locator("li.function").filter(has_text=r"caf\xff.main.raises")
    expect(failed).to_contain_text(r"1)>\xff")
    shown = page.locator("body").inner_text()
    assert acting(shown.replace("\nFAKE", "")) == []
    assert page.locator("img").count() == 0
    assert "{{ 7 * 7 }}" in shown
    page.get_by_role("link", name="Requests").click()
    rows = page.locator(".requests-rows .request.bad")
    expect(rows).to_have_text([re.compile(r"\\x1b<img>\\u202e")] * 5)
    for number in range(5):
        rows.nth(number).click()
        expect(rows.nth(number)).to_have_attribute("aria-selected", "true")
        expect(page.locator("#detail-facts")).to_contain_text("main.")
        shown = page.locator("body").inner_text()
        assert acting(shown.replace("\nFAKE", "")) == []
    assert page.get_by_label("Function", exact=True).locator("option").count() == 6
    assert page.locator("img").count() == 0
    page.goto(runner.url)
    expect(page.locator("li.function")).to_have_count(5)
    assert acting(page.locator("body").inner_text().replace("\nFAKE", "")) == []
    assert alerts == []


def test_programs_get_the_listing_as_valid_json(runner):
    with urllib.request.urlopen(f"{runner.url}/", timeout=DEADLINE_S) as answer:
        text = answer.read().decode()
    assert acting(text) == []
    assert text.count('"signature_type"') == 5
