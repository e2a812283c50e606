"""Evaluate the tests of a script, as far as their result is certain."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.discovery.deploy.shell.state import is_known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funclens.discovery.deploy.nearby import NearbyFiles
    from funclens.discovery.deploy.shell.state import State

__all__ = ["both", "status"]


def status(words: list[str], state: State, nearby: NearbyFiles) -> bool | None:
    """Return the result of a test, or None if it is unknown."""
    if not words:
        return None
    if words[0] in {"true", ":"}:
        return True
    if words[0] == "false":
        return False
    if words[0] not in {"[", "[[", "test"}:
        return None
    inner = [word for word in words[1:] if word not in {"]", "]]"}]
    if inner[:1] == ["!"]:
        found = _test(inner[1:], state, nearby)
        return None if found is None else not found
    return _test(inner, state, nearby)


def both(results: Sequence[bool | None]) -> bool | None:
    """Combine several results with `&&`."""
    if any(result is False for result in results):
        return False
    return True if all(results) else None


def _test(words: list[str], state: State, nearby: NearbyFiles) -> bool | None:
    if len(words) == 1 and words[0] in {"-z", "-n"}:
        # The word after it expanded to nothing and was not quoted.
        return words[0] == "-z"
    if len(words) == 2:
        operator, word = words
        if not is_known(word):
            return None
        if operator in {"-z", "-n"}:
            return (word == "") == (operator == "-z")
        if operator in {"-f", "-d", "-e"}:
            return _exists(operator, word, state, nearby)
    if len(words) == 3 and words[1] in {"=", "==", "!="}:
        left, operator, right = words
        if is_known(left) and is_known(right) and not any(s in right for s in "*?["):
            return (left == right) == (operator != "!=")
    return None


def _exists(operator: str, word: str, state: State, nearby: NearbyFiles) -> bool | None:
    for path in state.candidates(word):
        if operator != "-d" and nearby.is_file(path):
            return True
        if operator != "-f" and nearby.is_folder(path):
            return True
    first = state.absolute(word)
    return False if nearby.is_folder(os.path.dirname(first)) else None
