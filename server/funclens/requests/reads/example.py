"""Example values for what code reads: by comparison, default, use and name."""

from __future__ import annotations

import base64
import json
import re
from datetime import datetime, timezone
from typing import Any

from funclens.requests.reads.shape import MISSING, Coding, Kind, Shape

__all__ = ["example_of", "text_of"]

_MOMENT = datetime(2026, 1, 31, 12, 0, tzinfo=timezone.utc)
_DEEPEST = 8

_BY_NAME: tuple[tuple[str, Any], ...] = (
    (
        r"e?mail|email_?address|.*_email|to|sender|recipient|from_?email",
        "ada@example.com",
    ),
    (r"(.*_)?ur[il]|link|.*webhook|website|endpoint", "https://example.com"),
    (r"first_?name|user_?name|username|user|author|name|customer(_?name)?", "Ada"),
    (r"last_?name|sur_?name", "Lovelace"),
    (r"full_?name|display_?name", "Ada Lovelace"),
    (r"message|text|prompt|query|question|content|body|description|comment", "Hello"),
    (r"title|subject|summary", "Hello"),
    (r"phone(_?number)?|mobile|.*_phone", "+15555550100"),
    (r"lang(uage)?(_?code)?|locale|target_?lang(uage)?", "en"),
    (r"(.*_)?(status|state)", "active"),
    (r"currency(_?code)?", "EUR"),
    (r"country(_?code)?", "DE"),
    (r"city|location|place|town", "London"),
    (r"region", "us-central1"),
    (r"(time_?)?zone|tz", "UTC"),
    (r"project(_?id)?|gcp_?project", "demo-project"),
    (r"bucket(_?name)?|.*_bucket(_name)?", "demo-bucket"),
    (r"(file|object|blob)_?(name|path)?|path|key", "demo.txt"),
    (r"topic(_?(id|name))?", "demo-topic"),
    (r"data_?set(_?(id|name))?", "demo_dataset"),
    (r"table(_?(id|name))?", "demo_table"),
    (r"lat(itude)?", 51.5),
    (r"lon|lng|longitude", -0.1),
    (r"(.*_)?(price|amount|total|cost|rate|score|weight|height|temperature)", 12.5),
    (
        r"(.*_)?(count|limit|page|size|quantity|qty|age|year|offset|top_?k|number)",
        1,
    ),
    (r"(.*_)?(days|hours|minutes|seconds|max|min|num)|(num|max|min|n)_.*", 1),
    (r"month|day", 1),
    (r"(is|has|can|should|enable|use|include)_.*|dry_?run|enabled|force|debug", True),
    (r"(.*_)?(timestamp|datetime|_at|time)", f"{_MOMENT:%Y-%m-%dT%H:%M:%SZ}"),
    (r"(.*_)?date|(.*_)?day|since|until", f"{_MOMENT:%Y-%m-%d}"),
    (r"(.*_)?(id|uuid|uid)", "1042"),
)
_NAMES = tuple((re.compile(pattern), value) for pattern, value in _BY_NAME)
_PLACEHOLDER = "example"


def example_of(shape: Shape, name: str = "", depth: int = 0) -> Any:
    """Return a JSON value that code which reads `shape` can work with."""
    if depth > _DEEPEST:
        return None
    if Coding.JSON in shape.decoded:
        return json.dumps(example_of(shape.decoded[Coding.JSON], "", depth + 1))
    if Coding.BASE64 in shape.decoded:
        inner = text_of(shape.decoded[Coding.BASE64], name)
        return base64.b64encode(inner.encode()).decode()
    if (shape.items is not None or shape.columns) and not shape.fields:
        length = max(shape.columns, default=0) + 1
        usual = shape.items or Shape()
        items = [shape.columns.get(at, usual) for at in range(length)]
        return [example_of(item, _singular(name), depth + 1) for item in items]
    fields = shape.all_fields()
    if fields:
        return {key: example_of(child, key, depth + 1) for key, child in fields.items()}
    return _plain(shape, name)


def text_of(shape: Shape, name: str = "") -> str:
    """Return an example as the text of a field or a message."""
    if Coding.JSON in shape.decoded:
        return json.dumps(example_of(shape.decoded[Coding.JSON]))
    value = example_of(shape, name)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value)


def _plain(shape: Shape, name: str) -> Any:
    if shape.literals:
        return shape.literals[0]
    if _is_telling(shape.default):
        return shape.default
    plain = _snake(name)
    by_name = next((value for rule, value in _NAMES if rule.fullmatch(plain)), None)
    for kind in shape.kinds:
        found = _of_kind(kind, shape, by_name)
        if found is not None:
            return found
    if by_name is not None:
        return by_name
    return shape.default if isinstance(shape.default, (list, dict)) else _PLACEHOLDER


def _of_kind(kind: Kind, shape: Shape, by_name: Any) -> Any:
    if kind is Kind.TEXT:
        return _PLACEHOLDER if by_name is None or by_name is True else str(by_name)
    if kind is Kind.INTEGER:
        return by_name if type(by_name) is int else 1
    if kind is Kind.NUMBER:
        return by_name if type(by_name) in {int, float} else 12.5
    if kind is Kind.TIME:
        return _moment(shape.format)
    return {
        Kind.BOOLEAN: True,
        Kind.LIST: [],
        Kind.MAPPING: {},
        Kind.DATE: f"{_MOMENT:%Y-%m-%d}",
    }[kind]


def _moment(format_: str) -> str:
    try:
        return _MOMENT.strftime(format_ or "%Y-%m-%dT%H:%M:%S+00:00")
    except ValueError:
        return _MOMENT.isoformat()


def _is_telling(default: Any) -> bool:
    if default is MISSING or default is None or default in ("", 0, False):
        return type(default) in {int, bool}
    return isinstance(default, (str, int, float, bool)) or (
        isinstance(default, (list, dict)) and bool(default) and _is_json(default)
    )


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        return False
    return True


def _singular(name: str) -> str:
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[-\s]", "_", name).lower()
