"""What starts ends: a server that dies comes back, nothing outlives the editor."""

from __future__ import annotations

import os
import re
import signal
import socket
from urllib.parse import urlsplit

from playwright.sync_api import expect

from e2e.processes import survivors
from funclens import __version__
from vsix.build import ROOT

SHOP = ROOT / "examples" / "shop"
DEADLINE = 20.0


def language_servers(editor) -> list[int]:
    return [
        pid
        for pid, command in editor.processes().items()
        if re.search(r"launch_server\.py lsp", command)
    ]


def accepts(url: str) -> bool:
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname, parts.port), timeout=5).close()
    except ConnectionRefusedError:
        return False
    return True


def test_closing_the_editor_leaves_no_process(open_editor):
    editor = open_editor(SHOP, alone=True)
    see = editor.workbench
    see.open_file("billing/main.py")
    see.lens("Run locally").first.click()
    url = see.url_in_lens("charge")
    assert accepts(url)
    assert len(language_servers(editor)) == 1
    running = editor.processes()
    assert any(
        "funclens" in command and " run " in command for command in running.values()
    )

    see.page.close()
    editor.server.stop()

    assert survivors(running, deadline=DEADLINE) == {}
    assert editor.processes() == {}
    assert not accepts(url)


def test_a_server_that_keeps_crashing_offers_a_restart(open_editor):
    editor = open_editor(SHOP, alone=True)
    see = editor.workbench
    see.open_file("billing/main.py")
    for _ in range(5):
        expect(see.status_item("8 functions")).to_be_visible()
        [pid] = language_servers(editor)
        os.kill(pid, signal.SIGKILL)
        assert survivors({pid: ""}, deadline=DEADLINE) == {}
        expect(see.status_item("8 functions")).to_have_count(0)

    message = see.notification("stopped several times in a row")
    expect(message).to_be_visible()
    assert language_servers(editor) == []
    message.get_by_role("button", name="Restart").click()
    expect(see.status_item("8 functions")).to_be_visible()


def test_a_server_of_another_version_is_reported(open_editor):
    def age(profile):
        [package] = profile.extensions.glob("funclens.*/bundled/libs/funclens")
        init = package / "__init__.py"
        text, count = re.subn(r'"\d+\.\d+\.\d+"', '"0.0.1"', init.read_text("utf-8"))
        assert count == 1
        init.write_text(text, "utf-8")

    editor = open_editor(SHOP, prepare=age)
    see = editor.workbench
    see.open_file("billing/main.py")

    message = see.notification("different versions")
    expect(message).to_contain_text(f"Extension {__version__}, server 0.0.1")
