"""What one block of a text binds: text in, `Block` out.

A block that does not parse is read again with newer grammar turned into older,
then in smaller pieces, then by its head alone: a definition keeps its place
while a person types in its body.
"""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING

from funclens.discovery.resolve.facts import Block, SyntaxFault
from funclens.discovery.syntax.bindings import bindings_of, exported_names
from funclens.discovery.syntax.recovery import header_only, older_grammar, pieces
from funclens.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["parse_block", "parse_blocks"]

_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)

_MOST_RECOVERIES = 2_000
"""Broken blocks of one text that are read in pieces, each as long as ten sound ones."""


def parse_blocks(texts: Iterable[str]) -> list[Block]:
    """Return the facts of each block; warnings about their code are dropped."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found: list[Block] = []
        left = _MOST_RECOVERIES
        for text in texts:
            block = parse_block(text, recover=left > 0)
            left -= len(block.faults)
            found.append(block)
        return found


def parse_block(text: str, *, recover: bool = True) -> Block:
    """Return the facts of one block; with `recover` those of a broken one, too."""
    try:
        return _block(ast.parse(text).body, text)
    except UnicodeEncodeError:
        return parse_block(text.encode("utf-8", "replace").decode(), recover=recover)
    except _UNREADABLE as error:
        if not recover:
            return Block((), None, (_fault(text, error),))
        return _broken_block(text, error)


def _block(statements: list[ast.stmt], text: str, *, readable: bool = True) -> Block:
    bindings = tuple(bindings_of(statements, text, readable=readable))
    return Block(bindings, exported_names(statements))


def _broken_block(text: str, error: BaseException) -> Block:
    older = older_grammar(text)
    if older is not None:
        try:
            return _block(ast.parse(older).body, older)
        except _UNREADABLE:
            pass
    fault = _fault(text, error)
    found: list[Block] = []
    for piece in pieces(text):
        try:
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
        (fault,),
    )


def _fault(text: str, error: BaseException) -> SyntaxFault:
    lines = text.split("\n")
    line = min(max(1, getattr(error, "lineno", None) or 1), len(lines))
    column = min(max(1, getattr(error, "offset", None) or 1), len(lines[line - 1]) + 1)
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    end = max(column, len(lines[line - 1])) + 1
    return SyntaxFault(message, Span(line, column, line, end))
