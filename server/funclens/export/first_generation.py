"""Events of 1st generation functions, as Eventarc sends them to Cloud Run.

functions-framework turns some CloudEvents back into what a 1st generation function
takes: those of Pub/Sub, Cloud Storage and the Realtime Database.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from funclens.errors import UsageError
from funclens.requests.samples.event_types import find_type

if TYPE_CHECKING:
    from collections.abc import Iterable

    from funclens.model import Trigger

__all__ = ["as_cloud_events"]

_CONVERTED = frozenset({"pubsub", "storage", "database"})
_OBJECT_CHANGED = "providers/cloud.storage/eventTypes/object.change"
"""An event type of the first days: any change, of which the end of a write is left."""
_ADVICE = "; `@functions_framework.cloud_event` makes it a 2nd generation function"
_REASONS = {
    "firestore": "Eventarc sends documents as Protobuf, which a 1st generation "
    f"function can't read{_ADVICE}",
    "auth": "Eventarc has no events of Firebase Authentication",
    "analytics": "Eventarc has no events of Google Analytics",
}


def as_cloud_events(
    triggers: Iterable[Trigger],
) -> tuple[list[Trigger], tuple[str, ...]]:
    """Return the triggers with types of CloudEvents, and why others are left out."""
    found: list[Trigger] = []
    losses: dict[str, None] = {}
    for trigger in triggers:
        event_type = _type_of(trigger)
        if event_type:
            found.append(replace(trigger, event_type=event_type))
        else:
            text = (
                f"functions-framework can't convert its {trigger.kind} events{_ADVICE}"
            )
            losses[_REASONS.get(trigger.kind, text)] = None
    return found, tuple(losses)


def _type_of(trigger: Trigger) -> str:
    """Return the type of the CloudEvents for a trigger; empty if there are none."""
    if trigger.kind not in _CONVERTED:
        return ""
    name = trigger.event_type
    if name == _OBJECT_CHANGED:
        name = "google.storage.object.finalize"
    try:
        return find_type(name).aliases[0]
    except UsageError:
        return ""
