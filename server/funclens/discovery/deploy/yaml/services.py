"""Services that name their function: compose files and serverless.yml."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from funclens.dataclass import dataclass
from funclens.discovery.deploy.deployment import (
    Deployment,
    is_deployable_name,
    signature_of_trigger,
)
from funclens.discovery.deploy.shell import builtins
from funclens.discovery.deploy.shell.expand import resolved
from funclens.discovery.deploy.shell.state import is_known
from funclens.discovery.deploy.yaml.deploy_file import (
    RESERVED,
    File,
    Scope,
    mapping,
    names_of,
    sequence,
    text_of,
    texts,
)
from funclens.discovery.triggers.merged_options import merged_options
from funclens.discovery.triggers.production_types import event_trigger
from funclens.discovery.triggers.units import mebibytes, seconds
from funclens.model import DeployOptions, Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["deployments_in_compose", "deployments_in_serverless"]


def deployments_in_serverless(
    file: File, document: dict[str, Any]
) -> Iterator[Deployment]:
    """Yield the functions of a serverless.yml whose provider is Google."""
    provider = mapping(document.get("provider"))
    folder = os.path.dirname(file.path)
    for item in mapping(document.get("functions")).values():
        given = mapping(item)
        handler = given.get("handler")
        if not isinstance(handler, str) or "${" in handler:
            continue
        events = [
            name for event in sequence(given.get("events")) for name in mapping(event)
        ]
        event = "event" in events
        http = "http" in events
        name = text_of(given.get("name"))
        place = file.place(f"handler: {handler}", handler)
        module, _, function = handler.rpartition(".")
        yield Deployment(
            file=file.path,
            span=place.span(handler),
            entry_point=function,
            name=name if name and "${" not in name else None,
            folder=".",
            bases=(folder,),
            source=f"{module.replace('.', '/')}.py" if module else None,
            signature_type=signature_of_trigger(
                http=http, event=event, second_generation=False
            ),
            runtime=text_of(given.get("runtime") or provider.get("runtime")) or None,
            trigger="event" if event else "http" if http else None,
            generation=1,
            triggers=tuple(_triggers(given)),
            options=DeployOptions(
                memory_mib=mebibytes(
                    text_of(given.get("memorySize") or provider.get("memorySize"))
                ),
                timeout_seconds=seconds(
                    text_of(given.get("timeout") or provider.get("timeout"))
                ),
                concurrency=1,
                is_cloud_function=True,
            ),
        )


def _triggers(function: dict[str, Any]) -> Iterator[Trigger]:
    for item in sequence(function.get("events"))[:20]:
        event = mapping(mapping(item).get("event"))
        event_type = text_of(event.get("eventType"))
        resource = text_of(event.get("resource"))
        if event_type:
            known = resource if "${" not in resource.rpartition("/")[2] else ""
            yield event_trigger(event_type, resource=known)
        elif "http" in mapping(item):
            yield Trigger("http", "deploy-file")


def deployments_in_compose(
    file: File, document: dict[str, Any]
) -> Iterator[Deployment]:
    """Yield the functions that the services of a compose file serve."""
    folder = os.path.dirname(file.path)
    for item in list(mapping(document.get("services")).values())[:200]:
        service = mapping(item)
        if not file.budget.spend():
            return
        yield from _service(file, service, folder)


def _service(file: File, service: dict[str, Any], folder: str) -> Iterator[Deployment]:
    build = service.get("build")
    context = build if isinstance(build, str) else mapping(build).get("context")
    context = context if isinstance(context, str) else "."
    variables = _environment(file, service, folder)
    base = os.path.normpath(os.path.join(folder, context))
    mounts = _mounts(service, folder)
    command = service.get("command") or service.get("entrypoint")
    scope = Scope((base,), variables)
    if isinstance(command, list):
        words = [resolved(text_of(word), variables) for word in command]
        found = file.run_words(words, scope)
        if not found and any(" " in word for word in words):
            found = file.run(max(words, key=len), scope)
    else:
        found = file.run(text_of(command), scope)
    if not found:
        found = _from_image(file, base, variables)
    own = _own(service)
    for item in found:
        known = replace(item, options=merged_options(item.options, own.options))
        known = replace(known, name=own.name, variables=own.variables)
        yield _mounted(known, mounts, base, file)


@dataclass(frozen=True, slots=True)
class _Own:
    """What a service says besides its command."""

    name: str | None
    variables: tuple[str, ...]
    options: DeployOptions


def _own(service: dict[str, Any]) -> _Own:
    given = names_of(service.get("environment"))
    name = texts(service.get("environment")).get("K_SERVICE", "")
    limits = mapping(mapping(mapping(service.get("deploy")).get("resources")))
    memory = mapping(limits.get("limits")).get("memory", service.get("mem_limit"))
    return _Own(
        name if is_deployable_name(name) else None,
        tuple(item for item in given if item not in RESERVED),
        DeployOptions(memory_mib=mebibytes(text_of(memory))),
    )


def _from_image(file: File, base: str, variables: dict[str, str]) -> list[Deployment]:
    """Return what the image serves if its target is set here."""
    target = variables.get("FUNCTION_TARGET") or variables.get("GOOGLE_FUNCTION_TARGET")
    if not target or not is_known(target):
        return []
    source = variables.get("FUNCTION_SOURCE") or variables.get("GOOGLE_FUNCTION_SOURCE")
    inner, _, name = (source or "").rpartition("/")
    return [
        Deployment(
            file=file.path,
            span=file.place(target).span(target),
            entry_point=target,
            folder=inner or ".",
            bases=(base,),
            source=None if name in {"", "main.py"} else name,
        )
    ]


def _environment(file: File, service: dict[str, Any], folder: str) -> dict[str, str]:
    found: dict[str, str] = {}
    names = [text_of(n) for n in sequence(service.get("env_file"))]
    for name in [".env", *names]:
        text = file.nearby.text(os.path.join(folder, name))
        if text is not None:
            found |= builtins.environment_in(text)
    given = texts(service.get("environment"))
    return found | {key: resolved(text, found) for key, text in given.items()}


def _mounts(service: dict[str, Any], folder: str) -> list[tuple[str, str]]:
    """Return pairs of container folders and the host folders mounted there."""
    found: list[tuple[str, str]] = []
    for item in sequence(service.get("volumes")):
        given = mapping(item)
        if isinstance(item, str):
            source, _, rest = item.partition(":")
            target = rest.partition(":")[0]
        else:
            source, target = text_of(given.get("source")), text_of(given.get("target"))
        if source.startswith(".") and target:
            path = os.path.normpath(os.path.join(folder, source))
            found.append((target.rstrip("/"), path))
    working = service.get("working_dir")
    if isinstance(working, str):
        found.sort(key=lambda pair: not working.startswith(pair[0]))
    return found


def _mounted(
    found: Deployment, mounts: list[tuple[str, str]], base: str, file: File
) -> Deployment:
    """Return the deployment with its container folder mapped to the host folder."""
    folder = found.folder or "."
    for target, path in mounts:
        if folder == target or folder.startswith(target + "/"):
            inner = os.path.normpath(path + folder[len(target) :])
            return replace(found, folder=inner)
    if folder.startswith("/"):
        # Images copy the build context to this folder.
        name = os.path.basename(folder)
        below = os.path.join(base, name)
        return replace(found, folder=name if file.nearby.is_folder(below) else ".")
    bases = tuple(dict.fromkeys([*(path for _, path in mounts), *found.bases]))
    return replace(found, bases=bases)
