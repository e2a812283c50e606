"""Installed packages of a unit's environment, read from metadata without running it."""

from __future__ import annotations

import os
import re
from functools import cached_property

from funclens.python_layout import environment_of, site_packages
from funclens.regular_file import read_regular

__all__ = ["SHARED", "Environment", "Environments"]

_FOLDERS = (".venv", "venv", "env", ".env", "virtualenv")
_MOST_DISTRIBUTIONS = 3_000
_DEEPEST = 3
"""Number of parts of a dotted module that are compared: `google.cloud.storage`."""

SHARED = frozenset({"", "google", "google.cloud", "azure", "opentelemetry", "ruamel"})
"""Namespace packages that many distributions share."""

_NAME = re.compile(r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?")
_EXTRA = re.compile(r"extra\s*==\s*['\"]([^'\"]+)['\"]")


class Environment:
    """The installed distributions of one site-packages folder."""

    def __init__(self, site_packages: str) -> None:
        self.site_packages = site_packages

    @cached_property
    def _folders(self) -> dict[str, str]:
        """Metadata folders by normalized distribution name."""
        try:
            names = sorted(os.listdir(self.site_packages))
        except OSError:
            return {}
        found = {}
        for name in names:
            if name.endswith(".dist-info"):
                distribution = name.removesuffix(".dist-info").partition("-")[0]
                found[_normalized(distribution)] = os.path.join(
                    self.site_packages, name
                )
        return dict(list(found.items())[:_MOST_DISTRIBUTIONS])

    @cached_property
    def _providers(self) -> dict[str, tuple[str, ...]]:
        """Distributions by the dotted modules they provide."""
        found: dict[str, dict[str, None]] = {}
        for distribution, folder in self._folders.items():
            for module in _modules(_read(os.path.join(folder, "RECORD"))):
                found.setdefault(module, {})[distribution] = None
        return {module: tuple(names) for module, names in found.items()}

    def requires(self, name: str, extras: tuple[str, ...]) -> tuple[str, ...] | None:
        """Return the requirements of a distribution, or None if it isn't installed.

        Environment markers other than `extra` count as true.
        """
        folder = self._folders.get(name)
        if folder is None:
            return None
        found = []
        wanted = {_normalized(extra) for extra in extras}
        for line in _read(os.path.join(folder, "METADATA")).splitlines():
            if not line:
                break
            if not line.startswith("Requires-Dist:"):
                continue
            words = line.partition(":")[2].strip()
            extra = _EXTRA.search(words)
            named = _NAME.match(words)
            if named and (extra is None or _normalized(extra[1]) in wanted):
                found.append(_normalized(named[0]))
        return tuple(dict.fromkeys(found))

    def providers(self, module: str) -> tuple[str, ...]:
        """Return the installed distributions that provide a dotted module.

        Empty for namespace packages that several share, such as `google`.
        """
        found = self._providers.get(module, ())
        return found if len(found) == 1 else ()


class Environments:
    """Finds the environment of each source folder and notices changes."""

    def __init__(self, folder: str, python: str | None) -> None:
        self._folder = folder
        self._python = python
        self._of: dict[str, Environment | None] = {}
        self._seen: dict[str, tuple[Environment, int]] = {}

    def of(self, root: str) -> Environment | None:
        """Return the environment in or above a source folder, else the active one."""
        if root not in self._of:
            self._of[root] = self._look_for(root)
        return self._of[root]

    def settle(self, *, look_again: bool) -> bool:
        """Return whether an environment in use has changed."""
        changed = any(
            _changed_at(path) != changed for path, (_, changed) in self._seen.items()
        )
        if changed or look_again:
            self._of = {}
            self._seen = {}
        return changed

    def _look_for(self, root: str) -> Environment | None:
        above = root
        while above == self._folder or above.startswith(self._folder + os.sep):
            for name in _FOLDERS:
                if found := self._in(os.path.join(above, name)):
                    return found
            above = os.path.dirname(above)
        if self._python and os.path.isabs(self._python):
            return self._in(environment_of(self._python))
        active = os.environ.get("VIRTUAL_ENV") or os.environ.get("CONDA_PREFIX")
        return self._in(active) if active else None

    def _in(self, prefix: str) -> Environment | None:
        if not os.path.isdir(prefix):
            return None
        found = site_packages(prefix)
        if not found:
            return None
        packages = found[-1]
        if packages not in self._seen:
            environment = Environment(packages)
            self._seen[packages] = (environment, _changed_at(packages))
        return self._seen[packages][0]


def _modules(record: str) -> set[str]:
    """Return the dotted modules and packages listed in a RECORD file, up to a depth."""
    found = set()
    for line in record.splitlines():
        path = line.partition(",")[0]
        if not path.endswith((".py", ".so", ".pyd")) or path.startswith(("..", "/")):
            continue
        parts = path.split("/")
        parts[-1] = parts[-1].partition(".")[0]
        if parts[-1] == "__init__":
            del parts[-1]
        if len(parts) <= _DEEPEST:
            found.add(".".join(parts))
    return found - SHARED


def _changed_at(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return -1


def _read(path: str) -> str:
    """Return the text of a metadata file; empty if it can't be read."""
    try:
        return read_regular(path).decode("utf-8", "replace")
    except OSError:
        return ""


def _normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
