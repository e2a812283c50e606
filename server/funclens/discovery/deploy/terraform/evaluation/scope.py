"""Evaluate expressions in a scope of named values."""

from __future__ import annotations

import re
from functools import partial, singledispatchmethod
from typing import TYPE_CHECKING

from funclens.discovery.deploy.terraform.evaluation.builtin_functions import call
from funclens.discovery.deploy.terraform.evaluation.comprehensions import (
    for_each,
    object_of,
)
from funclens.discovery.deploy.terraform.evaluation.lookups import (
    attribute_of,
    item_of,
    known,
    plain_text,
)
from funclens.discovery.deploy.terraform.evaluation.operators import binary, unary
from funclens.discovery.deploy.terraform.evaluation.values import (
    Arm,
    Arms,
    Called,
    Items,
    Keyed,
    Origin,
    Plain,
    Reference,
    agree,
    arm,
    each_of,
    unknown,
)
from funclens.discovery.deploy.terraform.language.expression_nodes import (
    Attribute,
    Binary,
    Call,
    Conditional,
    Constant,
    Expression,
    ForEach,
    Index,
    ListOf,
    Name,
    ObjectOf,
    Splat,
    Template,
    Unary,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from funclens.discovery.deploy.terraform.evaluation.comprehensions import Evaluate
    from funclens.discovery.deploy.terraform.evaluation.values import (
        Instance,
        Made,
        Value,
    )

__all__ = ["Scope"]

_ROOTS = re.compile(r"(?<![\w.\-])([^\W\d]\w*)")
_MOST_PARTS = 12
_LONGEST = 4_000
"""Maximum length of an interpolated string."""
_RESERVED = frozenset({"module", "data", "each", "count", "self", "terraform"})


class Scope:
    """Names that an expression may use: those of its module, and local ones."""

    def __init__(
        self,
        instance: Instance,
        names: Mapping[str, Arms] | None = None,
        identity: object = None,
    ) -> None:
        self.instance = instance
        self._names = names or {}
        self._identity = identity
        """Distinguishes scopes whose local names have different values."""

    @classmethod
    def of(cls, made: Made) -> Scope:
        """Return the scope of one resource of a block."""
        return cls(made.instance, made.names, made.identity)

    @property
    def each_value(self) -> Value | None:
        """Value of `each.value`; None outside `for_each`."""
        each = known(self._names.get("each", ()))
        value = each.items.get("value", ()) if isinstance(each, Keyed) else ()
        return known(value)

    def later(self, expression: Expression) -> Callable[[], Arms]:
        """Return a function that evaluates the expression once, when first called."""
        known: list[Arms] = []

        def value() -> Arms:
            if not known:
                known.append(unknown())
                known[0] = self.evaluate(expression)
            return known[0]

        return value

    def inner(self, names: Mapping[str, Arms], identity: object) -> Scope:
        """Return a scope with additional names, as for `for`."""
        together = {**self._names, **names}
        return Scope(self.instance, together, (self._identity, identity))

    def evaluate(self, expression: Expression) -> Arms:
        """Return the value of an expression. Raises OverBudgetError."""
        project = self.instance.project
        project.spend()
        if project.too_deep:
            return unknown()
        project.depth += 1
        try:
            return self._evaluate(expression)
        finally:
            project.depth -= 1

    @singledispatchmethod
    def _evaluate(self, expression: Expression) -> Arms:
        if isinstance(expression, Constant):
            at = expression
            return arm(Plain(at.data, Origin(at.source, at.start, at.end)))
        if isinstance(expression, Name):
            return self._names.get(expression.name, unknown())
        return unknown()

    @_evaluate.register(Template)
    def _template(self, expression: Template) -> Arms:
        origin = Origin(expression.source, expression.start, expression.end)
        if len(expression.parts) > _MOST_PARTS and any(
            not isinstance(part, Constant) for part in expression.parts
        ):
            return unknown()
        found: Arms = arm(Plain("", origin))
        for part in expression.parts:
            value = self.evaluate(part)
            found = each_of(found, partial(_appended, part=value, origin=origin))
        return found

    @_evaluate.register(Attribute)
    def _attribute(self, expression: Attribute) -> Arms:
        of, name = expression.of, expression.name
        if isinstance(of, Name) and of.name not in self._names:
            return self._of_module(of.name, name)
        if (
            isinstance(of, Attribute)
            and isinstance(of.of, Name)
            and of.of.name == "data"
            and "data" not in self._names
        ):
            return arm(Reference(self.instance, ("data", of.name, name)))
        return each_of(self.evaluate(of), partial(attribute_of, name=name))

    def _of_module(self, root: str, name: str) -> Arms:
        instance = self.instance
        if root in {"var", "local"}:
            return instance.variable(name) if root == "var" else instance.local(name)
        if root == "path":
            is_own = name == "module"
            return arm(
                Plain(instance.module.folder if is_own else instance.project.folder)
            )
        if root == "module" and name in instance.module.calls:
            return arm(Called(instance.children(name)))
        if root in _RESERVED:
            return unknown()
        return arm(Reference(instance, ("resource", root, name)))

    @_evaluate.register(Index)
    def _index(self, expression: Index) -> Arms:
        key = self.evaluate(expression.key)
        return each_of(
            self.evaluate(expression.of),
            lambda value: each_of(key, lambda inner: item_of(value, inner)),
        )

    @_evaluate.register(Splat)
    def _splat(self, expression: Splat) -> Arms:
        def items(value: Value) -> Arms:
            if isinstance(value, Items):
                found = value.items
                for name in expression.attributes:
                    found = tuple(
                        each_of(item, partial(attribute_of, name=name))
                        for item in found
                    )
                return arm(Items(found, value.is_open))
            if isinstance(value, (Reference, Called)):
                found_: Arms = arm(value)
                for name in expression.attributes:
                    found_ = each_of(found_, partial(attribute_of, name=name))
                return found_
            return unknown()

        return each_of(self.evaluate(expression.of), items)

    @_evaluate.register(Call)
    def _call(self, expression: Call) -> Arms:
        return call(expression, self.evaluate, self.instance.project)

    @_evaluate.register(ListOf)
    def _list(self, expression: ListOf) -> Arms:
        return arm(Items(tuple(self.evaluate(item) for item in expression.items)))

    @_evaluate.register(ObjectOf)
    def _object(self, expression: ObjectOf) -> Arms:
        return object_of(expression, self.evaluate)

    @_evaluate.register(ForEach)
    def _for(self, expression: ForEach) -> Arms:
        def inside(names: Mapping[str, Arms], identity: object) -> Evaluate:
            return self.inner(names, identity).evaluate

        return each_of(
            self.evaluate(expression.items), partial(for_each, expression, inside)
        )

    @_evaluate.register(Conditional)
    def _conditional(self, expression: Conditional) -> Arms:
        def chosen(test: Value) -> Arms:
            is_sure = isinstance(test, Plain) and isinstance(test.data, bool)
            if is_sure and isinstance(test, Plain) and not test.is_default:
                return self.evaluate(expression.yes if test.data else expression.no)
            arms = [
                *self._arm(expression, expression.yes, chosen=True),
                *self._arm(expression, expression.no, chosen=False),
            ]
            if isinstance(test, Plain) and test.data is False:
                arms.reverse()
            return tuple(arms)

        return each_of(self.evaluate(expression.test), chosen)

    def _arm(
        self, conditional: Conditional, expression: Expression, *, chosen: bool
    ) -> list[Arm]:
        text = conditional.text
        while text.startswith("!") and not text.startswith("!="):
            text, chosen = text[1:], not chosen
        roots = set(_ROOTS.findall(text))
        own = self._identity if roots & set(self._names) else None
        key = (id(self.instance), own, text)
        return [
            Arm(item.value, choices)
            for item in self.evaluate(expression)
            if (choices := agree(((key, chosen),), item.choices)) is not None
        ]

    @_evaluate.register(Binary)
    def _binary(self, expression: Binary) -> Arms:
        left = self.evaluate(expression.left)
        right = self.evaluate(expression.right)
        return each_of(
            left,
            lambda one: each_of(
                right, lambda other: arm(binary(expression.sign, one, other))
            ),
        )

    @_evaluate.register(Unary)
    def _unary(self, expression: Unary) -> Arms:
        return each_of(
            self.evaluate(expression.of),
            lambda value: arm(unary(expression.sign, value)),
        )


def _appended(before: Value, part: Arms, origin: Origin) -> Arms:
    def joined(value: Value) -> Arms:
        text = plain_text(value)
        if text is None or not isinstance(before, Plain):
            return unknown()
        if len(text) + len(str(before.data)) > _LONGEST:
            return unknown()
        is_default = before.is_default or (
            isinstance(value, Plain) and value.is_default
        )
        return arm(Plain(f"{before.data}{text}", origin, is_default))

    return each_of(part, joined)
