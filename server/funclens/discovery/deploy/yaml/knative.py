"""Knative resources (services, triggers, ping sources) and Skaffold's artifacts."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from funclens.discovery.deploy.deployment import Deployment, is_deployable_name
from funclens.discovery.deploy.trigger_commands import schedule_trigger
from funclens.discovery.deploy.yaml.deploy_file import (
    RESERVED,
    File,
    mapping,
    names_of,
    sequence,
    text_of,
    texts,
)
from funclens.discovery.triggers.production_types import event_trigger
from funclens.discovery.triggers.units import mebibytes, seconds
from funclens.model import DeployOptions, SignatureType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.model import Trigger

__all__ = [
    "SOURCE",
    "deployments_in_knative",
    "deployments_in_skaffold",
    "is_knative",
    "is_skaffold",
]

SOURCE = "funclens-source"
"""Annotation with the path of the source, relative to the file."""
_SIGNATURES = {kind.value: kind for kind in SignatureType}
_MOST = 500


def is_knative(document: dict[str, Any]) -> bool:
    """Return whether a document is a resource that is read here.

    A service without the annotation is read as any other YAML: where its source is
    depends on what builds its image.
    """
    version = text_of(document.get("apiVersion"))
    kind = document.get("kind")
    if version.startswith("serving.knative.dev/") and kind == "Service":
        annotations = mapping(mapping(document.get("metadata")).get("annotations"))
        return SOURCE in annotations
    return (version.startswith("eventing.knative.dev/") and kind == "Trigger") or (
        version.startswith("sources.knative.dev/") and kind == "PingSource"
    )


def deployments_in_knative(
    file: File, document: dict[str, Any]
) -> Iterator[Deployment]:
    """Yield what a resource deploys or connects to a service."""
    spec = mapping(document.get("spec"))
    if document.get("kind") == "Service":
        yield from _service(file, document, spec)
    elif document.get("kind") == "Trigger":
        yield from _called(file, mapping(spec.get("subscriber")), _event(spec))
    else:
        schedule = text_of(spec.get("schedule"))
        trigger = schedule_trigger(schedule, text_of(spec.get("timezone")))
        yield from _called(file, mapping(spec.get("sink")), trigger)


def _service(
    file: File, document: dict[str, Any], spec: dict[str, Any]
) -> Iterator[Deployment]:
    metadata = mapping(document.get("metadata"))
    inner = mapping(mapping(spec.get("template")).get("spec"))
    container = mapping(next(iter(sequence(inner.get("containers"))), None))
    environment = container.get("env")
    variables = texts(environment)
    target = variables.get("FUNCTION_TARGET")
    name = text_of(metadata.get("name"))
    source = text_of(mapping(metadata.get("annotations")).get(SOURCE))
    folder, _, main = source.rpartition("/")
    limits = mapping(mapping(container.get("resources")).get("limits"))
    concurrency = text_of(inner.get("containerConcurrency"))
    secrets = _secrets(environment)
    if not target:
        return
    yield Deployment(
        file=file.path,
        span=file.place(target).span(target),
        entry_point=target,
        name=name if is_deployable_name(name) else None,
        folder=folder or ".",
        bases=(os.path.dirname(file.path),),
        source=None if main in {"", "main.py"} else main,
        signature_type=_SIGNATURES.get(variables.get("FUNCTION_SIGNATURE_TYPE", "")),
        generation=2,
        variables=tuple(n for n in names_of(environment) if n not in RESERVED),
        options=DeployOptions(
            memory_mib=mebibytes(text_of(limits.get("memory"))),
            timeout_seconds=seconds(text_of(inner.get("timeoutSeconds"))),
            concurrency=int(concurrency) if concurrency.isdecimal() else None,
            secrets=secrets,
        ),
    )


def _secrets(environment: Any) -> tuple[str, ...]:
    return tuple(
        text_of(item.get("name"))
        for item in map(mapping, sequence(environment)[:_MOST])
        if "secretKeyRef" in mapping(item.get("valueFrom"))
    )


def _event(spec: dict[str, Any]) -> Trigger | None:
    given: dict[str, str] = {}
    resource = ""
    for item in map(mapping, sequence(spec.get("filters"))[:_MOST]):
        given |= texts(item.get("exact"))
        source = texts(item.get("suffix")).get("source", "")
        if source.startswith(("/topics/", "/buckets/")):
            resource = source
    given |= texts(mapping(spec.get("filter")).get("attributes"))
    event_type = given.pop("type", "")
    retries = text_of(mapping(spec.get("delivery")).get("retry"))
    retry = retries != "0" if retries.isdecimal() else None
    if not event_type:
        return None
    return event_trigger(event_type, resource=resource, filters=given, retry=retry)


def _called(
    file: File, target: dict[str, Any], trigger: Trigger | None
) -> Iterator[Deployment]:
    name = text_of(mapping(target.get("ref")).get("name"))
    if trigger is not None and is_deployable_name(name):
        yield Deployment(
            file=file.path,
            span=file.place(name).span(name),
            entry_point=None,
            name=name,
            is_update=True,
            triggers=(trigger,),
        )


def is_skaffold(document: dict[str, Any]) -> bool:
    return text_of(document.get("apiVersion")).startswith("skaffold/")


def deployments_in_skaffold(
    file: File, document: dict[str, Any]
) -> Iterator[Deployment]:
    """Yield the functions that buildpacks build."""
    artifacts = mapping(document.get("build")).get("artifacts")
    for item in map(mapping, sequence(artifacts)[:_MOST]):
        variables = texts(mapping(item.get("buildpacks")).get("env"))
        target = variables.get("GOOGLE_FUNCTION_TARGET")
        context = item.get("context", item.get("workspace"))
        source = variables.get("GOOGLE_FUNCTION_SOURCE")
        kind = variables.get("GOOGLE_FUNCTION_SIGNATURE_TYPE", "")
        if target and "{{" not in target:
            yield Deployment(
                file=file.path,
                span=file.place(target).span(target),
                entry_point=target,
                folder=context if isinstance(context, str) else ".",
                bases=(os.path.dirname(file.path),),
                source=None if source in {None, "main.py"} else source,
                signature_type=_SIGNATURES.get(kind),
                generation=2,
            )
