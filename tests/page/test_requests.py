"""The tab Requests of the page: what functions received, sent, printed and raised."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
import uuid
from contextlib import suppress

import pytest
from playwright.sync_api import expect

from canaries import acting
from e2e.accessibility import serious_faults
from page.conftest import PICTURES
from runner_process import RunnerProcess

SOURCE = """import base64
import urllib.request

import functions_framework

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)
HOSTILE = (
    "<img src=x onerror=alert(1)><script>alert(2)</script>"
    "\\x1b]0;owned\\x07\\u202e"
)


@functions_framework.http
def price(request):
    print("pricing", request.args.get("sku"))
    return {"sku": request.args.get("sku"), "cents": 12345678901234567890, "tags": []}


@functions_framework.http
def order(request):
    url = f"http://{request.host}/price?sku={request.args['sku']}"
    with urllib.request.urlopen(url) as response:
        return response.read()


@functions_framework.http
def divide(request):
    amount, by = 12, int(request.args["by"])
    return str(amount / by)  # @division


@functions_framework.http
def picture(request):
    return PICTURE, 200, {"Content-Type": "image/png"}


@functions_framework.http
def drawing(request):
    space = "xmlns='http://www.w3.org/2000/svg'"
    svg = f"<svg {space} width='9' height='9' onload='alert(3)'>"
    parts = '<g id="a"/>' + '<use href="#a"/>' * 9 if "deep" in request.args else ""
    body = f"{svg}<rect width='9' height='9'/>{parts}</svg>"
    return body, 200, {"Content-Type": "image/svg+xml"}


@functions_framework.http
def blob(request):
    return bytes(range(256)) * 40, 200, {"Content-Type": "application/octet-stream"}


@functions_framework.http
def hostile(request):
    note = HOSTILE
    print(note)
    if request.method == "POST":
        raise ValueError(note)
    marked = "<img src=x onerror=alert(4)>"
    return note, 200, {"Content-Type": "text/html", "X-Note": marked}
