"""Problems of units that load too slowly, or not at all. Pure."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from funclens.cold_start.cold_start_text import seconds_text
from funclens.cold_start.import_lines import find_import
from funclens.model import Problem, RelatedPlace, Severity, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from funclens.cold_start.import_tree import ColdStart, ModuleTime
    from funclens.model import Unit

__all__ = ["LOAD_FAILURE", "SLOW_COLD_START", "load_failure", "slow_cold_start"]

SLOW_COLD_START = "slow-cold-start"
LOAD_FAILURE = "import-error"

_MOST_NAMED = 3
"""Maximum number of imports to name."""

_TOP = Span(1, 1, 1, 1)


def slow_cold_start(
    unit: Unit, start: ColdStart, budget: float, read: Callable[[str], bytes | None]
) -> Problem:
    """Return the problem of a unit whose cold start is over the budget, in seconds.

    It is at the statement that imports what takes longest; others are related. `read`
    returns the content of a file, given its absolute path, or None.
    """
    slowest = start.slowest_imports[:_MOST_NAMED]
    places = list(_places(unit, slowest, read))
    message = (
        f"The cold start of unit `{unit.id}` takes {seconds_text(start.seconds)}; the "
        f"budget is {seconds_text(budget)}."
    )
    if slowest:
        named = (
            f"`{module.name}` ({seconds_text(module.cumulative_seconds)})"
            for module in slowest
        )
        message += f" Slowest imports: {', '.join(named)}."
    place = places[0] if places else _at_source(unit)
    return Problem(
        SLOW_COLD_START,
        Severity.WARNING,
        message,
        place.folder,
        place.file,
        place.span,
        tuple(places[1:]),
    )


def load_failure(unit: Unit, error: str, file: str | None, line: int | None) -> Problem:
    """Return the problem of a unit that failed to load with an error.

    `file` and `line` are those of the user's code that raised it, if known.
    """
    relative = _relative(unit, file) if file else None
    source = _at_source(unit)
    return Problem(
        LOAD_FAILURE,
        Severity.ERROR,
        f"Unit `{unit.id}` fails to load: {error}.",
        unit.folder,
        relative or source.file,
        Span(line, 1, line, 1) if relative and line else _TOP,
    )


def _places(
    unit: Unit, modules: list[ModuleTime], read: Callable[[str], bytes | None]
) -> Iterator[RelatedPlace]:
    """Yield the import statements of modules; those that aren't found are left out."""
    for module in modules:
        for path in _files(unit, module.parent or ""):
            source = read(path)
            span = find_import(source, module.name) if source else None
            file = _relative(unit, path)
            if span is not None and file is not None:
                text = f"`{module.name}`: {seconds_text(module.cumulative_seconds)}"
                yield RelatedPlace(file, unit.folder, span, text)
                break


def _files(unit: Unit, module: str) -> Iterator[str]:
    """Yield where a module of the unit may be."""
    own = Path(unit.source).stem
    if module == own:
        yield unit.source
        return
    parts = module.split(".")
    if parts[0] == own:  # `from . import helper`
        parts = parts[1:]
    path = Path(unit.root, *parts)
    yield f"{path}.py"
    yield str(path / "__init__.py")


def _at_source(unit: Unit) -> RelatedPlace:
    file = _relative(unit, unit.source) or Path(unit.source).name
    return RelatedPlace(file, unit.folder, _TOP, "")


def _relative(unit: Unit, path: str) -> str | None:
    """Return a path relative to the workspace folder; None outside of it."""
    for folder in (Path(unit.folder), Path(unit.folder).resolve()):
        if Path(path).is_relative_to(folder):
            return Path(path).relative_to(folder).as_posix()
    return None
