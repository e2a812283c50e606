"""Rebuilds the imports of a fresh process from those of a worker and its zygote.

A worker that was forked has only loaded what its zygote lacks. For each module of the
zygote that it imported, everything that this module imported is added, unless it was
loaded before: what a process without a zygote would have done, in the same order.
"""

from __future__ import annotations

import heapq
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from funclens.dataclass import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["ColdStart", "ModuleTime", "ZygoteImports", "cold_start_of"]

MOST_MODULES = 200
"""Maximum number of modules to keep, the slowest ones."""

MOST_TREES = 8
"""Maximum number of trees to keep of one zygote, those used last."""

MOST_SLOWEST = 3
"""Maximum number of imports to name in `slowest`."""

_Record = tuple[str, int, "int | None"]
"""As in the worker's contract: name, index of the importer, own microseconds."""


@dataclass(frozen=True, slots=True)
class ModuleTime:
    """How long one module took to import."""

    name: str
    self_seconds: float
    """Without the modules that it imported."""
    cumulative_seconds: float
    """With the modules that it was the first to import."""
    parent: str | None
    """Name of the module that was the first to import it."""
    is_own: bool = False
    """Whether it is the unit's own code."""

    def to_json(self) -> dict[str, Any]:
        """Return the time in the form of `cold_start` in the runner's JSON."""
        return {
            "name": self.name,
            "self_seconds": self.self_seconds,
            "cumulative_seconds": self.cumulative_seconds,
            "parent": self.parent,
            "is_own": self.is_own,
        }


