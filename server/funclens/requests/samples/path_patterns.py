"""Paths that fit the patterns of triggers: `users/{userId}` is met by `users/…`."""

from __future__ import annotations

import re

__all__ = ["fill"]

_PLACEHOLDER = re.compile(r"\{([^/{}=]+)(?:=[^/{}]*)?\}|\*\*?")


def fill(pattern: str) -> str:
    """Return a path that the pattern matches, without slashes at its ends.

    A placeholder `{userId}` becomes `sample-userId`; a bare star becomes `sample`.
    """

    def sample(match: re.Match[str]) -> str:
        return f"sample-{match[1]}" if match[1] else "sample"

    return _PLACEHOLDER.sub(sample, pattern).strip("/")
