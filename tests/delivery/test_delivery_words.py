"""The line of a delivery, in the terminal and in the editor's output."""

from __future__ import annotations

from funclens.lsp.running.output import emulation_entry

EVENT = {
    "event": "delivery",
    "id": "shop.main.on_order",
    "unit": "shop.main",
    "source": "topic orders",
    "attempt": 2,
    "status": 500,
    "result": "retrying",
}


def text_of(event: dict[str, object]) -> str:
    entry = emulation_entry(event)
    assert entry is not None
    return str(entry["text"])


def test_the_editor_shows_a_delivery_as_a_line_of_its_unit() -> None:
    assert emulation_entry(EVENT) == {
        "unit": "shop.main",
        "stream": "request",
        "text": "topic orders -> on_order: failed, delivered again later (500, "
        "attempt 2)\n",
    }


def test_a_task_that_waits_says_how_long() -> None:
    task = {**EVENT, "event": "enqueued", "source": "queue mail", "seconds": 59.98}

    assert text_of(task) == "queue mail -> on_order: due in 1 min\n"


def test_a_delivery_without_an_answer_says_so() -> None:
    lost = {**EVENT, "status": 0, "attempt": 1, "result": "dropped"}

    assert text_of(lost) == (
        "topic orders -> on_order: failed and dropped, as retries are off (no answer)\n"
    )


def test_an_emulator_and_what_it_is_connected_to_are_lines_without_a_unit() -> None:
    emulator = {"event": "emulator", "kind": "pubsub", "host": "127.0.0.1:8085"}
    emulator |= {"project": "demo", "is_own": False}
    wired = {"event": "wired", "id": "shop.main.on_order", "source": "topic orders"}

    assert emulation_entry(emulator) == {
        "unit": "",
        "stream": "request",
        "text": "Using the Pub/Sub emulator at 127.0.0.1:8085, project demo\n",
    }
    assert text_of(wired) == "topic orders -> on_order: connected\n"
    assert text_of({**wired, "event": "unwired"}).endswith("on_order: disconnected\n")


def test_a_missing_emulator_is_a_warning_with_a_hint_and_no_other_warning_is() -> None:
    missing = {"event": "warning", "message": "no such", "hint": "install it"}

    assert text_of({**missing, "about": "emulators"}) == (
        "warning: no such\nhint: install it\n"
    )
    assert emulation_entry(missing) is None
