"""Hints in a function's source about the events it expects.

Static analysis only. Code that can't be parsed gives no hints.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass, field
from funclens.requests.reads import Passes, parse_module, reads_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.requests.reads import ReadModule, RequestReads

__all__ = ["Hints", "hints_of"]

_PROTOBUF = re.compile(r"\bgoogle\.events\b|\bDocumentEventData\b|\bParseFromString\b")


@dataclass(frozen=True, slots=True)
class Hints:
    """Hints found for one function."""

    options: Mapping[str, str] = field(default_factory=dict)
    """Keyword arguments of its decorators: strings, and last names of attributes."""
    text: str = ""
    """Source of the definition without its decorators."""
    reads_protobuf: bool = False
    """Whether its module decodes protocol buffers of events."""
    reads: RequestReads | None = field(default=None, compare=False)
    """What it reads of its request or event; None if the code isn't known."""
    passes: Passes = Passes.REQUEST
    """What it is called with."""


def hints_of(
    text: str,
    line: int,
    passes: Passes = Passes.REQUEST,
    read: ReadModule = lambda _name, _level: None,
) -> Hints:
    """Return the hints for the definition at a 1-based line of a module.

    `read` returns the text of modules that it imports.
    """
    tree = parse_module(text)
    if tree is None:
        return Hints()
    for node in ast.walk(tree):
        if (
            isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
            and node.lineno == line
        ):
            return Hints(
                options=_options(node),
                text=ast.get_source_segment(text, node) or "",
                reads_protobuf=_PROTOBUF.search(text) is not None,
                reads=reads_of(tree, node, passes, read),
                passes=passes,
            )
    return Hints()


def _options(node: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, str]:
    found: dict[str, str] = {}
    for decorator in node.decorator_list:
        if not isinstance(decorator, ast.Call):
            continue
        for keyword in decorator.keywords:
            value = keyword.value
            if keyword.arg is None:
                continue
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                found[keyword.arg] = value.value
            elif isinstance(value, ast.Attribute):
                found[keyword.arg] = value.attr
    return found
