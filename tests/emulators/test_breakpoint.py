"""An event of the real Pub/Sub emulator stops at a breakpoint, and waits there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from markers import markers_of
from runner.dap import DebugClient
from runner_process import RunnerProcess
from source_tree import write_tree

if TYPE_CHECKING:
    from pathlib import Path

    from emulators.published import Topic

pytestmark = [pytest.mark.may_skip_in_ci, pytest.mark.timeout(400)]

LONG_S = 120.0
MAIN = """\
from firebase_functions import pubsub_fn


@pubsub_fn.on_message_published(topic="orders")
def on_order(event):
    order = event.data.message.json
    print(order)  # @stop
"""


def test_a_message_stops_at_a_breakpoint(tmp_path: Path, topic: Topic) -> None:
    shop = write_tree(tmp_path / "shop", {"main.py": MAIN})
    options = ("--port", "0", "--emulators", "--debug")
    with RunnerProcess(
        shop, state=tmp_path, options=options, env=topic.environment
    ) as runner:
        runner.wait_event("wired", id="main.on_order", deadline=LONG_S)
        topic.publish("7")
        address = runner.wait_event("debug-listening", unit="main", deadline=LONG_S)
        file = shop / "main.py"
        line = markers_of(file)["stop"]

        with DebugClient(address["host"], address["port"]) as client:
            client.attach({str(file): [line]})
            thread, path, number = client.wait_stopped()

            assert (path, number) == (str(file), line)
            assert not any(e["event"] == "delivery" for e in runner.events)
            client.go_on(thread)
            found = runner.wait_event("delivery", id="main.on_order", deadline=LONG_S)

    assert (found["attempt"], found["result"]) == (1, "delivered")
