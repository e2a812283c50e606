"""Tables, forms and files of the request panel."""

from __future__ import annotations

import hashlib
import re

import pytest
from playwright.sync_api import expect

from e2e.accessibility import serious_faults
from e2e.workbench import DEADLINE_MS, PATIENCE_MS
from vsix.build import ROOT

FORM = ROOT / "tests" / "workspaces" / "editor-form"


def test_a_request_is_written_in_tables_and_forms(open_editor):
    editor = open_editor(FORM)
    photo = editor.folder / "photo.bin"
    content = bytes(range(256)) * 40
    photo.write_bytes(content)
    see = editor.workbench
    see.open_file("main.py")
    see.lens("Run locally").first.click()
    see.url_in_lens("mirror")
    see.lens("Send…").first.click()
    panel = see.panel()
    answer = panel.get_by_label("Response body")
    path = panel.get_by_label("Path and query")

    # The function reads files, so a file is asked for; without one, nothing is sent.
    expect(panel.get_by_role("radio", name="Multipart")).to_be_checked()
    panel.get_by_role("button", name="Send", exact=True).click()
    expect(panel.get_by_role("status")).to_contain_text("Choose a file for the field")
    panel.get_by_role("button", name="Remove field 1").click()
    panel.get_by_role("radio", name="None").check()

    # Query: the table and the address are one thing; a row is switched off, removed.
    panel.get_by_role("button", name="Add Parameter").click()
    panel.get_by_label("Name of parameter 1").fill("city")
    panel.get_by_label("Value of parameter 1").fill("New York")
    expect(path).to_have_value("?city=New+York")
    path.fill("/below?city=Ulm&n=1")
    expect(panel.get_by_label("Value of parameter 1")).to_have_value("Ulm")
    panel.get_by_role("checkbox", name="Send parameter 2").uncheck()
    expect(path).to_have_value("/below?city=Ulm")

    # Headers, and a method of one's own; Enter with Ctrl sends from anywhere.
    panel.get_by_role("button", name="Add Header").click()
    name = panel.get_by_label("Name of header 1")
    expect(name).to_have_attribute("list", "header-names")
    name.fill("X-Note")
    panel.get_by_label("Value of header 1").fill("hello there")
    panel.get_by_label("Method", exact=True).select_option("Other…")
    panel.get_by_label("Other method").fill("purge")
    panel.get_by_label("Other method").press("Control+Enter")
    expect(answer).to_contain_text('"method": "PURGE"')
    expect(answer).to_contain_text('"query": "city=Ulm"')
    expect(answer).to_contain_text('"note": "hello there"')

    # JSON has its content type, for all to see, until it is removed.
    panel.get_by_label("Method", exact=True).select_option("POST")
    panel.get_by_role("radio", name="JSON").check()
    panel.get_by_label("Body", exact=True).fill('{"a": 1}')
    expect(panel.get_by_label("Value of header 2")).to_have_value("application/json")
    panel.get_by_label("Body", exact=True).press("Control+Enter")
    expect(answer).to_contain_text('"json": {')
    panel.get_by_role("button", name="Remove header 2").click()
    panel.get_by_label("Body", exact=True).fill('{"a": 2}')
    expect(panel.get_by_label("Value of header 2")).to_have_count(0)
    panel.get_by_label("Body", exact=True).press("Control+Enter")
    expect(answer).to_contain_text('"json": null')
    see.picture("1-json")

    # A form, then a file: its bytes arrive as they are.
    panel.get_by_role("radio", name="Form").check()
    panel.get_by_label("Name of field 1").fill("greeting")
    panel.get_by_label("Value of field 1").fill("a & b=c")
    panel.get_by_label("Value of field 1").press("Control+Enter")
    expect(answer).to_contain_text('"greeting": "a & b=c"')
    panel.get_by_role("radio", name="Multipart").check()
    panel.get_by_role("button", name="Add File…").click()
    dialog = see.page.locator(".quick-input-widget")
    field = dialog.locator("input[type=text]").first
    expect(field).to_have_value(re.compile("/"))
    expect(dialog.locator(".monaco-list-row").last).to_contain_text("photo.bin")
    for _ in range(DEADLINE_MS // PATIENCE_MS):
        # The dialog takes no path while it is still reading folders.
        field.fill(str(photo))
        field.press("Enter")
        try:
            expect(dialog).to_be_hidden(timeout=PATIENCE_MS)
        except AssertionError:
            continue
        break
    expect(panel.get_by_label(re.compile("File of field 2"))).to_have_text("photo.bin")
    panel.get_by_label("Name of field 2").fill("upload")
    see.picture("2-multipart")
    panel.get_by_label("Name of field 2").press("Control+Enter")
    expect(answer).to_contain_text('"greeting": "a & b=c"')
    expect(answer).to_contain_text(hashlib.sha256(content).hexdigest())

    # It is saved with its file, and found again.
    panel.get_by_role("button", name="Save for the Team").click()
    see.answer_input("With a file")
    past = panel.get_by_label("Sent and saved requests")
    saved = past.locator("option").filter(has_text="With a file")
    expect(saved).to_have_count(1)
    panel.get_by_role("radio", name="None").check()
    past.select_option(label="★ With a file")
    expect(panel.get_by_label(re.compile("File of field 2"))).to_have_text("photo.bin")
    panel.get_by_role("button", name="Copy as curl").click()
    expect(see.status_item("Copied the request")).to_be_visible()
    assert f"-F upload=@{photo}" in see.clipboard()


@pytest.mark.parametrize("theme", ["Light Modern", "Dark Modern"])
def test_each_kind_of_body_is_accessible(open_editor, theme):
    editor = open_editor(FORM, settings={"workbench.colorTheme": theme})
    calls = editor.folder / "calls.http"
    calls.write_text('POST /mirror\n\n{"from": "a file"}\n', "utf-8")
    see = editor.workbench
    see.open_file("calls.http")
    see.lens("Send").first.click()
    panel = see.panel()

    # JSON without a content type gets one, is sent with it, and both are seen.
    answer = panel.get_by_label("Response body")
    expect(answer).to_contain_text('"from": "a file"')
    expect(panel.get_by_label("Value of header 1")).to_have_value("application/json")
    panel.get_by_role("button", name="Add Parameter").click()
    for width in (1400, 900):
        see.page.set_viewport_size({"width": width, "height": 900})
        for kind in ("JSON", "Form", "Multipart", "Text"):
            panel.get_by_role("radio", name=kind).check()
            assert serious_faults(see.panel_frame()) == []
            see.picture(f"{width}-{kind}")
