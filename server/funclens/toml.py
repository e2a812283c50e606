"""Parse untrusted TOML: returns a table or raises ValueError, in bounded time."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["parse_toml"]

_LONG_KEY = re.compile(
    r"""(?<![\w-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){100}"""
)
"""A key with many parts, for which the library would need quadratic memory."""


def parse_toml(text: str) -> dict[str, Any]:
    """Return the table. Raises ValueError with the reason."""
    try:
        import tomllib  # noqa: PLC0415  # many folders have no such file
    except ModuleNotFoundError:  # Python 3.10
        import tomli as tomllib  # type: ignore[no-redef,unused-ignore] # noqa: PLC0415
    if _LONG_KEY.search(text):
        raise ValueError("a key has too many parts")
    try:
        return dict(tomllib.loads(text))
    except RecursionError:
        raise ValueError("nested too deeply") from None
