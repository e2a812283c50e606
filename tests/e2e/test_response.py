"""The response in the request panel: views, actions, failures, hostile responses."""

from __future__ import annotations

import json
import re

from playwright.sync_api import expect

from e2e.accessibility import serious_faults
from markers import markers_of
from vsix.build import ROOT

ANSWERS = ROOT / "tests" / "workspaces" / "editor-answers"
WIDTHS = (900, 1400)


def ask(see, name, path=""):
    """Show the panel for a function, send a GET, and return the response's region."""
    see.page.keyboard.press("Control+1")  # or the file would open above the panel
    see.command("Funclens: Go to Function")
    see.pick(name)
    see.command("Funclens: Send Request to Function")
    panel = see.panel()
    expect(panel.get_by_role("heading", level=1)).to_have_text(
        f"Send a request to {name}"
    )
    send(panel, path)
    return panel.get_by_role("region", name="Response")


def send(panel, path):
    """Send a request from the panel that is shown."""
    field = panel.get_by_label("Path and query")
    field.fill(path)
    expect(field).to_have_value(path)
    panel.get_by_role("button", name="Send", exact=True).click()


def keep(see, path):
    """Answer the question for a file, and wait until the file is there."""
    widget = see.page.locator(".quick-input-widget")
    field = widget.locator("input[type=text]").first
    expect(field).to_have_value(re.compile(r"\.json$"))
    field.fill(str(path))
    expect(field).to_have_value(str(path))
    see.page.keyboard.press("Enter")
    expect(widget).to_be_hidden()
    files = see.page.locator(".explorer-folders-view .monaco-list-row")
    expect(files.filter(has_text=path.name)).to_be_visible()


def look(see, name):
    """Keep pictures of both widths."""
    for width in WIDTHS:
        see.page.set_viewport_size({"width": width, "height": 900})
        see.picture(f"{name}-{width}")


def test_a_response_is_read_searched_compared_and_saved(open_editor):
    editor = open_editor(ANSWERS, size=(1400, 900))
    see = editor.workbench
    see.open_file("main.py")
    see.lens("Run locally").first.click()
    see.url_in_lens("orders")

    answer = ask(see, "orders")
    expect(answer.get_by_role("status")).to_contain_text(
        re.compile(r"200 OK · .*s · .* kB$")
    )
    body = answer.get_by_label("Response body")
    expect(body).to_contain_text('"price": 0.5,')
    look(see, "1-json")
    body.get_by_text('"items"').wait_for()
    answer.get_by_title("Fold line").nth(2).click()
    expect(body).to_contain_text('"items": […],')
    expect(body).not_to_contain_text('"price": 0.5,')
    answer.get_by_role("tab", name="Body").focus()
    see.page.keyboard.press("Control+f")
    see.page.keyboard.type("needle")
    see.page.keyboard.press("Enter")
    expect(answer.locator(".cm-searchMatch")).to_have_text("needle")
    look(see, "2-found")
    see.page.keyboard.press("Escape")

    answer.get_by_role("button", name="Copy", exact=True).click()
    expect(see.status_item("Copied the response body.")).to_be_visible()
    assert json.loads(see.clipboard())["note"] == "last one: needle"
    answer.get_by_role("button", name="Save…").click()
    keep(see, editor.folder / "kept.json")
    assert json.loads((editor.folder / "kept.json").read_text("utf-8"))["order"] == 1

    see.panel().get_by_role("button", name="Send", exact=True).click()
    answer.get_by_role("button", name="Compare with Previous").click()
    lines = see.page.locator(".monaco-diff-editor .modified .view-line")
    expect(lines.filter(has_text=re.compile(r'"order":\s2'))).to_be_visible()
    see.picture("3-compared")
    see.page.get_by_role("tab", name=re.compile("^Send: ")).click()
    answer.get_by_role("button", name="Open in Editor").click()
    expect(see.page.get_by_role("tab", name=re.compile("^orders.json"))).to_be_visible()
    see.picture("4-opened")


