"""Make untrusted text safe for a terminal, a page, a log or a table row."""

from __future__ import annotations

__all__ = ["printable"]


def printable(text: str, *, lines: bool = False) -> str:
    r"""Escape non-printing characters; the result is one line of valid UTF-8.

    File names, request paths and exception messages may contain line endings, control
    sequences (C0 and C1), bidirectional marks and undecodable bytes: `\n`, `\x1b`,
    `\x9b`, `\u202e`, `\xff`. With `lines`, line endings and tabs are kept.
    """
    if text.isprintable():
        return text
    kept = "\n\t" if lines else ""
    return "".join(
        character
        if character.isprintable() or character in kept or _is_harmless(character)
        else _escape(character)
        for character in text
    )


def _is_harmless(character: str) -> bool:
    """Tell it of wide blanks, joiners within emoji, and what is newer than Python."""
    import unicodedata  # noqa: PLC0415 - most text needs none of it

    kind = unicodedata.category(character)
    return kind in {"Zs", "Co", "Cn"} or character in "\u200c\u200d"


def _escape(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        # An undecodable byte of a file name, as Python represents it.
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")
