"""Recover as much as possible of a block with a syntax error.

Every returned text keeps its line numbers, so positions in it are valid positions in
the block.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from funclens.discovery.syntax.blocks import statement_starts
from funclens.discovery.syntax.nested_quotes import without_nested_quotes
from funclens.discovery.syntax.positions import LineCount

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["header_only", "older_grammar", "pieces"]

_BRACKETS = r"\[(?:[^\[\]\n]|\[[^\]\n]*\])*\]"
_TYPE_PARAMETERS = re.compile(rf"(\b(?:def|class)[ \t]+\w+)[ \t]*{_BRACKETS}(?=[(:])")
_NEWER = (
    (_TYPE_PARAMETERS, r"\1"),
    (
        re.compile(rf"^([ \t]*)type[ \t]+(\w+)(?:{_BRACKETS})?[ \t]*=", re.MULTILINE),
        r"\1\2 =",
    ),
    (re.compile(r"^([ \t]*)except\*", re.MULTILINE), r"\1except "),
    (
        re.compile(
            r"^([ \t]*)except[ \t]+([\w.]+(?:[ \t]*,[ \t]*[\w.]+)+)[ \t]*:",
            re.MULTILINE,
        ),
        r"\1except (\2):",
    ),
    (re.compile(r"^([ \t]*)lazy[ \t]+(?=import\b|from\b)", re.MULTILINE), r"\1"),
    (re.compile(r"(?<![\w'\"])([rR]?)[tT]([rR]?)(?=['\"])"), r"\1f\2"),
    (re.compile(r"(?<=[\[,] )\*(?=\w+[\],])|(?<=\[)\*(?=\w+[\],])"), ""),
    (re.compile(r"(\*\w+[ \t]*:[ \t]*)\*"), r"\1"),
)
"""Grammar of Python 3.11 to 3.15, with its closest equivalent in 3.10."""

_LONG_LINES = re.compile(r"([^\n]{1000,})")
"""Lines too long to be handwritten; searching them would take long."""

_BRANCH = re.compile(r"(?:if|try|with|for|while|async)\b(?![ \t]+def)")

_MOST_PADDING = 2_000_000
"""Maximum number of padding characters above the pieces of one block."""

_HALF_DECORATOR = re.compile(r"^[ \t]*@(?:[ \t]*|.*[.,(])$", re.MULTILINE)
"""A decorator that is being typed."""

_DEFINITION = re.compile(r"^([ \t]*)(?:async[ \t]+def|def)[ \t]+\w+", re.MULTILINE)
_DECORATED = re.compile(r"^([ \t]+)(?:@|(?:async[ \t]+def|def)[ \t]+\w)", re.MULTILINE)
_HEADER_TOKEN = re.compile(
    r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"?'
    r"|'[^'\\\n]*(?:\\.[^'\\\n]*)*'?"
    r"|#[^\n]*|([(\[{])|([)\]}])|(:)"
)


def older_grammar(text: str) -> str | None:
    """Return the text with newer grammar rewritten to older, or None if it has none."""
    parts = _LONG_LINES.split(text)
    for index in range(0, len(parts), 2):
        part = parts[index]
        for pattern, replacement in _NEWER:
            part = pattern.sub(replacement, part)
        parts[index] = without_nested_quotes(part)
    result = "".join(parts)
    return result if result != text else None


def pieces(text: str) -> Iterator[str]:
    """Yield the statements of a broken block, each padded to keep its line number.

    Definitions in a broken branch come out one by one, below an inserted `if`. Stops
    when the padding would take longer to parse than the statements.
    """
    starts = statement_starts(text)
    above = LineCount(text)
    left = len(text) + _MOST_PADDING
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        piece = text[start:end]
        lines = above.before(start)
        if _BRANCH.match(piece):
            found = _indented_definitions(lines, piece)
        else:
            found = iter(["\n" * lines + piece])
        for padded in found:
            yield padded
            left -= len(padded)
            if left < 0:
                return


def _indented_definitions(lines: int, piece: str) -> Iterator[str]:
    found = list(_DECORATED.finditer(piece))
    if not found:
        return
    indent = min((match[1] for match in found), key=len)
    starts = [
        match.start()
        for match in found
        if match[1] == indent
        and not _line_above(piece, match.start()).startswith(indent + "@")
    ]
    deeper = re.compile(
        rf"\n(?!{indent}[ \t]|[ \t]*\n|{indent}@|{indent}(?:async[ \t]+)?def\b)"
    )
    inside = LineCount(piece)
    for start, limit in zip(starts, [*starts[1:], len(piece)], strict=True):
        line_end = piece.find("\n", start)
        end = deeper.search(piece, line_end if line_end >= 0 else start, limit)
        above = lines + inside.before(start)
        body = piece[start : end.start() if end else limit]
        yield "\n" * (above - 1) + "if 1:\n" + body


def _line_above(text: str, start: int) -> str:
    """Return the nearest non-blank line above an offset."""
    end = start
    while end and text[end - 1].isspace():
        end -= 1
    return text[text.rfind("\n", 0, end) + 1 : end]


def header_only(text: str) -> str | None:
    """Return a definition with `pass` as its body, padded to the same line count.

    None if the text defines nothing or its head is incomplete.
    """
    text = _HALF_DECORATOR.sub("", text)
    found = _DEFINITION.search(text)
    if found is None:
        return None
    depth = 0
    line_end = text.find("\n", found.end())
    for token in _HEADER_TOKEN.finditer(text, found.end()):
        if token.lastindex == 1:
            depth += 1
        elif token.lastindex == 2:
            depth -= 1
        elif token.lastindex == 3 and depth == 0:
            return _with_empty_body(text, found, token.end())
        if 0 <= line_end < token.start() and depth <= 0:
            break
    return _with_guessed_head(text, found)


def _with_empty_body(text: str, found: re.Match[str], end: int) -> str:
    lines = text[end:].rstrip().count("\n")
    head = _TYPE_PARAMETERS.sub(r"\1", text[:end])
    if lines == 0:
        return head + " pass"
    return head + "\n" * lines + found[1] + " pass"


def _with_guessed_head(text: str, found: re.Match[str]) -> str:
    """Complete a head that is being typed, with the parameters up to the line's end."""
    line_end = text.find("\n", found.end())
    line = text[found.end() : line_end if line_end >= 0 else len(text)]
    names = re.findall(r"[^\W\d]\w*", line.partition("->")[0])
    head = f"{text[: found.end()]}({', '.join(dict.fromkeys(names))}):"
    rest = text[line_end:] if line_end >= 0 else ""
    lines = rest.rstrip().count("\n")
    return head + "\n" * lines + (found[1] if lines else "") + " pass"
