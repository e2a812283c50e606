"""What holds is sent to listeners that come later."""

from __future__ import annotations

from funclens.runner.events import EventBus

WIRED = {"id": "main.paid", "source": "topic orders"}


def test_what_holds_is_kept_until_it_ends() -> None:
    bus = EventBus()
    bus.publish("emulator", kind="pubsub", host="a")
    bus.publish("emulator", kind="pubsub", host="b")
    bus.publish("wired", **WIRED)
    bus.publish("wired", id="main.other", source="topic orders")
    bus.publish("delivery", id="main.paid")
    bus.publish("unwired", **WIRED)

    found = [(e["event"], e.get("host") or e.get("id")) for e in bus.standing.all()]

    assert found == [("emulator", "b"), ("wired", "main.other")]


def test_of_the_warnings_those_about_missing_emulators_hold() -> None:
    bus = EventBus()
    bus.publish("warning", message="gone", hint="wait", about="emulators")
    for message in ("none", "still none"):
        bus.publish("warning", message=message, hint="", emulator="storage")

    assert [event["message"] for event in bus.standing.all()] == ["still none"]
