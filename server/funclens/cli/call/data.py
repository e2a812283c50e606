"""The data and the event that `funclens call` sends."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from funclens.errors import UsageError
from funclens.requests import samples
from funclens.requests.sampling import AUTO

if TYPE_CHECKING:
    import argparse

__all__ = ["check_event", "read_data"]


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


def check_event(arguments: argparse.Namespace) -> None:
    """Validate the event type; in `--event FOLDER`, the type was omitted."""
    word = arguments.event
    if word in {None, AUTO}:
        return
    try:
        samples.find_type(word)
    except UsageError:
        if not Path(word).is_dir():
            raise
        arguments.event = AUTO
        arguments.folders = [word]
