"""Simple control flow analysis of statements."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from funclens.discovery.syntax.usage import dotted, walk_own

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["falls_through"]

_NEVER_RETURN = frozenset({"abort", "exit", "quit", "_exit", "fail"})


def falls_through(statements: Sequence[ast.stmt]) -> bool:
    """Return False if every path ends in a return, a raise or an endless loop."""
    return all(_completes(statement) for statement in statements)


def _completes(node: ast.stmt) -> bool:  # noqa: PLR0911  # one a kind of statement
    match node:
        case ast.Return() | ast.Raise() | ast.Continue() | ast.Break():
            return False
        case ast.Expr(value=ast.Call(func=func)):
            return dotted(func).rpartition(".")[2] not in _NEVER_RETURN
        case ast.Assert(test=ast.Constant(value=False)):
            return False
        case ast.If(body=body, orelse=orelse):
            return falls_through(body) or falls_through(orelse)
        case ast.While(test=ast.Constant(value=value)) if value:
            return any(isinstance(inner, ast.Break) for inner in walk_own(node))
        case ast.With(body=body) | ast.AsyncWith(body=body):
            return falls_through(body)
        case ast.Try():
            return _try_completes(node)
        case ast.Match(cases=cases):
            return not _is_exhaustive(cases) or any(
                falls_through(c.body) for c in cases
            )
        case _:
            return True


def _try_completes(node: ast.Try) -> bool:
    if not falls_through(node.finalbody):
        return False
    if falls_through(node.body) and falls_through(node.orelse):
        return True
    return any(falls_through(handler.body) for handler in node.handlers)


def _is_exhaustive(cases: Sequence[ast.match_case]) -> bool:
    return any(
        case.guard is None
        and isinstance(case.pattern, ast.MatchAs)
        and case.pattern.pattern is None
        for case in cases
    )
