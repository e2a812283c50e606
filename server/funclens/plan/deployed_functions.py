"""Functions in the JSON of `gcloud functions list` and `describe`, both generations.

https://cloud.google.com/functions/docs/reference/rest/v1/projects.locations.functions
and v2; gcloud prints them as the API returns them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funclens.discovery.triggers.production_types import event_trigger
from funclens.discovery.triggers.units import mebibytes, seconds
from funclens.model import Trigger
from funclens.plan.deployed_function import (
    DeployedFunction,
    mapping,
    number,
    sequence,
    text,
    variable_names,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["function_in", "is_function"]


def is_function(item: dict[str, Any]) -> bool:
    """Return whether a JSON object is a function of either API."""
    return "/functions/" in text(item.get("name"))


def function_in(item: dict[str, Any]) -> DeployedFunction:
    """Return what a JSON object of either API says."""
    return _second(item) if "buildConfig" in item else _first(item)


def _place(item: dict[str, Any]) -> tuple[str, str, str]:
    """Return name, region and project of `projects/p/locations/r/functions/name`."""
    parts = text(item.get("name")).split("/")
    return (parts[-1], parts[3], parts[1]) if len(parts) > 4 else (parts[-1], "", "")


def _first(item: dict[str, Any]) -> DeployedFunction:
    name, region, project = _place(item)
    event = mapping(item.get("eventTrigger"))
    trigger: Trigger | None = None
    if event:
        policy = mapping(event.get("failurePolicy"))
        trigger = event_trigger(
            text(event.get("eventType")),
            resource=text(event.get("resource")),
            retry="retry" in policy,
        )
    elif "httpsTrigger" in item:
        trigger = Trigger("http", "deploy-file")
    return DeployedFunction(
        name=name,
        region=region,
        project=project,
        entry_point=text(item.get("entryPoint")) or name,
        runtime=text(item.get("runtime")),
        generation=1,
        memory_mib=mebibytes(text(item.get("availableMemoryMb"))),
        timeout_seconds=seconds(text(item.get("timeout"))),
        trigger=trigger,
        variables=variable_names(mapping(item.get("environmentVariables"))),
        secrets=_secrets(item),
        state=text(item.get("status")),
    )


def _second(item: dict[str, Any]) -> DeployedFunction:
    name, region, project = _place(item)
    build = mapping(item.get("buildConfig"))
    service = mapping(item.get("serviceConfig"))
    event = mapping(item.get("eventTrigger"))
    return DeployedFunction(
        name=name,
        region=region,
        project=project,
        entry_point=text(build.get("entryPoint")),
        runtime=text(build.get("runtime")),
        generation=1 if item.get("environment") == "GEN_1" else 2,
        memory_mib=mebibytes(text(service.get("availableMemory"))),
        timeout_seconds=number(service.get("timeoutSeconds")),
        concurrency=number(service.get("maxInstanceRequestConcurrency")),
        trigger=_event(event) if event else Trigger("http", "deploy-file"),
        variables=variable_names(mapping(service.get("environmentVariables"))),
        secrets=_secrets(service),
        state=text(item.get("state")),
    )


def _event(event: dict[str, Any]) -> Trigger:
    pairs: Iterable[dict[str, Any]] = map(
        mapping,
        [
            *sequence(event.get("eventFilters")),
            *sequence(event.get("eventFilterPathPatterns")),
        ],
    )
    filters = {text(it.get("attribute")): text(it.get("value")) for it in pairs}
    event_type = text(event.get("eventType")) or filters.get("type", "")
    filters.pop("type", None)
    policy = text(event.get("retryPolicy"))
    return event_trigger(
        event_type,
        resource=text(event.get("pubsubTopic")) or filters.pop("resource", ""),
        filters=filters,
        retry=policy == "RETRY_POLICY_RETRY" if policy else None,
    )


def _secrets(item: dict[str, Any]) -> tuple[str, ...]:
    variables = sequence(item.get("secretEnvironmentVariables"))
    names = [text(mapping(it).get("key")) for it in variables]
    volumes = sequence(item.get("secretVolumes"))
    names += [text(mapping(it).get("mountPath")) for it in volumes]
    return tuple(sorted(filter(None, names)))
