"""Events of the real Pub/Sub emulator in the editor: output, breakpoints, failures."""

from __future__ import annotations

import os
import re

import pytest
from playwright.sync_api import expect

from e2e.test_debug import line_with
from emulators.published import Topic, is_up
from funclens.runner.emulators.installed import EMULATORS, find_command
from vsix.build import ROOT

WORKSPACE = ROOT / "tests" / "workspaces" / "editor-emulators"
START_MS = 120_000
"""The emulator is a Java program that starts on a busy machine."""

pytestmark = [pytest.mark.may_skip_in_ci, pytest.mark.timeout(400)]


@pytest.fixture(autouse=True)
def _emulator_is_installed():
    kind = EMULATORS["pubsub"]
    if find_command(kind, os.environ) is None:
        pytest.skip(f"no Pub/Sub emulator: {kind.how_to_install}")


def test_a_message_reaches_a_function_and_stops_at_a_breakpoint(open_editor):
    editor = open_editor(WORKSPACE)
    source = editor.folder / "main.py"
    see = editor.workbench
    see.open_file("main.py")
    see.lens("Run locally").first.click()
    see.url_in_lens("on_order")

    # On: the runner restarts, and says which emulator it uses and what is connected.
    see.command("Funclens: Use Emulators")
    lines = see.show_output()
    started = lines.filter(has_text="Starting the Pub/Sub emulator at")
    expect(started).to_contain_text("project demo-funclens")
    connected = lines.filter(has_text="topic orders -> on_order: connected")
    expect(connected).to_be_visible(timeout=START_MS)
    found = re.search(r"at\s(\S+:\d+),", started.inner_text())
    assert found is not None
    topic = Topic(found[1], "demo-funclens", "orders")

    # A delivery is a line; one that fails is marked like a request that fails.
    topic.publish("7")
    expect(lines.filter(has_text="order 7")).to_be_visible()
    delivered = lines.filter(has_text="topic orders -> on_order: delivered (200)")
    expect(delivered).to_be_visible()
    expect(see.lens(re.compile(r"200 · \d"))).to_be_visible()
    topic.publish("poison")
    dropped = "failed and dropped, as retries are off (500)"
    expect(lines.filter(has_text=dropped)).to_be_visible()
    expect(see.lens("500 · ValueError")).to_be_visible()

    # It is sent again like a request; the lens has a mark for each result.
    see.lens(re.compile("✓✗ · Replay$")).click()
    expect(see.lens(re.compile("✓✗✗ · Replay$"))).to_be_visible()
    see.picture("1-delivered")

    # A breakpoint stops at a message.
    see.go_to(line_with(source, 'if order == "poison"'))
    see.page.keyboard.press("F9")
    expect(see.breakpoints()).to_have_count(1)
    see.lens("Debug").last.click()
    expect(see.debug_toolbar()).to_be_visible()
    topic.publish("8")
    expect(see.stopped_line()).to_be_visible()
    see.picture("2-stopped")
    see.page.keyboard.press("F5")
    expect(see.stopped_line()).to_have_count(0)
    see.page.keyboard.press("Shift+F5")
    expect(see.debug_toolbar()).to_be_hidden()

    # Off: the emulator ends; another runner serves the functions.
    see.command("Funclens: Stop Using Emulators")
    idle = see.lens(re.compile(r"○ http://\S+/on_order"))
    expect(idle).to_be_visible()

    def ended(_patience: int) -> None:
        assert not is_up(topic.host)

    see.persist(lambda: see.page.wait_for_function("true"), ended)
