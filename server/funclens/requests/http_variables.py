"""Replaces `{{name}}` in a `.http` file: by definitions, or by made-up values."""

from __future__ import annotations

import random
import re
import uuid
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from funclens.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Variables"]

_VARIABLE = re.compile(r"\{\{([^{}\n]{1,200})\}\}")
_DEEPEST = 10
_LONGEST = 5_000_000
"""Characters that a text may grow to."""
_RANDOM = re.compile(
    r"\$(?:randomInt|random\.integer)(?:[\s(]+(-?\d+)[\s,]+(-?\d+)\)?)?"
)


class Variables:
    """What the names of one request stand for."""

    def __init__(
        self, definitions: Mapping[str, str], environment: Mapping[str, str]
    ) -> None:
        """Take the definitions of the file, and variables of the environment."""
        self._definitions = definitions
        self._environment = environment

    def __contains__(self, name: str) -> bool:
        return name in self._definitions

    def fill(self, text: str) -> str:
        """Return a text with its variables replaced.

        Raises UsageError for a name that stands for nothing, and for definitions that
        refer to themselves.
        """
        for _ in range(_DEEPEST):
            size = 0

            def value(match: re.Match[str]) -> str:
                nonlocal size
                found = self._value(match[1].strip())
                size += len(found)
                if size > _LONGEST:
                    raise UsageError("variables make the request too large")
                return found

            filled = _VARIABLE.sub(value, text)
            if filled == text:
                return text
            text = filled
        raise UsageError("variables refer to each other in a circle")

    def _value(self, name: str) -> str:
        if name in self._definitions:
            return self._definitions[name]
        made = _MADE_UP.get(name)
        if made is not None:
            return made()
        if match := _RANDOM.fullmatch(name):
            least, most = int((match[1] or "0")[:15]), int((match[2] or "1000")[:15])
            return str(random.randint(least, max(least, most)))  # noqa: S311 - no secret
        word, _, rest = name.partition(" ")
        if word == "$processEnv" or name.startswith("$env."):
            variable = rest.strip() or name.removeprefix("$env.")
            if variable in self._environment:
                return self._environment[variable]
            raise UsageError(f"environment variable '{variable}' is not set")
        if name.startswith("$"):
            raise UsageError(f"variable '{name}' is not supported")
        raise UsageError(
            f"variable '{name}' is not defined",
            hint=f"define it above the request: @{name} = value",
        )


def _uuid() -> str:
    return str(uuid.uuid4())


def _now() -> datetime:
    return datetime.now(timezone.utc)


_MADE_UP: Mapping[str, Callable[[], str]] = {
    "$guid": _uuid,
    "$uuid": _uuid,
    "$random.uuid": _uuid,
    "$timestamp": lambda: str(int(_now().timestamp())),
    "$isoTimestamp": lambda: _now().isoformat().replace("+00:00", "Z"),
    "$datetime iso8601": lambda: _now().isoformat().replace("+00:00", "Z"),
}
"""Names with a sign that both clients, or one of them, give a new value each time."""
