"""Split a text into top-level blocks, even if it doesn't parse.

A block is a compound statement with its decorators and branches, or a run of simple
statements. Each block is read independently of those above it, so an edit leaves
other blocks unchanged and a syntax error affects only its own block.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.files.document import Unchanged

__all__ = ["Layout", "resplit", "split", "statement_starts"]

_DEFINES = r"(?:async[ \t]+def|def|class)[ \t]+\w"
_IMPORTS = r"import[ \t]+\w|from[ \t]+[\w.]+[ \t]+import\b"

_SURE = re.compile(rf"{_DEFINES}|{_IMPORTS}|@\w")
"""Starts a statement even while a bracket is open."""

_SURE_IN_TEXT = (
    rf"\n(?={_DEFINES}"
    r"|@[\w.]+(?:\([^\n]*)?\n(?:@[^\n]*\n){0,20}(?:async[ ]def|def|class)\b)"
)
"""Starts a definition even while a triple-quoted string is open.

Matching the last of many decorators is enough: each one is tried.
"""

_ONE_LINE = (
    r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"?'
    r"|'[^'\\\n]*(?:\\.[^'\\\n]*)*'?"
)
_CLOSED = (
    r'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""'
    r"|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''"
)
_CLOSED_EARLY = (
    rf'"""(?:[^"\\\n]|\\.|"(?!"")|(?!{_SURE_IN_TEXT})\n)*"""'
    rf"|'''(?:[^'\\\n]|\\.|'(?!'')|(?!{_SURE_IN_TEXT})\n)*'''"
)


_PLAIN = r"""[^"'#\\()\[\]{}\n]*"""
_SKIPPED = rf"{_PLAIN}(?:\n(?=[\s#)\]}}]){_PLAIN})*"
"""Text between two tokens; one search step consumes it all."""


def _tokens(closed: str) -> str:
    return (
        rf"""(?:{closed})|(\"\"\"|''')|(?:{_ONE_LINE})|\#[^\n]*|\\\n"""
        r"|([(\[{])|([)\]}])|(\n(?=[^\s#)\]}]))"
    )


# The last alternatives match whatever is left, so that nothing is tried twice.
_TOKENS = re.compile(rf"{_SKIPPED}(?:{_tokens(_CLOSED)}|\\|\n?\Z)", re.DOTALL)
_TOKENS_OF_BROKEN = re.compile(_tokens(_CLOSED_EARLY), re.DOTALL)
_UNCLOSED, _OPEN, _CLOSE, _LINE = 1, 2, 3, 4

_RECOVERY = re.compile(_SURE_IN_TEXT)
_HEAD = re.compile(
    r"(@)|((?:else|elif|except|finally)\b)"
    r"|((?:async|def|class|if|for|while|with|try|match)\b)"
)
_DECORATOR, _BRANCH, _COMPOUND = 1, 2, 3

_STRIDE = 4_096
"""Number of characters to compare at once for a common prefix or suffix."""

_LONGEST_RUN = 2_000
"""Maximum characters of simple statements per block; an edit reparses one block."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Block starts of one text."""

    starts: list[int]
    """Ascending offsets; the first is 0."""
    unclosed: bool = False
    """True if a triple-quoted string is not closed; blocks are then a guess."""


def split(text: str) -> Layout:
    r"""Return the blocks of a text with `\n` line endings."""
    starts = [0, *_read(text, 0)]
    if starts[-1] < 0:
        return Layout([0, *_read_broken(text, 0)], unclosed=True)
    return Layout(starts)


def resplit(
    old: str, layout: Layout, new: str, unchanged: Unchanged | None = None
) -> Layout:
    """Return what `split(new)` would return, reading only what an edit changed.

    `layout` is the result of `split(old)`; `unchanged` is the common prefix and suffix
    of both texts, computed if None.
    """
    if layout.unclosed:
        return split(new)
    starts = layout.starts
    shorter = min(len(old), len(new))
    if unchanged is None:
        head = _common_prefix(old, new)
        tail = _common_suffix(old, new, shorter - head)
    else:
        head = unchanged.head
        tail = min(unchanged.tail, shorter - head)
    # The line after a block determines its end, so one more block is read.
    kept = max(1, bisect_left(starts, head) - 2)
    shift = len(new) - len(old)
    settled = bisect_left(starts, len(old) - tail + 2)
    known = set(starts[settled:])
    result = starts[:kept]
    for start in _read(new, result[-1]):
        if start < 0:
            return split(new)
        if start - shift in known:
            rest = bisect_left(starts, start - shift)
            result.extend(value + shift for value in starts[rest:])
            break
        result.append(start)
    return Layout(result)


def statement_starts(text: str) -> list[int]:
    """Return the start of each statement at column 0, including simple ones."""
    return [0, *_read_broken(text, 0, longest_run=0)]


def _read(text: str, begin: int) -> Iterator[int]:
    """Yield the block starts after `begin`, and -1 for an unclosed string."""
    depth = 0
    block = begin
    head = _HEAD.match(text, begin)
    kind = head.lastindex if head else None
    last = kind
    for match in _TOKENS.finditer(text, begin):
        token = match.lastindex
        if token is None:
            continue
        if token == _OPEN:
            depth += 1
        elif token == _CLOSE:
            depth = max(0, depth - 1)
        elif token == _UNCLOSED:
            yield -1
            return
        else:
            line = match.end()
            if depth and not _SURE.match(text, line):
                continue
            head = _HEAD.match(text, line)
            found = head.lastindex if head else None
            joined = (not depth or last == _DECORATOR) and _continues(
                kind, last, found, line - block
            )
            depth = 0
            last = found
            if joined:
                continue
            block, kind = line, found
            yield line


def _continues(
    kind: int | None,
    last: int | None,
    found: int | None,
    length: int,
    longest_run: int = _LONGEST_RUN,
) -> bool:
    """Return whether a line belongs to the block above it.

    `kind` is the block's first token, `last` its last line at column 0.
    """
    if last == _DECORATOR:
        return found in {_DECORATOR, _COMPOUND}
    if found == _BRANCH:
        return kind == _COMPOUND
    return kind is None and found is None and length < longest_run


def _read_broken(
    text: str, begin: int, longest_run: int = _LONGEST_RUN
) -> Iterator[int]:
    """Yield the block starts after `begin` in a text with an unclosed string."""
    depth = 0
    block = begin
    head = _HEAD.match(text, begin)
    kind = last = head.lastindex if head else None
    position = begin
    while match := _TOKENS_OF_BROKEN.search(text, position):
        token = match.lastindex
        position = match.end()
        if token is None:
            continue
        if token == _OPEN:
            depth += 1
            continue
        if token == _CLOSE:
            depth = max(0, depth - 1)
            continue
        sure = token == _UNCLOSED
        if sure:
            recovery = _RECOVERY.search(text, position)
            if recovery is None:
                return
            position = recovery.end()
        sure = sure or (depth > 0 and _SURE.match(text, position) is not None)
        if depth and not sure:
            continue
        head = _HEAD.match(text, position)
        found = head.lastindex if head else None
        joined = (not sure or last == _DECORATOR) and _continues(
            kind, last, found, position - block, longest_run
        )
        depth = 0
        last = found
        if joined:
            continue
        block, kind = position, found
        yield position


def _common_prefix(old: str, new: str) -> int:
    """Return the length of the common prefix of two texts."""
    most = min(len(old), len(new))
    at = 0
    while at < most:
        step = _STRIDE
        if old[at : at + step] == new[at : at + step]:
            at += step
            continue
        while step > 1:
            step //= 2
            if old[at : at + step] == new[at : at + step]:
                at += step
        break
    return min(at, most)


def _common_suffix(old: str, new: str, limit: int) -> int:
    """Return the length of the common suffix of two texts, at most `limit`."""
    at = 0
    while at < limit:
        step = min(_STRIDE, limit - at)
        while (
            step
            and old[len(old) - at - step : len(old) - at]
            != new[len(new) - at - step : len(new) - at]
        ):
            step //= 2
        if not step:
            break
        at += step
    return at
