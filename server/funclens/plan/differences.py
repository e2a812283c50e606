"""Compare functions of the workspace with deployed ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.discovery.triggers.attached import service_name
from funclens.model import SignatureType
from funclens.plan.deployed_function import is_added
from funclens.plan.trigger_comparison import differing_triggers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from funclens.model import Function
    from funclens.plan.deployed_function import DeployedFunction

__all__ = ["FACTS", "Difference", "compare"]

FACTS = (
    *("missing", "extra", "name", "entry-point", "generation", "runtime", "region"),
    *("memory", "timeout", "concurrency", "trigger", "retry", "variables", "secrets"),
    "state",
)
"""What can differ."""

_BROKEN = frozenset({"FAILED", "OFFLINE", "DELETING", "DELETE_IN_PROGRESS"})
"""States of a function that isn't served as deployed."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact about one function on which workspace and production disagree."""

    fact: str
    """One of `FACTS`."""
    name: str
    """The deployed name, else the endpoint."""
    function: str | None
    """Id of the function in the workspace."""
    region: str
    project: str
    workspace: str
    """What the workspace says; empty for `extra`."""
    deployed: str
    """What is deployed; empty for `missing`."""


def compare(
    functions: Sequence[Function], deployed: Sequence[DeployedFunction]
) -> list[Difference]:
    """Return the differences, in the order of the workspace, then of production.

    What one side doesn't know is no difference. Functions of other languages are left
    out.
    """
    python = [item for item in deployed if item.is_python]
    by_name: dict[str, list[DeployedFunction]] = {}
    for item in python:
        by_name.setdefault(service_name(item.name), []).append(item)
    found: list[Difference] = []
    matched: set[str] = set()
    unmatched: list[Function] = []
    chosen = _chosen(functions, by_name)
    for function in functions:
        name = service_name(function.endpoint)
        if chosen.get(name) == function.id:
            matched.add(name)
            for item in by_name[name]:
                found += _differing(function, item)
            found += _missing_regions(function, by_name[name])
        else:
            unmatched.append(function)
    left = [item for item in python if service_name(item.name) not in matched]
    return [*found, *_unmatched(unmatched, left)]


def _chosen(
    functions: Sequence[Function], by_name: Mapping[str, Sequence[DeployedFunction]]
) -> dict[str, str]:
    """Return which function is deployed under each name.

    Of several with one name, it is the one with the deployed entry point, else the
    first.
    """
    found: dict[str, str] = {}
    for function in functions:
        name = service_name(function.endpoint)
        entries = {item.entry_point for item in by_name.get(name, ())}
        if entries:
            found.setdefault(name, function.id)
    for function in reversed(functions):
        name = service_name(function.endpoint)
        if function.name in {item.entry_point for item in by_name.get(name, ())}:
            found[name] = function.id
    return found


def _unmatched(
    functions: Sequence[Function], deployed: Sequence[DeployedFunction]
) -> Iterator[Difference]:
    """Yield functions that are only on one side, or have another name there.

    An entry point that only one function is left with on both sides tells which.
    """
    by_entry: dict[str, list[DeployedFunction]] = {}
    for item in deployed:
        by_entry.setdefault(item.entry_point, []).append(item)
    names: dict[str, list[Function]] = {}
    for function in functions:
        names.setdefault(function.name, []).append(function)
    renamed: set[str] = set()
    for function in functions:
        there = by_entry.get(function.name, [])
        if len({item.name for item in there}) == 1 and len(names[function.name]) == 1:
            renamed.add(there[0].name)
            for item in there:
                yield _difference("name", function, item, function.endpoint, item.name)
                yield from _differing(function, item)
        else:
            yield Difference(
                "missing", function.endpoint, function.id, "", "", function.name, ""
            )
    for item in deployed:
        if item.name not in renamed:
            place = (item.region, item.project)
            yield Difference("extra", item.name, None, *place, "", item.entry_point)


def _differing(function: Function, item: DeployedFunction) -> Iterator[Difference]:
    options = function.options
    is_event = function.signature_type is SignatureType.EVENT
    generation = function.generation or (1 if is_event else None)
    pairs: tuple[tuple[str, object, object], ...] = (
        ("entry-point", function.name, item.entry_point),
        ("generation", generation, item.generation),
        ("runtime", _runtime(function.runtime), item.runtime),
        ("memory", _mib(options.memory_mib), _mib(item.memory_mib)),
        ("timeout", _s(options.timeout_seconds), _s(item.timeout_seconds)),
        ("concurrency", options.concurrency, item.concurrency),
    )
    for fact, here, there in pairs:
        if here and there and here != there:
            yield _difference(fact, function, item, str(here), str(there))
    if options.regions and item.region and item.region not in options.regions:
        regions = ", ".join(options.regions)
        yield _difference("region", function, item, regions, item.region)
    for fact, here, there in differing_triggers(function, item):
        yield _difference(fact, function, item, here, there)
    yield from _environment(function, item)
    if item.state in _BROKEN:
        state = item.state.lower().replace("_", " ")
        yield _difference("state", function, item, "active", state)


def _missing_regions(
    function: Function, deployed: Iterable[DeployedFunction]
) -> Iterator[Difference]:
    """Yield the regions in deploy files in which a function is not deployed.

    One in another region differs in its region instead.
    """
    wanted = function.options.regions
    by_project: dict[str, set[str]] = {}
    for item in deployed:
        by_project.setdefault(item.project, set()).add(item.region)
    for project, regions in by_project.items():
        if not regions <= set(wanted):
            continue
        for region in wanted:
            if region not in regions:
                yield Difference(
                    *("missing", function.endpoint, function.id, region, project),
                    *(function.name, ""),
                )


def _environment(function: Function, item: DeployedFunction) -> Iterator[Difference]:
    """Yield differing names; only if the workspace says something about them."""
    options = function.options
    if not options.variables and not options.secrets:
        return
    declared = {*options.variables, *options.secrets}
    given = [it for it in item.variables if it in declared or not is_added(it)]
    for fact, here, there in (
        ("variables", options.variables, given),
        ("secrets", options.secrets, item.secrets),
    ):
        added, missing = set(here) - set(there), set(there) - set(here)
        if added or missing:
            yield _difference(fact, function, item, _names(here), _names(there))


def _difference(
    fact: str, function: Function, item: DeployedFunction, here: str, there: str
) -> Difference:
    place = (item.region, item.project)
    return Difference(fact, item.name, function.id, *place, here, there)


def _names(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _runtime(runtime: str) -> str:
    """Return a runtime without the path of its image; empty for a variable."""
    name = runtime.rpartition("/")[2].partition(":")[0]
    return name if name.removeprefix("python").isdecimal() else ""


def _mib(size: int | None) -> str:
    if size and size % 1024 == 0:
        return f"{size // 1024} GiB"
    return f"{size} MiB" if size else ""


def _s(duration: int | None) -> str:
    return f"{duration} s" if duration else ""