@dataclass(frozen=True, slots=True)
class ColdStart:
    """What the last load of a unit would have cost in a fresh process."""

    seconds: float
    """The framework and the unit's module, with everything that they import."""
    modules: tuple[ModuleTime, ...] = ()
    """The slowest modules, in the order in which their imports began."""

    @property
    def slowest_imports(self) -> list[ModuleTime]:
        """What the unit's own modules import, slowest first.

        With `cumulative_seconds` of packages, but of the unit's own modules without
        what they import themselves.
        """
        own = {module.name for module in self.modules if module.is_own}
        found = [
            replace(module, cumulative_seconds=module.self_seconds)
            if module.is_own
            else module
            for module in self.modules
            if module.parent in own
        ]
        return sorted(found, key=lambda module: -module.cumulative_seconds)

    def to_json(self) -> dict[str, Any]:
        """Return the cold start in the form of the `cold-start` event."""
        return {
            "seconds": self.seconds,
            "slowest": [
                {"name": module.name, "seconds": module.cumulative_seconds}
                for module in self.slowest_imports[:MOST_SLOWEST]
            ],
            "modules": [module.to_json() for module in self.modules],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> ColdStart:
        """Parse the JSON of `to_json`, ignoring unknown keys."""
        modules = (
            ModuleTime(*(item[name] for name in ModuleTime.__dataclass_fields__))
            for item in value["modules"]
        )
        return cls(value["seconds"], tuple(modules))


@dataclass(slots=True)
class _Node:
    """A module in the order in which a fresh process begins to import."""

    name: str
    parent: _Node | None
    own: int = 0
    total: int = 0
    is_own: bool = False


@dataclass(slots=True)
class _Imports:
    """The records of one process, by what they import."""

    records: list[_Record]
    children: dict[int, list[int]] = field(default_factory=dict)
    index: dict[str, int] = field(default_factory=dict)
    """Index of the record of each module that was timed."""

    own: frozenset[int] = frozenset()
    """Indices of the unit's own modules."""

    def __post_init__(self) -> None:
        for at, (name, parent, own) in enumerate(self.records):
            self.children.setdefault(parent, []).append(at)
            if name and own is not None:
                self.index.setdefault(name, at)


class ZygoteImports:
    """The imports of one zygote, for the cold starts of all workers that it forks.

    The tree of thousands of modules is kept: a worker of the same unit mostly imports
    the same after a save, and only the times of the unit's own modules differ.
    """

    def __init__(self, imports: Mapping[str, Any]) -> None:
        self._all = _Imports(imports["records"])
        self._always = _Imports(imports["records"][: imports["always"]])
        self._trees: dict[object, _Tree] = {}

    def cold_start(self, worker: Mapping[str, Any]) -> ColdStart:
        """Return the cold start of a worker that this zygote has forked."""
        records, own = worker["records"], frozenset(worker["own"])
        key = own, tuple((name, parent, time is None) for name, parent, time in records)
        tree = self._trees.pop(key, None)
        if tree is None:
            tree = _Tree(self._all)
            tree.add_all(self._always)
            tree.add_worker(_Imports(records, own=own))
        else:
            tree.set_times([time or 0 for _, _, time in records])
        if len(self._trees) >= MOST_TREES:
            del self._trees[next(iter(self._trees))]
        self._trees[key] = tree
        return tree.result()


def cold_start_of(worker: Mapping[str, Any]) -> ColdStart:
    """Return the cold start of a worker without a zygote, from its `imports`."""
    tree = _Tree(_Imports([]))
    tree.add_worker(_Imports(worker["records"], own=frozenset(worker["own"])))
    return tree.result()


class _Tree:
    def __init__(self, zygote: _Imports) -> None:
        self._zygote = zygote
        self._nodes: dict[str, _Node] = {}
        self._unnamed = _Node("", None)
        """Failed imports outside of any module."""
        self._times: list[int] = []
        """Own time of each record of the worker."""
        self._places: list[_Node | None] = []
        """What each of these times was added to."""
        self._worker: _Imports | None = None

    def add_all(self, imports: _Imports) -> None:
        """Add what a process imported, in its order."""
        below = imports.children.get(-1, ())
        self._add([(imports, at, None) for at in reversed(below)])

    def add_worker(self, imports: _Imports) -> None:
        """Add what a worker imported, whose times may be set again."""
        self._worker = imports
        self._times = [time or 0 for _, _, time in imports.records]
        self._places = [None] * len(imports.records)
        self.add_all(imports)

    def set_times(self, times: list[int]) -> None:
        """Replace the own times of the worker's records."""
        for at, node in enumerate(self._places):
            if node is not None:
                node.own += times[at] - self._times[at]
        self._times = times

    def result(self) -> ColdStart:
        nodes = list(self._nodes.values())
        for node in nodes:
            node.total = node.own
        for node in reversed(nodes):  # children come after their parents
            if node.parent is not None:
                node.parent.total += node.total
        total = sum(node.own for node in nodes) + self._unnamed.own
        return ColdStart(_seconds(total), tuple(_modules(nodes)))

    def _add(self, todo: list[tuple[_Imports, int, _Node | None]]) -> None:
        """Add records with everything below them, depth first."""
        while todo:
            imports, at, parent = todo.pop()
            name, _, own = imports.records[at]
            if own is None:
                todo += [
                    (self._zygote, self._zygote.index[found], parent)
                    for found in reversed([*_with_packages(name)])
                    if found not in self._nodes and found in self._zygote.index
                ]
                continue
            if imports is self._zygote and name in self._nodes:
                continue
            node = self._node(name, parent) if name else parent
            place = node or self._unnamed
            place.own += own
            place.is_own = place.is_own or at in imports.own
            if imports is self._worker:
                self._places[at] = place
            below = imports.children.get(at, ())
            todo += [(imports, child, node) for child in reversed(below)]

    def _node(self, name: str, parent: _Node | None) -> _Node:
        found = self._nodes.get(name)
        if found is None:
            found = self._nodes[name] = _Node(name, parent)
        return found


def _with_packages(name: str) -> Iterator[str]:
    """Yield the packages that a module is in, from the outside, then itself."""
    at = name.find(".")
    while at >= 0:
        yield name[:at]
        at = name.find(".", at + 1)
    yield name


def _modules(nodes: list[_Node]) -> Iterator[ModuleTime]:
    """Yield the slowest modules; a kept module's importer is kept, too."""
    totals = [node.total for node in nodes]
    slowest = heapq.nlargest(MOST_MODULES, range(len(nodes)), key=totals.__getitem__)
    for at in sorted(slowest):
        node = nodes[at]
        yield ModuleTime(
            node.name,
            _seconds(node.own),
            _seconds(node.total),
            node.parent.name if node.parent else None,
            node.is_own,
        )


def _seconds(microseconds: int) -> float:
    return round(microseconds / 1e6, 6)
