"""Find the folder an archive is built from, by following references.

An archive that is built elsewhere keeps its path, because its name may match a folder.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.discovery.deploy.terraform.evaluation.file_functions import absolute
from funclens.discovery.deploy.terraform.evaluation.lookups import pairs_of
from funclens.discovery.deploy.terraform.evaluation.scope import Scope
from funclens.discovery.deploy.terraform.evaluation.values import (
    Arms,
    Choices,
    Items,
    Keyed,
    Plain,
    Reference,
    agree,
    arm,
    texts,
)
from funclens.discovery.deploy.terraform.language.expression_nodes import Call
from funclens.discovery.deploy.terraform.language.hcl_blocks import bodies_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.deploy.terraform.evaluation.values import (
        Instance,
        Made,
        Value,
    )
    from funclens.discovery.deploy.terraform.language.expression_nodes import Expression
    from funclens.discovery.deploy.terraform.language.hcl_blocks import Block, Body

__all__ = ["Folder", "folders_of"]

_DEEPEST = 6
_OBJECT = "google_storage_bucket_object"
_ARCHIVE = "archive_file"
_FILE_NAME = "main.py"


@dataclass(frozen=True, slots=True)
class Folder:
    """Source of a function; paths are absolute."""

    path: str | None
    """The folder, or None if only the archive is known."""
    choices: Choices
    source: str | None = None
    """File in the folder that becomes main.py, if its name differs."""
    archive: str | None = None
    is_default: bool = False
    """True if the user may choose another one when deploying."""


def folders_of(arms: Arms, instance: Instance, depth: int = 0) -> Iterator[Folder]:
    """Yield the folders that an archive value is built from.

    The value is a bucket object, an archive, an attribute of one of these, the path of
    a zip file, or the name of an object.
    """
    for item in arms:
        for found in _of_value(item.value, instance, depth):
            choices = agree(item.choices, found.choices)
            if choices is not None:
                yield replace(found, choices=choices)


def _of_value(value: Value, instance: Instance, depth: int) -> Iterator[Folder]:
    if depth > _DEEPEST:
        return
    if isinstance(value, Reference):
        yield from _of_reference(value, depth)
    elif isinstance(value, Plain) and isinstance(value.data, str) and value.data:
        yield from _of_text(value.data, instance, depth)
    elif isinstance(value, Keyed):
        for name in ("object", "name", "source", "output_path"):
            if name in value.items:
                yield from folders_of(value.items[name], instance, depth + 1)
                return


def _of_reference(reference: Reference, depth: int) -> Iterator[Folder]:
    instance = reference.instance
    block = instance.module.resources.get(reference.address)
    if block is None:
        return
    named = instance.made(reference)
    if len(named) > 1:
        # Which of these is used is unknown.
        return
    for made in named:
        for found in _of_block(block, Scope.of(made), depth):
            joined = agree(made.choices, found.choices)
            if joined is not None:
                yield replace(found, choices=joined)


def _of_block(block: Block, scope: Scope, depth: int) -> Iterator[Folder]:
    attributes = block.body.attributes
    if block.labels[0] == _OBJECT and "source" in attributes:
        source = scope.evaluate(attributes["source"])
        yield from folders_of(source, scope.instance, depth + 1)
    elif block.labels[0] == _ARCHIVE:
        yield from _of_archive(block.body, scope)


def _of_archive(body: Body, scope: Scope) -> Iterator[Folder]:
    project = scope.instance.project
    folder = body.attributes.get("source_dir")
    for text, plain, choices in texts(scope.evaluate(folder) if folder else None):
        yield Folder(absolute(project, text), choices, is_default=plain.is_default)
    file = body.attributes.get("source_file")
    for text, _, choices in texts(scope.evaluate(file) if file else None):
        yield _of_file(absolute(project, text), choices)
    for inner, dynamic in bodies_in(body, "source"):
        for one in _scopes(scope, dynamic):
            yield from _of_source_block(inner, one)


def _of_file(path: str, choices: Choices) -> Folder:
    folder, name = os.path.split(path)
    return Folder(folder, choices, None if name == _FILE_NAME else name)


def _of_source_block(body: Body, scope: Scope) -> Iterator[Folder]:
    """Yield the folder of the file that an archive contains as main.py."""
    name, content = body.attributes.get("filename"), body.attributes.get("content")
    if name is None or not isinstance(content, Call):
        return
    if content.name not in {"file", "templatefile"} or not content.arguments:
        return
    for inside, _, choices in texts(scope.evaluate(name)):
        if inside != _FILE_NAME:
            continue
        for path, _, more in texts(scope.evaluate(content.arguments[0])):
            joined = agree(choices, more)
            if joined is not None:
                yield _of_file(absolute(scope.instance.project, path), joined)


def _scopes(scope: Scope, dynamic: Block | None) -> Iterator[Scope]:
    """Yield the scope of each block that a `dynamic` block generates."""
    if dynamic is None:
        yield scope
        return
    attributes = dynamic.body.attributes
    expression: Expression | None = attributes.get("for_each")
    if expression is None:
        return
    names = (
        texts(scope.evaluate(attributes["iterator"]))
        if ("iterator" in attributes)
        else ()
    )
    iterator = next((name for name, _, _ in names), dynamic.labels[0])
    for item in scope.evaluate(expression):
        if not isinstance(item.value, (Items, Keyed)):
            continue
        for at, (key, value) in enumerate(pairs_of(item.value)):
            scope.instance.project.spend()
            names_ = {iterator: arm(Keyed({"key": key, "value": value}))}
            yield scope.inner(names_, (id(dynamic), at))


def _of_text(text: str, instance: Instance, depth: int) -> Iterator[Folder]:
    """Yield what has this path or object name, if it is a single block."""
    path = absolute(instance.project, text)
    named: list[tuple[Block, Made]] = []
    for block, made in _blocks(instance):
        is_archive = block.labels[0] == _ARCHIVE
        name = block.body.attributes.get("output_path" if is_archive else "name")
        for found, _, _ in texts(Scope.of(made).evaluate(name) if name else None):
            if (
                (absolute(instance.project, found) == path)
                if is_archive
                else (found == text)
            ):
                named.append((block, made))
    if len(named) == 1:
        block, made = named[0]
        for folder in _of_block(block, Scope.of(made), depth + 1):
            joined = agree(made.choices, folder.choices)
            if joined is not None:
                yield replace(folder, choices=joined)
    elif not named and path.endswith(".zip"):
        yield Folder(None, (), archive=path)


def _blocks(instance: Instance) -> Iterator[tuple[Block, Made]]:
    for address, block in instance.module.resources.items():
        if address[1] in {_OBJECT, _ARCHIVE}:
            for made in instance.made_by(block):
                instance.project.spend()
                yield block, made
