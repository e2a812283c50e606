"""State of a script that is being followed: variables, folders, copies."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Union

from funclens.dataclass import dataclass, field
from funclens.discovery.deploy.slashes import slashed

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["START", "Copy", "State", "Value", "is_known", "known_part", "unknown"]

Value = Union[str, tuple[str, ...], "dict[str, str]"]
"""A string, an array, or an associative array."""

START = "\1"
"""Prefix of a path relative to the folder in which the script started."""

_MARK = "\0"
_UNKNOWN = re.compile(f"{_MARK}[^{_MARK}]*{_MARK}")
_WITH_NAMES = frozenset(
    {"--set-env-vars", "--update-env-vars", "--set-secrets", "--update-secrets"}
)
"""Flags with pairs of names and values."""


def unknown(label: str) -> str:
    """Return a placeholder for an unknown string; equal labels give equal strings."""
    return f"{_MARK}{label.replace(_MARK, '')}{_MARK}"


def is_known(text: str) -> bool:
    """Return whether a text has no unknown part."""
    return _MARK not in text


def known_part(word: str) -> str | None:
    """Return a word without its unknown part: the flag of `--flag=$value`."""
    if is_known(word):
        return word
    flag, equals, value = word.partition("=")
    if not equals or not flag.startswith("-") or not is_known(flag):
        return None
    if flag in _WITH_NAMES:
        # The names are known, and the values are nobody's business.
        return f"{flag}={_UNKNOWN.sub('', value)}"
    if flag == "--trigger-resource" and value.startswith(f"projects/{_MARK}"):
        end = value[len("projects/") :].partition("/")[2]
        return f"{flag}=projects/-/{end}" if end and is_known(end) else flag + "="
    return flag + "="


@dataclass(frozen=True, slots=True)
class Copy:
    """Files that a script copies, packs or links to a target."""

    sources: tuple[str, ...]
    """Absolute paths, if known."""
    target: str


@dataclass(slots=True)
class State:
    """One possible state of the script at one point."""

    folders: tuple[str, ...]
    """Absolute folders that the script may be in, the most likely first."""
    variables: dict[str, Value] = field(default_factory=dict)
    arguments: tuple[str, ...] | None = None
    """Positional parameters, or None if unknown."""
    exported: frozenset[str] = frozenset()
    copies: tuple[Copy, ...] = ()
    start: tuple[str, ...] = ()
    """Folders in which it may have been started."""
    alive: bool = True
    """False after `exit` or `return`."""

    def __post_init__(self) -> None:
        self.start = self.start or self.folders

    def fork(self) -> State:
        """Return an independent copy."""
        return replace(self, variables=dict(self.variables))

    def environment(self) -> Mapping[str, str]:
        """Return the exported variables."""
        return {
            name: value
            for name, value in self.variables.items()
            if isinstance(value, str) and name in self.exported
        }

    def absolute(self, path: str) -> str:
        """Return a path relative to the most likely folder as an absolute path."""
        if path.startswith(_MARK) or "://" in path:
            return path.rstrip("/")
        folders = self.folders
        if path.startswith(START):
            folders, path = self.start, "." + path[1:]
        base = folders[0] if folders else unknown("folder")
        return os.path.normpath(os.path.join(base, path))

    def here(self) -> str:
        """Return the current folder, as `pwd` would."""
        if self.folders == self.start:
            return START
        return slashed(self.folders[0]) if self.folders else unknown("PWD")

    def candidates(self, path: str) -> list[str]:
        """Return a path resolved against each possible folder."""
        if path.startswith(_MARK) or "://" in path:
            return []
        folders = self.folders
        if path.startswith(START):
            folders, path = self.start, "." + path[1:]
        joined = (os.path.join(folder, path) for folder in folders)
        return list(dict.fromkeys(os.path.normpath(path) for path in joined))


def merge(states: list[State], most: int) -> list[State]:
    """Return the distinct states; if there are too many, a single merged one.

    In the merged state, whatever differs is unknown.
    """
    found: list[State] = []
    for state in states:
        if state.alive and state not in found:
            found.append(state)
    if len(found) <= most:
        return found
    first = found[0].fork()
    for other in found[1:]:
        for name in set(first.variables) | set(other.variables):
            if first.variables.get(name) != other.variables.get(name):
                first.variables[name] = unknown(name)
        first.folders = tuple(f for f in first.folders if f in other.folders)
    return [first]
