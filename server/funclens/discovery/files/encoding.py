"""Decode the bytes of a Python file (PEP 263). Never fails."""

from __future__ import annotations

import codecs
import re

__all__ = ["decode", "decode_exactly", "with_line_feeds"]

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*(?:#.*)?$")


def decode(data: bytes) -> tuple[str, bool]:
    r"""Return the text with `\n` line endings, and whether all bytes were valid.

    Bytes that are invalid in the declared encoding become U+FFFD.
    """
    text, is_readable = decode_exactly(data)
    return with_line_feeds(text), is_readable


def decode_exactly(data: bytes) -> tuple[str, bool]:
    """Return the text with its original line endings, and whether it was valid."""
    encoding = "utf-8"
    if data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
    elif b"coding" in data[:400]:
        encoding = _declared(data) or encoding
    try:
        return data.decode(encoding), True
    except (UnicodeDecodeError, LookupError):
        return data.decode("utf-8", "replace"), False


def with_line_feeds(text: str) -> str:
    r"""Replace every line ending that Python knows with `\n`."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def _declared(data: bytes) -> str | None:
    lines = data[:400].splitlines()[:2]
    for index, line in enumerate(lines):
        found = _COOKIE.match(line)
        if found:
            name = found[1].decode("ascii", "replace")
            try:
                # Text encodings only: `rot13` and `zlib` are codecs, too.
                return name if codecs.lookup(name)._is_text_encoding else None  # noqa: SLF001
            except (LookupError, ValueError):
                return name
        if index == 0 and not _BLANK.match(line):
            return None
    return None
