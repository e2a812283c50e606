"""Which distributions bring a module, and what they bring along.

From a table that is kept by hand (distributions.txt) and, where a unit has an
environment, from the metadata of what is installed there. Nothing is guessed from
names: what neither knows is unknown.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

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
"""Modules that come with functions-framework, which the build adds by itself."""

_ALWAYS_THERE = ("functions-framework", "pip", "setuptools", "wheel")

_TABLE = os.path.join(os.path.dirname(__file__), "distributions.txt")

_VERSION = re.compile(r"_v\d\w*$")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A distribution in a requirements file, by its normalized name."""

    name: str
    extras: tuple[str, ...] = ()
    is_pinned: bool = False
    """True when the version may be an older one."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the table says; names are normalized."""

    brings: Mapping[str, tuple[str, ...]]
    """By distribution or `distribution[extra]`; `?` is what is not listed.

    What begins with `~` was brought by older versions only.
    """
    providers: Mapping[str, tuple[str, ...]]
    """Distributions by the dotted module that they provide, the usual one first."""

    def providers_of(
        self, module: str, environment: Environment | None
    ) -> tuple[str, ...]:
        """Return who brings a dotted module, the usual one first; empty: unknown."""
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
        """Return all that some requirements install; None when that is not known."""
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
        """Return what one requirement brings along; None when nobody knows."""
        listed = self.brings.get(item.name)
        installed = (
            environment.requires(item.name, item.extras) if environment else None
        )
        if listed is None and installed is None:
            return None
        found = (*(listed or ()), *(installed or ()))
        for extra in item.extras:
            # An extra that the table lacks is most often named for what it brings.
            more = self.brings.get(f"{item.name}[{extra}]")
            if more is None and installed is None:
                return None
            found += more or ()
        return found


@cache
def known() -> Knowledge:
    """Return the table, read once."""
    with open(_TABLE, encoding="utf-8") as file:
        return _parsed(file.read())


def normalized(name: str) -> str:
    """Return the one spelling of a distribution's name that all others mean."""
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
    # What is only named behind others brings nothing more that matters.
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
