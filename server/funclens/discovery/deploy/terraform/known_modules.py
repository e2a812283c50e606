"""Functions deployed by well-known registry modules, from their documented inputs.

Unknown modules still reveal entry points and folders, but not how they build the
deployed name.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.discovery.deploy.terraform.archives import Folder, folders_of
from funclens.discovery.deploy.terraform.evaluation.file_functions import absolute
from funclens.discovery.deploy.terraform.evaluation.lookups import attribute_of
from funclens.discovery.deploy.terraform.evaluation.scope import Scope
from funclens.discovery.deploy.terraform.evaluation.values import (
    Arms,
    Keyed,
    Plain,
    arm,
    each_of,
    texts,
)
from funclens.discovery.deploy.terraform.event_blocks import (
    resource_name,
    trigger_of_values,
)
from funclens.discovery.deploy.terraform.function_block import Facts, deployments_of
from funclens.discovery.deploy.trigger_commands import schedule_trigger
from funclens.discovery.triggers.production_types import event_trigger
from funclens.discovery.triggers.units import mebibytes, seconds
from funclens.model import DeployOptions, Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.deploy.deployment import Deployment, TriggerKind
    from funclens.discovery.deploy.terraform.evaluation.values import Instance
    from funclens.discovery.deploy.terraform.language.hcl_blocks import Block

__all__ = ["functions_of_calls"]


@dataclass(frozen=True, slots=True)
class _Known:
    """Inputs of a module: attribute paths, of which the first one set counts."""

    source: re.Pattern[str]
    entry_point: tuple[str, ...]
    name: tuple[str, ...]
    folder: tuple[str, ...] = ()
    object: tuple[str, ...] = ()
    runtime: tuple[str, ...] = ("runtime",)
    event: tuple[str, ...] = ()
    """Set if events trigger the function."""
    generation: int | None = None
    trigger: TriggerKind | None = None
    """Trigger if no event is given."""
    topic: tuple[str, ...] = ()
    schedule: tuple[str, ...] = ()
    """Set if a schedule publishes to the topic."""
    default_entry: str | None = None


_PUBLISHED = "google.pubsub.topic.publish"
_KNOWN = (
    _Known(
        re.compile(r"terraform-google-modules/(?:terraform-google-)?event-function\b"),
        entry_point=("entry_point",),
        name=("name",),
        folder=("source_directory",),
        event=("event_trigger",),
        generation=1,
    ),
    _Known(
        re.compile(
            r"terraform-google-modules/(?:terraform-google-)?scheduled-function\b(?!.*//)"
        ),
        entry_point=("function_entry_point",),
        name=("function_name",),
        folder=("function_source_directory",),
        runtime=("function_runtime",),
        generation=1,
        trigger="event",
        topic=("topic_name",),
        schedule=("job_schedule",),
    ),
    _Known(
        re.compile(r"GoogleCloudPlatform/(?:terraform-google-)?cloud-functions\b"),
        entry_point=("entrypoint",),
        name=("function_name",),
        object=("storage_source.object", "storage_source"),
        event=("event_trigger",),
        generation=2,
        trigger="http",
    ),
    _Known(
        re.compile(r"cloud-foundation-fabric.*//modules/cloud-function(?:-v[12])?\b"),
        entry_point=("function_config.entry_point",),
        name=("name",),
        folder=("bundle_config.path", "bundle_config.source_dir"),
        runtime=("function_config.runtime",),
        event=("trigger_config",),
        default_entry="main",
    ),
)
_OTHER = _Known(
    re.compile(""),
    entry_point=(
        "entry_point",
        "entrypoint",
        "function_entry_point",
        "function_entrypoint",
        "function_config.entry_point",
        "build_config.entry_point",
    ),
    name=(),
    folder=(
        "source_dir",
        "source_directory",
        "source_path",
        "source_folder",
        "function_source_directory",
        "function_source_dir",
        "bundle_config.path",
        "bundle_config.source_dir",
    ),
    object=("source_archive_object", "storage_source.object"),
    runtime=("runtime", "function_runtime", "function_config.runtime"),
)


def functions_of_calls(instance: Instance) -> Iterator[Deployment]:
    """Yield the functions of the registry modules that a module calls."""
    for block in instance.module.calls.values():
        folder = instance.folder_of_call(block)
        if folder is not None and instance.project.module(folder) is not None:
            continue
        known = _known(block, instance)
        for made in instance.made_by(block):
            instance.project.spend(20)
            facts = _facts(known, block, Scope.of(made))
            if facts is not None:
                yield from deployments_of(facts, block, made)


def _known(block: Block, instance: Instance) -> _Known:
    expression = block.body.attributes.get("source")
    given = Scope(instance).evaluate(expression) if expression is not None else ()
    source = next((text for text, _, _ in texts(given)), "")
    return next((item for item in _KNOWN if item.source.search(source)), _OTHER)


def _facts(known: _Known, block: Block, scope: Scope) -> Facts | None:
    entry = _input(block, known.entry_point, scope)
    if entry is None and known.default_entry:
        entry = arm(Plain(known.default_entry))
    if entry is None:
        return None
    event = _input(block, known.event, scope)
    has_event = event is not None and any(isinstance(i.value, Keyed) for i in event)
    return Facts(
        entry_point=entry,
        name=_input(block, known.name, scope),
        folders=tuple(_folders(known, block, scope)),
        runtime=_input(block, known.runtime, scope),
        generation=known.generation,
        trigger="event" if has_event else known.trigger,
        triggers=_triggers(known, event, block, scope),
        options=_options(known, block, scope),
    )


def _folders(known: _Known, block: Block, scope: Scope) -> Iterator[Folder]:
    for text, _, choices in texts(_input(block, known.folder, scope)):
        if "://" not in text:
            yield Folder(absolute(scope.instance.project, text), choices)
    object_ = _input(block, known.object, scope)
    if object_ is not None:
        yield from folders_of(object_, scope.instance)


def _input(block: Block, paths: tuple[str, ...], scope: Scope) -> Arms | None:
    """Return the first of several inputs that is set and not null."""
    for path in paths:
        name, *inner = path.split(".")
        expression = block.body.attributes.get(name)
        if expression is None:
            continue
        found = scope.evaluate(expression)
        for attribute in inner:
            found = each_of(found, partial(attribute_of, name=attribute))
        if any(isinstance(i.value, Plain) and i.value.data for i in found) or (
            not inner and any(not isinstance(i.value, Plain) for i in found)
        ):
            return found
    return None


def _triggers(
    known: _Known, event: Arms | None, block: Block, scope: Scope
) -> tuple[Trigger, ...]:
    found = trigger_of_values(event)
    if found is not None:
        return (found,)
    topic = resource_name(_input(block, known.topic, scope))
    schedule = resource_name(_input(block, known.schedule, scope))
    if schedule:
        zone = resource_name(_input(block, ("time_zone",), scope))
        return (
            event_trigger(_PUBLISHED, resource=topic),
            schedule_trigger(schedule, zone),
        )
    return (Trigger("http", "deploy-file"),) if known.trigger == "http" else ()


def _options(known: _Known, block: Block, scope: Scope) -> DeployOptions:
    def text(*names: str) -> str:
        return resource_name(_input(block, names, scope))

    region = text("region", "location", "function_location")
    return DeployOptions(
        regions=(region,) if region else (),
        memory_mib=mebibytes(
            text(
                *("available_memory_mb", "function_available_memory_mb", "memory"),
                *("service_config.available_memory", "function_config.memory_mb"),
            )
        ),
        timeout_seconds=seconds(
            text(
                *("timeout_s", "function_timeout_s", "timeout"),
                *("service_config.timeout_seconds", "function_config.timeout_seconds"),
            )
        ),
        concurrency=1 if known.generation == 1 else None,
        is_cloud_function=known.generation is not None,
    )
