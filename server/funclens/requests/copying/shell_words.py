"""Words of command lines that send requests, quoted for a POSIX shell."""

from __future__ import annotations

import base64
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

__all__ = [
    "LONGEST_WORD",
    "NEXT_LINE",
    "body_pipe",
    "header_word",
    "variable_of",
    "word",
]

NEXT_LINE = " \\\n  "
LONGEST_WORD = 100_000
"""Bytes of a body that fit in one argument: Linux takes 128 KiB."""


def word(text: str) -> str:
    """Return one word, quoted if needed."""
    return shlex.quote(text)


def header_word(name: str, end: str, value: str, masked: AbstractSet[str]) -> str:
    """Return a header as one word; `end` follows its name.

    The value of a header in `masked`, names in lower case, is a variable.
    """
    if name.lower() in masked:
        return f'"{name}{end}${variable_of(name)}"'
    return shlex.quote(f"{name}{end}{value}")


def variable_of(header: str) -> str:
    """Return the name of a variable for the value of a header."""
    return "".join(c if c.isalnum() else "_" for c in header).upper()


def body_pipe(data: bytes) -> str:
    """Return the beginning of a command line that gets a body as standard input.

    `echo` and `printf` are part of the shell, so that no argument is too long.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        return f"echo {base64.b64encode(data).decode()} | base64 -d | "
    return f"printf %s {shlex.quote(text)} | "
