"""Choose the event type that a function most likely expects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from funclens.errors import UsageError
from funclens.model import SignatureType
from funclens.requests.reads import is_push_message
from funclens.requests.samples.alerts import ALERTS
from funclens.requests.samples.event_types import SampleType, find_type

if TYPE_CHECKING:
    from funclens.model import Function
    from funclens.requests.samples.hints import Hints

__all__ = ["declared_options", "default_type"]

_TRIGGERS = {
    "https.on_call": "callable",
    "scheduler.on_schedule": "scheduler.firebase",
    "tasks.on_task_dispatched": "tasks.firebase",
    "pubsub.on_message_published": "pubsub",
    "eventarc.on_custom_event_published": "eventarc",
    "remote_config.on_config_updated": "remote-config",
    "test_lab.on_test_matrix_completed": "test-lab",
    "dataconnect.on_mutation_executed": "data-connect",
}
"""Event types of triggers that are not named after their event."""

_FAMILIES = (
    (re.compile(r"storage\.on_object_(\w+)"), "storage.{}"),
    (re.compile(r"firestore\.on_document_(\w+)"), "firestore.{}"),
    (re.compile(r"db\.on_value_(\w+)"), "database.{}"),
)
_ALERT = re.compile(r"alerts\.(\w+)\.on_(\w+?)(?:_alert)?_published")

_SENDERS = (
    (r"X-CloudScheduler", "scheduler"),
    (r"X-CloudTasks", "tasks"),
)
"""Headers that only one service sends."""

_WORDS = (
    (r"oldValue|updateMask|DocumentEventData|firestore", "firestore.written"),
    (r"""["']delta["']|\brtdb\b|firebase_?database""", "database.written"),
    (r"""["']uid["']|firebase_?auth|\bauth_event""", "auth.created"),
    (r"""b64decode|MessagePublishedData|["']message["']""", "pubsub"),
    (r"""["']bucket["']|StorageObjectData""", "storage.finalized"),
    (r"pub_?sub", "pubsub"),
    (r"storage|\bgcs\b|_gcs|gcs_|\bblob\b", "storage.finalized"),
)
"""Code patterns that suggest an event type; the first match counts."""

_OVER_HTTP = frozenset({"scheduler", "tasks"})
_OVER_HTTP_BY_KIND = {"schedule": "scheduler", "tasks": "tasks"}
_EVENTS = frozenset({SignatureType.CLOUDEVENT, SignatureType.EVENT})


def default_type(function: Function, hints: Hints) -> SampleType:
    """Return the event type for the function's trigger, else for its code.

    The default for an event function is a Pub/Sub message. Raises UsageError for
    functions that take no events.
    """
    if function.provider == "firebase" and function.trigger != "https.on_request":
        name = _of_trigger(function.trigger or "", hints)
    else:
        name = _of_declared(function) or _of_text(function, hints)
    if name is not None:
        return find_type(name)
    raise _no_default(function)


def declared_options(function: Function) -> dict[str, str]:
    """Return what the function's first trigger with events says about its source."""
    for trigger in function.triggers:
        if trigger.kind != "http":
            known = {
                key: value for key, value in trigger.attributes if "*" not in value
            }
            if trigger.event_type:
                known["event_type"] = trigger.event_type
            return known
    return {}


def _of_declared(function: Function) -> str | None:
    """Return the event type of a trigger that code or a deploy file declares."""
    takes_events = function.signature_type in _EVENTS
    for trigger in function.triggers:
        name = trigger.event_type or _OVER_HTTP_BY_KIND.get(trigger.kind, "")
        if not name or (takes_events and name in _OVER_HTTP):
            continue
        try:
            return find_type(name).name
        except UsageError:
            continue
    return None


def _of_trigger(trigger: str, hints: Hints) -> str | None:
    if trigger in _TRIGGERS:
        return _TRIGGERS[trigger]
    for pattern, name in _FAMILIES:
        match = pattern.fullmatch(trigger)
        if match:
            return name.format(match[1])
    if trigger == "alerts.on_alert_published":
        return _alert_named(hints.options.get("alert_type", ""))
    match = _ALERT.fullmatch(trigger)
    return _alert_named(f"{match[1]}_{match[2]}") if match else None


def _alert_named(name: str) -> str:
    """Return the alert type for `crashlytics.velocity`, `CRASHLYTICS_VELOCITY` etc."""
    wanted = re.sub(r"[._]", "", name.lower())
    by_name = {alert.replace(".", "").lower(): alert for alert in ALERTS}
    return by_name.get(wanted, next(iter(ALERTS)))


def _of_text(function: Function, hints: Hints) -> str | None:
    if function.signature_type is SignatureType.TYPED:
        return None
    if function.signature_type is SignatureType.HTTP:
        return _of_request(hints)
    for words, name in _WORDS:
        if re.search(words, hints.text, re.IGNORECASE):
            return name
    return "pubsub"


def _of_request(hints: Hints) -> str | None:
    """Return the event that an HTTP function takes; most take none.

    That it uses Pub/Sub, a bucket or base64 says nothing about who calls it.
    """
    if hints.reads is not None and is_push_message(hints.reads):
        return "pubsub"
    for words, name in _SENDERS:
        if re.search(words, hints.text, re.IGNORECASE):
            return name
    if re.search(r"\bfrom_http\b|\bCloudEvent\b", hints.text):
        found = (name for words, name in _WORDS if re.search(words, hints.text))
        return next(found, "eventarc")
    return None


def _no_default(function: Function) -> UsageError:
    if function.signature_type is SignatureType.TYPED:
        return UsageError(
            f"'{function.endpoint}' is a typed function and takes no events",
            hint=f"send its JSON: funclens call {function.endpoint} --data '{{…}}'",
        )
    if (function.trigger or "").startswith("identity."):
        return UsageError(
            f"no sample event for the identity function '{function.endpoint}'; the "
            "SDK rejects events that Firebase did not sign"
        )
    return UsageError(
        f"no default event for '{function.endpoint}'",
        hint=f"name one: funclens call {function.endpoint} --event pubsub; see "
        "'funclens call --list-events'",
    )
