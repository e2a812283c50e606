"""The data that `funclens call` sends."""

from __future__ import annotations

import sys
from pathlib import Path

from funclens.errors import UsageError

__all__ = ["read_data"]


def read_data(word: str | None) -> bytes | None:
    """Return the data of `--data`: its text, a file after `@`, or standard input."""
    if word is None:
        return None
    if word == "-":
        return sys.stdin.buffer.read()
    if not word.startswith("@"):
        return word.encode("utf-8", "surrogateescape")
    try:
        return Path(word[1:]).expanduser().read_bytes()
    except OSError as error:
        raise UsageError(
            f"cannot read --data file '{word[1:]}': {error.strerror}"
        ) from error
