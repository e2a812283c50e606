"""Which distributions provide a module, and what they depend on.

The data comes from a hand-written table (distributions.txt) and, if a unit has an
environment, from the metadata of its packages. Nothing is guessed from names: anything
else is unknown.
"""

from __future__ import annotations

import os
import re
from functools import cache
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from funclens.discovery.files.environment import Environment

__all__ = ["FRAMEWORK_MODULES", "Knowledge", "Wanted", "known", "normalized"]

FRAMEWORK_MODULES = frozenset(
    {"functions_framework", "flask", "werkzeug", "jinja2", "markupsafe", "itsdangerous"}
    | {"blinker", "click", "gunicorn", "watchdog", "cloudevents", "deprecation"}
    | {"packaging", "starlette", "uvicorn", "uvicorn_worker", "h11", "anyio", "idna"}
    | {"sniffio", "typing_extensions", "importlib_metadata", "zipp", "pip"}
    | {"setuptools", "pkg_resources", "wheel", "google.cloud.functions"}
)
"""Modules that functions-framework brings; the build always adds it."""

_ALWAYS_THERE = ("functions-framework", "pip", "setuptools", "wheel")

_TABLE = os.path.join(os.path.dirname(__file__), "distributions.txt")

_VERSION = re.compile(r"_v\d\w*$")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A distribution in a requirements file, by normalized name."""

    name: str
    extras: tuple[str, ...] = ()
    is_pinned: bool = False
    """True if the version may be an older one."""
    is_conditional: bool = False
    """True if it has an environment marker, such as `python_version < "3.11"`."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Content of the table, with normalized names."""

    brings: Mapping[str, tuple[str, ...]]
    """Dependencies by distribution or `distribution[extra]`; `?` means unlisted ones.

    A leading `~` marks a dependency of older versions only.
    """
    providers: Mapping[str, tuple[str, ...]]
    """Distributions by the dotted module they provide, the most common first."""

    def providers_of(
        self, module: str, environment: Environment | None
    ) -> tuple[str, ...]:
        """Return the providers of a module, the most common first; empty if unknown."""
        parts = [_VERSION.sub("", part) for part in module.split(".")]
        plain = module.split(".")
        for length in range(len(parts), 0, -1):
            found = self.providers.get(".".join(parts[:length]), ())
            if environment is not None:
                installed = environment.providers(".".join(plain[:length]))
                found = tuple(dict.fromkeys((*found, *installed)))
            if found:
                return found
        return ()

    def installed_by(
        self, wanted: Iterable[Wanted], environment: Environment | None
    ) -> frozenset[str] | None:
        """Return everything that some requirements install, or None if unknown."""
        found: set[str] = set()
        pending = [*(Wanted(name) for name in _ALWAYS_THERE), *wanted]
        is_required = True
        while pending:
            below: list[Wanted] = []
            for item in pending:
                brought = self._brought(item, environment)
                if brought is None:
                    if is_required:
                        return None
                    brought = ()
                if "?" in brought:
                    return None
                found.add(item.name)
                below += [
                    Wanted(plain, is_pinned=item.is_pinned)
                    for name in brought
                    if (plain := name.lstrip("~")) not in found
                    and (item.is_pinned or not name.startswith("~"))
                ]
            pending, is_required = below, False
        return frozenset(found)

    def _brought(
        self, item: Wanted, environment: Environment | None
    ) -> tuple[str, ...] | None:
        """Return the dependencies of one requirement, or None if unknown."""
        listed = self.brings.get(item.name)
        installed = (
            environment.requires(item.name, item.extras) if environment else None
        )
        if listed is None and installed is None:
            return None
        found = (*(listed or ()), *(installed or ()))
        for extra in item.extras:
            # Extras that aren't in the table are usually named after what they install.
            more = self.brings.get(f"{item.name}[{extra}]")
            if more is None and installed is None:
                return None
            found += more or ()
        return found


@cache
def known() -> Knowledge:
    """Return the table, read on first use."""
    with open(_TABLE, encoding="utf-8") as file:
        return _parsed(file.read())


def normalized(name: str) -> str:
    """Return the normalized name of a distribution (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _parsed(text: str) -> Knowledge:
    brings: dict[str, tuple[str, ...]] = {}
    providers: dict[str, list[str]] = {}
    groups: dict[str, list[str]] = {}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        head, _, brought = line.partition(":")
        name, _, modules = (part.strip() for part in head.partition("="))
        words = brought.split()
        if name.startswith("+"):
            groups.setdefault(name, []).extend(words)
            continue
        brings[name] = tuple(dict.fromkeys(_spelled_out(words, groups)))
        if "[" not in name:
            for module in modules.split() or [name.replace("-", "_")]:
                providers.setdefault(module, []).append(name)
    # Modules provided only indirectly don't matter here.
    for brought_along in list(brings.values()):
        for name in brought_along:
            brings.setdefault(name.lstrip("~"), ())
    return Knowledge(brings, {key: tuple(names) for key, names in providers.items()})


def _spelled_out(words: list[str], groups: dict[str, list[str]]) -> Iterator[str]:
    for word in words:
        if word.startswith("+"):
            yield from groups[word]
        else:
            yield word
