"""`missing-requirement` and `invalid-requirement`: what the build can't install."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from funclens.catalog.rules.requirements.knowledge import (
    FRAMEWORK_MODULES,
    known,
    normalized,
)
from funclens.catalog.rules.requirements.manifest import read_manifest
from funclens.dataclass import dataclass
from funclens.discovery.files.environment import SHARED
from funclens.discovery.syntax.statements import Condition
from funclens.model import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.catalog.rules.context import Context, Source
    from funclens.catalog.rules.requirements.manifest import Manifest
    from funclens.discovery.files.environment import Environment
    from funclens.discovery.resolve.facts import Module, Placed

__all__ = ["invalid_requirements", "missing_requirements"]

_FILE = "requirements.txt"

_OTHER_STANDARD = frozenset(
    {"asynchat", "asyncore", "distutils", "imp", "smtpd", "cgi", "cgitb", "telnetlib"}
    | {"audioop", "aifc", "chunk", "crypt", "imghdr", "mailcap", "msilib", "nis"}
    | {"nntplib", "ossaudiodev", "pipes", "sndhdr", "spwd", "sunau", "uu", "xdrlib"}
    | {"lib2to3", "parser", "symbol", "formatter", "macpath", "binhex", "_bootlocale"}
    | {"tomllib", "zoneinfo", "graphlib", "annotationlib", "dummy_threading"}
    | {"compression"}
)
"""Standard library modules of Python versions other than the current one."""


@dataclass(frozen=True, slots=True)
class _Installed:
    """What production installs for one source."""

    names: frozenset[str]
    """Normalized names."""
    environment: Environment | None
    file: str
    """Path of the requirements file, relative to the workspace folder."""


def missing_requirements(context: Context) -> Iterator[Problem]:
    """Yield a problem for each import that requirements.txt doesn't satisfy."""
    seen: set[tuple[str, str]] = set()
    for source in context.sources:
        installed = _installed(source)
        if installed is None:
            continue
        loaded = tuple(_loaded(source))
        if any("sys.path" in module.text for module in loaded):
            # Vendored modules are found, too.
            continue
        for module in loaded:
            for placed in module.imports:
                wanted = _missing(source, placed, installed)
                if wanted and (module.path, wanted) not in seen:
                    seen.add((module.path, wanted))
                    yield _problem(source, module, placed, wanted, installed.file)


def invalid_requirements(context: Context) -> Iterator[Problem]:
    """Yield a problem for each line of a requirements.txt that pip rejects."""
    seen: set[str] = set()
    for source in context.sources:
        path = os.path.join(source.root, _FILE)
        manifest = _manifest(source)
        if manifest is None or path in seen:
            continue
        seen.add(path)
        folder = source.folder.folder
        for line in manifest.invalid:
            yield Problem(
                code="invalid-requirement",
                severity=Severity.ERROR,
                message=(
                    f"pip can't parse this line, so the build fails. Write a package "
                    f"name, then a version if you need one. pip says: {line.why}"
                ),
                folder=folder,
                file=_relative(path, folder),
                span=line.span,
            )


def _problem(
    source: Source, module: Module, placed: Placed, wanted: str, file: str
) -> Problem:
    folder = source.folder.folder
    return Problem(
        code="missing-requirement",
        severity=Severity.WARNING,
        message=(
            f"No package in {file} provides `{placed.binding.imported}`, so this "
            f"import fails in production. Add to {file}: {wanted}"
        ),
        folder=folder,
        file=_relative(module.path, folder),
        span=placed.name_span,
        remedy=wanted,
        remedy_file=file,
    )


def _manifest(source: Source) -> Manifest | None:
    """Return the requirements file next to a source, or None."""
    if os.path.basename(source.facts.source) != "main.py":
        return None
    path = os.path.join(source.root, _FILE)
    data = source.folder.read(path)
    return read_manifest(data) if data else None


def _installed(source: Source) -> _Installed | None:
    """Return what production installs, or None if uncertain."""
    manifest = _manifest(source)
    if manifest is None or manifest.is_open:
        return None
    environment = source.folder.environment_of(source.root)
    installed = known().installed_by(manifest.wanted, environment)
    if installed is None:
        return None
    folder = source.folder.folder
    file = _relative(os.path.join(source.root, _FILE), folder)
    return _Installed(installed, environment, file)


def _loaded(source: Source) -> Iterator[Module]:
    """Yield the modules that are always loaded with the source."""
    seen: set[str] = set()
    pending = [source.facts.module]
    while pending:
        module = pending.pop(0)
        if module.path in seen or not module.path.startswith(source.root + os.sep):
            continue
        seen.add(module.path)
        yield module
        for placed in module.imports:
            if placed.binding.condition is Condition.ALWAYS:
                pending += source.imported(module, placed)


def _missing(source: Source, placed: Placed, installed: _Installed) -> str:
    """Return the distribution that an import needs, or an empty string."""
    binding = placed.binding
    parts = binding.imported.split(".")
    if (
        binding.level
        or binding.condition is not Condition.ALWAYS
        or parts[0] in sys.stdlib_module_names
        or parts[0] in _OTHER_STANDARD
        or parts[0] in FRAMEWORK_MODULES
        or _is_local(source, parts[0])
    ):
        return ""
    wanted = known().providers_of(binding.imported, installed.environment)
    first = 3 if parts[0] in SHARED else 1
    own = (normalized("-".join(parts[:n])) for n in range(first, len(parts) + 1))
    if not wanted or not installed.names.isdisjoint((*wanted, *own)):
        return ""
    return wanted[0]


def _is_local(source: Source, first: str) -> bool:
    """Return whether a module of that name is in the unit, or in a folder nearby.

    Modules in parent or sibling folders may be copied into the unit on deployment.
    """
    folder = source.folder
    inside = source.root + os.sep
    above = source.root
    while above == folder.folder or above.startswith(folder.folder + os.sep):
        base = os.path.join(above, first)
        if folder.has_file(base + ".py") or folder.files_below(base):
            return True
        above = os.path.dirname(above)
    ending = (f"{os.sep}{first}.py", f"{os.sep}{first}{os.sep}__init__.py")
    return any(
        path.endswith(ending) for path in folder.files_below(inside.rstrip(os.sep))
    )


def _relative(path: str, folder: str) -> str:
    return os.path.relpath(path, folder).replace(os.sep, "/")
