"""What text the bytes of a Python file stand for (PEP 263), never failing."""

from __future__ import annotations

import codecs
import re

__all__ = ["decode", "decode_exactly", "with_line_feeds"]

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*(?:#.*)?$")


def decode(data: bytes) -> tuple[str, bool]:
    r"""Return the text with `\n` line ends, and whether all of it was readable.

    Bytes that are not valid in the declared encoding become U+FFFD.
    """
    text, is_readable = decode_exactly(data)
    return with_line_feeds(text), is_readable


def decode_exactly(data: bytes) -> tuple[str, bool]:
    """Return the text with its own line endings, and whether it was readable."""
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
    r"""Return the text with every line end of Python's written as `\n`."""
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
                # Only encodings of text: `rot13` and `zlib` are others.
                return name if codecs.lookup(name)._is_text_encoding else None  # noqa: SLF001
            except (LookupError, ValueError):
                return name
        if index == 0 and not _BLANK.match(line):
            return None
    return None
