"""Which trigger a function is deployed with, and what else has to call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.export.first_generation import as_cloud_events
from funclens.model import SignatureType, Trigger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.model import Function

__all__ = ["Wiring", "event_filters", "is_pattern", "wiring_of"]

_NOT_DELIVERED = {
    "tasks": "Cloud Tasks queue '{}' is not created; create it with "
    "`gcloud tasks queues create`",
    "identity": "registration as a blocking function is left to the Firebase CLI or "
    "the Identity Platform console",
}
_SPELLED = {"reference": "ref", "alert_type": "alerttype", "app_id": "appid"}
"""Names of CloudEvent attributes that differ from those in the catalog."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """How production calls one function."""

    primary: Trigger | None
    """The trigger that the deployment itself names; None if it is unknown."""
    jobs: tuple[Trigger, ...] = ()
    """Schedules that need a job of Cloud Scheduler."""
    topic: str = ""
    """Topic that the jobs publish to; empty if they call the function itself."""
    subscriptions: tuple[Trigger, ...] = ()
    """Topics whose messages are pushed to an HTTP function."""
    events: tuple[Trigger, ...] = ()
    """Further events, which need a trigger of Eventarc."""
    losses: tuple[str, ...] = ()


def wiring_of(function: Function, *, over_eventarc: bool = False) -> Wiring:
    """Decide how the triggers of a function are set up.

    With `over_eventarc`, events of the 1st generation become CloudEvents.
    """
    jobs = tuple(item for item in function.triggers if item.kind == "schedule")
    events = [
        item
        for item in function.triggers
        if item.kind not in {"http", "schedule", *_NOT_DELIVERED}
    ]
    losses = tuple(
        _NOT_DELIVERED[item.kind].format(item.get("queue") or function.endpoint)
        for item in function.triggers
        if item.kind in _NOT_DELIVERED
    )
    if function.signature_type in {SignatureType.HTTP, SignatureType.TYPED}:
        pushed = tuple(item for item in events if item.kind == "pubsub")
        others = tuple(item for item in events if item.kind != "pubsub")
        http = Trigger("http", "deploy-file")
        return Wiring(http, jobs, "", pushed, others, losses)
    known = [item for item in events if item.event_type and _is_complete(item)]
    losses += tuple(
        f"its {item.kind} trigger is left out: its source is not known"
        for item in events
        if item not in known
    )
    losses += tuple(
        f"the value of its filter {name} is not known"
        for item in known
        for name, value in item.filters
        if not value
    )
    if over_eventarc and function.signature_type is SignatureType.EVENT:
        known, reasons = as_cloud_events(known)
        losses += reasons
    primary = known[0] if known else None
    topics = (item.get("topic") for item in known)
    topic = next(filter(None, topics), "") if jobs else ""
    return Wiring(primary, jobs, topic, (), tuple(known[1:]), losses)


def _is_complete(trigger: Trigger) -> bool:
    """Return whether a trigger says enough to be created."""
    needed = {"pubsub": "topic", "storage": "bucket", "firestore": "document"}
    needed |= {"database": "reference"}
    return trigger.kind not in needed or bool(trigger.get(needed[trigger.kind]))


def event_filters(trigger: Trigger) -> Mapping[str, str]:
    """Return the attributes that events must have, as Eventarc spells them."""
    found = {
        _SPELLED.get(name, name): value
        for name, value in trigger.attributes
        if trigger.kind != "pubsub" and name != "channel"
    }
    if trigger.kind == "firestore":
        found.setdefault("database", "(default)")
    return found | {name: value for name, value in trigger.filters if value}


def is_pattern(value: str) -> bool:
    """Return whether the value of a filter is a path pattern."""
    return "{" in value or "*" in value


def resource_of(trigger: Trigger, project: str) -> str | None:
    """Return the resource of a 1st generation trigger, or None if it has none."""
    if trigger.kind == "pubsub":
        return trigger.get("topic")
    if trigger.kind == "storage":
        return trigger.get("bucket")
    if trigger.kind == "firestore":
        database = trigger.get("database") or "(default)"
        document = trigger.get("document")
        return f"projects/{project}/databases/{database}/documents/{document}"
    if trigger.kind == "database":
        instance = trigger.get("instance")
        return f"projects/_/instances/{instance}/refs/{trigger.get('reference')}"
    return None
