"""Pulumi programs in YAML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from funclens.discovery.deploy.programs.program_values import (
    UNKNOWN,
    Attribute,
    Fields,
    Joined,
    Listed,
    Made,
    Text,
    Value,
)
from funclens.discovery.deploy.terraform.language.scanner import Source
from funclens.discovery.deploy.yaml.plain_values import Written, yaml_documents

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["made_by_yaml"]

_PART = re.compile(r"\$\{([^}]*)\}|((?:[^$]|\$(?!\{))+)")
_CALL = "fn::"


def made_by_yaml(path: str, text: str) -> list[Made]:
    """Return the resources of a program."""
    source = Source(path, text)
    return [
        made
        for document in yaml_documents(text)
        if isinstance(document, dict)
        for made in _made(document, source)
    ]


def _made(document: Mapping[Any, Any], source: Source) -> list[Made]:
    resources = document.get("resources")
    if not isinstance(resources, dict):
        return []
    variables = document.get("variables")
    known: dict[str, Value] = {}
    if isinstance(variables, dict):
        for name, value in variables.items():
            known[str(name)] = _value(value, known, source)
    # Two passes, because a resource may refer to a later one.
    made: dict[str, Made] = {}
    for _ in range(2):
        for name, resource in resources.items():
            if isinstance(resource, dict):
                fields = _value(resource.get("properties"), known, source)
                of_type = str(resource.get("type") or "")
                made[str(name)] = Made(of_type, [fields], {}, _span(name, source))
        known |= made
    return list(made.values())


def _value(value: Any, known: Mapping[str, Value], source: Source) -> Value:
    if isinstance(value, dict):
        for key, inner in value.items():
            if str(key).lower().startswith(_CALL):
                given = _value(inner, known, source)
                callee = str(key)[len(_CALL) :]
                return Made(callee[:1].lower() + callee[1:], [given])
        return Fields({str(k): _value(v, known, source) for k, v in value.items()})
    if isinstance(value, list):
        return Listed([_value(item, known, source) for item in value])
    if isinstance(value, bool):
        return Text("true") if value else UNKNOWN
    if value is None:
        return UNKNOWN
    return _text(value, known, source)


def _text(value: Any, known: Mapping[str, Value], source: Source) -> Value:
    text = str(value)
    if "${" not in text:
        return Text(text, _span(value, source))
    parts: list[Value] = []
    for found in _PART.finditer(text):
        if found[1] is None:
            parts.append(Text(found[2]))
            continue
        name, _, attribute = found[1].partition(".")
        of = known.get(name, UNKNOWN)
        parts.append(Attribute(of, attribute) if isinstance(of, Made) else of)
    return parts[0] if len(parts) == 1 else Joined(parts)


def _span(value: Any, source: Source) -> Any:
    if isinstance(value, Written):
        return source.span(value.at, value.at + len(value))
    return None
