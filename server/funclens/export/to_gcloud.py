"""A shell script of `gcloud functions deploy` gcloud_words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.discovery.triggers.production_types import PUBSUB, STORAGE_FINALIZED
from funclens.export import gcloud_words
from funclens.export.exported import Output
from funclens.export.function_wiring import (
    event_filters,
    is_pattern,
    resource_of,
)
from funclens.export.gcloud_words import Words, quoted

if TYPE_CHECKING:
    from funclens.export.exported import Exported, Request
    from funclens.model import Trigger

__all__ = ["to_gcloud"]

FILE = "deploy.sh"


def to_gcloud(request: Request) -> Output:
    """Return a script that deploys each function with gcloud."""
    found = [_deploy(item, request) for item in request.functions]
    for item in request.functions:
        url = f'"https://{gcloud_words.region(item)}-$PROJECT.cloudfunctions.net/{item.name}"'
        found += gcloud_words.connected(item, request, url)
    text = gcloud_words.script(found, "gcloud functions deploy", request)
    return Output({FILE: text}, tuple(request.losses))


def _deploy(item: Exported, request: Request) -> Words:
    options = item.function.options
    first = item.generation == 1
    words = [
        *("gcloud", "functions", "deploy", item.name),
        "--no-gen2" if first else "--gen2",
        f'--region="{gcloud_words.region(item)}"',
        f"--runtime={quoted(item.runtime)}",
        f"--source={quoted(item.folder)}",
        f"--entry-point={quoted(item.function.name)}",
        *_trigger(item, request),
    ]
    if options.memory_mib is not None:
        words.append(f"--memory={options.memory_mib}{'MB' if first else 'Mi'}")
    if options.timeout_seconds is not None:
        words.append(f"--timeout={options.timeout_seconds}s")
    if options.concurrency is not None and not first:
        words += gcloud_words.concurrency(options.concurrency, options.memory_mib)
    elif (options.concurrency or 1) > 1:
        request.lose(item, "concurrency", "1st generation functions serve one request")
    if item.other_main:
        words.append(
            f"--set-build-env-vars=GOOGLE_FUNCTION_SOURCE={quoted(item.other_main)}"
        )
    return [*words, *gcloud_words.environment(item, request)]


def _trigger(item: Exported, request: Request) -> Words:
    trigger = item.wiring.primary
    if trigger is None:
        request.lose_unknown_trigger(item)
        return []
    if trigger.kind == "http":
        return ["--trigger-http"]
    request.lose_channel(item, trigger)
    words = _of_first(trigger) if item.generation == 1 else _of_second(trigger)
    if trigger.retry is not None:
        words.append("--retry" if trigger.retry else "--no-retry")
    return words


def _of_first(trigger: Trigger) -> Words:
    words = [f"--trigger-event={quoted(trigger.event_type)}"]
    resource = resource_of(trigger, "$PROJECT")
    if resource is not None:
        words.append(f"--trigger-resource={gcloud_words.expanding(resource)}")
    return words


def _of_second(trigger: Trigger) -> Words:
    if trigger.event_type == PUBSUB and trigger.get("topic") and not trigger.filters:
        return [f"--trigger-topic={quoted(trigger.get('topic'))}"]
    if (
        trigger.event_type == STORAGE_FINALIZED
        and trigger.get("bucket")
        and not trigger.filters
    ):
        return [f"--trigger-bucket={quoted(trigger.get('bucket'))}"]
    filters = event_filters(trigger)
    exact = {k: v for k, v in filters.items() if not is_pattern(v)}
    patterns = {k: v for k, v in filters.items() if is_pattern(v)}
    given = {"type": trigger.event_type, **exact}
    words = [f"--trigger-event-filters={quoted(gcloud_words.pairs(given))}"]
    if patterns:
        words.append(
            f"--trigger-event-filters-path-pattern={quoted(gcloud_words.pairs(patterns))}"
        )
    return words
