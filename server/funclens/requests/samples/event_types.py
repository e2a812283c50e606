"""Table of all sample event types: names, descriptions and builders."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.errors import UsageError
from funclens.requests.samples import (
    auth,
    database,
    firebase,
    firestore,
    plain,
    pubsub,
    storage,
)
from funclens.requests.samples.alerts import ALERTS, alert_published
from funclens.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from funclens.requests.samples.event import Event, Inputs, SampleRequest

__all__ = ["TYPES", "SampleType", "find_type"]


@dataclass(frozen=True, slots=True)
class SampleType:
    """One row of the table."""

    name: str
    """Name on the command line: `storage.finalized`."""
    title: str
    payload: str
    """Meaning of `--data` for this event."""
    build: Callable[[Inputs], Event | SampleRequest]
    """Builds a new event. Raises UsageError for an unsuitable payload."""
    aliases: tuple[str, ...] = ()
    """CloudEvent type, 1st gen event type and short forms."""


def find_type(name: str) -> SampleType:
    """Return the row with this name or alias, ignoring case and separators.

    Raises UsageError with the closest names.
    """
    folded = _folded(name)
    found = _BY_NAME.get(folded)
    if found is not None:
        return found
    near = nearest(_BY_NAME, folded, 3)
    names = dict.fromkeys(_BY_NAME[item].name for item in near)
    advice = f"did you mean {' or '.join(names)}? " if names else ""
    raise UsageError(
        f"unknown event '{name}'",
        hint=f"{advice}see 'funclens call --list-events'",
    )


def _folded(name: str) -> str:
    return re.sub(r"[-_.]", "", name.lower())


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z])[A-Z]", r"-\g<0>", name).lower()


def _of_storage() -> Iterator[SampleType]:
    titles = {
        "finalized": "an object was written",
        "deleted": "an object was deleted",
        "archived": "a version of an object was archived",
        "metadataUpdated": "the metadata of an object was updated",
    }
    for change, legacy in storage.LEGACY_TYPES.items():
        yield SampleType(
            f"storage.{_kebab(change)}",
            f"Cloud Storage: {titles[change]}",
            "fields of the object, such as bucket and name",
            partial(storage.object_changed, change=change),
            (
                f"google.cloud.storage.object.v1.{change}",
                legacy,
                *(("storage", "gcs") if change == "finalized" else ()),
            ),
        )


def _of_firestore() -> Iterator[SampleType]:
    for with_auth in (False, True):
        for change, legacy in firestore.LEGACY_TYPES.items():
            kind = f"google.cloud.firestore.document.v1.{change}"
            short = ("firestore",) if change == "written" else ()
            yield SampleType(
                f"firestore.{change}{'.with-auth-context' if with_auth else ''}",
                f"Firestore: a document was {change}"
                f"{', and who did it' if with_auth else ''}",
                "fields of the document, as plain JSON",
                partial(
                    firestore.document_changed,
                    change=change,
                    with_auth_context=with_auth,
                ),
                (f"{kind}.withAuthContext",) if with_auth else (kind, legacy, *short),
            )


def _of_database() -> Iterator[SampleType]:
    for change, legacy in database.LEGACY_TYPES.items():
        yield SampleType(
            f"database.{change}",
            f"Realtime Database: a value was {change}",
            "the value",
            partial(database.value_changed, change=change),
            (
                f"google.firebase.database.ref.v1.{change}",
                legacy,
                *(("database", "rtdb") if change == "written" else ()),
            ),
        )


def _of_auth() -> Iterator[SampleType]:
    for change, legacy in auth.LEGACY_TYPES.items():
        yield SampleType(
            f"auth.{change}",
            f"Firebase Authentication: a user was {change}",
            "fields of the user",
            partial(auth.user_changed, change=change),
            (
                f"google.firebase.auth.user.v1.{change}",
                legacy,
                f"auth.user.{change}",
                *(("auth",) if change == "created" else ()),
            ),
        )


def _of_alerts() -> Iterator[SampleType]:
    for alert in ALERTS:
        first = alert == next(iter(ALERTS))
        general = ("alerts", "google.firebase.firebasealerts.alerts.v1.published")
        yield SampleType(
            f"alerts.{_kebab(alert)}",
            f"Firebase Alerts: {alert}",
            "fields of the alert's payload",
            partial(alert_published, alert=alert),
            (alert, *(general if first else ())),
        )


TYPES: tuple[SampleType, ...] = (
    SampleType(
        "pubsub",
        "Pub/Sub: a message was published",
        "the message, as text",
        pubsub.message_published,
        (
            "google.cloud.pubsub.topic.v1.messagePublished",
            "google.pubsub.topic.publish",
            "providers/cloud.pubsub/eventTypes/topic.publish",
        ),
    ),
    *_of_storage(),
    *_of_firestore(),
    *_of_database(),
    *_of_auth(),
    SampleType(
        "scheduler", "Cloud Scheduler: a job ran", "the job's body", plain.job_run
    ),
    SampleType(
        "scheduler.firebase",
        "Cloud Scheduler: the job of an on_schedule function ran",
        "the job's body",
        plain.job_run_for_firebase,
    ),
    SampleType(
        "tasks",
        "Cloud Tasks: a task was dispatched",
        "the task's body",
        plain.task_dispatched,
    ),
    SampleType(
        "tasks.firebase",
        "Cloud Tasks: a task of an on_task_dispatched function was dispatched",
        "the task's data",
        plain.task_dispatched_by_firebase,
    ),
    SampleType(
        "callable",
        "Firebase: an app called an on_call function",
        "the call's data",
        plain.called,
    ),
    SampleType(
        "eventarc",
        "Eventarc: a custom event was published to a channel",
        "the event's data",
        firebase.custom_event,
        ("custom",),
    ),
    SampleType(
        "remote-config",
        "Firebase Remote Config: the template was updated",
        "fields of the update",
        firebase.config_updated,
        ("google.firebase.remoteconfig.remoteConfig.v1.updated",),
    ),
    SampleType(
        "test-lab",
        "Firebase Test Lab: a test matrix was completed",
        "fields of the matrix",
        firebase.matrix_completed,
        ("google.firebase.testlab.testMatrix.v1.completed",),
    ),
    SampleType(
        "data-connect",
        "Firebase Data Connect: a mutation was executed",
        "the mutation's variables",
        firebase.mutation_executed,
        ("google.firebase.dataconnect.connector.v1.mutationExecuted",),
    ),
    *_of_alerts(),
)
"""In display order."""

_BY_NAME = {_folded(name): row for row in TYPES for name in (row.name, *row.aliases)}
