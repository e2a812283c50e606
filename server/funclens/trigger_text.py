"""Triggers and deploy options in words, as hover, page and table show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.printable import printable

if TYPE_CHECKING:
    from funclens.model import DeployOptions, Function, Trigger

__all__ = ["event_triggers", "options_text", "trigger_text"]

_NAMES = {
    "http": "HTTP",
    "pubsub": "Pub/Sub",
    "storage": "Cloud Storage",
    "firestore": "Firestore",
    "database": "Realtime Database",
    "schedule": "Schedule",
    "tasks": "Task queue",
    "eventarc": "Eventarc",
    "audit-log": "Audit log",
    "auth": "Firebase Authentication",
    "identity": "Identity Platform",
    "alerts": "Firebase Alerts",
    "analytics": "Firebase Analytics",
    "remote-config": "Remote Config",
    "test-lab": "Test Lab",
    "data-connect": "Data Connect",
}
_SUBJECTS = {
    "topic": "topic ",
    "bucket": "bucket ",
    "document": "",
    "reference": "",
    "schedule": "",
    "queue": "",
    "alert_type": "",
    "operation": "operation ",
}
"""The attribute that identifies a source, with the word before it."""
_LONGEST = 200
"""Maximum characters of one value."""
_WITH_CHANGE = frozenset(
    {"storage", "firestore", "database", "auth", "identity", "eventarc"}
)
"""Kinds with several types of events."""


def event_triggers(function: Function) -> list[Trigger]:
    """Return the triggers that are worth showing: not plain HTTP."""
    return [trigger for trigger in function.triggers if trigger.kind != "http"]


def trigger_text(trigger: Trigger) -> str:
    """Return a trigger on one line: `Pub/Sub topic orders, with retries`."""
    words = [_NAMES.get(trigger.kind, "Event")]
    for name, word in _SUBJECTS.items():
        if value := trigger.get(name):
            words.append(f"{word}{_shown(value)}")
    change = _change(trigger)
    if change:
        words.append(f"({_shown(change)})")
    if zone := trigger.get("time_zone"):
        words.append(f"({_shown(zone)})")
    words += [_shown(f"{name}={value}") for name, value in trigger.filters[:10]]
    return ", ".join((" ".join(words), *_delivery(trigger)))


def _delivery(trigger: Trigger) -> list[str]:
    """Return how events are delivered, as far as it is unusual."""
    words = ["with retries"] if trigger.retry else []
    if topic := trigger.get("dead_letter_topic"):
        attempts = dict(trigger.retry_policy).get("max_attempts")
        words.append(f"dead letters to {_shown(topic)} after {attempts} attempts")
    if trigger.is_ordered:
        words.append("in order")
    return words


def _shown(text: str) -> str:
    """Return a text of a workspace, cut off, without control characters."""
    return printable(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")


def _change(trigger: Trigger) -> str:
    """Return the part of the event type that distinguishes it."""
    if trigger.kind not in _WITH_CHANGE or not trigger.event_type:
        return ""
    if trigger.kind == "eventarc":
        return trigger.event_type
    return trigger.event_type.removesuffix(".withAuthContext").rpartition(".")[2]


def options_text(options: DeployOptions) -> str:
    """Return the known options on one line: `512 MiB, timeout 60 s`; may be empty."""
    words = []
    if options.memory_mib is not None:
        words.append(f"{options.memory_mib} MiB")
    if options.timeout_seconds is not None:
        words.append(f"timeout {options.timeout_seconds} s")
    if options.concurrency is not None:
        words.append(f"concurrency {options.concurrency}")
    words += map(_shown, options.regions[:5])
    if options.secrets:
        words.append(f"secrets {' '.join(map(_shown, options.secrets[:10]))}")
    return ", ".join(words)
