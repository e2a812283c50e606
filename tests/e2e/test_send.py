"""Sending requests from the panel: fields, events, streams, history, saved files."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from vsix.build import ROOT

SHOP = ROOT / "examples" / "shop"
EVENTS = ROOT / "tests" / "workspaces" / "editor-events"


def test_a_request_is_sent_and_its_response_shown(open_editor):
    editor = open_editor(SHOP)
    see = editor.workbench
    see.open_file("billing/main.py")
    expect(see.lens("Run locally")).not_to_have_count(0)
    see.go_to(15)
    see.command("Funclens: Send Request to Function")
    panel = see.panel()
    expect(
        panel.get_by_role("heading", name="Send a request to charge")
    ).to_be_visible()
    # The first request has what the code reads.
    body = panel.get_by_label("Body", exact=True)
    expect(body).to_have_value(re.compile('"amount": "12.5"'))
    expect(panel.get_by_label("Method", exact=True)).to_have_value("POST")
    expect(panel.get_by_label("Value of header 1")).to_have_value("application/json")
    see.picture("1-first")

    body.fill('{"amount": "12.50"')
    expect(panel.get_by_role("alert")).to_contain_text("The body is not JSON")
    body.fill('{"amount": "12.50"}')
    expect(panel.get_by_role("alert")).to_be_empty()
    panel.get_by_role("button", name="Run and Send").click()
    answer = panel.get_by_role("region", name="Response")
    expect(answer.get_by_role("status")).to_contain_text(re.compile(r"201 .* ms"))
    expect(answer).to_contain_text('"charged": ')
    see.picture("2-answer")

    # The lens knows the answer, and can send the same request again.
    expect(see.lens(re.compile(r"^201 · \d+ ms"))).to_be_visible()

    body.fill('{"amount": "nonsense"}')
    body.press("Control+Enter")
    expect(answer.get_by_role("status")).to_contain_text("400")
    past = panel.get_by_label("Sent and saved requests")
    expect(past.locator("option")).to_have_count(3)
    past.select_option(index=2)
    expect(body).to_have_value('{"amount": "12.50"}')


def test_requests_are_saved_for_the_team(open_editor):
    editor = open_editor(SHOP)
    see = editor.workbench
    see.open_file("billing/main.py")
    expect(see.lens("Run locally")).not_to_have_count(0)
    see.go_to(15)
    see.command("Funclens: Send Request to Function")
    panel = see.panel()
    panel.get_by_role("radio", name="None").check()
    panel.get_by_label("Method", exact=True).select_option("GET")
    panel.get_by_label("Path and query").fill("?amount=9.99")
    panel.get_by_role("button", name="Save for the Team").click()
    see.answer_input("Nearly ten")
    past = panel.get_by_label("Sent and saved requests")
    expect(past.locator("option").filter(has_text="Nearly ten")).to_have_count(1)

    [saved] = (editor.folder / ".funclens" / "requests").iterdir()
    assert saved.name == "billing.main.charge-nearly-ten.http"
    assert "GET {{url}}?amount=9.99" in saved.read_text("utf-8")

    # They are listed beside the functions, where they are sent and renamed.
    see.show_functions()
    row = see.tree_row("Nearly ten")
    expect(row).to_contain_text("GET /charge?amount=9.99")
    row.hover()
    row.get_by_role("button", name="Send Request").click()
    status = see.panel().get_by_role("status")
    expect(status).to_contain_text("201")
    expect(see.tree_row("GET /charge?amount=9.99")).to_have_count(2)  # saved, and sent
    see.picture("1-requests")
    see.choose_in_menu(row, "Rename Request…")
    see.answer_input("Almost ten")
    row = see.tree_row("Almost ten")
    expect(row).to_be_visible()
    [saved] = (editor.folder / ".funclens" / "requests").iterdir()
    assert saved.name == "billing.main.charge-almost-ten.http"
    assert "### Almost ten" in saved.read_text("utf-8")

    # Its file has lenses that send it, and copy it.
    see.choose_in_menu(row, "Open File of Request")
    lenses = see.lens(re.compile("^Copy as curl$"))
    lenses.first.click()
    expect(see.status_item("Copied")).to_be_visible()
    assert "/charge?amount=9.99'" in see.clipboard()
    see.page.keyboard.press("Control+End")
    see.type("\n### Seven\nGET {{host}}/charge?amount=7.07\n")
    see.save()
    expect(see.lens(re.compile("^Send$"))).to_have_count(2)
    see.lens(re.compile("^Send$")).last.click()
    panel = see.panel()
    expect(panel.get_by_label("Path and query")).to_have_value("?amount=7.07")
    expect(panel.get_by_label("Response body")).to_contain_text("7.07")
    see.picture("2-lenses")

    # One of two is deleted from its file, the last one with it.
    for name, left in (("Seven", True), ("Almost ten", False)):
        row = see.tree_row(name)
        see.choose_in_menu(row, "Delete Request")
        dialog = see.page.get_by_role("dialog").filter(has_text=f'"{name}"')
        dialog.get_by_role("button", name="Delete").click()
        expect(row).to_have_count(0)
        assert saved.exists() is left
    expect(see.tree_row("GET /charge?amount=9.99")).to_have_count(1)


def test_events_are_chosen_and_sent_from_the_one_panel(open_editor):
    editor = open_editor(EVENTS)
    see = editor.workbench
    see.open_file("main.py")
    see.lens("Run locally").first.click()
    see.url_in_lens("on_upload")
    see.lens("Send…").first.click()
    panel = see.panel()
    data = panel.get_by_label("Data", exact=True)
    expect(data).to_have_value(re.compile("bucket"))
    expect(panel.get_by_role("radio", name="Event")).to_be_checked()

    # Those that fit come first; the others are found by their names.
    panel.get_by_role("button", name="Event Cloud Storage: an object was").click()
    rows = see.page.locator(".quick-input-list .monaco-list-row")
    expect(rows.first).to_contain_text("storage.finalized")
    see.picture("1-choose")
    see.pick("firestore.updated")
    expect(data).to_have_value(re.compile("name"))
    expect(panel.get_by_label("Sent as").locator("option")).to_contain_text(
        ["CloudEvent, binary", "CloudEvent, structured", "CloudEvent, protocol buffers"]
    )
    panel.get_by_role("button", name="Event Firestore: a document was updated").click()
    see.pick("storage.finalized")
    expect(data).to_have_value(re.compile("bucket"))
    data.fill('{"bucket": "of-the-test"}')
    panel.get_by_label("Sent as").select_option("structured")
    panel.get_by_role("button", name="Send").click()
    expect(panel.get_by_role("status")).to_contain_text("200")
    see.picture("2-event")

    # The one panel shows another function, and keeps what the first one answered.
    see.command("Funclens: Go to Function")
    see.pick("ticks")
    see.command("Funclens: Send Request to Function")
    expect(panel.get_by_role("heading", name="request to ticks")).to_be_visible()
    expect(panel.get_by_role("status")).to_have_text("No response yet")
    expect(panel.get_by_role("radio", name="None")).to_be_checked()
    see.command("Funclens: Go to Function")
    see.pick("on_upload")
    see.command("Funclens: Send Request to Function")
    expect(panel.get_by_role("heading", name="request to on_upload")).to_be_visible()
    expect(panel.get_by_role("status")).to_contain_text("200")
    expect(data).to_have_value('{"bucket": "of-the-test"}')
    expect(see.page.locator(".tab").filter(has_text="Send: ")).to_have_count(1)

    panel.get_by_role("button", name="Edit as Request").click()
    expect(panel.get_by_role("radio", name="JSON")).to_be_checked()
    body = panel.get_by_label("Body", exact=True)
    expect(body).to_have_value(re.compile('"specversion": "1.0"'))
    lines = see.show_output()
    expect(lines.filter(has_text="uploaded to bucket of-the-test")).to_be_visible()


def test_a_stream_is_shown_as_it_arrives_and_can_be_stopped(open_editor):
    editor = open_editor(EVENTS)
    see = editor.workbench
    see.open_file("main.py")
    see.lens("Run locally").first.click()
    see.url_in_lens("ticks")
    see.command("Funclens: Go to Function")
    see.pick("ticks")
    see.command("Funclens: Send Request to Function")
    panel = see.panel()
    panel.get_by_role("button", name="Send").click()
    expect(panel.get_by_label("Response body")).to_contain_text("tick 1")
    expect(see.lens("Waiting for response…")).to_be_visible()
    see.picture("1-streaming")
    expect(panel.get_by_role("button", name="Stop")).to_be_visible()
    panel.get_by_label("Path and query").press("Escape")
    expect(panel.get_by_role("status")).to_contain_text("Canceled")
    expect(see.lens("Waiting for response…")).to_have_count(0)
