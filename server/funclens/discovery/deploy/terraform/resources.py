"""Functions created by the resources of a module."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.discovery.deploy.terraform.archives import Folder, folders_of
from funclens.discovery.deploy.terraform.evaluation.file_functions import absolute
from funclens.discovery.deploy.terraform.evaluation.scope import Scope
from funclens.discovery.deploy.terraform.evaluation.values import (
    Arms,
    Choices,
    Keyed,
    Plain,
    texts,
)
from funclens.discovery.deploy.terraform.event_blocks import (
    is_true,
    options_of_first,
    options_of_second,
    resource_name,
    trigger_of_body,
    value_in,
)
from funclens.discovery.deploy.terraform.function_block import Facts, deployments_of
from funclens.discovery.deploy.terraform.language.expression_nodes import (
    Constant,
    Template,
)
from funclens.discovery.deploy.terraform.language.hcl_blocks import bodies_in
from funclens.discovery.triggers.production_types import event_trigger
from funclens.model import Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.deploy.deployment import Deployment
    from funclens.discovery.deploy.terraform.evaluation.values import Instance
    from funclens.discovery.deploy.terraform.language.expression_nodes import Expression
    from funclens.discovery.deploy.terraform.language.hcl_blocks import Block, Body

__all__ = ["functions_of"]

_FIRST = "google_cloudfunctions_function"
_SECOND = "google_cloudfunctions2_function"
_SERVICES = ("google_cloud_run_service", "google_cloud_run_v2_service")
_TARGETS = ("GOOGLE_FUNCTION_TARGET", "FUNCTION_TARGET")
_FOLDERS = ("source_dir", "source_directory", "source_path", "source_folder")
_SHORT = {
    "trigger_topic": "google.pubsub.topic.publish",
    "trigger_bucket": "google.storage.object.finalize",
}
"""Event types by the shorter attributes of old providers and of tools."""
_SOURCES = ("GOOGLE_FUNCTION_SOURCE", "FUNCTION_SOURCE")


def functions_of(instance: Instance) -> Iterator[Deployment]:
    """Yield the functions that the resources of one module create."""
    for (mode, kind, _), block in instance.module.resources.items():
        if mode != "resource" or kind not in {_FIRST, _SECOND, *_SERVICES}:
            continue
        for made in instance.made_by(block):
            instance.project.spend(20)
            facts = _facts(kind, block.body, Scope.of(made))
            if facts is not None:
                yield from deployments_of(facts, block, made)


def _facts(kind: str, body: Body, scope: Scope) -> Facts | None:
    if kind == _FIRST:
        return _first(body, scope)
    if kind == _SECOND:
        return _second(body, scope)
    return _service(body, scope)


def _inner(body: Body | None, *types: str) -> Body | None:
    """Return the first nested block along a path of block types, or None."""
    for type_ in types:
        if body is None:
            return None
        body = next((inner for inner, _ in bodies_in(body, type_)), None)
    return body


def _first(body: Body, scope: Scope) -> Facts:
    object_ = value_in(body, "source_archive_object", scope)
    folders = [
        *folders_of(object_ or (), scope.instance),
        *_in_repository(_inner(body, "source_repository"), scope),
        *_given(body, scope),
    ] or _beside_entry_point(scope)
    facts = Facts(
        entry_point=value_in(body, "entry_point", scope),
        name=value_in(body, "name", scope),
        folders=tuple(folders),
        runtime=value_in(body, "runtime", scope),
        source=_variable(
            body.attributes.get("build_environment_variables"), scope, _SOURCES
        ),
        generation=1,
        options=options_of_first(body, scope),
        variables=_names(body.attributes.get("environment_variables"), scope),
    )
    http = value_in(body, "trigger_http", scope)
    if http is not None and any(is_true(item.value) for item in http):
        facts.trigger = "http"
        facts.triggers = (Trigger("http", "deploy-file"),)
    for name, event_type in _SHORT.items():
        if name in body.attributes:
            facts.trigger = "event"
            resource = resource_name(value_in(body, name, scope))
            facts.triggers = (event_trigger(event_type, resource=resource),)
    _take_event(facts, body, scope)
    return facts


def _second(body: Body, scope: Scope) -> Facts:
    build = _inner(body, "build_config")
    storage = _inner(build, "source", "storage_source")
    object_ = value_in(storage, "object", scope)
    directory = value_in(_inner(build, "source", "repo_source"), "dir", scope)
    folders = [
        *folders_of(object_ or (), scope.instance),
        *(_of_repository(text, c, scope) for text, _, c in texts(directory)),
        *_given(build, scope),
    ] or _beside_entry_point(scope)
    environment = build.attributes.get("environment_variables") if build else None
    service = _inner(body, "service_config")
    named = service.attributes.get("environment_variables") if service else None
    facts = Facts(
        entry_point=value_in(build, "entry_point", scope),
        name=value_in(body, "name", scope),
        folders=tuple(folders),
        runtime=value_in(build, "runtime", scope),
        source=_variable(environment, scope, _SOURCES),
        generation=2,
        trigger="http",
        triggers=(Trigger("http", "deploy-file"),),
        options=options_of_second(body, service, scope),
        variables=_names(named, scope),
    )
    _take_event(facts, body, scope)
    return facts


def _service(body: Body, scope: Scope) -> Facts | None:
    """Return the function that a Cloud Run service declares to serve."""
    build = _inner(body, "build_config")
    target = value_in(build, "function_target", scope)
    if target is not None:
        return Facts(
            target,
            value_in(body, "name", scope),
            folders=tuple(_in_location(build, scope)),
            runtime=value_in(build, "base_image", scope),
            generation=2,
        )
    template = _inner(body, "template")
    for container in (
        _inner(template, "containers"),
        _inner(template, "spec", "containers"),
    ):
        given = _environment(container, scope) if container is not None else {}
        target = next((given[key] for key in _TARGETS if key in given), None)
        if target is not None:
            source = next((given[key] for key in _SOURCES if key in given), None)
            name = value_in(body, "name", scope)
            return Facts(target, name, source=source, variables=tuple(given))
    return None


def _in_location(build: Body | None, scope: Scope) -> Iterator[Folder]:
    """Yield the source folder of an object named by `gs://bucket/object`."""
    location = build.attributes.get("source_location") if build is not None else None
    if isinstance(location, Template):
        yield from folders_of(scope.evaluate(location.parts[-1]), scope.instance)


def _environment(container: Body, scope: Scope) -> dict[str, Arms]:
    found: dict[str, Arms] = {}
    for variable, dynamic in bodies_in(container, "env"):
        if dynamic is not None:
            continue
        value = value_in(variable, "value", scope)
        for name, _, _ in texts(value_in(variable, "name", scope)):
            if value is not None:
                found[name] = value
    return found


def _take_event(facts: Facts, body: Body, scope: Scope) -> None:
    for event, dynamic in bodies_in(body, "event_trigger"):
        if dynamic is not None and not _is_made(dynamic, scope):
            if facts.trigger is not None or facts.generation == 2:
                # It may not exist, so the trigger is unknown.
                facts.trigger = None
                facts.triggers = ()
            continue
        facts.trigger = "event"
        facts.triggers = (trigger_of_body(event, scope),)


def _is_made(dynamic: Block, scope: Scope) -> bool:
    """Return whether a `dynamic` block certainly creates at least one block."""
    arms = value_in(dynamic.body, "for_each", scope) or ()
    return len(arms) == 1 and bool(getattr(arms[0].value, "items", ()))


def _given(body: Body | None, scope: Scope) -> Iterator[Folder]:
    """Yield the folder that a block names directly, without an archive."""
    for name in _FOLDERS:
        for text, plain, choices in texts(value_in(body, name, scope)):
            path = absolute(scope.instance.project, text)
            yield Folder(path, choices, is_default=plain.is_default)


def _beside_entry_point(scope: Scope) -> list[Folder]:
    """Return the folder given next to the entry point in a table of functions.

    Useful if the archive is uploaded by something else.
    """
    value = scope.each_value
    if isinstance(value, Keyed):
        for name in _FOLDERS:
            if name in value.items:
                return [Folder(text, c) for text, _, c in texts(value.items[name])]
    return []


def _in_repository(body: Body | None, scope: Scope) -> Iterator[Folder]:
    """Yield the folder at the end of a mirrored repository's URL."""
    url = body.attributes.get("url") if body is not None else None
    if url is None:
        return
    found = list(texts(scope.evaluate(url)))
    if not found and isinstance(url, Template) and isinstance(url.parts[-1], Constant):
        # The project may be known only when deploying.
        found = [(str(url.parts[-1].data), Plain(None), ())]
    for text, _, choices in found:
        _, is_path, path = text.partition("/paths/")
        if is_path:
            yield _of_repository(path, choices, scope)


def _of_repository(path: str, choices: Choices, scope: Scope) -> Folder:
    top = scope.instance.project.top
    return Folder(os.path.normpath(os.path.join(top, path.strip("/"))), choices)


def _variable(
    expression: Expression | None, scope: Scope, names: tuple[str, ...]
) -> Arms | None:
    if expression is None:
        return None
    for item in scope.evaluate(expression):
        if isinstance(item.value, Keyed):
            for name in names:
                if name in item.value.items:
                    return item.value.items[name]
    return None


def _names(expression: Expression | None, scope: Scope) -> tuple[str, ...]:
    """Return the names of the environment variables in a map."""
    if expression is not None:
        for item in scope.evaluate(expression):
            if isinstance(item.value, Keyed):
                return tuple(item.value.items)
    return ()
