"""Sort the words of a command into positional words and flags."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Flags", "flags_of", "is_placeholder"]

_SWITCHES = frozenset(
    {"--gen2", "--no-gen2", "--trigger-http", "--allow-unauthenticated", "--quiet"}
    | {
        "--no-allow-unauthenticated",
        "--retry",
        "--no-retry",
        "-q",
        "--debug",
        "--async",
    }
    | {"--serve-all-traffic-latest-revision", "--no-async", "--asgi", "--force"}
    | {
        "--clear-env-vars",
        "--clear-build-env-vars",
        "--clear-secrets",
        "--clear-labels",
    }
    | {"--clear-vpc-connector", "--clear-max-instances", "--clear-min-instances"}
    | {"--clear-network-tags", "--clear-service-account", "--user-output-enabled"}
    | {"--no-user-output-enabled", "--log-http", "--no-traffic", "--cpu-throttling"}
    | {"--no-cpu-throttling", "--cpu-boost", "--no-cpu-boost", "--session-affinity"}
    | {"--use-http2", "--no-use-http2", "--http2", "--automatic-updates", "--reload"}
    | {"--enable-message-ordering"}
)
_REPEATED = frozenset(
    {"--trigger-event-filters", "--set-env-vars", "--update-env-vars", "--env", "-e"}
    | {"--trigger-event-filters-path-pattern", "--event-filters"}
    | {"--event-filters-path-pattern", "--set-secrets", "--update-secrets"}
    | {"--set-build-env-vars", "--update-build-env-vars"}
)
"""Flags whose values accumulate when repeated."""
_PLACEHOLDER = re.compile(
    r"^(?=[A-Z_-]+$)\w*(?:YOUR|FUNC|ENTRY|NAME|TARGET)[\w-]*$|^(?:your|YOUR|Your)[-_A-Z]|"
    r"\{\{.*?\}\}|<[A-Za-z_ -]+>|\[[A-Z_ -]+\]|^[A-Z]+_[A-Z_]+$|\.\.\.|\$[\[{(]"
)


@dataclass(slots=True)
class Flags:
    """Parsed command line. A value is None if unknown."""

    names: list[str | None] = field(default_factory=list)
    values: dict[str, str | None] = field(default_factory=dict)

    def give(self, flag: str, value: str | None) -> None:
        """Add a value; values of a repeatable flag are joined."""
        before = self.values.get(flag)
        both = before and value and flag in _REPEATED
        self.values[flag] = f"{before},{value}" if both else value

    def value(self, *flags: str) -> str | None:
        """Return the value of the first of these flags that is present."""
        return next((self.values[flag] for flag in flags if flag in self.values), None)


def is_placeholder(word: str) -> bool:
    """Return whether a word is a placeholder: `<name>`, `FUNCTION_NAME`."""
    return _PLACEHOLDER.search(word) is not None


def flags_of(words: Sequence[str | None]) -> Flags:
    """Sort words into positional words and flags; None means an unknown word."""
    found = Flags()
    pending: str | None = None
    for word in words:
        if word is None:
            if pending is not None:
                found.values[pending] = None
                pending = None
            else:
                found.names.append(None)
            continue
        if word.startswith("-") and len(word) > 1:
            flag, equals, value = word.partition("=")
            value = _unquoted(value)
            known = bool(value) and not is_placeholder(value)
            if equals or flag not in found.values:
                found.give(flag, value if known else None)
            pending = None if equals or flag in _SWITCHES else flag
        elif pending is not None:
            found.give(pending, None if is_placeholder(word) else word)
            pending = None
        else:
            found.names.append(None if is_placeholder(word) else word)
    return found


def _unquoted(value: str) -> str:
    """Return a value without the quotes around it; those of its end may be its own."""
    quote = value[-1:]
    is_own = quote in {"'", '"'} and value[0] != quote and value.count(quote) % 2 == 0
    return value.lstrip("'\"") if is_own else value.strip("'\"")