def test_failures_redirects_and_previews(open_editor):
    editor = open_editor(ANSWERS, size=(1400, 900))
    see = editor.workbench
    see.open_file("main.py")
    see.lens("Run locally").first.click()
    see.url_in_lens("orders")

    answer = ask(see, "fails", "?item=lamp")
    failure = answer.get_by_role("group", name="Failure")
    expect(failure).to_contain_text("KeyError: 'lamp'")
    answer.get_by_role("tab", name="Log").click()
    expect(answer.get_by_label("Lines that the request printed")).to_contain_text(
        "looking for lamp"
    )
    look(see, "1-failure")
    assert serious_faults(see.panel_frame()) == []
    line = markers_of(ANSWERS / "main.py")["fails"]
    failure.get_by_role("button", name=f"main.py:{line}").click()
    expect(see.status_item("Ln")).to_contain_text(f"Ln {line},")
    failure.get_by_role("button", name="Debug This Request").click()
    expect(see.exception()).to_contain_text("KeyError")
    see.picture("2-stopped")
    see.page.keyboard.press("F5")
    expect(answer.get_by_role("status")).to_contain_text("500")
    see.page.keyboard.press("Shift+F5")
    expect(see.debug_toolbar()).to_be_hidden()

    answer = ask(see, "moved", "?from=here")
    expect(answer).to_contain_text("/moved_again?step=1")
    answer.get_by_role("button", name="Follow Redirect").click()
    hops = answer.get_by_role("list", name="Redirects").get_by_role("listitem")
    expect(hops).to_have_count(2)
    expect(hops.first).to_contain_text(re.compile("^302 FOUND · GET /moved → http"))
    expect(hops.last).to_contain_text("303 SEE OTHER · GET /moved_again")
    expect(answer.get_by_label("Response body")).to_contain_text("GET here")
    look(see, "3-redirects")

    answer = ask(see, "page")
    answer.get_by_role("tab", name="Preview").click()
    shown = answer.frame_locator("iframe")
    expect(shown.get_by_role("heading", name="Invoice")).to_have_css(
        "color", "rgb(1, 2, 3)"
    )
    look(see, "4-page")

    answer = ask(see, "picture")
    expect(answer.get_by_role("img", name="Image in the response")).to_be_visible()
    look(see, "5-image")
    answer.get_by_role("tab", name="Body").click()
    expect(answer.get_by_label("Response body")).to_contain_text("89 50 4e 47")
    answer = ask(see, "picture", "?huge")
    expect(answer).to_contain_text("Binary data (image/png).")
    expect(answer.get_by_role("tab", name="Preview")).to_be_hidden()


def test_big_and_hostile_responses_leave_the_window_usable(open_editor):
    editor = open_editor(ANSWERS, size=(1400, 900))
    see = editor.workbench
    see.open_file("main.py")
    see.lens("Run locally").first.click()
    see.url_in_lens("orders")

    answer = ask(see, "hostile", "?kind=big")
    body = answer.get_by_label("Response body")
    status = answer.get_by_role("status")
    expect(status).to_contain_text("5.9 MB")
    expect(answer).to_contain_text("Only the first 1.0 MB of 5.9 MB are shown.")
    expect(body).to_contain_text('"row": 1,')
    look(see, "1-big")
    answer.get_by_role("button", name="Save…").click()
    keep(see, editor.folder / "kept.json")
    assert len(json.loads((editor.folder / "kept.json").read_text("utf-8"))) == 76_000
    answer.get_by_role("button", name="Open in Editor").click()
    expect(
        see.page.get_by_role("tab", name=re.compile("^hostile.json"))
    ).to_be_visible()
    see.page.get_by_role("tab", name=re.compile("^Send: ")).click()

    send(see.panel(), "?kind=stream")
    expect(status).to_contain_text("200.0 MB")
    send(see.panel(), "?kind=endless")
    expect(status).to_contain_text("MB so far")
    see.panel().get_by_role("button", name="Stop").click()
    expect(status).to_contain_text("Canceled")
    expect(body).to_contain_text("line 1")
    send(see.panel(), "?kind=deep")
    expect(status).to_contain_text("20.0 kB")
    send(see.panel(), "?kind=nan")
    expect(answer).to_contain_text("The body is not valid JSON")
    expect(body).to_contain_text('"a": NaN')
    send(see.panel(), "?kind=escapes")
    expect(answer).to_contain_text("Bytes that are no valid text are shown as")
    look(see, "2-escapes")
    send(see.panel(), "?kind=headers")
    expect(status).to_contain_text("The headers of the response exceed 1 MiB.")
