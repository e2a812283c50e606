"""Modules stand in layers, without circles, in folders that one can look over."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from architecture.imports import Import, imports_below

SERVER = Path(__file__).parents[2] / "server"
EXTENSION = Path(__file__).parents[2] / "extension" / "src"
PACKAGES = ("funclens", "funclens_worker")
MOST_MODULES = 15
"""In one folder, `__init__.py` not counted."""

MOST_LINES = 300
LONGER: set[str] = set()
"""Modules that are still to be split."""

TWO_ENDS = {"launcher", "zygote"}
"""Modules of one name that speak to each other: the front door's and the process's."""

RUNNER_LAYERS = (
    ("app",),
    ("own_routes", "workspace_reader", "live_settings", "emulators"),
    ("front_door", "page", "api", "measuring"),
    ("units",),
    ("history",),
    ("processes",),
    ("tracing",),
    ("http",),
    ("events", "watch", "changes", "runner_options"),
    ("standing_events",),
    ("background", "descriptors", "event_loop", "subscription"),
)
"""From top to bottom: a part imports those below it, and none beside it."""


def modules(root: Path, package: str) -> set[str]:
    """Return the dotted names of all modules of a package."""
    return {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        for path in (root / package).rglob("*.py")
    }


def graph(imports: list[Import], known: set[str]) -> dict[str, set[str]]:
    """Return which module imports which; also for types, and inside functions.

    A package's face (`__init__.py`) stands for nothing but itself.
    """
    found: dict[str, set[str]] = {name: set() for name in known}
    for item in imports:
        target = item.target
        if target not in known:
            target = target.rpartition(".")[0]
        if target in known and target != item.importer:
            found[item.importer].add(target)
    return found


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """Return the groups of modules that import each other, directly or not."""
    return [group for group in _components(edges) if len(group) > 1]


def _components(edges: dict[str, set[str]]) -> list[list[str]]:
    """Return the strongly connected components (Tarjan, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found = []
    for root in edges:
        todo = [(root, iter(()))] if root not in index else []
        while todo:
            name, rest = todo.pop()
            if name not in index:
                index[name] = low[name] = len(index)
                stack.append(name)
                rest = iter(sorted(edges[name]))
            for target in rest:
                if target not in index:
                    todo += [(name, rest), (target, iter(()))]
                    break
                if target in stack:
                    low[name] = min(low[name], low[target])
            else:
                if low[name] == index[name]:
                    at = stack.index(name)
                    found.append(sorted(stack[at:]))
                    del stack[at:]
                if todo:
                    above = todo[-1][0]
                    low[above] = min(low[above], low[name])
    return found


def breaches_of_layers(imports: list[Import]) -> list[Import]:
    """Return the imports inside the runner that do not go down."""
    depth = {part: at for at, parts in enumerate(RUNNER_LAYERS) for part in parts}
    found = []
    for item in imports:
        importer, target = _part(item.importer), _part(item.target)
        if importer == target or importer not in depth or target not in depth:
            continue
        if depth[target] <= depth[importer]:
            found.append(item)
    return found


def _part(module: str) -> str:
    inside = module.removeprefix("funclens.runner.")
    return inside.split(".")[0] if inside != module else ""


def test_there_are_no_import_cycles() -> None:
    known = set().union(*(modules(SERVER, package) for package in PACKAGES))
    imports = [item for package in PACKAGES for item in imports_below(SERVER, package)]

    assert circles(graph(imports, known)) == []


def test_no_folder_has_more_than_fifteen_modules() -> None:
    counted = Counter(
        str(path.parent.relative_to(SERVER))
        for package in PACKAGES
        for path in (SERVER / package).rglob("*.py")
        if path.stem != "__init__"
    )

    crowded = {name: n for name, n in counted.items() if n > MOST_MODULES}
    assert crowded == {}


def test_no_module_is_longer_than_three_hundred_lines() -> None:
    long = {
        str(path.relative_to(SERVER))
        for package in PACKAGES
        for path in (SERVER / package).rglob("*.py")
        if path.read_bytes().count(b"\n") > MOST_LINES
    }

    assert long <= LONGER


def test_no_module_of_the_extension_is_longer_than_three_hundred_lines() -> None:
    """Nobody reads or changes a file that a script writes."""
    long = [
        path.name
        for path in EXTENSION.rglob("*.ts")
        if path.read_bytes().count(b"\n") > MOST_LINES
        and b"Generated by scripts/" not in path.read_bytes()[:500]
    ]

    assert long == []


def test_no_two_modules_of_the_extension_have_one_name() -> None:
    counted = Counter(path.name for path in EXTENSION.rglob("*.ts"))

    assert [name for name, count in counted.items() if count > 1] == []


def test_modules_with_the_same_name_are_two_ends_of_one_thing() -> None:
    """A name that stands for several things says nothing in a traceback or a search.

    `__init__` and `__main__` are Python's names, not ours.
    """
    homes: dict[str, list[str]] = {}
    for package in PACKAGES:
        for path in (SERVER / package).rglob("*.py"):
            if not path.stem.startswith("__"):
                homes.setdefault(path.stem, []).append(package)

    shared = {name: sorted(of) for name, of in homes.items() if len(of) > 1}
    assert shared == {name: sorted(PACKAGES) for name in TWO_ENDS}


def test_imports_inside_the_runner_go_straight_down() -> None:
    assert breaches_of_layers(imports_below(SERVER, "funclens")) == []


def test_every_package_of_the_runner_is_in_a_layer() -> None:
    parts = {_part(name) for name in modules(SERVER, "funclens")} - {""}

    assert parts == {part for layer in RUNNER_LAYERS for part in layer}


@pytest.mark.parametrize(
    ("edges", "found"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, []),
        ({"a": {"b"}, "b": {"a"}}, [["a", "b"]]),
        ({"a": {"b"}, "b": {"c"}, "c": {"b"}}, [["b", "c"]]),
        ({"a": {"b", "d"}, "b": {"c"}, "c": {"a"}, "d": set()}, [["a", "b", "c"]]),
    ],
)
def test_an_import_cycle_is_detected(
    edges: dict[str, set[str]], found: list[list[str]]
) -> None:
    assert circles(edges) == found


def test_an_upward_import_is_detected(tmp_path: Path) -> None:
    path = tmp_path / "funclens/runner/http/head.py"
    path.parent.mkdir(parents=True)
    path.write_text("def f():\n    from funclens.runner.app import Runner")

    assert breaches_of_layers(imports_below(tmp_path, "funclens"))
