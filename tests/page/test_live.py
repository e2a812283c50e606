"""The page of a runner follows it by itself: requests, failures, other functions."""

from __future__ import annotations

import re
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

GOOD = """import functions_framework

@functions_framework.http
def greet(request):
    "Greets <b>whoever</b> asks."
    return "Hello World!"
"""
BAD = """import functions_framework

@functions_framework.http
def divide(request):
    return str(1 / int(request.args["by"]))  # @division
"""
BROKEN = """import no_such_package

def broken(request):
    return "never"
"""
FILES = {"good/main.py": GOOD, "bad/main.py": BAD, "broken/main.py": BROKEN}


def fetch(url):
    """Send a GET; return its status."""
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def function(page, id_):
    return page.locator(f"li.function[id='{id_}']")


def unit(page, name):
    return page.locator("section.unit").filter(
        has=page.get_by_role("heading", name=name, exact=True)
    )


@pytest.fixture
def runner(workspace, serve):
    return serve(workspace(FILES))


@pytest.fixture
def page(runner, open_page):
    """The page, with a mark that a reload would wipe out."""
    page = open_page(runner.url)
    page.evaluate("window.kept = true")
    yield page
    assert page.evaluate("window.kept") is True, "The page was loaded anew."


def test_a_response_appears_at_its_function(page, runner):
    expect(unit(page, "good.main")).to_contain_text("Not started")
    expect(function(page, "good.main.greet")).to_contain_text("Not called yet")

    assert fetch(f"{runner.url}/greet/ada?loud=1") == 200

    answer = re.compile(r"200 OK in \d+ ms for GET /ada\?loud=1 at \d")
    expect(function(page, "good.main.greet")).to_contain_text(answer)
    expect(unit(page, "good.main")).to_contain_text("Running")
    expect(unit(page, "bad.main")).to_contain_text("Not started")


def test_a_failure_appears_with_its_line_until_the_next_response(page, runner):
    assert fetch(f"{runner.url}/divide?by=0") == 500

    shown = function(page, "bad.main.divide")
    expect(shown).to_contain_text("500 Internal Server Error")
    expect(shown).to_contain_text("ZeroDivisionError: division by zero bad/main.py:5")

    assert fetch(f"{runner.url}/divide?by=2") == 200
    expect(shown).to_contain_text("200 OK")
    expect(shown).not_to_contain_text("ZeroDivisionError")


def test_a_unit_that_fails_to_load_shows_the_reason_until_fixed(page, runner, tmp_path):
    assert fetch(f"{runner.url}/broken/deep") == 500

    failed = unit(page, "broken.main")
    expect(failed).to_contain_text("Failed to load")
    expect(failed).to_contain_text("No module named 'no_such_package' broken/main.py:1")
    expect(function(page, "broken.main.broken")).to_contain_text("for GET /deep at")
    failed.get_by_text("Traceback", exact=True).click()
    expect(failed.locator("pre", has_text="import no_such_package")).to_be_visible()

    source = tmp_path / "workspace" / "broken" / "main.py"
    source.write_text(BROKEN.replace("import no_such_package", ""), "utf-8")
    expect(failed).to_contain_text("Running")
    expect(failed).not_to_contain_text("no_such_package")


def test_a_saved_function_appears_without_losing_the_focus(page, tmp_path):
    for name in "abc":
        source = tmp_path / "workspace" / name / "main.py"
        source.parent.mkdir()
        source.write_text(GOOD.replace("greet", f"greet_{name}"), "utf-8")
    expect(function(page, "c.main.greet_c")).to_be_visible()
    field = page.get_by_label("Find a function")
    field.fill("greet")
    expect(page.get_by_text("4 found")).to_be_visible()
    expect(function(page, "bad.main.divide")).to_be_hidden()

    source = tmp_path / "workspace" / "good" / "main.py"
    source.write_text(GOOD + GOOD.replace("greet", "greet_again"), "utf-8")

    expect(function(page, "good.main.greet_again")).to_be_visible()
    expect(page.get_by_text("5 found")).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_value("greet")
    expect(page.get_by_role("heading", level=1)).to_contain_text("7 functions")


def test_two_functions_with_one_name_link_to_each_other(page, tmp_path):
    source = tmp_path / "workspace" / "twin" / "main.py"
    source.parent.mkdir()
    source.write_text(GOOD, "utf-8")

    shown = function(page, "twin.main.greet")
    expect(shown).to_contain_text("2 functions share /greet")
    expect(shown.get_by_role("heading")).to_have_text("/twin.main.greet")
    shown.get_by_role("link", name="good.main.greet", exact=True).click()
    assert page.url.endswith("#good.main.greet")


def test_many_responses_in_a_row_end_with_the_last(page, runner):
    """The last is the one that the runner was told of last: threads may be late."""
    for number in range(60):
        assert fetch(f"{runner.url}/greet/{number}") == 200

    def told():
        paths = [item["path"] for item in runner.events if item["event"] == "request"]
        return paths if len(paths) == 60 else None

    *_, last = runner.wait_until(told, what="60 requests")
    expect(function(page, "good.main.greet")).to_contain_text(f"for GET {last} at")


def test_user_text_is_shown_verbatim(page):
    doc = function(page, "good.main.greet").locator(".doc")
    expect(doc).to_have_text("Greets <b>whoever</b> asks.")


def test_the_page_waits_for_a_stopped_runner(page, runner, serve, tmp_path):
    port = str(runner.address[1])
    runner.stop()
    expect(page.get_by_text("The runner has stopped.")).to_be_visible()

    again = serve(tmp_path / "workspace", options=("--port", port))
    expect(page.get_by_text("Live: updates automatically.")).to_be_visible()
    assert fetch(f"{again.url}/greet") == 200
    expect(function(page, "good.main.greet")).to_contain_text("200 OK")
