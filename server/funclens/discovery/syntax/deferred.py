"""Definitions that are parsed only when more than their name is needed.

Most definitions of a workspace obviously aren't Cloud Functions: they have no
decorator, no parameter or body that looks like one for a request or an event, and no
matching docstring. Parsing them would take most of the time.
"""

from __future__ import annotations

import re
from functools import cached_property

from funclens.discovery.syntax.parse import parse_blocks
from funclens.discovery.syntax.statements import (
    Binding,
    BindingKind,
    Block,
    SyntaxFault,
)
from funclens.discovery.syntax.usage import (
    PLAUSIBLE_NAME,
    PLAUSIBLE_TEXT,
    PLAUSIBLE_TYPE,
    PLAUSIBLE_USE_IN_TEXT,
    PLAUSIBLE_WORDS,
)
from funclens.model import Span

__all__ = ["DeferredBlock", "defer"]

_CLASS = re.compile(
    r"(?:@[\w.]+(?:\([^()\n'\"#\\]*\))?[ \t]*\n)*class[ \t]+([^\W\d]\w*)"
)
_DEF = re.compile(
    r"(?:async[ \t]+)?def[ \t]+([^\W\d]\w*)[ \t]*\(([^()'\"#\\]*)\)[ \t]*"
    r"(?:->[ \t]*[^:'\"#\\\n()]*)?:[ \t]*\n"
)
_NEXT_STATEMENT = re.compile(r"\n[^\s#)\]}]")
"""Something else at column 0, possibly inside a string."""

_NAME = re.compile(rf"{PLAUSIBLE_NAME}|\b_|\bce\b|{PLAUSIBLE_TYPE}")
_DOCSTRING = re.compile(r"(?:\s|#[^\n]*\n)*(?:[rRuU]?(\"\"\"|\'\'\'|\"|\')|\()")
_WORDS = re.compile(PLAUSIBLE_WORDS, re.IGNORECASE)
_USE = re.compile(rf"{PLAUSIBLE_USE_IN_TEXT}|{PLAUSIBLE_TEXT}")


class DeferredBlock:
    """One undecorated definition or class that can't be a function."""

    exported = None

    def __init__(self, text: str, name: str, kind: BindingKind) -> None:
        self.name = name
        self.kind = kind
        self._text = text

    @property
    def bindings(self) -> tuple[Binding, ...]:
        """The only binding."""
        return (self._binding,)

    @cached_property
    def faults(self) -> tuple[SyntaxFault, ...]:
        """Its syntax errors."""
        return self._parsed.faults

    @cached_property
    def _parsed(self) -> Block:
        return parse_blocks([self._text])[0]

    @property
    def is_readable(self) -> bool:
        """False if nothing but its name could be parsed."""
        return any(self._is_own(binding) for binding in self._parsed.bindings)

    def _is_own(self, binding: Binding) -> bool:
        return (binding.name, binding.kind) == (self.name, self.kind)

    @cached_property
    def _binding(self) -> Binding:
        for binding in self._parsed.bindings:
            if self._is_own(binding):
                return binding
        span = Span(1, 1, 1, len(self._text.partition("\n")[0]) + 1)
        return Binding(self.name, self.kind, span, span)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DeferredBlock) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)


def defer(text: str) -> DeferredBlock | None:
    """Return an unparsed block if its definition certainly isn't a function.

    None means that the text must be parsed. Syntax errors are found when the block's
    faults are requested.
    """
    if "\f" in text or "\v" in text:
        # Python treats what follows a form feed as the beginning of a line.
        return None
    head = _DEF.match(text)
    if head is not None:
        if _NEXT_STATEMENT.search(text) or _may_be_function(text, head):
            return None
        return DeferredBlock(text, head[1], BindingKind.DEFINITION)
    head = _CLASS.match(text)
    if head is not None and not _NEXT_STATEMENT.search(text, head.end()):
        return DeferredBlock(text, head[1], BindingKind.CLASS)
    return None


def _may_be_function(text: str, head: re.Match[str]) -> bool:
    parameters = head[2]
    if not parameters or parameters.isspace():
        return False
    if _NAME.search(parameters) or _USE.search(text):
        return True
    docstring = _DOCSTRING.match(text, head.end())
    if docstring is None:
        return False
    begin, end = docstring.end(), len(text)
    if (quote := docstring[1]) and (close := text.find(quote, begin)) >= 0:
        after = text[close + len(quote) :].lstrip(" \t")
        if "\\" not in text[begin:close] and after.startswith("\n"):
            end = close
    return _WORDS.search(text, begin, end) is not None
