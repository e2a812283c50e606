"""`Debug` stops at breakpoints, without launch.json and any other extension."""

from __future__ import annotations

import json
import shutil
import threading
import urllib.request
from dataclasses import dataclass, field
from queue import Queue

from playwright.sync_api import expect

from vsix.build import ROOT

SHOP = ROOT / "examples" / "shop"


@dataclass
class Request:
    """A request that may stand at a breakpoint for a while."""

    url: str
    answers: Queue[tuple[int, str]] = field(default_factory=Queue)

    def __post_init__(self) -> None:
        threading.Thread(target=self._send, daemon=True).start()

    def _send(self) -> None:
        with urllib.request.urlopen(self.url, timeout=60) as answer:
            self.answers.put((answer.status, answer.read().decode()))

    def answer(self) -> tuple[int, str]:
        return self.answers.get(timeout=60)


def line_with(path, text):
    """Return the 1-based number of the only line that holds a text."""
    lines = path.read_text("utf-8").splitlines()
    [number] = [index for index, line in enumerate(lines, 1) if text in line]
    return number


def test_debug_stops_at_a_breakpoint_and_continues(open_editor, tmp_path):
    workspace = tmp_path / "source" / "shop"
    shutil.copytree(SHOP, workspace, ignore=shutil.ignore_patterns("__pycache__"))
    source = workspace / "billing" / "main.py"
    text = source.read_text("utf-8")
    begin = '"""Charge an amount'
    text = text.replace(begin, f"print('charging', flush=True)\n    {begin}")
    source.write_text(text, "utf-8")
    editor = open_editor(workspace)
    see = editor.workbench
    see.open_file("billing/main.py")
    see.go_to(line_with(source, "try:"))
    see.page.keyboard.press("F9")
    expect(see.breakpoints()).to_have_count(1)

    see.lens("Debug").first.click()
    url = see.url_in_lens("charge")
    expect(see.debug_toolbar()).to_be_visible()
    see.picture("1-attached")

    request = Request(f"{url}?amount=3.20")
    expect(see.stopped_line()).to_be_visible()
    assert request.answers.empty()
    inline = see.page.locator(".editor-instance .view-line")
    expect(inline.filter(has_text="amount = '3.20'")).to_have_count(1)
    console = see.page.locator(".repl .monaco-list-row")
    expect(console.filter(has_text="charging")).to_have_count(1)
    see.picture("2-stopped")

    status, body = go_on_to_the_answer(see, request)
    assert status == 201
    assert "3.20" in json.loads(body)["charged"]

    see.page.keyboard.press("Shift+F5")
    expect(see.debug_toolbar()).to_be_hidden()
    after = Request(f"{url}?amount=1")
    assert after.answer()[0] == 201


def go_on_to_the_answer(see, request):
    """Continue from the breakpoint; return status and body of the answer."""
    see.page.keyboard.press("F5")
    answer = request.answer()
    # Or the next one would seem to stand still before it has begun.
    expect(see.stopped_line()).to_have_count(0)
    return answer


LAUNCH = {
    "version": "0.2.0",
    "configurations": [
        {
            "type": "funclens",
            "request": "launch",
            "name": "Two units",
            "functions": ["billing.main", "webhooks.main.health"],
            "env": {"WEBHOOK_SECRET": "from launch.json"},
        }
    ],
}


def test_a_reload_reattaches_the_debugger(open_editor):
    editor = open_editor(SHOP)
    see = editor.workbench
    source = editor.folder / "billing" / "main.py"
    see.open_file("billing/main.py")
    expect(see.lens("Run locally")).not_to_have_count(0)
    see.go_to(line_with(source, '"service": "billing"'))
    see.page.keyboard.press("F9")
    expect(see.breakpoints()).to_have_count(1)
    see.page.keyboard.press("F5")
    url = see.url_in_lens("billing.main.health")
    expect(see.debug_toolbar()).to_be_visible()

    request = Request(url)
    expect(see.stopped_line()).to_be_visible()
    assert json.loads(go_on_to_the_answer(see, request)[1])["service"] == "billing"

    see.go_to(line_with(source, '"service": "billing"'))
    see.page.keyboard.press("End")
    see.page.keyboard.press("Shift+Home")
    see.type('return {"service": "billing", "ok": "again"}')
    see.save()
    body = {}
    for _ in range(5):  # the first ones may still meet the old worker
        request = Request(url)
        expect(see.stopped_line()).to_be_visible()
        see.picture("1-stopped-after-reload")
        body = json.loads(go_on_to_the_answer(see, request)[1])
        if body["ok"] == "again":
            break
    assert body["ok"] == "again"
    assert "reattaching the debugger" in editor.log()


def test_launch_json_debugs_units_with_their_own_variables(open_editor, tmp_path):
    workspace = tmp_path / "source" / "shop"
    shutil.copytree(SHOP, workspace, ignore=shutil.ignore_patterns("__pycache__"))
    (workspace / ".vscode").mkdir()
    (workspace / ".vscode" / "launch.json").write_text(json.dumps(LAUNCH), "utf-8")
    editor = open_editor(workspace)
    see = editor.workbench
    see.open_file("webhooks/main.py")
    expect(see.lens("Run locally")).not_to_have_count(0)
    see.go_to(line_with(workspace / "webhooks" / "main.py", "SECRET = "))
    see.page.keyboard.press("F9")

    see.page.keyboard.press("F5")
    expect(see.stopped_line()).to_be_visible()
    see.page.keyboard.press("F10")
    sessions = see.page.get_by_role("treegrid", name="Debug Call Stack")
    expect(sessions).not_to_contain_text("funclens_worker")
    expect(sessions).to_contain_text("Two units")
    expect(sessions).to_contain_text("webhooks.main")
    expect(see.page.locator(".editor-instance")).to_contain_text(
        "SECRET = 'from launch.json'"
    )
    see.picture("1-two-sessions")
