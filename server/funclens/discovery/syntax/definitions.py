"""Parameters, decorators and annotations in the head of a definition."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from funclens.discovery.syntax.statements import (
    Decorator,
    Definition,
    Parameter,
    ParameterKind,
)
from funclens.discovery.syntax.usage import Body, dotted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.syntax.positions import Lines
    from funclens.model import Span

__all__ = ["arguments_of", "arms_of", "definition_of", "lambda_definition"]


def definition_of(
    node: ast.FunctionDef | ast.AsyncFunctionDef, lines: Lines, *, readable: bool
) -> Definition:
    """Return the definition; `readable` is False if its body was replaced."""
    return Definition(
        name=node.name,
        is_async=isinstance(node, ast.AsyncFunctionDef),
        parameters=_parameters(node.args),
        decorators=tuple(
            _decorator(arm) for item in node.decorator_list for arm in arms_of(item)
        ),
        span=lines.span(node),
        name_span=lines.name_span(node),
        head_line=min([node.lineno, *(item.lineno for item in node.decorator_list)]),
        returns=_annotation(node.returns),
        doc=_first_line(node),
        body=Body(node, lines.text) if readable else None,
    )


def lambda_definition(
    name: str, node: ast.Lambda, span: Span, name_span: Span, text: str
) -> Definition:
    """Return the definition for a lambda assigned to a name."""
    return Definition(
        name,
        is_async=False,
        parameters=_parameters(node.args),
        decorators=(),
        span=span,
        name_span=name_span,
        head_line=span.line,
        body=Body(node, text),
    )


def arguments_of(node: ast.Call) -> tuple[str, ...]:
    """Return the dotted names of positional arguments; empty for other expressions."""
    return tuple(dotted(argument) for argument in node.args)


def _first_line(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    match node.body:
        case [ast.Expr(value=ast.Constant(value=str() as text)), *_]:
            return text.strip().partition("\n")[0].strip()
        case _:
            return ""


def arms_of(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the possible values of a conditional expression, else the expression."""
    if isinstance(node, ast.IfExp):
        yield from arms_of(node.body)
        yield from arms_of(node.orelse)
    else:
        yield node


def _decorator(node: ast.expr) -> Decorator:
    if isinstance(node, ast.Call):
        return Decorator(dotted(node.func), called=True, arguments=arguments_of(node))
    return Decorator(dotted(node), called=False)


def _parameters(node: ast.arguments) -> tuple[Parameter, ...]:
    plain = [*node.posonlyargs, *node.args]
    required = len(plain) - len(node.defaults)
    found = [
        Parameter(
            item.arg,
            annotation=_annotation(item.annotation),
            has_default=index >= required,
        )
        for index, item in enumerate(plain)
    ]
    if node.vararg:
        found.append(Parameter(node.vararg.arg, ParameterKind.VARIADIC))
    found += [
        Parameter(
            item.arg,
            ParameterKind.KEYWORD_ONLY,
            _annotation(item.annotation),
            has_default=default is not None,
        )
        for item, default in zip(node.kwonlyargs, node.kw_defaults, strict=True)
    ]
    if node.kwarg:
        found.append(Parameter(node.kwarg.arg, ParameterKind.KEYWORDS))
    return tuple(found)


def _annotation(node: ast.expr | None) -> tuple[str, ...]:
    """Return the dotted names in an annotation, including one written as a string."""
    if node is None:
        return ()
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return _annotation(ast.parse(node.value.strip(), mode="eval").body)
        except (SyntaxError, ValueError):
            return (node.value,)
    name = dotted(node)
    if name:
        return (name,)
    inner = [
        name
        for child in ast.iter_child_nodes(node)
        if isinstance(child, ast.expr)
        for name in _annotation(child)
    ]
    return tuple(inner) or ("?",)
