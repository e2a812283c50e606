"""Tokens of a PowerShell script, and what its expressions come to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Union

from funclens.dataclass import dataclass
from funclens.discovery.deploy.shell import folders_above
from funclens.discovery.deploy.shell.state import State, unknown

if TYPE_CHECKING:
    from funclens.discovery.deploy.nearby import NearbyFiles

__all__ = ["PowerShellValues", "Token", "Value"]

_TOKEN = re.compile(
    r"`\r?\n|(?P<comment>#[^\n]*|<#.*?(?:#>|\Z))|(?P<end>[\n;]|\|\||&&|\|)"
    r"|(?P<open>@?[({]|\[)|(?P<close>[)}\]])|(?P<comma>,)"
    r"|(?P<text>@?\"(?:[^\"`]|`.)*(?:\"@?|\Z)|@?'[^']*(?:'@?|\Z))"
    r"|(?P<word>(?:[^\s;|,(){}\[\]\"'`#]|`.|\$\{[^}\n]{0,200}\}|\$\(\$[\w.]+\)|(?<=\S)#)+)|\s|.",
    re.DOTALL,
)
_REFERENCE = re.compile(
    r"\$\{(?:env:)?(\w+)\}|\$\(\$(\w+(?:\.\w+)?)\)|\$(?:env:|script:|global:)?(\w+(?:\.\w+)?)",
    re.IGNORECASE,
)

Value = Union[str, "list[Value]", "dict[str, Value]"]


@dataclass(frozen=True, slots=True)
class Token:
    """A token by its kind, and where it stands."""

    kind: str
    text: str
    start: int
    end: int


class PowerShellValues:
    """The tokens of a script and the values of its variables."""

    def __init__(self, path: str, text: str, nearby: NearbyFiles) -> None:
        self.tokens = _tokens(text)
        self.pairs = _pairs(self.tokens)
        """The index of each closing bracket by that of the opening one."""
        self.values: dict[str, Value] = {}
        """By name in lower case."""
        self.state = State(folders_above(path, nearby))

    def value(self, start: int, end: int) -> Value:
        """Return the value of an expression."""
        items: list[Any] = []
        at = start
        had_comma = False
        while at < end:
            token = self.tokens[at]
            closed = self.pairs.get(at)
            if token.kind == "comma":
                had_comma = True
            elif token.text in {"@(", "("} and closed is not None:
                inner = self.value(at + 1, closed)
                listed = inner if isinstance(inner, list) else [inner]
                items.append(listed if token.text == "@(" else inner)
            elif token.text == "@{" and closed is not None:
                items.append(self._table(at + 1, closed))
            elif token.text == "[" and closed is not None:
                pass
            elif token.kind in {"word", "text"}:
                items.append(self.text_of(token))
            at = (closed if closed is not None else at) + 1
        newlines = any(self.tokens[i].kind == "end" for i in range(start, end))
        if had_comma or (newlines and len(items) > 1):
            return items
        return items[0] if len(items) == 1 else items or ""

    def _table(self, start: int, end: int) -> dict[str, Value]:
        found: dict[str, Value] = {}
        at = start
        while at + 2 < end:
            if self.tokens[at + 1].text == "=":
                stop = self.statement_end(at + 2, end)
                found[self.tokens[at].text.strip("\"'").lower()] = self.value(
                    at + 2, stop
                )
                at = stop
            else:
                at += 1
        return found

    def text_of(self, token: Token) -> Value:
        """Return what a word or a quoted text stands for."""
        text = token.text
        if text.startswith(("'", "@'")):
            return text.strip("@").strip("'")
        if token.kind == "text":
            return self._filled(text.strip("@")[1:-1])
        splat = re.fullmatch(r"@(\w+)", text)
        match = _REFERENCE.fullmatch("$" + splat[1] if splat else text)
        if match:
            return self._lookup(match)
        return self._filled(text)

    def _filled(self, text: str) -> str:
        def value(match: re.Match[str]) -> str:
            found = self._lookup(match)
            return found if isinstance(found, str) else unknown(match[0])

        return re.sub(r"`(.)", r"\1", _REFERENCE.sub(value, text))

    def _lookup(self, match: re.Match[str]) -> Value:
        name = next(group for group in match.groups() if group).lower()
        if name == "psscriptroot":
            return self.state.start[0]
        if name == "pwd":
            return self.state.here()
        head, _, key = name.partition(".")
        found = self.values.get(head)
        if key and isinstance(found, dict):
            found = found.get(key)
        elif key and isinstance(found, str):
            return f"{found}.{key}" if "." in match[0] else found
        return unknown(name) if found is None else found

    def statement_end(self, at: int, end: int) -> int:
        """Return the index of the token that ends a statement."""
        while at < end and self.tokens[at].kind != "end":
            at = self.pairs.get(at, at) + 1
        return min(at, end)


def _tokens(text: str) -> list[Token]:
    return [
        Token(match.lastgroup or "", match[0], match.start(), match.end())
        for match in _TOKEN.finditer(text)
        if match.lastgroup not in {None, "comment"}
    ]


def _pairs(tokens: list[Token]) -> dict[int, int]:
    """Return the index of each closing bracket, by that of its opening bracket."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind == "open":
            opened.append(index)
        elif token.kind == "close" and opened:
            found[opened.pop()] = index
    return found
