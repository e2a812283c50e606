"""Kinds of new functions, and the events that one can take."""

from __future__ import annotations

from typing import NamedTuple

from funclens.requests.samples import TYPES
from funclens.suggest import closest

__all__ = ["KINDS", "EventKind", "Kind", "event_kinds", "find_event"]

_OF_GOOGLE = ("google.cloud.", "google.firebase.")


class Kind(NamedTuple):
    """What a new function is called by."""

    name: str
    title: str
    detail: str


KINDS = (
    Kind("http", "HTTP", "Responds to requests of browsers and other programs"),
    Kind("cloudevent", "CloudEvent", "Handles events of Pub/Sub, Storage and others"),
    Kind("typed", "Typed", "Takes and returns JSON as Python objects"),
    Kind("firebase", "Firebase", "Responds to requests, with the Firebase SDK"),
)


class EventKind(NamedTuple):
    """An event that a function can be created for."""

    name: str
    """As `funclens call --event` has it: `storage.finalized`."""
    title: str
    type: str
    """`type` of the CloudEvent."""


def event_kinds() -> list[EventKind]:
    """Return the events that Eventarc delivers, in display order."""
    return [
        EventKind(row.name, row.title, kinds[0])
        for row in TYPES
        if (kinds := [name for name in row.aliases if name.startswith(_OF_GOOGLE)])
    ]


def find_event(name: str) -> EventKind | None:
    """Return the event with a name, or None."""
    return next((item for item in event_kinds() if item.name == name), None)


def nearest_event(name: str) -> str | None:
    """Return the name that a misspelled one resembles."""
    return closest([item.name for item in event_kinds()], name)