"""
SIZES = ((1400, 900), (900, 900), (400, 800))


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    root = tmp_path_factory.mktemp("workspace")
    (root / "main.py").write_text(SOURCE, "utf-8")
    with RunnerProcess(root, state=tmp_path_factory.mktemp("state")) as runner:
        yield runner


def send(runner, target, **options):
    """Send a request; wait until the runner tells of it."""
    since = len(runner.events)
    request = urllib.request.Request(f"{runner.url}{target}", **options)
    with suppress(urllib.error.HTTPError):
        urllib.request.urlopen(request, timeout=45).close()
    return runner.wait_event("request", since=since)


@pytest.fixture
def alerts():
    return []


@pytest.fixture
def open_tab(open_page, alerts):
    """Return what opens the tab."""

    def show(runner, **options):
        page = open_page(f"{runner.url}/#requests", **options)
        page.on("dialog", answer)
        return page

    def answer(dialog):
        if dialog.type == "confirm":
            dialog.accept()
        else:
            alerts.append(dialog)
            dialog.dismiss()

    yield show
    assert alerts == []


@pytest.fixture
def tag():
    """Return a word that only this run of a test uses: the runner is shared."""
    return uuid.uuid4().hex[:8]


def row(page, text):
    return page.locator(".requests-rows .request").filter(has_text=text)


def tab(page, name):
    return page.get_by_role("tab", name=re.compile(f"^{name}"))


def content(page):
    return page.get_by_role("tabpanel")


def test_requests_are_found_and_shown_with_the_keyboard(runner, open_tab, tag):
    price, division = f"/price?sku={tag}", f"/divide?by=0&tag={tag}"
    send(runner, price)
    page = open_tab(runner)
    expect(row(page, price)).to_be_visible()

    send(runner, division)
    failed = row(page, division)
    expect(failed).to_contain_text("500")
    expect(failed.get_by_role("gridcell").last).to_have_attribute(
        "aria-label", re.compile("function")
    )

    grid = page.get_by_role("grid")
    grid.focus()
    page.keyboard.press("/")
    field = page.get_by_label("Filter requests")
    expect(field).to_be_focused()
    page.keyboard.type(f"@failed {tag}")
    expect(row(page, price)).to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(grid).to_be_focused()
    page.keyboard.press("Enter")

    expect(tab(page, "Exception")).to_have_attribute("aria-selected", "true")
    expect(content(page)).to_contain_text("ZeroDivisionError: division by zero")
    expect(content(page)).to_contain_text("return str(amount / by)")
    expect(content(page).get_by_role("row", name="amount 12")).to_be_visible()
    line = SOURCE[: SOURCE.index("# @division")].count("\n") + 1
    go_to = content(page).get_by_role("link", name="Go to").first
    expect(go_to).to_have_attribute(
        "href", re.compile(rf"^vscode://file/.*/main\.py:{line}$")
    )

    tab(page, "Exception").focus()
    page.keyboard.press("ArrowRight")
    expect(tab(page, "Request")).to_be_focused()
    expect(content(page)).to_contain_text("User-Agent")
    page.keyboard.press("Escape")
    expect(page.locator("#requests-detail")).to_be_hidden()
    expect(grid).to_be_focused()

    page.keyboard.press("/")
    page.keyboard.press("Escape")
    expect(field).to_have_value("")
    expect(row(page, price)).to_be_visible()


def test_a_response_is_shown_as_what_it_is(runner, open_tab):
    for name in ("price?sku=x", "picture", "drawing?deep", "drawing?flat", "blob"):
        send(runner, f"/{name}")
    page = open_tab(runner)

    row(page, "/price?sku=x").first.click()
    expect(content(page).locator("code").first).to_have_text(
        '{\n  "cents": 12345678901234567890,\n  "sku": "x",\n  "tags": []\n}'
    )
    tab(page, "Logs").click()
    expect(content(page)).to_contain_text("pricing x")
    tab(page, "Timing").click()
    expect(content(page).get_by_role("row", name="Total")).to_contain_text("s")
    tab(page, "Response").click()

    row(page, "/picture").first.click()
    picture = content(page).get_by_role("img")
    expect(picture).to_have_js_property("naturalWidth", 1)
    row(page, "/drawing?flat").first.click()
    expect(content(page)).to_contain_text("alert(3)")
    expect(picture).to_have_js_property("naturalWidth", 9)
    row(page, "/drawing?deep").first.click()
    expect(content(page)).to_contain_text("complex SVG, shown as text")
    expect(picture).to_have_count(0)
    row(page, "/blob").first.click()
    expect(content(page)).to_contain_text("00000010  10 11 12 13")
    with page.expect_download() as download:
        content(page).get_by_role("button", name="Download").click()
    assert download.value.path().read_bytes() == bytes(range(256)) * 40


def test_hostile_requests_are_shown_and_never_act(runner, open_tab, tag):
    target = f"/hostile/{tag}%3Cimg%20src=x%20onerror=alert(5)%3E%1b%e2%80%ae"
    send(runner, target, headers={"X-Mine": "<script>alert(6)</script>"})
    send(runner, target, data=b"<script>alert(7)</script>")
    page = open_tab(runner)
    shown = row(page, f"{tag}<img src=x onerror=alert(5)>")
    expect(shown).to_have_count(2)

    for number, names in enumerate(
        (("Exception", "Request", "Response", "Logs"), ("Request", "Response", "Logs"))
    ):
        shown.nth(number).click()
        for name in names:
            tab(page, name).click()
            expect(tab(page, name)).to_have_attribute("aria-selected", "true")
            expect(content(page).get_by_role("img")).to_have_count(0)
            assert acting(page.locator("body").inner_text()) == []
    assert page.locator("script").count() == 1


def test_a_request_is_shown_below_the_one_that_caused_it(runner, open_tab, tag):
    page = open_tab(runner)
    send(runner, f"/order?sku={tag}")

    inner = row(page, f"caused: /price?sku={tag}")
    expect(inner).to_be_visible()
    outer = row(page, f"/order?sku={tag}")
    expect(outer).to_be_visible()
    place = "element => Number(element.getAttribute('aria-rowindex'))"
    assert inner.evaluate(place) == outer.evaluate(place) + 1
    outer.click()
    tab(page, "Trace").click()
    items = content(page).get_by_role("row").filter(has_text=tag)
    expect(items).to_have_text([re.compile("/order"), re.compile("/price")])
    content(page).get_by_role("button", name="/price").click()
    expect(page.locator("#detail-title")).to_have_text(f"GET /price?sku={tag}")
    expect(tab(page, "Trace")).to_have_attribute("aria-selected", "true")


def test_spans_of_a_function_are_shown_in_its_trace(runner, open_tab, tag):
    id_ = send(runner, f"/price?sku={tag}")["request"]
    page = open_tab(runner)
    address = f"/_funclens/requests/{id_}"
    detail = page.evaluate("at => fetch(at).then((found) => found.json())", address)
    outer = {
        "trace_id": detail["trace_id"],
        "span_id": "a" * 16,
        "parent_id": detail["span_id"],
        "name": "read <b>prices</b>",
        "kind": "client",
        "started_at": detail["received_at"],
        "seconds": detail["seconds"] / 2,
        "status": "error",
        "message": "timed out",
        "attributes": {"db.system": "firestore", "rows": 3},
        "events": [],
    }
    inner = {**outer, "span_id": "b" * 16, "parent_id": "a" * 16, "name": "connect"}
    detail["spans"] = [outer, inner]
    page.route(f"**{address}", lambda route: route.fulfill(json=detail))

    row(page, tag).click()
    tab(page, "Trace 3").click()

    rows = content(page).locator(".timing > tbody > tr")
    expect(rows).to_have_text(
        [re.compile(tag), re.compile("prices"), re.compile("conn")]
    )
    page.get_by_text("read <b>prices</b>").click()
    expect(content(page).get_by_role("row", name="db.system firestore")).to_be_visible()
    page.screenshot(path=PICTURES / "requests-spans.png")


def test_a_request_is_replayed(runner, open_tab, tag):
    send(runner, f"/price?sku={tag}", data=b"\x00\xff")
    page = open_tab(runner)
    page.get_by_role("link", name="Functions").click()
    last = page.locator("li.function[id='main.price']")
    expect(last).to_contain_text(tag)
    last.get_by_role("link", name="Details").click()
    expect(row(page, tag)).to_have_attribute("aria-selected", "true")
    expect(content(page)).to_contain_text(tag)

    page.get_by_role("button", name="Replay").click()

    expect(row(page, tag)).to_have_count(2)
    expect(page.get_by_text("replay of the")).to_be_visible()
    replayed = page.locator(".request[aria-selected=true]")
    expect(replayed).to_contain_text("replay")
    tab(page, "Request").click()
    expect(content(page)).to_contain_text("00 ff")
    page.get_by_role("button", name="Original").click()
    expect(page.get_by_text("replay of the")).to_be_hidden()


def test_requests_are_copied(runner, open_tab, tag):
    send(runner, f"/divide?by={tag}")
    target = f"/price?sku={tag}"
    send(runner, target, headers={"Authorization": "Bearer secret-of-mine"})
    page = open_tab(runner, permissions=["clipboard-read", "clipboard-write"])
    row(page, target).click()
    expect(content(page)).to_contain_text(tag)

    page.get_by_text("Copy as", exact=True).click()
    page.get_by_role("button", name="HTTPie", exact=True).click()

    expect(page.get_by_text("Copied HTTPie.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "http " in copied
    assert f"{runner.url}{target}" in copied
    assert "secret-of-mine" not in copied

    page.get_by_label("Filter requests").fill(tag)
    expect(page.locator(".requests-rows .request")).to_have_count(2)
    page.get_by_text("Copy all as").click()
    page.get_by_role("button", name="curl", exact=True).click()
    expect(page.get_by_text("Copied 2 requests as curl.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert [line[:5] for line in copied.splitlines()].count("curl ") == 2

    page.get_by_text("Copy all as").click()
    page.get_by_role("button", name="HAR", exact=True).click()
    expect(page.get_by_text("Copied 2 requests as HAR.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    entries = json.loads(copied)["log"]["entries"]
    assert {entry["response"]["status"] for entry in entries} == {200, 500}
    assert "secret-of-mine" not in copied


def test_requests_are_deleted_on_the_runner(runner, open_tab, tag):
    for name in ("one", "two"):
        send(runner, f"/price?sku={name}-{tag}")
    page = open_tab(runner)
    row(page, f"one-{tag}").click()

    page.get_by_role("button", name="Delete").click()
    expect(row(page, f"one-{tag}")).to_have_count(0)
    expect(page.locator("#requests-detail")).to_be_hidden()
    expect(row(page, f"two-{tag}")).to_have_count(1)

    page.get_by_role("button", name="Clear…").click()
    expect(page.get_by_text("No requests yet.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("No requests yet.")).to_be_visible()
    send(runner, f"/price?sku=new-{tag}")
    expect(row(page, f"new-{tag}")).to_have_count(1)


def summary(id_, second, **values):
    return {
        "id": id_,
        "function": "main.price",
        "unit": "main",
        "method": "GET",
        "path": f"/{id_}",
        "query": "",
        "status": 200,
        "seconds": 0.2,
        "received_at": f"2026-01-01T00:00:{second:09.6f}Z",
        "failed": False,
        "origin": "request",
        "trace_id": None,
        "span_id": None,
        "parent_id": None,
        **values,
    }


def test_500_requests_of_traces_in_circles_are_listed(runner, open_tab):
    """Ids of traces come from clients: those of others, repeated, or in a circle."""
    listed = [summary(f"r{number}", 1 + number / 100) for number in range(490)]
    for id_, second, span, parent in (
        ("caller", 10, "1", None),
        ("callee", 10.1, "2", "1"),
        ("deep", 10.15, "3", "2"),
        ("outside", 10.12, "4", "unknown"),
        ("self", 11, "5", "5"),
        ("one", 12, "6", "7"),
        ("other", 12, "7", "6"),
    ):
        trace = "loop" if span >= "5" else "trace"
        listed.append(
            summary(id_, second, trace_id=trace, span_id=span, parent_id=parent)
        )
    listed.sort(key=lambda item: item["received_at"], reverse=True)
    page = open_tab(runner)
    expect(page.get_by_role("grid")).to_be_visible()
    ids = [item["id"] for item in listed]

    rows = page.evaluate(
        "list => rowsOf(list.map(entryOf)).map("
        "({entry, depth, offset}) =>"
        " [entry.summary.id, depth, Number(offset.toFixed(3))])",
        listed,
    )

    assert sorted(name for name, _, _ in rows) == sorted(ids)
    at = [name for name, _, _ in rows].index("caller")
    assert rows[at : at + 4] == [
        ["caller", 0, 0],
        ["callee", 1, 0.1],
        ["deep", 2, 0.15],
        ["outside", 1, 0.12],
    ]
    body = json.dumps({"version": 1, "requests": listed})
    page.route("**/_funclens/requests?*", lambda route: route.fulfill(body=body))
    page.reload()
    expect(page.get_by_text(f"{len(listed)} requests")).to_be_visible()
    assert page.locator(".requests-rows .request").count() < 100
    page.get_by_role("grid").focus()
    page.keyboard.press("End")
    expect(row(page, "/r0")).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_tab_is_accessible(runner, open_tab, scheme):
    send(runner, "/price?sku=lamp")
    send(runner, "/divide?by=0")
    page = open_tab(runner, color_scheme=scheme)
    failed = row(page, "/divide?by=0").first
    failed.click()
    expect(content(page)).to_contain_text("ZeroDivisionError")
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=PICTURES / f"requests-{scheme}-{width}.png")
        assert serious_faults(page.main_frame) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width
    page.get_by_role("button", name="Close").click()
    expect(failed).to_be_visible()
    page.screenshot(path=PICTURES / f"requests-{scheme}-list.png")
    assert serious_faults(page.main_frame) == []
