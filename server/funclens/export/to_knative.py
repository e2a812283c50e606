"""Knative services, with their triggers and schedules, for `kubectl apply`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from funclens.discovery.triggers.attached import service_name
from funclens.export.exported import Output, is_path
from funclens.export.function_wiring import event_filters, is_pattern
from funclens.export.writing.yaml_text import yaml_text

if TYPE_CHECKING:
    from funclens.export.exported import Exported, Request
    from funclens.model import Trigger

__all__ = ["SOURCE", "image_of", "knative_documents", "to_knative"]

FILE = "service.yaml"
SOURCE = "funclens-source"
"""Annotation with the path of the source that the image is built from."""
_RETRIES = 5
_CRON = re.compile(r"\S+(?: +\S+){4}")


def to_knative(request: Request) -> Output:
    """Return one file with the services, triggers and schedules."""
    documents = knative_documents(request)
    return Output({FILE: yaml_text(documents)}, tuple(request.losses))


def knative_documents(request: Request) -> list[dict[str, Any]]:
    """Return the resources of all functions; losses are recorded in the request."""
    found: list[dict[str, Any]] = []
    for item in request.functions:
        _lose(item, request)
        found += [_service(item, request), *_connected(item, request)]
    return found


def image_of(item: Exported, request: Request) -> str:
    """Return the name of the image of a function, in the given registry."""
    name = service_name(item.name)
    return f"{request.registry.rstrip('/')}/{name}" if request.registry else name


def _service(item: Exported, request: Request) -> dict[str, Any]:
    options = item.function.options
    container: dict[str, Any] = {
        "image": image_of(item, request),
        "env": [*_plain(item), *_from_cluster(item)],
    }
    if options.memory_mib is not None:
        container["resources"] = {"limits": {"memory": f"{options.memory_mib}Mi"}}
    spec: dict[str, Any] = {"containers": [container]}
    if options.timeout_seconds is not None:
        spec["timeoutSeconds"] = options.timeout_seconds
    if item.concurrency is not None:
        spec["containerConcurrency"] = item.concurrency
    folder = "" if item.folder == "." else f"{item.folder}/"
    return {
        "apiVersion": "serving.knative.dev/v1",
        "kind": "Service",
        "metadata": {
            "name": service_name(item.name),
            "annotations": {SOURCE: f"{folder}{item.main}"},
        },
        "spec": {"template": {"spec": spec}},
    }


def _plain(item: Exported) -> list[dict[str, Any]]:
    return [
        {"name": name, "value": text}
        for name, text in item.framework_variables().items()
    ]


def _from_cluster(item: Exported) -> list[dict[str, Any]]:
    name = service_name(item.name)
    found: list[dict[str, Any]] = [
        {
            "name": key,
            "valueFrom": {"configMapKeyRef": {"name": f"{name}-env", "key": key}},
        }
        for key in item.variables
    ]
    found += [
        {
            "name": key,
            "valueFrom": {"secretKeyRef": {"name": f"{name}-secrets", "key": key}},
        }
        for key in item.secrets
    ]
    return found


def _connected(item: Exported, request: Request) -> list[dict[str, Any]]:
    wiring = item.wiring
    found = []
    primary = [] if item.is_http or wiring.primary is None else [wiring.primary]
    for number, event in enumerate((*primary, *wiring.events, *wiring.subscriptions)):
        made = _trigger(item, event, f"-{number + 1}" if number else "", request)
        found += [made] if made else []
    for number, job in enumerate(wiring.jobs):
        made = _ping(item, job, f"-{number + 1}" if number else "", request)
        found += [made] if made else []
    return found


def _target(item: Exported) -> dict[str, Any]:
    ref = {
        "apiVersion": "serving.knative.dev/v1",
        "kind": "Service",
        "name": service_name(item.name),
    }
    return {"ref": ref}


def _trigger(
    item: Exported, trigger: Trigger, suffix: str, request: Request
) -> dict[str, Any] | None:
    if not trigger.event_type:
        reason = f"the type of its {trigger.kind} events is not known"
        request.lose(item, "triggers", reason)
        return None
    request.lose_channel(item, trigger)
    filters: list[dict[str, Any]] = [{"exact": {"type": trigger.event_type}}]
    if topic := trigger.get("topic"):
        filters.append({"suffix": {"source": f"/topics/{topic}"}})
    elif bucket := trigger.get("bucket"):
        filters.append({"suffix": {"source": f"/buckets/{bucket}"}})
    for name, value in event_filters(trigger).items():
        if name == "bucket":
            continue
        if is_pattern(value):
            reason = f"Knative filters have no path patterns such as {name}={value}"
            request.lose(item, "triggers", reason)
        else:
            filters.append({"exact": {name: value}})
    spec: dict[str, Any] = {
        "broker": "default",
        "filters": filters,
        "subscriber": _target(item),
    }
    if trigger.retry is not None:
        spec["delivery"] = {"retry": _RETRIES if trigger.retry else 0}
    return {
        "apiVersion": "eventing.knative.dev/v1",
        "kind": "Trigger",
        "metadata": {"name": f"{service_name(item.name)}{suffix}"},
        "spec": spec,
    }


def _ping(
    item: Exported, job: Trigger, suffix: str, request: Request
) -> dict[str, Any] | None:
    schedule = job.get("schedule")
    if not _CRON.fullmatch(schedule):
        reason = f"a PingSource needs a cron expression, not '{schedule}'"
        request.lose(item, "triggers", reason)
        return None
    if job.retry_policy:
        request.lose(item, "retry", "a PingSource has no retry policy of its own")
    spec: dict[str, Any] = {"schedule": schedule, "sink": _target(item)}
    if zone := job.get("time_zone"):
        spec["timezone"] = zone
    return {
        "apiVersion": "sources.knative.dev/v1",
        "kind": "PingSource",
        "metadata": {"name": f"{service_name(item.name)}{suffix}"},
        "spec": spec,
    }


def _lose(item: Exported, request: Request) -> None:
    request.lose_name(item, "Knative")
    request.lose_unknown_trigger(item)
    if item.function.runtime:
        request.lose(item, "runtime", "the image decides which Python it has")
    if item.function.options.regions:
        request.lose(item, "regions", "a cluster has no regions")
    for reason in item.wiring.losses:
        request.lose(item, "triggers", reason)
    for path in filter(is_path, item.function.options.secrets):
        request.lose(item, "secrets", f"the secret behind the file '{path}' is unknown")
