"""A called module with its inputs; evaluation is lazy and safe against cycles."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.discovery.deploy.terraform.evaluation.lookups import pairs_of
from funclens.discovery.deploy.terraform.evaluation.scope import Scope
from funclens.discovery.deploy.terraform.evaluation.values import (
    FAILED,
    UNKNOWN,
    Arm,
    Arms,
    Child,
    Instance,
    Items,
    Keyed,
    Made,
    Origin,
    Plain,
    Reference,
    arm,
    texts,
    unknown,
)
from funclens.discovery.deploy.terraform.evaluation.variable_types import conformed
from funclens.discovery.deploy.terraform.module import TERRAGRUNT_CALL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from funclens.discovery.deploy.terraform.evaluation.values import Value
    from funclens.discovery.deploy.terraform.language.hcl_blocks import Block
    from funclens.discovery.deploy.terraform.module import Module
    from funclens.discovery.deploy.terraform.project import Project

__all__ = ["ModuleInstance"]

_DEEPEST = 8
_MOST_MADE = 300
_META = frozenset({"source", "version", "providers", "for_each", "count", "depends_on"})


class ModuleInstance(Instance):
    """One call of a module, or the root module of a project."""

    def __init__(
        self,
        module: Module,
        project: Project,
        inputs: Mapping[str, Callable[[], Arms]],
        above: tuple[str, ...] = (),
    ) -> None:
        self.module = module
        self.project = project
        self.inputs = inputs
        self._above = above
        self._values: dict[tuple[str, str], Arms | None] = {}
        self._made: dict[int, list[Made]] = {}
        self._children: dict[str, list[Child]] = {}

    @property
    def is_root(self) -> bool:
        """True for a module that isn't called by another."""
        return not self._above

    def variable(self, name: str) -> Arms:
        """Return an input: the caller's value, else the default."""
        return self._once(("var", name), lambda: self._variable(name))

    def local(self, name: str) -> Arms:
        """Return a local value."""
        value = self.module.locals.get(name)
        if value is None:
            return arm(FAILED)
        return self._once(("local", name), lambda: Scope(self).evaluate(value))

    def output(self, name: str) -> Arms:
        """Return an output."""
        value = self.module.outputs.get(name)
        if value is None:
            return unknown()
        return self._once(("output", name), lambda: Scope(self).evaluate(value))

    def _once(self, key: tuple[str, str], work: Callable[[], Arms]) -> Arms:
        if key not in self._values:
            # Depends on itself: a cycle.
            self._values[key] = None
            self._values[key] = work()
        return self._values[key] or unknown()

    def _variable(self, name: str) -> Arms:
        body = self.module.variables.get(name)
        if body is None:
            return unknown()
        given = self.inputs.get(name)
        default = body.attributes.get("default")
        if given is not None:
            found = given()
            if default is not None and all(_is_null(item.value) for item in found):
                found = Scope(self).evaluate(default)
        elif default is None:
            return unknown()
        else:
            found = Scope(self).evaluate(default)
            if self.is_root:
                found = tuple(_as_default(item) for item in found)
        type_ = body.attributes.get("type")
        return found if type_ is None else conformed(type_, found, Scope(self))

    def made_by(self, block: Block) -> list[Made]:
        """Return the resources of a block, according to `for_each` or `count`."""
        if id(block) not in self._made:
            self._made[id(block)] = []
            self._made[id(block)] = list(self._make(block))[:_MOST_MADE]
        return self._made[id(block)]

    def _make(self, block: Block) -> Iterator[Made]:
        attributes = block.body.attributes
        scope = Scope(self)
        if "for_each" in attributes:
            for item in scope.evaluate(attributes["for_each"]):
                for key, value in _pairs(item.value):
                    names = {"each": arm(Keyed({"key": key, "value": value}))}
                    text = next((text for text, _, _ in texts(key)), None)
                    identity = (id(block), text)
                    yield Made(self, text, item.choices, names, identity)
        elif "count" in attributes:
            for item in scope.evaluate(attributes["count"]):
                for index in _indexes(item.value):
                    at = arm(UNKNOWN if index is None else Plain(index))
                    names = {"count": arm(Keyed({"index": at}))}
                    identity_ = (id(block), index)
                    yield Made(self, index, item.choices, names, identity_)
        else:
            yield Made(self)

    def children(self, name: str) -> list[Child]:
        """Return the instances that a call of a local module creates."""
        if name not in self._children:
            self._children[name] = []
            self._children[name] = list(self._call(self.module.calls[name]))
        return self._children[name]

    def _call(self, block: Block) -> Iterator[Child]:
        folder = self.folder_of_call(block)
        if folder is None or folder in self._above or len(self._above) >= _DEEPEST:
            return
        module = self.project.module(folder)
        if module is None:
            return
        above = (*self._above, self.module.folder)
        for made in self.made_by(block):
            self.project.spend(20)
            scope = Scope.of(made)
            inputs = {
                name: scope.later(value)
                for name, value in block.body.attributes.items()
                if name not in _META
            }
            if block is self.module.calls.get(TERRAGRUNT_CALL):
                inputs = {**self.inputs, **inputs}
            child = ModuleInstance(module, self.project, inputs, above)
            yield made.key, child, made.choices

    def folder_of_call(self, block: Block) -> str | None:
        """Return the folder of a module called by a relative path."""
        source = block.body.attributes.get("source")
        if source is None:
            return None
        for text, _, _ in texts(Scope(self).evaluate(source)):
            path = text.partition("?")[0]
            if path.startswith(("./", "../")):
                return os.path.normpath(os.path.join(self.module.folder, path))
            if os.path.isabs(path):
                return os.path.normpath(path)
        return None

    def made(self, reference: Reference) -> list[Made]:
        """Return what a reference means: all of a block, or the one with its key."""
        block = self.module.resources.get(reference.address)
        if block is None:
            return []
        made = self.made_by(block)
        if reference.key is None:
            return made
        return [item for item in made if item.key in {reference.key, None}]

    def attribute(self, reference: Reference) -> Arms:
        """Return an attribute of a resource, if its block sets it."""
        block = self.module.resources.get(reference.address)
        made = self.made(reference)
        if block is None or len(made) != 1:
            return unknown()
        scope = Scope.of(made[0])
        value = block.body.attributes.get(reference.attribute)
        is_read = reference.attribute == "content" and reference.address[0] == "data"
        if is_read and "filename" in block.body.attributes:
            return self._content(scope.evaluate(block.body.attributes["filename"]))
        if value is None:
            return unknown()
        key = ("resource", f"{reference.address}{reference.key}{reference.attribute}")
        return self._once(key, lambda: scope.evaluate(value))

    def _content(self, filename: Arms) -> Arms:
        for text, _, _ in texts(filename):
            path = os.path.normpath(os.path.join(self.project.folder, text))
            source = self.project.source(path)
            if source is not None:
                return arm(Plain(source.text, Origin(source, 0, len(source.text))))
        return unknown()


def _pairs(value: Value) -> list[tuple[Arms, Arms]]:
    """Return key and value of each item; one unknown pair if the value is unknown."""
    if not isinstance(value, (Keyed, Items)):
        return [] if _is_null(value) else [(unknown(), unknown())]
    found = pairs_of(value)
    return found or ([(unknown(), unknown())] if value.is_open else [])


def _indexes(value: Value) -> list[int | None]:
    if isinstance(value, Plain) and isinstance(value.data, (int, float)):
        return list(range(min(int(value.data), _MOST_MADE)))
    return [None]


def _is_null(value: Value) -> bool:
    return isinstance(value, Plain) and value.data is None


def _as_default(item: Arm) -> Arm:
    value = item.value
    if isinstance(value, Plain):
        return Arm(Plain(value.data, value.origin, is_default=True), item.choices)
    return item
