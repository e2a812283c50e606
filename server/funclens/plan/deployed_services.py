"""Functions in the JSON of `gcloud run services list` and `describe`.

gcloud prints the Knative form; the API's second version, with `template.containers`,
is read too. Services without a function target are other programs.
"""

from __future__ import annotations

import json
import re
from typing import Any

from funclens.discovery.triggers.units import mebibytes, seconds
from funclens.plan.deployed_function import (
    DeployedFunction,
    mapping,
    number,
    sequence,
    text,
    variable_names,
)

__all__ = ["function_of_service", "is_service"]

_RUNTIME = re.compile(r"(?:^|/)((?:python|nodejs|go|java|dotnet|ruby|php)\d+)\b")


def is_service(item: dict[str, Any]) -> bool:
    """Return whether a JSON object is a Cloud Run service of either API."""
    if item.get("kind") == "Service" and "metadata" in item:
        return True
    return "/services/" in text(item.get("name")) and "template" in item


def function_of_service(item: dict[str, Any]) -> DeployedFunction | None:
    """Return the function that a service runs, or None if it runs something else."""
    return _knative(item) if "metadata" in item else _second_version(item)


def _knative(item: dict[str, Any]) -> DeployedFunction | None:
    metadata = mapping(item.get("metadata"))
    annotations = mapping(metadata.get("annotations"))
    labels = mapping(metadata.get("labels"))
    template = mapping(mapping(item.get("spec")).get("template"))
    spec = mapping(template.get("spec"))
    container = mapping(next(iter(sequence(spec.get("containers"))), None))
    environment = sequence(container.get("env"))
    target = text(annotations.get("run.googleapis.com/build-function-target"))
    target = _of_container(target) or _value(environment, "FUNCTION_TARGET")
    if not target:
        return None
    own = mapping(template.get("metadata"))
    images = text(mapping(own.get("annotations")).get("run.googleapis.com/base-images"))
    image = text(annotations.get("run.googleapis.com/build-base-image")) or images
    runtime = text(labels.get("goog-cloudfunctions-runtime"))
    limits = mapping(mapping(container.get("resources")).get("limits"))
    return DeployedFunction(
        name=text(annotations.get("cloudfunctions.googleapis.com/function-id"))
        or text(metadata.get("name")),
        region=text(labels.get("cloud.googleapis.com/location")),
        entry_point=target,
        runtime=runtime or _runtime(image),
        generation=2,
        memory_mib=mebibytes(text(limits.get("memory"))),
        timeout_seconds=number(spec.get("timeoutSeconds")),
        concurrency=number(spec.get("containerConcurrency")),
        variables=variable_names(_names(environment, secret=False)),
        secrets=tuple(sorted(_names(environment, secret=True))),
    )


def _second_version(item: dict[str, Any]) -> DeployedFunction | None:
    name = text(item.get("name")).split("/")
    build = mapping(item.get("buildConfig"))
    template = mapping(item.get("template"))
    container = mapping(next(iter(sequence(template.get("containers"))), None))
    environment = sequence(container.get("env"))
    target = text(build.get("functionTarget"))
    target = target or _value(environment, "FUNCTION_TARGET")
    if not target:
        return None
    annotations = mapping(item.get("annotations"))
    image = text(build.get("baseImage")) or text(container.get("baseImageUri"))
    runtime = text(mapping(item.get("labels")).get("goog-cloudfunctions-runtime"))
    limits = mapping(mapping(container.get("resources")).get("limits"))
    return DeployedFunction(
        name=text(annotations.get("cloudfunctions.googleapis.com/function-id"))
        or name[-1],
        region=name[3] if len(name) > 4 else "",
        project=name[1] if len(name) > 4 else "",
        entry_point=target,
        runtime=runtime or _runtime(image),
        generation=2,
        memory_mib=mebibytes(text(limits.get("memory"))),
        timeout_seconds=seconds(text(template.get("timeout"))),
        concurrency=number(template.get("maxInstanceRequestConcurrency")),
        variables=variable_names(_names(environment, secret=False)),
        secrets=tuple(sorted(_names(environment, secret=True))),
    )


def _of_container(target: str) -> str:
    """Return the target; services deployed by functions have it by container."""
    if not target.startswith("{"):
        return target
    try:
        found = mapping(json.loads(target))
    except ValueError:
        return ""
    return next(filter(None, map(text, found.values())), "")


def _runtime(image: str) -> str:
    match = _RUNTIME.search(image)
    return match[1] if match else ""


def _value(environment: list[Any], name: str) -> str:
    found = (it for it in map(mapping, environment) if it.get("name") == name)
    return text(next(found, {}).get("value"))


def _names(environment: list[Any], *, secret: bool) -> list[str]:
    found = []
    for item in map(mapping, environment):
        source = mapping(item.get("valueFrom") or item.get("valueSource"))
        if bool(source.get("secretKeyRef")) == secret and text(item.get("name")):
            found.append(text(item["name"]))
    return found
