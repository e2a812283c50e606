"""Example paths for the path patterns of triggers."""

from __future__ import annotations

import re

__all__ = ["fill"]

_PLACEHOLDER = re.compile(r"\{([^/{}=]+)(?:=[^/{}]*)?\}|\*\*?")


def fill(pattern: str) -> str:
    """Return a path that matches a pattern, without leading or trailing slashes.

    The placeholder `{userId}` becomes `sample-userId`; a single star becomes `sample`.
    """

    def sample(match: re.Match[str]) -> str:
        return f"sample-{match[1]}" if match[1] else "sample"

    return _PLACEHOLDER.sub(sample, pattern).strip("/")
