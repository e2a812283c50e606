"""TOML of other people: any text gives a table or a ValueError, and soon."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["parse_toml"]

_LONG_KEY = re.compile(
    r"""(?<![\w-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){100}"""
)
"""A key of many parts: the library keeps every prefix of it, which fills the memory."""


def parse_toml(text: str) -> dict[str, Any]:
    """Return the table. Raises ValueError that says why the text is not valid."""
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
