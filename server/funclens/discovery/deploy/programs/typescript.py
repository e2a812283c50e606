"""Programs in TypeScript and JavaScript: constants and what `new` makes are read.

The reader goes forward through the tokens and gives up an expression where it meets
what it does not know; what follows is read all the same.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from funclens.discovery.deploy.programs.program_values import (
    UNKNOWN,
    Attribute,
    Fields,
    Joined,
    Listed,
    Made,
    OneOf,
    Text,
    Value,
    texts,
)
from funclens.discovery.deploy.terraform.language.scanner import Source

if TYPE_CHECKING:
    from funclens.discovery.deploy.programs.declared_functions import Program

__all__ = ["made_by_typescript"]

_TOKEN = re.compile(
    r"\s+|//[^\n]*|/\*[\s\S]*?(?:\*/|\Z)"
    r"|(?P<name>[A-Za-z_$][\w$]*)"
    r"|(?P<text>\"(?:[^\"\\\n]+|\\.)*\"?|'(?:[^'\\\n]+|\\.)*'?)"
    r"|(?P<number>\d[\w.]*)"
    r"|(?P<sign>`|\.\.\.|=>|\?\?|\?\.|\|\||&&|[-+*/%=<>!?:;,.(){}\[\]@&|^~#])"
    r"|."
)
_PIECE = re.compile(r"(?:[^`\\$]+|\\.|\$(?!\{))+", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ENDS_OF_TYPE = frozenset({"=", ";", "(", "{", "new", "const", "let", "var", "export"})
_DEEPEST = 40


class _GiveUpError(Exception):
    """This is no expression that says anything here."""


def made_by_typescript(program: Program, text: str) -> list[Made]:
    """Return what `new` makes in a text."""
    reading = _Reading(Source(program.path, text), program)
    reading.run()
    return reading.made


class _Reading:
    """A position among the tokens of a text that only moves forward."""

    def __init__(self, source: Source, program: Program) -> None:
        self.made: list[Made] = []
        self._source = source
        self._program = program
        self._at = 0
        self._depth = 0
        own = os.path.dirname(program.path)
        self._names: dict[str, Value] = {"__dirname": Text(own)}

    def run(self) -> None:
        """Take in everything that the text makes."""
        text = self._source.text
        while self._at < len(text):
            token = self._peek()
            if token is None:
                return
            self._depth = 0
            before = self._at
            try:
                if token["name"] in {"const", "let", "var", "readonly"}:
                    self._declaration(token)
                elif token["name"] == "new":
                    self._expression()
                else:
                    self._at = token.end()
            except _GiveUpError:
                self._at = max(self._at, before + 1)

    def _peek(self) -> re.Match[str] | None:
        """Return the next token that is neither blank nor comment."""
        text = self._source.text
        while found := _TOKEN.match(text, self._at):
            if found.lastgroup:
                return found
            self._at = found.end()
        return None

    def _take(self, *signs: str) -> str | None:
        found = self._peek()
        if found is None or found["sign"] not in signs or found["sign"] is None:
            return None
        self._at = found.end()
        return found["sign"]

    def _name(self) -> str:
        found = self._peek()
        if found is None or not found["name"]:
            raise _GiveUpError
        self._at = found.end()
        return found["name"]

    def _declaration(self, token: re.Match[str]) -> None:
        self._at = token.end()
        name = self._name()
        if self._take(":"):
            self._skip_type()
        if not self._take("="):
            return
        self._names[name] = UNKNOWN
        self._names[name] = self._expression()

    def _skip_type(self) -> None:
        for _ in range(60):
            found = self._peek()
            if found is None or found[0] in _ENDS_OF_TYPE:
                return
            self._at = found.end()

    def _expression(self) -> Value:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _GiveUpError
        parts = [self._operand()]
        found: Value = parts[0]
        while sign := self._take("+", "||", "??", "?"):
            if sign == "?":
                yes = self._expression()
                if not self._take(":"):
                    raise _GiveUpError
                found = OneOf([yes, self._expression()])
                break
            right = self._operand()
            found = Joined([found, right]) if sign == "+" else OneOf([found, right])
        self._depth -= 1
        return found

    def _operand(self) -> Value:
        while self._take("!", "-"):
            pass
        token = self._peek()
        if token is None:
            raise _GiveUpError
        start = self._at
        self._at = token.end()
        if token["text"]:
            span = self._source.span(start + 1, token.end() - 1)
            value: Value = Text(_ESCAPE.sub(r"\1", token["text"][1:-1]), span)
        elif token["number"]:
            value = Text(token["number"])
        elif token["sign"] == "`":
            value = self._template()
        elif token["sign"] == "{":
            value = self._object()
        elif token["sign"] == "[":
            value = Listed(self._items("]"))
        elif token["sign"] == "(":
            value = self._expression()
            if not self._take(")"):
                raise _GiveUpError
        elif token["name"] == "new":
            value = self._new(start)
        elif token["name"] in {"await", "typeof", "void"}:
            value = self._operand()
        elif token["name"]:
            value = self._reference(token["name"], start)
        else:
            raise _GiveUpError
        return self._suffixes(value)

    def _reference(self, name: str, start: int) -> Value:
        """Return what a name stands for, or what a call of it returns."""
        parts = [name]
        while name not in self._names and self._take(".", "?."):
            parts.append(self._name())
        if name in self._names:
            return self._names[name]
        return self._call(".".join(parts), start)

    def _call(self, callee: str, start: int) -> Value:
        token = self._peek()
        if token is not None and token["sign"] == "`":
            # pulumi.interpolate`…`
            self._at = token.end()
            return self._template()
        if not self._take("("):
            return Text("true") if callee == "true" else UNKNOWN
        arguments = self._items(")")
        last = callee.rpartition(".")[2]
        if last in {"join", "resolve"} and callee.partition(".")[0] in {"path", last}:
            return self._path(arguments)
        if last == "requireResolve":
            return UNKNOWN
        if callee == "process.cwd":
            return Text(self._program.folder)
        return Made(callee, arguments, {}, self._source.span(start, self._at))

    def _path(self, parts: list[Value]) -> Value:
        known = [next((text.text for text in texts(part)), None) for part in parts]
        found = [text for text in known if text is not None]
        if not found or len(found) < len(parts):
            return UNKNOWN
        return Text(os.path.join(*found))

    def _new(self, start: int) -> Value:
        parts = [self._name()]
        while self._take("."):
            parts.append(self._name())
        if self._take("<"):
            while (token := self._peek()) and token["sign"] not in {">", "(", ";"}:
                self._at = token.end()
            self._take(">")
        end = self._at
        arguments = self._items(")") if self._take("(") else []
        span = self._source.span(start, end)
        made = Made(".".join(parts), arguments, {}, span)
        self.made.append(made)
        return made

    def _items(self, closing: str) -> list[Value]:
        items: list[Value] = []
        while not self._take(closing):
            self._take("...")
            items.append(self._expression())
            if not self._take(","):
                if not self._take(closing):
                    raise _GiveUpError
                break
        return items

    def _object(self) -> Value:
        items: dict[str, Value] = {}
        while not self._take("}"):
            if self._take("..."):
                spread = self._expression()
                items |= spread.items if isinstance(spread, Fields) else {}
            else:
                self._field(items)
            if not self._take(","):
                if not self._take("}"):
                    raise _GiveUpError
                break
        return Fields(items)

    def _field(self, items: dict[str, Value]) -> None:
        token = self._peek()
        if token is None:
            raise _GiveUpError
        key = token["name"] or (token["text"] or "")[1:-1]
        if token["sign"] == "[":
            self._at = token.end()
            given = self._items("]")
            key = next((text.text for text in texts(given[0] if given else None)), "")
        elif not key:
            raise _GiveUpError
        else:
            self._at = token.end()
        if self._take(":"):
            items[key] = self._expression()
        else:
            items[key] = self._names.get(key, UNKNOWN)

    def _template(self) -> Value:
        """Read a template up to its closing backtick."""
        text = self._source.text
        start = self._at
        parts: list[Value] = []
        while not text.startswith("`", self._at):
            if text.startswith("${", self._at):
                self._at += 2
                parts.append(self._expression())
                if not self._take("}"):
                    raise _GiveUpError
                continue
            piece = _PIECE.match(text, self._at)
            if piece is None:
                raise _GiveUpError
            self._at = piece.end()
            parts.append(Text(_ESCAPE.sub(r"\1", piece[0])))
        self._at += 1
        if len(parts) == 1 and isinstance(parts[0], Text):
            return Text(parts[0].text, self._source.span(start, self._at - 1))
        return Joined(parts)

    def _suffixes(self, value: Value) -> Value:
        while True:
            if self._take(".", "?."):
                name = self._name()
                if isinstance(value, Fields):
                    value = value.items.get(name, UNKNOWN)
                elif value is not UNKNOWN:
                    value = Attribute(value, name)
            elif self._take("("):
                self._items(")")
            elif self._take("["):
                key = self._items("]")
                name = next((t.text for t in texts(key[0] if key else None)), "")
                value = (
                    value.items.get(name, UNKNOWN)
                    if (isinstance(value, Fields))
                    else UNKNOWN
                )
            elif self._take("!"):
                pass
            elif (token := self._peek()) and token["name"] in {"as", "satisfies"}:
                self._at = token.end()
                self._name()
            elif token and token["sign"] == "=>":
                raise _GiveUpError
            else:
                return value
