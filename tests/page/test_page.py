"""The page of a runner, for everybody: its commands, its looks, without a script."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import urllib.request

import pytest
from playwright.sync_api import expect

from e2e.accessibility import serious_faults
from page.conftest import PICTURES
from page.test_live import BAD, BROKEN, GOOD, fetch, function
from runner_process import RunnerProcess
from vsix.build import ROOT

EXAMPLES = ROOT / "examples"
SCHEMES = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "contrast": {"color_scheme": "dark", "forced_colors": "active"},
}
SIZES = {"desktop": (1280, 900), "phone": (360, 740)}


@pytest.fixture(scope="module")
def events(tmp_path_factory):
    """A runner of examples/events."""
    state = tmp_path_factory.mktemp("state")
    with RunnerProcess(EXAMPLES / "events", state=state) as runner:
        yield runner


def shown_html(url):
    """Return headers and text of the page, as a browser would ask for it."""
    request = urllib.request.Request(url, headers={"Accept": "text/html"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.headers, answer.read().decode()


@pytest.mark.parametrize(
    "name",
    [
        "main.on_order",
        "main.on_upload",
        "main.receive_push",
        "main.tidy_up",
        "notices.main.on_new_user",
    ],
)
def test_the_curl_command_of_an_event_works(events, open_page, name):
    page = open_page(events.url)
    item = function(page, name)
    item.get_by_text("The same with curl").click()
    command = item.locator("code", has_text="curl").inner_text()

    done = subprocess.run(
        ["sh", "-c", command.replace("curl", "curl --silent --fail", 1)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 0, (command, done.stdout, done.stderr)
    expect(item.locator(".last")).to_contain_text("200 OK")


def test_the_funclens_command_names_the_event(events, open_page):
    page = open_page(events.url)
    expect(function(page, "main.on_order").locator(".command").first).to_contain_text(
        "funclens call on_order --event pubsub"
    )
    expect(function(page, "main.price").locator(".command").first).to_contain_text(
        "funclens call price --sample"
    )


def test_only_functions_for_browsers_have_a_link(events, open_page):
    page = open_page(events.url)
    link = function(page, "main.tidy_up").get_by_role("link", name="Open /tidy_up")
    expect(link).to_have_attribute("href", f"{events.url}/tidy_up")
    opened = function(page, "main.on_order").get_by_role("link", name="Open")
    expect(opened).to_have_count(0)


def test_a_command_can_be_copied_with_the_keyboard(workspace, serve, open_page):
    runner = serve(workspace({"main.py": GOOD}))
    page = open_page(runner.url, permissions=["clipboard-read", "clipboard-write"])
    button = page.get_by_role("button")
    expect(button).to_have_accessible_name("Copy the curl command of /greet")

    for _ in range(5):
        page.keyboard.press("Tab")
        if button.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")

    expect(button).to_have_accessible_name("Copied the curl command of /greet")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"curl {runner.url}/greet"


def test_a_command_names_the_host_that_the_reader_used(workspace, serve, open_page):
    runner = serve(workspace({"main.py": GOOD}))
    url = runner.url.replace("127.0.0.1", "localhost")
    page = open_page(url)
    expect(page.locator(".command").first).to_contain_text(f"curl {url}/greet")


def test_the_page_is_complete_without_javascript(workspace, serve, open_page):
    runner = serve(workspace({"main.py": GOOD}))
    assert fetch(f"{runner.url}/greet") == 200
    page = open_page(runner.url, is_live=False, java_script_enabled=False)

    item = function(page, "main.greet")
    expect(item).to_contain_text("200 OK")
    expect(item.get_by_role("link", name="Open")).to_be_visible()
    expect(item.get_by_role("button")).to_have_count(0)
    expect(
        page.get_by_text("Reload the page to see the current state.")
    ).to_be_visible()


def test_a_folder_without_functions_says_what_to_do(workspace, serve, open_page):
    root = workspace({})
    runner = serve(root)
    page = open_page(runner.url)
    expect(page.get_by_text("No functions found yet")).to_be_visible()
    expect(page.get_by_text(str(root))).to_be_visible()

    example = page.locator(".command code").inner_text()
    (root / "main.py").write_text(example, "utf-8")

    expect(function(page, "main.hello")).to_be_visible()
    assert fetch(f"{runner.url}/hello") == 200


def test_the_content_security_policy_blocks_everything_else(
    workspace, serve, open_page
):
    runner = serve(workspace({"main.py": GOOD}))
    page = open_page(runner.url)
    blocked = page.evaluate(
        """() => new Promise((resolve) => {
            document.addEventListener("securitypolicyviolation", (event) =>
                resolve(event.effectiveDirective));
            const script = document.createElement("script");
            script.textContent = "window.acted = true";
            document.body.append(script);
        })"""
    )
    assert blocked.startswith("script-src")
    assert page.evaluate("window.acted") is None
    policy = shown_html(runner.url)[0]["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_the_page_has_a_second_address_if_a_function_has_the_root(
    workspace, serve, open_page
):
    runner = serve(
        workspace({"main.py": GOOD}), options=("--port", "0", "--target", "greet")
    )
    with urllib.request.urlopen(runner.url, timeout=30) as answer:
        assert answer.read() == b"Hello World!"
    page = open_page(f"{runner.url}/_funclens/")
    expect(function(page, "main.greet")).to_be_visible()


def test_programs_get_the_last_responses(workspace, serve):
    runner = serve(workspace({"main.py": BAD}))
    assert fetch(f"{runner.url}/divide?by=0") == 500
    runner.wait_event("request", status=500)

    with urllib.request.urlopen(f"{runner.url}/", timeout=30) as answer:
        [(id_, last)] = json.load(answer)["runner"]["answers"].items()

    assert id_ == "main.divide"
    assert (last["status"], last["path"], last["line"]) == (500, "/?by=0", 5)
    assert last["error"] == "ZeroDivisionError: division by zero"


def test_a_long_path_in_a_hint_fits_on_a_phone(workspace, serve, open_page, tmp_path):
    python = tmp_path / ("interpreter-" * 8) / "python"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    root = workspace({"broken/main.py": BROKEN})
    runner = serve(root, options=("--port", "0", "--python", str(python)))
    width, height = SIZES["phone"]
    page = open_page(runner.url, viewport={"width": width, "height": height})
    fetch(f"{runner.url}/broken")

    expect(page.locator(".failure")).to_contain_text(str(python))
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", SIZES)
def test_the_page_is_accessible(workspace, serve, open_page, scheme, size):
    """No serious fault with everything on the page that can be there."""
    root = workspace({"a/main.py": GOOD, "b/main.py": GOOD, "bad/main.py": BAD})
    (root / "broken").mkdir()
    (root / "broken" / "main.py").write_text(BROKEN, "utf-8")
    shutil.copytree(EXAMPLES / "events", root / "events")
    runner = serve(root)
    width, height = SIZES[size]
    page = open_page(
        runner.url,
        viewport={"width": width, "height": height},
        **SCHEMES[scheme],
    )
    fetch(f"{runner.url}/a.main.greet")
    fetch(f"{runner.url}/divide?by=0")
    fetch(f"{runner.url}/broken")
    expect(page.get_by_text("Failed to load")).to_be_visible()
    expect(page.get_by_text("ZeroDivisionError")).to_be_visible()
    for summary in page.locator("#functions summary").all():
        summary.click()

    page.screenshot(path=PICTURES / f"page-{scheme}-{size}.png", full_page=True)
    assert serious_faults(page.main_frame) == []
    is_wider = "document.documentElement.scrollWidth > innerWidth"
    assert page.evaluate(is_wider) is False

    page.goto(f"{runner.url}/gret")
    expect(page.get_by_role("link", name="/a.main.greet")).to_be_visible()
    page.screenshot(path=PICTURES / f"error-{scheme}-{size}.png")
    assert serious_faults(page.main_frame) == []
