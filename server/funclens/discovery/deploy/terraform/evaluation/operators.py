"""HCL operators; results that can't be determined are unknown."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from funclens.discovery.deploy.terraform.evaluation.values import (
    UNKNOWN,
    Items,
    Keyed,
    Plain,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.discovery.deploy.terraform.evaluation.values import Value

__all__ = ["binary", "unary"]

_NUMBERS: dict[str, Callable[[float, float], float | bool]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_LARGEST = 1e15


def binary(sign: str, left: Value, right: Value) -> Value:
    """Return `left sign right`."""
    if sign in {"&&", "||"}:
        return _logical(sign, left, right)
    if sign in {"==", "!="}:
        return _equal(left, right, same=sign == "==")
    if not isinstance(left, Plain) or not isinstance(right, Plain):
        return UNKNOWN
    one, other = _number(left), _number(right)
    work = _NUMBERS.get(sign)
    if one is None or other is None or work is None:
        return UNKNOWN
    return Plain(work(one, other), None, left.is_default or right.is_default)


def unary(sign: str, of: Value) -> Value:
    """Return `!of` or `-of`."""
    if not isinstance(of, Plain):
        return UNKNOWN
    if sign == "!" and isinstance(of.data, bool):
        return Plain(not of.data, None, of.is_default)
    number = _number(of)
    if sign == "-" and number is not None:
        return Plain(-number, None, of.is_default)
    return UNKNOWN


def _logical(sign: str, left: Value, right: Value) -> Value:
    decides = sign == "||"
    is_open = False
    is_default = False
    for value in (left, right):
        if not isinstance(value, Plain) or not isinstance(value.data, bool):
            is_open = True
        elif value.data is decides:
            return Plain(decides, None, value.is_default)
        else:
            is_default |= value.is_default
    return UNKNOWN if is_open else Plain(not decides, None, is_default)


def _equal(left: Value, right: Value, *, same: bool) -> Value:
    if isinstance(left, Plain) and isinstance(right, Plain):
        is_default = left.is_default or right.is_default
        return Plain((left.data == right.data) is same, None, is_default)
    for one, other in ((left, right), (right, left)):
        is_null = isinstance(one, Plain) and one.data is None
        if is_null and isinstance(other, (Items, Keyed)):
            return Plain(not same)
    return UNKNOWN


def _number(value: Plain) -> float | None:
    data = value.data
    if isinstance(data, bool) or not isinstance(data, (int, float)):
        return None
    return data if abs(data) < _LARGEST else None
