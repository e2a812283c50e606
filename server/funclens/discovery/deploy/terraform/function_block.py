"""What a block says about one function, and the deployments that follow from it."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from funclens.dataclass import dataclass, field
from funclens.discovery.deploy.deployment import (
    Deployment,
    is_deployable_name,
    signature_of_trigger,
)
from funclens.discovery.deploy.terraform.archives import Folder
from funclens.discovery.deploy.terraform.evaluation.scope import Scope
from funclens.discovery.deploy.terraform.evaluation.values import (
    Arms,
    Choices,
    Plain,
    agree,
    texts,
)
from funclens.model import DeployOptions, Span, Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from funclens.discovery.deploy.deployment import TriggerKind
    from funclens.discovery.deploy.terraform.evaluation.values import Made
    from funclens.discovery.deploy.terraform.language.hcl_blocks import Block

__all__ = ["Facts", "deployments_of"]

_MOST_COMBINED = 24


@dataclass(slots=True)
class Facts:
    """Attributes of one function, each with its arms."""

    entry_point: Arms | None = None
    name: Arms | None = None
    folders: tuple[Folder, ...] = ()
    runtime: Arms | None = None
    source: Arms | None = None
    generation: int | None = None
    trigger: TriggerKind | None = None
    triggers: tuple[Trigger, ...] = ()
    options: DeployOptions = field(default_factory=DeployOptions)
    variables: tuple[str, ...] = field(default=())


def deployments_of(facts: Facts, block: Block, made: Made) -> Iterator[Deployment]:
    """Yield a deployment for each combination of entry point, name and folder."""
    scope, choices = Scope.of(made), made.choices
    names = [
        _Name(text, chosen)
        for text, _, chosen in texts(facts.name)
        if is_deployable_name(text)
    ]
    known = _same_for_all(facts)
    own = (scope.instance.module.folder,)
    combined = 0
    for entry, plain, chosen in _entries(facts, names):
        if plain and plain.is_default and not facts.folders and not names:
            # A module without a caller here: use its defaults.
            continue
        of_entry = agree(choices, chosen)
        if of_entry is None:
            continue
        place = _place(plain, block)
        for folder in _agreeing(facts.folders, of_entry) or [Folder(None, ())]:
            of_folder = agree(of_entry, folder.choices) or ()
            is_relative = folder.path is not None and not os.path.isabs(folder.path)
            bases = _with_folders_above(scope) if is_relative else own
            for name in _agreeing(names, of_folder) or [_Name(None, ())]:
                combined += 1
                if combined > _MOST_COMBINED:
                    return
                yield replace(
                    known,
                    file=place[0],
                    span=place[1],
                    entry_point=entry,
                    name=name.text,
                    folder=folder.path,
                    bases=bases,
                    source=known.source or folder.source,
                    archive=folder.archive,
                    may_differ=folder.is_default or bool(plain and plain.is_default),
                )


def _with_folders_above(scope: Scope) -> tuple[str, ...]:
    """Return the folder of a module and those above, which paths may be relative to."""
    project = scope.instance.project
    found = [scope.instance.module.folder]
    while found[-1].startswith(project.top + os.sep):
        found.append(os.path.dirname(found[-1]))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Name:
    text: str | None
    choices: Choices


_T = TypeVar("_T", Folder, _Name)


def _agreeing(items: Sequence[_T], choices: Choices) -> list[_T]:
    return [item for item in items if agree(choices, item.choices) is not None]


def _place(entry_point: Plain | None, block: Block) -> tuple[str, Span]:
    """Return the file and span of an entry point, else those of the block.

    An entry point computed by a function has no span.
    """
    origin = entry_point.origin if entry_point is not None else None
    if entry_point is not None and origin is not None and origin.path:
        written = origin.source.text[origin.start : origin.end]
        if written == entry_point.data:
            return origin.path, origin.span
    return block.source.path, block.source.span(block.start, block.end)


def _same_for_all(facts: Facts) -> Deployment:
    """Return what doesn't depend on the choice of entry point, name and folder."""
    runtimes = [text for text, _, _ in texts(facts.runtime)]
    python = [text for text in runtimes if "python" in text.lower()]
    return Deployment(
        file="",
        span=Span(1, 1, 1, 1),
        entry_point=None,
        source=next((text for text, _, _ in texts(facts.source)), None),
        signature_type=signature_of_trigger(
            http=facts.trigger == "http",
            event=facts.trigger == "event",
            second_generation=facts.generation == 2,
        ),
        runtime=next(iter([*python, *runtimes]), None),
        trigger=facts.trigger,
        generation=facts.generation,
        triggers=facts.triggers,
        options=facts.options,
        variables=facts.variables,
    )


def _entries(
    facts: Facts, names: Sequence[_Name]
) -> list[tuple[str | None, Plain | None, Choices]]:
    """Return the entry points; the default is the name of the function."""
    if facts.entry_point is not None:
        known: list[tuple[str | None, Plain | None, Choices]] = [
            # Placeholders and names in other languages are not valid here.
            item
            for item in texts(facts.entry_point)
            if item[0].isidentifier()
        ]
        return known or [(None, None, ())]
    return [
        (name.text if (name.text or "").isidentifier() else None, None, name.choices)
        for name in names
    ] or [(None, None, ())]
