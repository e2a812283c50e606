"""Terraform functions used for building names, folders and maps of functions."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from funclens.discovery.deploy.terraform.evaluation import containers, file_functions
from funclens.discovery.deploy.terraform.evaluation.values import (
    FAILED,
    Arm,
    Arms,
    Items,
    Plain,
    Reference,
    agree,
    arm,
    each_of,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.discovery.deploy.terraform.evaluation.values import Value
    from funclens.discovery.deploy.terraform.language.expression_nodes import (
        Call,
        Expression,
    )
    from funclens.discovery.deploy.terraform.project import Project

__all__ = ["call"]

_LONGEST = 4_000
"""Maximum length of a string that functions are applied to."""


class _UnknownValueError(Exception):
    """An argument is unknown."""


def call(
    expression: Call, evaluate: Callable[[Expression], Arms], project: Project
) -> Arms:
    """Evaluate a call; the result is unknown for functions not supported here."""
    name = expression.name
    if name in {"try", "can", "coalesce", "sensitive", "nonsensitive"}:
        return _first(expression, evaluate)
    arguments = [evaluate(item) for item in expression.arguments]
    if expression.spread and arguments:
        last = arguments[-1][0].value if len(arguments[-1]) == 1 else None
        if not isinstance(last, Items) or last.is_open:
            return unknown()
        arguments = [*arguments[:-1], *last.items]
    project.spend(len(arguments))
    work: Callable[[Project, list[Value]], Arms] | None = containers.FUNCTIONS.get(
        name
    ) or file_functions.FUNCTIONS.get(name)
    if work is None and name in _TEXTS:
        work = _text_function(name)
    if work is None:
        return unknown()
    return _combined(project, arguments, work)


def _combined(
    project: Project,
    arguments: list[Arms],
    work: Callable[[Project, list[Value]], Arms],
) -> Arms:
    """Apply a function to each combination of compatible arms."""
    combinations: list[tuple[list[Value], Any]] = [([], ())]
    for arms in arguments:
        combinations = [
            ([*values, item.value], joined)
            for values, choices in combinations
            for item in arms
            if (joined := agree(choices, item.choices)) is not None
        ]
        if len(combinations) > 16:
            return unknown()
    found = [
        Arm(item.value, joined)
        for values, choices in combinations
        for item in work(project, values)
        if (joined := agree(choices, item.choices)) is not None
    ]
    return tuple(found) or unknown()


def _first(expression: Call, evaluate: Callable[[Expression], Arms]) -> Arms:
    """Return the argument that `try` or `coalesce` selects."""
    if expression.name == "can":
        return unknown()
    found: Arms = arm(FAILED)
    for item in reversed(expression.arguments):
        found = _else(evaluate(item), found, expression.name)
    return found


def _else(first: Arms, otherwise: Arms, name: str) -> Arms:
    def chosen(value: Value) -> Arms:
        if value is FAILED:
            return otherwise
        is_empty = isinstance(value, Plain) and value.data in {None, ""}
        return otherwise if name == "coalesce" and is_empty else arm(value)

    return each_of(first, chosen)


def _text_function(name: str) -> Callable[[Project, list[Value]], Arms]:
    work = _TEXTS[name]

    def applied(project: Project, values: list[Value]) -> Arms:
        if any(isinstance(value, Reference) for value in values) and name == "join":
            # join("", resource.x[*].name): the one that exists.
            return arm(next(v for v in values if isinstance(v, Reference)))
        try:
            data = [_native(value) for value in values]
            project.spend(sum(map(_size, data)) // 100)
            made = work(*data)
        except (_UnknownValueError, TypeError, ValueError, IndexError, AttributeError):
            return unknown()
        plain = [value for value in values if isinstance(value, Plain)]
        origin = next((value.origin for value in plain if value.origin), None)
        is_default = any(value.is_default for value in plain)
        if isinstance(made, list):
            return arm(Items(tuple(arm(Plain(text, origin)) for text in made)))
        return arm(Plain(made, origin, is_default))

    return applied


def _native(value: Value) -> Any:
    if isinstance(value, Plain):
        if isinstance(value.data, str) and len(value.data) > _LONGEST:
            raise _UnknownValueError
        return value.data
    if isinstance(value, Items) and not value.is_open:
        if any(
            len(item) != 1 or isinstance(item[0].value, Items) for item in value.items
        ):
            raise _UnknownValueError
        return [_native(item[0].value) for item in value.items]
    if isinstance(value, Reference):
        found = value.instance.attribute(value) if value.attribute else unknown()
        if len(found) == 1 and isinstance(found[0].value, Plain):
            return found[0].value.data
    raise _UnknownValueError


def _size(data: Any) -> int:
    if isinstance(data, list):
        return sum(map(_size, data))
    return len(data) if isinstance(data, str) else 1


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, (str, int, float)):
        raise _UnknownValueError
    return str(value)


def _format(pattern: str, *values: Any) -> str:
    given = list(values)

    def filled(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        value = given[int(found[1][1:-1]) - 1] if found[1] else given.pop(0)
        if found[3] in {"s", "v"}:
            return _text(value)
        return str(("%" + found[2] + found[3]) % value)

    if re.search(r"%[^sdvq%.0-9\[+-]", pattern) or re.search(r"\d{4}", pattern):
        raise _UnknownValueError
    return re.sub(r"%(\[\d\])?([-+.0-9]*)([sdv%])", filled, pattern)


def _replace(text: str, old: str, new: str) -> str:
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        # A regular expression: other syntax, no time limit, so not evaluated.
        raise _UnknownValueError
    return text.replace(old, new)


def _substr(text: str, start: int, length: int) -> str:
    rest = text[start:]
    return rest if length < 0 else rest[:length]


def _without(text: str, start: str, end: str) -> str:
    return text.removeprefix(start).removesuffix(end)


_TEXTS: dict[str, Callable[..., Any]] = {
    "abspath": lambda path: os.path.normpath(path) if os.path.isabs(path) else path,
    "basename": lambda path: os.path.basename(path.rstrip("/")),
    "chomp": lambda text: text.rstrip("\r\n"),
    "dirname": lambda path: os.path.dirname(path) or ".",
    "endswith": lambda text, end: text.endswith(end),
    "format": _format,
    "join": lambda between, *lists: between.join(
        _text(item) for items in lists for item in items
    ),
    "lower": lambda text: text.lower(),
    "pathexpand": lambda path: path,
    "replace": _replace,
    "split": lambda between, text: text.split(between),
    "startswith": lambda text, start: text.startswith(start),
    "strcontains": lambda text, inner: inner in text,
    "substr": _substr,
    "title": lambda text: re.sub(r"\b[a-z]", lambda m: m[0].upper(), text),
    "tobool": lambda value: {"true": True, "false": False}.get(value, value),
    "tonumber": lambda value: int(value[:15]) if isinstance(value, str) else value,
    "tostring": lambda value: None if value is None else _text(value),
    "trim": lambda text, marks: text.strip(marks),
    "trimprefix": lambda text, start: _without(text, start, ""),
    "trimspace": lambda text: text.strip(),
    "trimsuffix": lambda text, end: _without(text, "", end),
    "upper": lambda text: text.upper(),
}
