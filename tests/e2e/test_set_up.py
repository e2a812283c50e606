"""A folder whose requirements are not installed: one click, then it answers."""

from __future__ import annotations

import re
import socket
import urllib.request

import pytest
from playwright.sync_api import expect

from wheels import make_framework_wheel, make_wheel

MAIN = (
    "import functions_framework\nimport greeting\n\n\n"
    "@functions_framework.http\n"
    "def hello(request):\n"
    "    return greeting.__name__\n"
)
PATIENCE_MS = 150_000
"""For an environment that pip makes on a slow machine."""


def make_unit(folder):
    folder.mkdir(parents=True)
    (folder / "main.py").write_text(MAIN, "utf-8")
    make_framework_wheel(folder / "wheels")
    make_wheel(folder / "wheels", "greeting")
    return folder


def require(folder, *lines):
    new = folder / "new.tmp"
    new.write_text("\n".join([*lines, ""]), "utf-8")
    new.replace(folder / "requirements.txt")


def names(folder):
    return {path.name for path in folder.iterdir()} - {".vscode"}


@pytest.mark.timeout(600)
def test_a_unit_gets_its_environment_and_answers(open_editor, tmp_path):
    source = make_unit(tmp_path / "source" / "lacking")
    with socket.create_server(("127.0.0.1", 0)) as index:
        index.settimeout(PATIENCE_MS / 1000)
        url = f"http://127.0.0.1:{index.getsockname()[1]}/simple"
        require(source, f"--index-url {url}", "greeting")
        editor = open_editor(source)
        see = editor.workbench
        before = names(editor.folder)
        see.open_file("main.py")
        see.picture("1-lacking")

        # An index that never answers: canceled in the middle.
        see.lens("Set up environment").click()
        progress = see.notification("setting up the environment")
        connection, _ = index.accept()
        expect(see.lens("Setting up environment…")).to_be_visible()
        see.picture("2-progress")
        progress.get_by_role("button", name="Cancel").click()
        expect(see.lens("Set up environment")).to_be_visible()
        connection.close()
    assert names(editor.folder) == before

    # Debugging it is an error as often as one clicks, with the same offer.
    for _ in range(2):
        see.lens("Debug").click()
        message = see.notification("ModuleNotFoundError")
        button = message.get_by_role("button", name="Set Up Environment")
        expect(button).to_be_visible()
        expect(see.debug_toolbar()).not_to_be_visible()
        message.hover()
        message.get_by_role("button", name=re.compile("Clear Notification")).click()
    see.command("Funclens: Stop All Functions")
    expect(see.lens("Run locally")).to_be_visible()

    # A failed run offers it.
    require(editor.folder, "--no-index", "--find-links ./wheels", "greeting")
    see.lens("Run locally").click()
    message = see.notification("ModuleNotFoundError")
    expect(message.get_by_role("button", name="Install in Terminal")).to_have_count(0)
    see.picture("3-failed")
    message.get_by_role("button", name="Set Up Environment").click()
    running = see.lens(re.compile(r"^● http://"))
    expect(running).to_be_visible(timeout=PATIENCE_MS)
    with urllib.request.urlopen(running.inner_text()[2:], timeout=30) as answer:
        assert (answer.status, answer.read()) == (200, b"greeting")
    expect(see.lens("Set up environment")).to_have_count(0)
    assert names(editor.folder) - before == {".venv"}

    # One that can't be installed is an error with the log.
    require(editor.folder, "--no-index", "--find-links ./wheels", "nowhere")
    see.command("Funclens: Set Up Environment")
    see.pick("main")
    failure = see.notification("Cannot set up main")
    expect(failure).to_contain_text("nowhere", timeout=PATIENCE_MS)
    see.picture("4-error")
    failure.get_by_role("button", name="Show Log").click()
    log = see.page.locator(".output-view .view-line")
    expect(log.filter(has_text="hint: ").last).to_be_visible()
    see.picture("5-log")
    with urllib.request.urlopen(running.inner_text()[2:], timeout=30) as answer:
        assert answer.status == 200
