"""`missing-requirement`: imports that the deployed environment cannot satisfy."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from funclens.catalog.rules.packages import (
    BRING_GOOGLE,
    BROUGHT_ALONG,
    FRAMEWORK_MODULES,
    distributions_of,
)
from funclens.discovery.resolve.facts import Condition
from funclens.model import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.catalog.rules.context import Context, Source
    from funclens.discovery.resolve.facts import Module, Placed

__all__ = ["FRAMEWORK_MODULES", "missing_requirements"]

_NAME = re.compile(r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?")
_OTHER_MANIFESTS = ("pyproject.toml", "Pipfile", "setup.cfg", "poetry.lock")


@dataclass(frozen=True, slots=True)
class _Requirements:
    names: frozenset[str]
    """Normalised names of distributions."""
    complete: bool
    """False when a line names something that may bring anything."""


def missing_requirements(context: Context) -> Iterator[Problem]:
    """Yield a problem for each import that no line of requirements.txt brings."""
    told: set[tuple[str, str]] = set()
    for source in context.sources:
        if os.path.basename(source.facts.source) != "main.py":
            continue
        requirements = _requirements(source)
        if requirements is None or not requirements.complete:
            continue
        for module in source.modules:
            for placed in module.imports:
                wanted = _missing(source, placed, requirements)
                if wanted and (module.path, wanted) not in told:
                    told.add((module.path, wanted))
                    yield _problem(source, module, placed, wanted)


def _problem(source: Source, module: Module, placed: Placed, wanted: str) -> Problem:
    folder = source.folder.folder
    manifest = os.path.relpath(os.path.join(source.root, "requirements.txt"), folder)
    manifest = manifest.replace(os.sep, "/")
    return Problem(
        code="missing-requirement",
        severity=Severity.WARNING,
        message=(
            "Production installs what requirements.txt names, and nothing there "
            f"brings `{placed.binding.imported}`: the import fails. Add it to "
            f"{manifest}: {wanted}"
        ),
        folder=folder,
        file=os.path.relpath(module.path, folder).replace(os.sep, "/"),
        span=placed.name_span,
        remedy=wanted,
        remedy_file=manifest,
    )


def _requirements(source: Source) -> _Requirements | None:
    """Return what production installs; None when that is said elsewhere."""
    folder = source.folder
    data = folder.read(os.path.join(source.root, "requirements.txt"))
    if data:
        return _parsed(data.decode("utf-8", "replace"))
    for name in _OTHER_MANIFESTS:
        if folder.read(os.path.join(source.root, name)):
            return None
    above = source.root
    while above != folder.folder and above.startswith(folder.folder):
        above = os.path.dirname(above)
        for name in ("requirements.txt", *_OTHER_MANIFESTS):
            if folder.read(os.path.join(above, name)):
                return None
    return _Requirements(frozenset(), complete=True)


def _parsed(text: str) -> _Requirements:
    names: set[str] = set()
    complete = True
    for line in text.splitlines():
        words = line.split("#")[0].strip()
        if not words or words.startswith(("--hash", "--index", "--extra", "-i ")):
            continue
        found = _NAME.match(words)
        if words.startswith("-") or "://" in words.partition("@")[0] or not found:
            complete = False
            continue
        names.add(_normalized(found[0]))
    return _Requirements(frozenset(names), complete)


def _missing(source: Source, placed: Placed, requirements: _Requirements) -> str:
    """Return the distribution that an import lacks, or an empty string."""
    if not _is_needed(source, placed):
        return ""
    wanted = distributions_of(placed.binding.imported)
    names = requirements.names
    if not wanted or any(_provides(name, wanted) for name in names):
        return ""
    if any(_is_brought_along(_normalized(item), names) for item in wanted):
        return ""
    return wanted[0]


def _is_needed(source: Source, placed: Placed) -> bool:
    """Say whether a binding imports, in any case, what Python does not bring."""
    binding = placed.binding
    if binding.level:
        return False
    first = binding.imported.partition(".")[0]
    return (
        binding.condition is Condition.ALWAYS
        and first not in sys.stdlib_module_names
        and first not in FRAMEWORK_MODULES
        and not _is_local(source, first)
    )


def _is_brought_along(wanted: str, names: frozenset[str]) -> bool:
    """Say whether something that is required may well require it in turn."""
    if wanted not in BROUGHT_ALONG:
        return False
    if wanted.startswith(("google", "grpc", "proto")):
        return any(name.startswith(BRING_GOOGLE) for name in names)
    return not names <= {"functions-framework", "flask", "cloudevents"}


def _provides(name: str, wanted: tuple[str, ...]) -> bool:
    return any(
        name == _normalized(item) or name.startswith(_normalized(item) + "-")
        for item in wanted
    )


def _is_local(source: Source, first: str) -> bool:
    """Say whether a folder from the source's up to the workspace's holds it."""
    folder = source.folder
    above = source.root
    while above.startswith(folder.folder):
        base = os.path.join(above, first)
        if folder.has_file(base + ".py") or folder.files_below(base):
            return True
        above = os.path.dirname(above)
    return False


def _normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
