"""Parse one block of text into its bindings.

A block with a syntax error is tried again with newer grammar rewritten to older, then
in smaller pieces, then by its head alone, so that a definition keeps its place while
its body is being typed.
"""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING

from funclens.discovery.files.budget import Budget
from funclens.discovery.syntax.bindings import bindings_of, exported_names
from funclens.discovery.syntax.nested_quotes import has_costly_strings
from funclens.discovery.syntax.recovery import header_only, older_grammar, pieces
from funclens.discovery.syntax.statements import Block, SyntaxFault
from funclens.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["parse_blocks"]

_PLACE = re.compile(r" \(detected at line \d+\)| on line \d+")

_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)

_TOO_DEEP = (RecursionError, MemoryError)
"""Exceptions of the parser for code that Python itself may run."""

_MOST_PIECES = 3_000
"""Maximum number of pieces of broken blocks to read per text."""


def parse_blocks(texts: Iterable[str]) -> list[Block]:
    """Return the facts of each block, suppressing syntax warnings about user code."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        left = Budget(_MOST_PIECES)
        return [_parse_block(text, left) for text in texts]


def _parse_block(text: str, left: Budget) -> Block:
    try:
        if has_costly_strings(text):
            raise MemoryError
        return _block(ast.parse(text).body, text)
    except UnicodeEncodeError:
        return _parse_block(text.encode("utf-8", "replace").decode(), left)
    except _UNREADABLE as error:
        return _broken_block(text, error, left)


def _block(statements: list[ast.stmt], text: str, *, readable: bool = True) -> Block:
    bindings = tuple(bindings_of(statements, text, readable=readable))
    return Block(bindings, exported_names(statements))


def _broken_block(text: str, error: BaseException, left: Budget) -> Block:
    faults = () if isinstance(error, _TOO_DEEP) else (_fault(text, error),)
    if not left.take():
        return Block((), None, faults)
    older = older_grammar(text)
    if older is not None and not has_costly_strings(older):
        try:
            return _block(ast.parse(older).body, older)
        except _UNREADABLE:
            pass
    found: list[Block] = []
    for piece in pieces(text):
        if not left.take():
            break
        try:
            if has_costly_strings(piece):
                continue
            block = _block(ast.parse(piece).body, piece)
        except _UNREADABLE:
            header = header_only(piece)
            if header is None:
                continue
            try:
                block = _block(ast.parse(header).body, header, readable=False)
            except _UNREADABLE:
                continue
        found.append(block)
    exported = next((b.exported for b in found if b.exported is not None), None)
    return Block(
        tuple(binding for block in found for binding in block.bindings),
        exported,
        faults,
    )


def _fault(text: str, error: BaseException) -> SyntaxFault:
    lines = text.split("\n")
    line = min(max(1, getattr(error, "lineno", None) or 1), len(lines))
    column = min(max(1, getattr(error, "offset", None) or 1), len(lines[line - 1]) + 1)
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    # Line numbers in Python's message count from the start of the block.
    message = _PLACE.sub("", message)
    end = max(column, len(lines[line - 1])) + 1
    return SyntaxFault(message, Span(line, column, line, end))
