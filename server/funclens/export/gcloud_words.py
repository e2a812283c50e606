"""Commands of gcloud as shell words, and scripts of them."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from funclens.discovery.triggers.attached import service_name
from funclens.export.exported import is_path
from funclens.export.function_wiring import event_filters, is_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from funclens.export.exported import Exported, Request
    from funclens.model import Trigger

__all__ = ["Words", "connected", "environment", "quoted", "region", "script"]

Words = list[str]
"""One command, each word quoted for a POSIX shell."""

_RETRIES = (
    ("retry_count", "--max-retry-attempts={}"),
    ("max_retry_seconds", "--max-retry-duration={}s"),
    ("min_backoff_seconds", "--min-backoff={}s"),
    ("max_backoff_seconds", "--max-backoff={}s"),
    ("max_doublings", "--max-doublings={}"),
)
_DEFAULT_MEMORY = "256Mi"
"""Of a 2nd generation function that says nothing."""
_QUIETLY = ">/dev/null 2>&1"
_SEPARATORS = (",", ";", "|", "#", "@", "::", "%%", "~~~")


def quoted(text: str) -> str:
    return shlex.quote(text)


def expanding(text: str) -> str:
    """Quote a text in which the shell replaces `$PROJECT` and nothing else."""
    parts = text.split("$PROJECT")
    return '"$PROJECT"'.join(quoted(part) if part else "" for part in parts)


def region(item: Exported) -> str:
    """Return the region of a function; the script's variable if none is known.

    It is safe between double quotes, as everything that isn't a region is unknown.
    """
    return item.region or "$REGION"


def pairs(values: Mapping[str, str]) -> str:
    """Return a list for a flag; with another separator if a value has a comma."""
    together = "".join((*values, *values.values()))
    separator = next(item for item in (*_SEPARATORS, ",") if item not in together)
    prefix = "" if separator == "," else f"^{separator}^"
    return prefix + separator.join(f"{name}={text}" for name, text in values.items())


def concurrency(number: int, memory: int | None) -> Words:
    """Return the flags for a number of concurrent requests of a function.

    More than one needs a whole CPU, which small functions don't have by default; gcloud
    takes one only with a size of the memory.
    """
    if number == 1:
        return ["--concurrency=1"]
    given = [] if memory else [f"--memory={_DEFAULT_MEMORY}"]
    return [f"--concurrency={number}", "--cpu=1", *given]


def environment(item: Exported, request: Request) -> Words:
    """Return the flags for environment variables; the caller has the values."""
    options = item.function.options
    words = []
    if item.variables:
        values = "#".join(f"{name}=${{{name}:?}}" for name in item.variables)
        prefix = "^#^" if len(item.variables) > 1 else ""
        words.append(f'--set-env-vars="{prefix}{values}"')
    if item.secrets:
        given = {name: f"{name}:latest" for name in item.secrets}
        words.append(f"--set-secrets={quoted(pairs(given))}")
    for path in filter(is_path, options.secrets):
        request.lose(item, "secrets", f"the secret behind the file '{path}' is unknown")
    return words


def connected(item: Exported, request: Request, url: str) -> list[Words]:
    """Return the commands that make something else call a function.

    `url` is its address, as a shell word.
    """
    wiring = item.wiring
    for reason in wiring.losses:
        request.lose(item, "triggers", reason)
    found: list[Words] = []
    for number, job in enumerate(wiring.jobs):
        found += _job(item, job, number, url, request)
    for trigger in wiring.subscriptions:
        topic = trigger.get("topic")
        if not topic:
            request.lose(item, "triggers", "the topic that is pushed to it is unknown")
            continue
        name = quoted(f"{item.name}-{topic}")
        there = f"gcloud pubsub subscriptions describe {name}"
        found.append(
            [
                f"{there} {_QUIETLY} ||",
                f"gcloud pubsub subscriptions create {name}",
                f"--topic={quoted(topic)}",
                f"--push-endpoint={url}",
            ]
        )
    for number, trigger in enumerate(wiring.events, 2):
        if item.generation == 1:
            reason = f"it has one trigger already, so no {trigger.kind} events"
            request.lose(item, "triggers", reason)
            continue
        found.append(eventarc(item, trigger, request, f"-{number}"))
    return found


def eventarc(
    item: Exported, trigger: Trigger, request: Request, suffix: str = ""
) -> Words:
    """Return the command that creates an Eventarc trigger."""
    request.lose_retries(item, trigger)
    service = service_name(item.name)
    filters = event_filters(trigger)
    patterns = {k: v for k, v in filters.items() if is_pattern(v)}
    exact = {k: v for k, v in filters.items() if not is_pattern(v)}
    name = service + suffix
    place = f'--location="{region(item)}"'
    words = [
        f"gcloud eventarc triggers describe {name} {place} {_QUIETLY} ||",
        f"gcloud eventarc triggers create {name}",
        place,
        f"--destination-run-service={service}",
        f'--destination-run-region="{region(item)}"',
        f"--event-filters={quoted(pairs({'type': trigger.event_type, **exact}))}",
    ]
    if patterns:
        words.append(f"--event-filters-path-pattern={quoted(pairs(patterns))}")
    if topic := trigger.get("topic"):
        words.append(f"--transport-topic={quoted(topic)}")
    if channel := trigger.get("channel"):
        words.append(f"--channel={quoted(channel)}")
    return words


def _job(
    item: Exported, job: Trigger, number: int, url: str, request: Request
) -> list[Words]:
    schedule = job.get("schedule")
    if not schedule:
        request.lose(item, "triggers", "its schedule is not known")
        return []
    topic = item.wiring.topic
    name = f"{item.name}-{number + 1}" if number else item.name
    words = [
        quoted(name),
        f'--location="{region(item)}"',
        f"--schedule={quoted(schedule)}",
    ]
    if zone := job.get("time_zone"):
        words.append(f"--time-zone={quoted(zone)}")
    if topic:
        words += [f"--topic={quoted(topic)}", "--message-body='{}'"]
    else:
        words.append(f"--uri={url}")
    policy = dict(job.retry_policy)
    words += [text.format(policy[key]) for key, text in _RETRIES if key in policy]
    kind = "pubsub" if topic else "http"
    jobs = ("gcloud", "scheduler", "jobs")
    update = [*jobs, "update", kind, *words, "2>/dev/null"]
    return [[*update, f"|| {' '.join(jobs)} create {kind} {words[0]}", *words[1:]]]


def script(found: Iterable[Words], what: str, request: Request) -> str:
    """Return a shell script that runs the commands."""
    found = list(found)
    body = "\n\n".join(" \\\n  ".join(_lines(words)) for words in found)
    names = {n for item in request.functions for n in item.variables}
    head = ["#!/bin/sh", f"# Deploys the functions of this workspace: {what}."]
    if names:
        head.append("# Set these variables before: " + ", ".join(sorted(names)) + ".")
    head += ["set -eu", *(['cd "$(dirname "$0")"'] if request.to_folder else [])]
    head.append('PROJECT="${PROJECT:-$(gcloud config get-value project)}"')
    head.append('export CLOUDSDK_CORE_PROJECT="$PROJECT"')
    if "$NUMBER" in body:
        head.append(
            'NUMBER="${NUMBER:-$(gcloud projects describe "$PROJECT"'
            " --format='value(projectNumber)')}\""
        )
    if "$REGION" in body:
        head.append('REGION="${REGION:?set REGION to a region such as us-central1}"')
    return "\n".join(head) + "\n\n" + body + "\n"


def _lines(words: Words) -> Words:
    """Put the subcommand and the name on one line, each flag on the next."""
    if words[0].endswith("||"):
        return words
    first = next(
        (at for at, word in enumerate(words) if word.startswith("--")), len(words)
    )
    return [" ".join(words[:first]), *words[first:]]
