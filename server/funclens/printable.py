"""Text of other people, made fit for a terminal, a log and a line of a listing."""

from __future__ import annotations

__all__ = ["printable"]


def printable(text: str) -> str:
    r"""Return the text with escapes for what doesn't print: one line, valid UTF-8.

    Names of files hold line ends, control sequences, marks that turn the direction
    of writing around, and bytes that are no text: `\n`, `\x1b`, `\u202e`, `\xff`.
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
        # A byte of a file's name that is no text, as Python keeps it.
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")
