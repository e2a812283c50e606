"""Follow the statements of a function, and the functions that it calls."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from funclens.requests.reads.alternatives import (
    Arguments,
    Closure,
    Instance,
    Literal,
    either,
    keys_in,
    shapes_in,
)
from funclens.requests.reads.follow_calls import Invocations
from funclens.requests.reads.follow_expressions import Names
from funclens.requests.reads.models import fill_from_annotation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funclens.requests.reads.alternatives import Values
    from funclens.requests.reads.shape import RequestReads, Shape

__all__ = ["Statements"]

_DEEPEST_CALL = 5
_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)


class Statements(Invocations):
    """Runs through functions once, on all of their paths."""

    def __init__(self, reads: RequestReads) -> None:
        super().__init__(reads)
        self._active: list[ast.AST] = []

    def run(
        self,
        closure: Closure,
        arguments: Arguments,
        outer: Names | None = None,
    ) -> Values:
        """Follow a call of a function of the workspace; return its results."""
        node = closure.definition
        is_cut = node in self._active or len(self._active) >= _DEEPEST_CALL
        if is_cut or isinstance(node, ast.ClassDef):
            return ()
        names = Names(closure.module)
        if outer is not None and outer.module is closure.module:
            is_nested = node.name not in closure.module.definitions
            names = outer.branch() if is_nested else names
        self._bind_parameters(node.args, arguments, names)
        self._active.append(node)
        try:
            self.block(node.body, names)
        finally:
            self._active.pop()
        return names.returned

    def _bind_parameters(
        self,
        declared: ast.arguments,
        arguments: Arguments,
        names: Names,
    ) -> None:
        args, keywords = arguments.positional, arguments.keywords
        parameters = [*declared.posonlyargs, *declared.args]
        for at, parameter in enumerate(parameters):
            values = args[at] if at < len(args) else keywords.get(parameter.arg, ())
            names[parameter.arg] = values
            for shape in shapes_in(values):
                if not shape.is_root or shape.parent is not None:
                    fill_from_annotation(shape, parameter.annotation, names.module)
        for parameter in declared.kwonlyargs:
            names[parameter.arg] = keywords.get(parameter.arg, ())
        spread = shapes_in(keywords.get("**", ()))
        for parameter in (*parameters[len(args) :], *declared.kwonlyargs):
            if spread and parameter.arg not in keywords:
                found = [shape.child(parameter.arg) for shape in spread]
                names[parameter.arg] = tuple(item for item in found if item is not None)
        if declared.kwarg is not None:
            names[declared.kwarg.arg] = tuple(spread)

    def block(self, body: Sequence[ast.stmt], names: Names) -> None:
        """Follow statements in their order."""
        for node in body:
            self._statement(node, names)

    def _statement(self, node: ast.stmt, names: Names) -> None:
        method = getattr(self, f"_do_{type(node).__name__.lower()}", self._children)
        method(node, names)

    def _do_assign(self, node: ast.Assign, names: Names) -> None:
        self._assign(node.targets, node.value, names)

    def _do_augassign(self, node: ast.AugAssign, names: Names) -> None:
        self.evaluate(node.value, names)
        self.evaluate(node.target, names)

    def _do_return(self, node: ast.Return, names: Names) -> None:
        if node.value is not None:
            names.returned = either(names.returned, self.evaluate(node.value, names))

    def _do_if(self, node: ast.If, names: Names) -> None:
        self.evaluate(node.test, names)
        self._branches([node.body, node.orelse], names)

    def _do_for(self, node: ast.For | ast.AsyncFor, names: Names) -> None:
        self.loop_over(node.target, node.iter, names)
        self.block([*node.body, *node.orelse], names)

    _do_asyncfor = _do_for

    def _do_while(self, node: ast.While, names: Names) -> None:
        self.evaluate(node.test, names)
        self.block([*node.body, *node.orelse], names)

    def _do_try(self, node: ast.Try, names: Names) -> None:
        self.block(node.body, names)
        handlers = [handler.body for handler in node.handlers]
        self._branches([node.orelse, *handlers], names)
        self.block(node.finalbody, names)

    _do_trystar = _do_try

    def _do_functiondef(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, names: Names
    ) -> None:
        names[node.name] = (Closure(names.module, node),)

    _do_asyncfunctiondef = _do_functiondef

    def _do_classdef(self, node: ast.ClassDef, names: Names) -> None:
        pass

    def _assign(self, targets: list[ast.expr], value: ast.expr, names: Names) -> None:
        for target in targets:
            if (
                isinstance(target, ast.Tuple)
                and isinstance(value, ast.Tuple)
                and len(target.elts) == len(value.elts)
            ):
                for one, source in zip(target.elts, value.elts, strict=True):
                    self.bind(one, self.evaluate(source, names), names)
            else:
                self.bind(target, self.evaluate(value, names), names)

    def _do_annassign(self, node: ast.AnnAssign, names: Names) -> None:
        if node.value is None:
            return
        values = self.evaluate(node.value, names)
        for shape in shapes_in(values):
            fill_from_annotation(shape, node.annotation, names.module)
        self.bind(node.target, values, names)

    def bind(self, target: ast.expr, values: Values, names: Names) -> None:
        """Assign values to a target; a key that is set isn't read any more."""
        if isinstance(target, ast.Name):
            names[target.id] = values
        elif isinstance(target, (ast.Tuple, ast.List)):
            for item in target.elts:
                inner = [shape.item() for shape in shapes_in(values)]
                self.bind(item, tuple(inner), names)
        elif isinstance(target, ast.Attribute):
            for value in self.evaluate(target.value, names):
                if isinstance(value, Instance):
                    value.attributes[target.attr] = values
        elif isinstance(target, ast.Subscript):
            keys = keys_in(self.evaluate(target.slice, names))
            for shape in shapes_in(self.evaluate(target.value, names)):
                shape.written |= {key for key in keys if key not in shape.fields}

    def _branches(self, bodies: list[list[ast.stmt]], names: Names) -> None:
        """Follow alternative paths; names stand for what any of them leaves."""
        ends = []
        for body in bodies:
            inner = names.branch()
            inner.returned = names.returned
            self.block(body, inner)
            names.returned = either(names.returned, inner.returned)
            if not (body and isinstance(body[-1], _LEAVES)):
                ends.append(inner)
        for key in {key for end in ends for key in end}:
            names[key] = either(*(end.get(key, ()) for end in ends))

    def _do_with(self, node: ast.With | ast.AsyncWith, names: Names) -> None:
        for item in node.items:
            values = self.evaluate(item.context_expr, names)
            if item.optional_vars is not None:
                self.bind(item.optional_vars, values, names)
        self.block(node.body, names)

    _do_asyncwith = _do_with

    def _do_match(self, node: ast.Match, names: Names) -> None:
        subject = shapes_in(self.evaluate(node.subject, names))
        for case in node.cases:
            patterns = (
                case.pattern.patterns
                if isinstance(case.pattern, ast.MatchOr)
                else [case.pattern]
            )
            for pattern in patterns:
                self._pattern(pattern, subject, names)
        self._branches([case.body for case in node.cases], names)

    def _pattern(
        self, pattern: ast.pattern, subject: list[Shape], names: Names
    ) -> None:
        for shape in subject:
            if isinstance(pattern, ast.MatchValue):
                for value in self.evaluate(pattern.value, names):
                    if isinstance(value, Literal):
                        shape.compare(value.value)
            elif isinstance(pattern, ast.MatchMapping):
                for key, inner in zip(pattern.keys, pattern.patterns, strict=True):
                    for name in keys_in(self.evaluate(key, names)):
                        child = shape.child(name)
                        if child is not None:
                            self._pattern(inner, [child], names)
                            if isinstance(inner, ast.MatchAs) and inner.name:
                                names[inner.name] = (child,)
