"""Commands of gcloud that connect events or schedules to a deployed function."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from funclens.discovery.deploy.deployment import Deployment, is_deployable_name
from funclens.discovery.deploy.flags import flags_of
from funclens.discovery.deploy.trigger_flags import pairs_of, policy_of_flags
from funclens.discovery.triggers.production_types import (
    PUBSUB,
    event_trigger,
    short_name,
)
from funclens.discovery.triggers.push_policies import with_policy
from funclens.discovery.triggers.units import seconds
from funclens.model import Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from funclens.discovery.deploy.flags import Flags
    from funclens.discovery.deploy.place import Place

__all__ = ["schedule_trigger", "service_of_url", "triggered_by_gcloud"]

_RUN_HOST = re.compile(
    r"([a-z](?:[a-z0-9-]*[a-z0-9])?)-(?:[a-z0-9]{8,12}-[a-z]{2}|\d{6,})"
    r"(?:\.[a-z0-9-]+)?(?:\.a)?\.run\.app"
)
"""Host of a Cloud Run service: `NAME-HASH-uc.a.run.app` or with the project number."""
_PATH = re.compile(
    r"https://[^\s\"'/]{1,200}\.cloudfunctions\.net/([A-Za-z][\w-]{0,62})(?![\w$-])"
)
"""URL of a function with variables in its host."""
_RUN_PATH = re.compile(
    r"https://([a-z][a-z0-9-]{0,62})-\$\{?\w+\}?\.(?:\$\{?\w+\}?|[a-z0-9-]+)\.run\.app"
)
"""URL of a Cloud Run service with the project's number in a variable."""
_VERBS = {"create", "update", "deploy"}
_RELEASES = {"beta", "alpha"}


def triggered_by_gcloud(
    words: Sequence[str | None], place: Place
) -> Iterator[Deployment]:
    """Yield what the words after `gcloud` connect to a function deployed elsewhere."""
    flags = flags_of(words)
    given = [word for word in flags.names if word not in _RELEASES]
    match given:
        case ["eventarc", "triggers", verb, *_] if verb in _VERBS:
            found = _eventarc(flags)
            yield from _attached(place, flags.value(*_DESTINATIONS), None, found)
        case ["scheduler", "jobs", verb, "http", *_] if verb in _VERBS:
            service = _service(flags, "--uri", place)
            yield from _attached(place, service, None, _schedule(flags))
        case ["scheduler", "jobs", verb, "pubsub", *_] if verb in _VERBS:
            topic = short_name(flags.value("--topic") or "")
            yield from _attached(place, None, topic, _schedule(flags))
        case ["pubsub", "subscriptions", verb, *_] if verb in _VERBS:
            service = _service(flags, "--push-endpoint", place)
            topic = flags.value("--topic") or ""
            trigger = event_trigger(PUBSUB, resource=topic, retry=True)
            trigger = with_policy(trigger, policy_of_flags(flags))
            yield from _attached(place, service, None, trigger)
        case _:
            return


def _service(flags: Flags, flag: str, place: Place) -> str | None:
    """Return the function or service whose URL a flag holds.

    Region and project are often variables that only the shell knows; the name of the
    function is what counts.
    """
    url = flags.value(flag)
    if url or flag not in flags.values:
        return service_of_url(url or "")
    text = place.text[place.start : place.end]
    found = {*_PATH.findall(text), *_RUN_PATH.findall(text)}
    return found.pop() if len(found) == 1 else None


_DESTINATIONS = (
    "--destination-run-service",
    "--destination-function",
    "--destination-cloud-run-service",
)


def _attached(
    place: Place, name: str | None, topic: str | None, trigger: Trigger
) -> Iterator[Deployment]:
    if (name and is_deployable_name(name)) or topic:
        yield Deployment(
            file=place.file,
            span=place.span(name, topic),
            entry_point=None,
            name=name if name and is_deployable_name(name) else None,
            is_update=True,
            triggers=(trigger,),
            topic=topic or None,
        )


def _eventarc(flags: Flags) -> Trigger:
    filters = pairs_of(flags.value("--event-filters"))
    filters |= pairs_of(flags.value("--event-filters-path-pattern"))
    event_type = filters.pop("type", "")
    retry = flags.value("--max-retry-attempts") != "1"
    if not event_type:
        return Trigger("event", "deploy-file", retry=retry)
    topic = flags.value("--transport-topic") or ""
    found = event_trigger(event_type, resource=topic, filters=filters, retry=retry)
    channel = flags.value("--channel")
    if not channel:
        return found
    return replace(found, attributes=(*found.attributes, ("channel", channel)))


def _schedule(flags: Flags) -> Trigger:
    limits = {
        "retry_count": flags.value("--max-retry-attempts"),
        "max_retry_seconds": flags.value("--max-retry-duration"),
        "min_backoff_seconds": flags.value("--min-backoff"),
        "max_backoff_seconds": flags.value("--max-backoff"),
        "max_doublings": flags.value("--max-doublings"),
    }
    return schedule_trigger(
        flags.value("--schedule") or "",
        flags.value("--time-zone") or "",
        {name: text for name, text in limits.items() if text},
    )


def schedule_trigger(
    schedule: str,
    time_zone: str,
    policy: dict[str, str] | None = None,
    origin: str = "deploy-file",
) -> Trigger:
    """Return the trigger of a Cloud Scheduler job; its retry policy as written."""
    known = {"schedule": schedule, "time_zone": time_zone}
    numbers = {name: seconds(text) for name, text in (policy or {}).items()}
    return Trigger(
        "schedule",
        origin,
        attributes=tuple((name, value) for name, value in known.items() if value),
        retry=bool(numbers.get("retry_count")),
        retry_policy=tuple(
            (name, number) for name, number in numbers.items() if number is not None
        ),
    )


def service_of_url(url: str) -> str | None:
    """Return the name of the function or service at a URL of production, or None."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if host.endswith(".cloudfunctions.net"):
        return parts.path.strip("/").partition("/")[0] or None
    match = _RUN_HOST.fullmatch(host)
    return match[1] if match else None
