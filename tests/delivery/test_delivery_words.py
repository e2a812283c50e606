"""The line of a delivery, in the terminal and in the editor's output."""

from __future__ import annotations

from funclens.lsp.running.output import delivery_entry

EVENT = {
    "event": "delivery",
    "id": "shop.main.on_order",
    "unit": "shop.main",
    "source": "topic orders",
    "attempt": 2,
    "status": 500,
    "result": "retrying",
}


def test_the_editor_shows_a_delivery_as_a_line_of_its_unit() -> None:
    assert delivery_entry(EVENT) == {
        "unit": "shop.main",
        "stream": "request",
        "text": "topic orders -> on_order: failed, delivered again later (500, "
        "attempt 2)\n",
    }


def test_a_delivery_without_an_answer_says_so() -> None:
    lost = {**EVENT, "status": 0, "attempt": 1, "result": "dropped"}

    assert delivery_entry(lost)["text"] == (
        "topic orders -> on_order: failed and dropped, as retries are off (no answer)\n"
    )
