"""Finds the statement that imports a module. Pure."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from funclens.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["find_import"]


def find_import(source: bytes, module: str) -> Span | None:
    """Return where a file imports a module or something inside it, or None.

    The first statement that names the module itself is preferred. None, too, for a file
    with a syntax error.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    inside: ast.stmt | None = None
    for node in ast.walk(tree):
        if not isinstance(node, (ast.Import, ast.ImportFrom)):
            continue
        for name in _names(node):
            if name == module:
                return _span(source, node)
            if inside is None and name.startswith(f"{module}."):
                inside = node
    return _span(source, inside) if inside is not None else None


def _names(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = node.module or ""
    if base:
        yield base
    for alias in node.names:
        yield f"{base}.{alias.name}" if base else alias.name


def _span(source: bytes, node: ast.stmt) -> Span:
    lines = source.split(b"\n")
    end_line = node.end_lineno or node.lineno
    end = node.end_col_offset or 0
    return Span(
        node.lineno,
        _column(lines[node.lineno - 1], node.col_offset),
        end_line,
        _column(lines[end_line - 1], end),
    )


def _column(line: bytes, offset: int) -> int:
    return len(line[:offset].decode("utf-8", "replace")) + 1
