"""Trigger and options that flags of `gcloud functions deploy` describe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.discovery.triggers.production_types import (
    PUBSUB,
    STORAGE_FINALIZED,
    event_trigger,
)
from funclens.discovery.triggers.push_policies import PushPolicy
from funclens.discovery.triggers.units import mebibytes, seconds
from funclens.model import DeployOptions, Trigger

if TYPE_CHECKING:
    from funclens.discovery.deploy.flags import Flags

__all__ = [
    "EVENT_FLAGS",
    "options_of_flags",
    "pairs_of",
    "policy_of_flags",
    "triggers_of_flags",
]

EVENT_FLAGS = (
    "--trigger-topic",
    "--trigger-bucket",
    "--trigger-event",
    "--trigger-resource",
    "--trigger-event-filters",
    "--trigger-event-filters-path-pattern",
    "--trigger-provider",
)
_OF_RESOURCES = {
    "--trigger-topic": ("google.pubsub.topic.publish", PUBSUB),
    "--trigger-bucket": ("google.storage.object.finalize", STORAGE_FINALIZED),
}
"""Event types of the 1st and 2nd generation, by flag."""


def triggers_of_flags(
    flags: Flags,
    *,
    generation: int | None = None,
    origin: str = "deploy-file",
    is_whole: bool = False,
) -> tuple[Trigger, ...]:
    """Return the trigger that flags describe; none if they don't.

    `is_whole` says that there are no others: then events are retried only by --retry.
    """
    values = flags.values
    retry = None if not is_whole or None in flags.names else False
    if "--retry" in values or "--no-retry" in values:
        retry = "--retry" in values
    if "--trigger-http" in values:
        return (Trigger("http", origin),)
    for flag, (first, second) in _OF_RESOURCES.items():
        if flag in values:
            name = first if generation == 1 else second
            resource = values[flag] or ""
            return (event_trigger(name, resource=resource, retry=retry, origin=origin),)
    if not any(flag in values for flag in EVENT_FLAGS):
        return ()
    filters = pairs_of(flags.value("--trigger-event-filters"))
    filters |= pairs_of(flags.value("--trigger-event-filters-path-pattern"))
    event_type = filters.pop("type", "") or flags.value("--trigger-event") or ""
    if not event_type:
        return (Trigger("event", origin, retry=retry),)
    return (
        event_trigger(
            event_type,
            resource=flags.value("--trigger-resource") or "",
            filters=filters,
            retry=retry,
            origin=origin,
        ),
    )


def policy_of_flags(flags: Flags) -> PushPolicy:
    """Return what flags of `gcloud pubsub subscriptions create` say."""
    return PushPolicy(
        dead_letter_topic=flags.value("--dead-letter-topic") or "",
        max_attempts=flags.value("--max-delivery-attempts") or "",
        min_backoff=flags.value("--min-retry-delay") or "",
        max_backoff=flags.value("--max-retry-delay") or "",
        message_filter=flags.value("--message-filter") or "",
        is_ordered="--enable-message-ordering" in flags.values,
    )


def options_of_flags(flags: Flags) -> DeployOptions:
    """Return the options that flags set."""
    region = flags.value("--region")
    concurrency = flags.value("--concurrency") or ""
    secrets = [
        name
        for flag in ("--set-secrets", "--update-secrets")
        for name in pairs_of(flags.value(flag))
    ]
    return DeployOptions(
        regions=(region,) if region else (),
        memory_mib=mebibytes(flags.value("--memory") or ""),
        timeout_seconds=seconds(flags.value("--timeout") or ""),
        concurrency=int(concurrency) if concurrency.isdecimal() else None,
        secrets=tuple(dict.fromkeys(secrets)),
    )


def pairs_of(text: str | None) -> dict[str, str]:
    """Return the pairs of a list such as `type=a,bucket=b`.

    Like gcloud, accepts another separator given as `^;^`.
    """
    text = (text or "").strip()
    separator = ","
    if text.startswith("^") and "^" in text[1:]:
        separator, _, text = text[1:].partition("^")
    found = {}
    for pair in text.split(separator or ","):
        name, equals, value = pair.partition("=")
        if equals and name.strip():
            found[name.strip()] = value.strip().strip("'\"")
    return found
