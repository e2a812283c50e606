"""Make untrusted text safe for a terminal, a log or a table row."""

from __future__ import annotations

__all__ = ["printable"]


def printable(text: str) -> str:
    r"""Escape non-printing characters; the result is one line of valid UTF-8.

    File names may contain line endings, control sequences, bidirectional marks and
    undecodable bytes: `\n`, `\x1b`, `\u202e`, `\xff`.
    """
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else _escape(character)
        for character in text
    )


def _escape(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        # An undecodable byte of a file name, as Python represents it.
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")
