"""The names that module-level statements bind, and to what.

Branches, loops and exception handlers are followed; functions and classes aren't.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, cast

from funclens.discovery.syntax.definitions import (
    arguments_of,
    arms_of,
    definition_of,
    lambda_definition,
)
from funclens.discovery.syntax.positions import Lines
from funclens.discovery.syntax.statements import Binding, BindingKind, Condition
from funclens.discovery.syntax.usage import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from funclens.model import Span

__all__ = ["bindings_of", "exported_names"]


def bindings_of(
    statements: Sequence[ast.stmt], text: str, *, readable: bool = True
) -> Iterator[Binding]:
    """Yield the bindings of each statement, in file order.

    `readable` is False if bodies were replaced because they have syntax errors.
    """
    return _bindings(statements, Lines(text), Condition.ALWAYS, readable=readable)


def exported_names(statements: Sequence[ast.stmt]) -> tuple[str, ...] | None:
    """Return the strings of the last plain `__all__ = [...]`, or None."""
    result: tuple[str, ...] | None = None
    for statement in statements:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id="__all__")], value=value)
                | ast.AnnAssign(target=ast.Name(id="__all__"), value=value)
            ) if isinstance(value, (ast.List, ast.Tuple)):
                result = _strings(value)
            case ast.AugAssign(target=ast.Name(id="__all__"), value=value) if (
                isinstance(value, (ast.List, ast.Tuple))
            ):
                result = (result or ()) + _strings(value)
            case _:
                pass
    return result


def _strings(value: ast.List | ast.Tuple) -> tuple[str, ...]:
    return tuple(
        item.value
        for item in value.elts
        if isinstance(item, ast.Constant) and isinstance(item.value, str)
    )


def _bindings(
    statements: Sequence[ast.stmt],
    lines: Lines,
    condition: Condition,
    *,
    readable: bool,
) -> Iterator[Binding]:
    for node in statements:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield _definition(node, lines, condition, readable=readable)
        elif isinstance(node, ast.ClassDef):
            yield _class(node, lines, condition)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from _imports(node, lines, condition)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            yield from _assignments(node, lines, condition)
        elif isinstance(node, ast.Delete):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    span = lines.span(target)
                    yield Binding(target.id, BindingKind.DELETED, span, span, condition)
        else:
            for branch, branch_condition in _branches(node, condition):
                yield from _bindings(branch, lines, branch_condition, readable=readable)


def _branches(
    node: ast.stmt, condition: Condition
) -> Iterator[tuple[Sequence[ast.stmt], Condition]]:
    sometimes = _sometimes(condition)
    match node:
        case ast.If(test=test, body=body, orelse=orelse):
            name = dotted(test)
            if name.rpartition(".")[2] == "TYPE_CHECKING":
                yield body, Condition.TYPING
                yield orelse, condition
            elif _is_main_guard(test):
                yield orelse, condition
            else:
                yield body, sometimes
                yield orelse, sometimes
        case ast.With(body=body) | ast.AsyncWith(body=body):
            yield body, condition
        case ast.For(body=body, orelse=orelse) | ast.While(body=body, orelse=orelse):
            yield body, sometimes
            yield orelse, sometimes
        case ast.Match(cases=cases):
            for case in cases:
                yield case.body, sometimes
        case ast.Try():
            yield from _branches_of_try(node, condition, sometimes)
        case _ if type(node).__name__ == "TryStar":
            # `ast.TryStar`: Python 3.10 doesn't have it; same fields as `ast.Try`.
            yield from _branches_of_try(cast("ast.Try", node), condition, sometimes)
        case _:
            pass


def _sometimes(condition: Condition) -> Condition:
    """Return the condition of a branch inside code with the given condition."""
    return Condition.TYPING if condition is Condition.TYPING else Condition.SOMETIMES


def _branches_of_try(
    node: ast.Try, condition: Condition, sometimes: Condition
) -> Iterator[tuple[Sequence[ast.stmt], Condition]]:
    # Code in a handler may never run.
    yield node.body, sometimes if node.handlers else condition
    for handler in node.handlers:
        yield handler.body, sometimes
    yield node.orelse, sometimes
    yield node.finalbody, condition


def _is_main_guard(test: ast.expr) -> bool:
    match test:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            names = {dotted(left), dotted(right)}
            values = {
                side.value for side in (left, right) if isinstance(side, ast.Constant)
            }
            return "__name__" in names and "__main__" in values
        case _:
            return False


def _definition(
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    lines: Lines,
    condition: Condition,
    *,
    readable: bool,
) -> Binding:
    definition = definition_of(node, lines, readable=readable)
    return Binding(
        node.name,
        BindingKind.DEFINITION,
        definition.span,
        definition.name_span,
        condition,
        definition=definition,
    )


def _class(node: ast.ClassDef, lines: Lines, condition: Condition) -> Binding:
    members = {
        name
        for child in node.body
        for name in (
            [child.name]
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef))
            else [child.target.id]
            if isinstance(child, ast.AnnAssign) and isinstance(child.target, ast.Name)
            else [dotted(target) for target in child.targets]
            if isinstance(child, ast.Assign)
            else []
        )
    }
    return Binding(
        node.name,
        BindingKind.CLASS,
        lines.span(node),
        lines.name_span(node),
        condition,
        bases=tuple(dotted(base) for base in node.bases),
        members=frozenset(members),
    )


def _imports(
    node: ast.Import | ast.ImportFrom, lines: Lines, condition: Condition
) -> Iterator[Binding]:
    span = lines.span(node)
    for alias in node.names:
        name_span = lines.span(alias)
        if isinstance(node, ast.Import):
            name = alias.asname or alias.name.partition(".")[0]
            target, level, kind = alias.name, 0, BindingKind.IMPORT
            if not alias.asname:
                # `import a.b` binds `a`.
                target = name
        else:
            level = node.level
            if alias.name == "*":
                name, kind, target = "*", BindingKind.STAR, node.module or ""
            else:
                name, kind = alias.asname or alias.name, BindingKind.IMPORT
                target = f"{node.module}.{alias.name}" if node.module else alias.name
        yield Binding(
            name,
            kind,
            span,
            name_span,
            condition,
            target=target,
            imported=alias.name if isinstance(node, ast.Import) else target,
            level=level,
        )


def _assignments(
    node: ast.Assign | ast.AnnAssign, lines: Lines, condition: Condition
) -> Iterator[Binding]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if node.value is None:
        return
    span = lines.span(node)
    for target in targets:
        names = target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
        for item in names:
            if isinstance(item, ast.Name):
                name_span = lines.span(item)
                if item is target:
                    for arm in arms_of(node.value):
                        yield _assigned(
                            item.id,
                            arm,
                            span,
                            name_span,
                            condition if arm is node.value else _sometimes(condition),
                            lines.text,
                        )
                else:
                    yield Binding(
                        item.id, BindingKind.VALUE, span, name_span, condition
                    )


def _assigned(  # noqa: PLR0917  # the parts of one statement
    name: str,
    value: ast.expr,
    span: Span,
    name_span: Span,
    condition: Condition,
    text: str,
) -> Binding:
    if alias := dotted(value):
        return Binding(
            name, BindingKind.ALIAS, span, name_span, condition, target=alias
        )
    if isinstance(value, ast.Lambda):
        definition = lambda_definition(name, value, span, name_span, text)
        return Binding(
            name,
            BindingKind.DEFINITION,
            span,
            name_span,
            condition,
            definition=definition,
        )
    if isinstance(value, ast.Call):
        return _called(name, value, span, name_span, condition)
    return Binding(name, BindingKind.VALUE, span, name_span, condition)


def _called(
    name: str, value: ast.Call, span: Span, name_span: Span, condition: Condition
) -> Binding:
    """Bind the result of a call; `decorate(options)(f)` counts as one of `decorate`."""
    callee = dotted(value.func)
    if not callee and isinstance(value.func, ast.Call):
        callee = dotted(value.func.func)
    return Binding(
        name,
        BindingKind.CALL,
        span,
        name_span,
        condition,
        target=callee,
        arguments=arguments_of(value),
    )
