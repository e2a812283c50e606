"""Apply a variable's type to its value: defaults of `optional` attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.discovery.deploy.terraform.evaluation.values import (
    NOTHING,
    Arms,
    Items,
    Keyed,
    Plain,
    arm,
    each_of,
)
from funclens.discovery.deploy.terraform.language.expression_nodes import (
    Call,
    Constant,
    Expression,
    ObjectOf,
)

if TYPE_CHECKING:
    from funclens.discovery.deploy.terraform.evaluation.scope import Scope
    from funclens.discovery.deploy.terraform.evaluation.values import Value

__all__ = ["conformed"]


def conformed(type_: Expression, arms: Arms, scope: Scope) -> Arms:
    """Return a value, with missing attributes set to the defaults of its type."""
    if not isinstance(type_, Call) or not type_.arguments:
        return arms
    inner = type_.arguments[0]
    if type_.name == "optional":
        return conformed(inner, arms, scope)
    return each_of(arms, lambda value: arm(_conformed(type_.name, inner, value, scope)))


def _conformed(kind: str, inner: Expression, value: Value, scope: Scope) -> Value:
    if kind == "object" and isinstance(inner, ObjectOf) and isinstance(value, Keyed):
        items = dict(value.items)
        for key, wanted in inner.items:
            if isinstance(key, Constant):
                scope.instance.project.spend()
                name = str(key.data)
                found = _attribute(wanted, items.get(name), scope)
                if found is not None and not (value.is_open and name not in items):
                    items[name] = found
        return Keyed(items, value.is_open, value.origins)
    if not isinstance(inner, Call):
        return value
    if kind == "map" and isinstance(value, Keyed):
        items = {k: conformed(inner, item, scope) for k, item in value.items.items()}
        return Keyed(items, value.is_open, value.origins)
    if kind in {"list", "set"} and isinstance(value, Items):
        listed = tuple(conformed(inner, item, scope) for item in value.items)
        return Items(listed, value.is_open)
    return value


def _attribute(wanted: Expression, given: Arms | None, scope: Scope) -> Arms | None:
    """Return an attribute of an object; None if neither given nor optional."""
    is_optional = isinstance(wanted, Call) and wanted.name == "optional"
    is_absent = given is None or all(
        isinstance(item.value, Plain) and item.value.data is None for item in given
    )
    if given is not None and not (is_absent and is_optional):
        return conformed(wanted, given, scope)
    if not isinstance(wanted, Call) or not is_optional:
        return None
    if len(wanted.arguments) < 2:
        return given or arm(NOTHING)
    return conformed(wanted, scope.evaluate(wanted.arguments[1]), scope)
