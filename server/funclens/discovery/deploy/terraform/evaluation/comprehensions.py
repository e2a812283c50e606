"""Objects, and lists and objects that a `for` expression makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass, field
from funclens.discovery.deploy.terraform.evaluation.lookups import (
    known,
    pairs_of,
    plain_text,
)
from funclens.discovery.deploy.terraform.evaluation.values import (
    Arms,
    Items,
    Keyed,
    Origin,
    Plain,
    Value,
    arm,
    unknown,
)
from funclens.discovery.deploy.terraform.language.expression_nodes import Expression

if TYPE_CHECKING:
    from funclens.discovery.deploy.terraform.language.expression_nodes import (
        ForEach,
        ObjectOf,
    )

__all__ = ["Evaluate", "for_each", "object_of"]

Evaluate = Callable[[Expression], Arms]


@dataclass(slots=True)
class _Object:
    """An object that is being made; open where a key of it is not known."""

    is_open: bool = False
    items: dict[str, Arms] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)

    def key(self, value: Value | None) -> str | None:
        """Return the text of a key, whose place is kept; None when it is not known."""
        text = None if value is None else plain_text(value)
        if text is None:
            self.is_open = True
        elif isinstance(value, Plain) and value.origin:
            self.origins[text] = value.origin
        return text

    def made(self) -> Arms:
        """Return the finished object."""
        return arm(Keyed(self.items, self.is_open, self.origins))


def object_of(expression: ObjectOf, evaluate: Evaluate) -> Arms:
    """Return what `{ key = value }` comes to."""
    found = _Object()
    for key, value in expression.items:
        text = found.key(known(evaluate(key)))
        if text is not None:
            found.items[text] = evaluate(value)
    return found.made()


def for_each(
    expression: ForEach,
    inside: Callable[[Mapping[str, Arms], object], Evaluate],
    value: Value,
) -> Arms:
    """Return what a `for` makes of a list or an object.

    `inside` returns what evaluates with the names of one round.
    """
    if not isinstance(value, (Items, Keyed)):
        return unknown()
    listed: list[Arms] = []
    keyed = _Object(value.is_open)
    for at, (key, item) in enumerate(pairs_of(value)):
        first = arm(Plain(at)) if isinstance(value, Items) else key
        names = dict(zip(reversed(expression.names), (item, first), strict=False))
        evaluate = inside(names, at)
        if expression.test is not None:
            test = known(evaluate(expression.test))
            if isinstance(test, Plain) and test.data is False:
                continue
            keyed.is_open |= not isinstance(test, Plain)
        found = evaluate(expression.value)
        if expression.key is None:
            listed.append(found)
        elif expression.groups:
            keyed.is_open = True
        else:
            text = keyed.key(known(evaluate(expression.key)))
            if text is not None:
                keyed.items[text] = found
    if expression.key is None:
        return arm(Items(tuple(listed), keyed.is_open))
    return keyed.made()
