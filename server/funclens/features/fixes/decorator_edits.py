"""Fixes that add or change a function's decorator or parameters."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from funclens.features.fixes.fix import Fix
from funclens.model import Certainty, SignatureType, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.features.fixes.edits import Edits
    from funclens.features.fixes.fix import Context
    from funclens.model import Function, Problem

__all__ = ["add_decorator", "make_aio", "take_arguments"]

_DECORATORS = {
    SignatureType.HTTP: "http",
    SignatureType.CLOUDEVENT: "cloud_event",
}

_NO_PARAMETERS = re.compile(r"\s*\(\s*\)")

_PARAMETERS = {
    SignatureType.HTTP: "request",
    SignatureType.CLOUDEVENT: "cloud_event",
    SignatureType.EVENT: "data, context",
    SignatureType.TYPED: "value",
}

Definition = ast.FunctionDef | ast.AsyncFunctionDef


def add_decorator(context: Context, function: Function) -> Iterator[Fix]:
    """Offer the decorator that turns a likely function into a certain one."""
    tree = _parse(context.text())
    definition = _definition_at(tree, function.span.line)
    name = _DECORATORS.get(function.signature_type)
    if function.certainty is not Certainty.LIKELY or not definition or not name:
        return
    line = min(
        [definition.lineno, *(item.lineno for item in definition.decorator_list)]
    )
    newline = context.newline()
    edits = context.edits()
    indent = " " * definition.col_offset
    decorator = f"@functions_framework.{name}"
    edits.insert(context.path, line, 1, f"{indent}{decorator}{newline}")
    _import(context, edits, tree, "functions_framework")
    yield Fix(f"Add {decorator}", edits.build(), is_preferred=True)


def make_aio(context: Context, problem: Problem) -> Iterator[Fix]:
    """Offer a functions_framework.aio decorator for an async function."""
    tree = _parse(context.text())
    definition = _definition_at(tree, problem.span.line)
    if definition is None or len(definition.decorator_list) > 1:
        return
    kinds = [item.signature_type for item in context.functions_at(problem)]
    is_http = not kinds or kinds[0] is SignatureType.HTTP
    wanted = f"functions_framework.aio.{'http' if is_http else 'cloud_event'}"
    edits = context.edits()
    if definition.decorator_list:
        edits.replace(
            context.path, _span(context, definition.decorator_list[0]), wanted
        )
    else:
        indent = " " * definition.col_offset
        line = f"{indent}@{wanted}{context.newline()}"
        edits.insert(context.path, definition.lineno, 1, line)
    _import(context, edits, tree, "functions_framework.aio")
    yield Fix(f"Use @{wanted}", edits.build(), is_preferred=True)


def take_arguments(context: Context, problem: Problem) -> Iterator[Fix]:
    """Offer the parameters that production passes, for a function without any."""
    for function in context.functions_at(problem)[:1]:
        line = context.line(problem.span.end_line)
        match = _NO_PARAMETERS.match(line, problem.span.end_column - 1)
        if match:
            edits = context.edits()
            parameters = _PARAMETERS[function.signature_type]
            start, end = match.start() + 1, match.end() + 1
            number = problem.span.end_line
            edits.replace(
                context.path, Span(number, start, number, end), f"({parameters})"
            )
            yield Fix(
                f"Change parameters to ({parameters})", edits.build(), is_preferred=True
            )


def _import(context: Context, edits: Edits, tree: ast.Module, module: str) -> None:
    """Add an import of a module unless it is already imported under its own name."""
    imported = [
        (item.name, node.lineno)
        for node in tree.body
        if isinstance(node, ast.Import)
        for item in node.names
        if item.asname is None
    ]
    if module in [name for name, _ in imported]:
        return
    near = [line for name, line in imported if name == module.partition(".")[0]]
    line = near[0] + 1 if near else _first_line(tree)
    gap = "" if near or _starts_with_import(tree) else context.newline() * 2
    edits.insert(context.path, line, 1, f"import {module}{context.newline()}{gap}")


def _first_line(tree: ast.Module) -> int:
    """Return the line of the first statement that can follow an import."""
    for node in tree.body:
        is_doc = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        is_future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        if not is_doc and not is_future:
            decorators: list[ast.expr] = getattr(node, "decorator_list", [])
            return min([node.lineno, *(item.lineno for item in decorators)])
    return 1


def _starts_with_import(tree: ast.Module) -> bool:
    first = _first_line(tree)
    return any(
        isinstance(node, (ast.Import, ast.ImportFrom)) and node.lineno == first
        for node in tree.body
    )


def _definition_at(tree: ast.Module, line: int) -> Definition | None:
    for node in ast.walk(tree):
        if isinstance(node, Definition) and node.lineno == line:
            return node
    return None


def _span(context: Context, node: ast.expr) -> Span:
    def column(line: int, offset: int) -> int:
        return len(context.line(line).encode()[:offset].decode()) + 1

    end_line, end_offset = node.end_lineno or node.lineno, node.end_col_offset or 0
    return Span(
        node.lineno,
        column(node.lineno, node.col_offset),
        end_line,
        column(end_line, end_offset),
    )


def _parse(text: str) -> ast.Module:
    """Return the syntax tree of a text; an empty one if it doesn't parse."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return ast.Module(body=[], type_ignores=[])
