"""Follow calls: of methods, models and functions of the workspace."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from funclens.requests.reads.alternatives import (
    Arguments,
    Closure,
    Instance,
    Literal,
    either,
    shapes_in,
)
from funclens.requests.reads.follow_expressions import Expressions, Names
from funclens.requests.reads.known_calls import function_call, method_call
from funclens.requests.reads.models import (
    fill_from_annotation,
    fill_from_class,
    has_fields,
    last_name,
)
from funclens.requests.reads.shape import Coding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.requests.reads.alternatives import Values
    from funclens.requests.reads.module_names import Module

__all__ = ["Invocations"]

_VALIDATORS = {
    "model_validate",
    "parse_obj",
    "from_dict",
    "from_json",
    "fromDict",
    "from_request",
    "validate_python",
    "schema",
}
_JSON_VALIDATORS = {"model_validate_json", "parse_raw", "validate_json"}


class Invocations(Expressions):
    """Evaluates calls, too."""

    def run(
        self,
        closure: Closure,
        arguments: Arguments,
        outer: Names | None = None,
    ) -> Values:
        """Follow a call of a function of the workspace; return its results."""
        raise NotImplementedError

    def _call(self, node: ast.Call, names: Names) -> Values:
        if last_name(node.func) == "isinstance" and len(node.args) > 1:
            return self._isinstance(node, names)
        arguments = Arguments(
            tuple(self.evaluate(item, names) for item in node.args),
            {item.arg or "**": self._argument(item, names) for item in node.keywords},
        )
        name = last_name(node.func)
        receivers: Values = ()
        if isinstance(node.func, ast.Attribute):
            found = self._method(node.func, arguments, names)
            if found is not None:
                return found
            receivers = self.evaluate(node.func, names)
        else:
            receivers = self.evaluate(node.func, names)
        closures = [value for value in receivers if isinstance(value, Closure)]
        if not closures:
            known = function_call(name, arguments.positional)
            return () if known is None else known
        return either(*(self._called(item, arguments, names) for item in closures))

    def _argument(self, item: ast.keyword, names: Names) -> Values:
        """Return a keyword argument; `type=int` is the name of the type."""
        if item.arg == "type" and isinstance(item.value, ast.Name):
            return (Literal(item.value.id),)
        return self.evaluate(item.value, names)

    def _isinstance(self, node: ast.Call, names: Names) -> Values:
        types = node.args[1]
        listed = types.elts if isinstance(types, ast.Tuple) else [types]
        kinds = tuple(Literal(last_name(item)) for item in listed)
        function_call("isinstance", (self.evaluate(node.args[0], names), kinds))
        return ()

    def _method(
        self,
        func: ast.Attribute,
        arguments: Arguments,
        names: Names,
    ) -> Values | None:
        """Return the result of a method of a known value; None if there is none."""
        found = []
        for receiver in self.evaluate(func.value, names):
            if isinstance(receiver, Instance):
                result = self.call_method(
                    receiver.closure, func.attr, arguments, names, receiver
                )
            elif isinstance(receiver, Closure):
                result = self.call_method(receiver, func.attr, arguments, names)
            else:
                result = method_call(self.reads, receiver, func.attr, arguments)
            if result is not None:
                found.append(result)
        return either(*found) if found else None

    def call_method(
        self,
        closure: Closure,
        name: str,
        arguments: Arguments,
        names: Names,
        instance: Instance | None = None,
    ) -> Values | None:
        """Follow a method of a class; None if nothing is known about it."""
        definition = closure.definition
        if not isinstance(definition, ast.ClassDef):
            return None
        method = next(
            (
                item
                for item in definition.body
                if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef))
                and item.name == name
            ),
            None,
        )
        if method is not None:
            decorators = {last_name(item) for item in method.decorator_list}
            owner: Values = (closure if instance is None else instance,)
            bound = arguments
            if "staticmethod" not in decorators:
                bound = replace(arguments, positional=(owner, *arguments.positional))
            return self.run(Closure(closure.module, method), bound, names)
        sources = shapes_in(arguments.first)
        if name in _JSON_VALIDATORS:
            sources = [shape.decode(Coding.JSON) for shape in sources]
        elif name not in _VALIDATORS:
            return None
        for shape in sources:
            fill_from_class(shape, definition, closure.module)
        return ()

    def _called(
        self,
        closure: Closure,
        arguments: Arguments,
        names: Names,
    ) -> Values:
        definition = closure.definition
        if not isinstance(definition, ast.ClassDef):
            return self.run(closure, arguments, names)
        if has_fields(definition):
            for shape in shapes_in(arguments.keywords.get("**", ())):
                fill_from_class(shape, definition, closure.module)
            self._note_fields(definition, arguments.keywords, closure.module)
            return ()
        instance = Instance(closure, {})
        self.call_method(closure, "__init__", arguments, names, instance)
        return (instance,)

    def _note_fields(
        self, node: ast.ClassDef, keywords: Mapping[str, Values], module: Module
    ) -> None:
        """Note the kinds of values that a model is made of: `Order(id=data["id"])`."""
        for item in node.body:
            if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
                for shape in shapes_in(keywords.get(item.target.id, ())):
                    fill_from_annotation(shape, item.annotation, module)
