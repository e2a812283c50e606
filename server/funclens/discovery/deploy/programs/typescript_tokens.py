"""Tokens of a program in TypeScript or JavaScript, read forward."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from funclens.discovery.deploy.terraform.language.scanner import Source

__all__ = ["GiveUpError", "Tokens"]

_TOKEN = re.compile(
    r"\s+|//[^\n]*|/\*[\s\S]*?(?:\*/|\Z)"
    r"|(?P<name>[A-Za-z_$][\w$]*)"
    r"|(?P<text>\"(?:[^\"\\\n]+|\\.)*\"?|'(?:[^'\\\n]+|\\.)*'?)"
    r"|(?P<number>\d[\w.]*)"
    r"|(?P<sign>`|\.\.\.|=>|\?\?|\?\.|\|\||&&|[-+*/%=<>!?:;,.(){}\[\]@&|^~#])"
    r"|."
)
_ENDS_OF_TYPE = frozenset({"=", ";", "(", "{", "new", "const", "let", "var", "export"})


class GiveUpError(Exception):
    """The expression can't be interpreted."""


class Tokens:
    """A forward-only cursor over the tokens of a text."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.at = 0

    def peek(self) -> re.Match[str] | None:
        """Return the next token, skipping blanks and comments."""
        text = self.source.text
        while found := _TOKEN.match(text, self.at):
            if found.lastgroup:
                return found
            self.at = found.end()
        return None

    def take(self, *signs: str) -> str | None:
        """Go over one of these signs; return it, or None when it is not there."""
        found = self.peek()
        if found is None or found["sign"] not in signs or found["sign"] is None:
            return None
        self.at = found.end()
        return found["sign"]

    def name(self) -> str:
        """Go over a name and return it. Raises GiveUpError."""
        found = self.peek()
        if found is None or not found["name"]:
            raise GiveUpError
        self.at = found.end()
        return found["name"]

    def skip_type(self) -> None:
        """Go over the type of a declaration."""
        for _ in range(60):
            found = self.peek()
            if found is None or found[0] in _ENDS_OF_TYPE:
                return
            self.at = found.end()
