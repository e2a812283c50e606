"""Programs in TypeScript and JavaScript: constants and resources created with `new`.

The parser scans the tokens once. It skips expressions it can't interpret and continues
after them.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from funclens.discovery.deploy.programs.calls import joined_path
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
from funclens.discovery.deploy.programs.typescript_tokens import GiveUpError, Tokens
from funclens.discovery.deploy.terraform.language.scanner import Source

if TYPE_CHECKING:
    from funclens.discovery.deploy.programs.declared_functions import Program

__all__ = ["made_by_typescript"]

_PIECE = re.compile(r"(?:[^`\\$]+|\\.|\$(?!\{))+", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_DEEPEST = 40


def made_by_typescript(program: Program, text: str) -> list[Made]:
    """Return the objects that a text creates with `new`."""
    reading = _Reading(Source(program.path, text), program)
    reading.run()
    return reading.made


class _Reading(Tokens):
    """Reads what is made, and the constants that it is made of."""

    def __init__(self, source: Source, program: Program) -> None:
        super().__init__(source)
        self.made: list[Made] = []
        self._program = program
        self._depth = 0
        own = os.path.dirname(program.path)
        self._names: dict[str, Value] = {"__dirname": Text(own)}

    def run(self) -> None:
        """Process the whole text."""
        text = self.source.text
        while self.at < len(text):
            token = self.peek()
            if token is None:
                return
            self._depth = 0
            before = self.at
            try:
                if token["name"] in {"const", "let", "var", "readonly"}:
                    self._declaration(token)
                elif token["name"] == "new":
                    self._expression()
                else:
                    self.at = token.end()
            except GiveUpError:
                self.at = max(self.at, before + 1)

    def _declaration(self, token: re.Match[str]) -> None:
        self.at = token.end()
        name = self.name()
        if self.take(":"):
            self.skip_type()
        if not self.take("="):
            return
        self._names[name] = UNKNOWN
        self._names[name] = self._expression()

    def _expression(self) -> Value:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise GiveUpError
        parts = [self._operand()]
        found: Value = parts[0]
        while sign := self.take("+", "||", "??", "?"):
            if sign == "?":
                yes = self._expression()
                if not self.take(":"):
                    raise GiveUpError
                found = OneOf([yes, self._expression()])
                break
            right = self._operand()
            found = Joined([found, right]) if sign == "+" else OneOf([found, right])
        self._depth -= 1
        return found

    def _operand(self) -> Value:
        while self.take("!", "-"):
            pass
        token = self.peek()
        if token is None:
            raise GiveUpError
        start = self.at
        self.at = token.end()
        if token["text"]:
            span = self.source.span(start + 1, token.end() - 1)
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
            if not self.take(")"):
                raise GiveUpError
        elif token["name"] == "new":
            value = self._new(start)
        elif token["name"] in {"await", "typeof", "void"}:
            value = self._operand()
        elif token["name"]:
            value = self._reference(token["name"], start)
        else:
            raise GiveUpError
        return self._suffixes(value)

    def _reference(self, name: str, start: int) -> Value:
        """Return the value of a name, or the result of calling it."""
        parts = [name]
        while name not in self._names and self.take(".", "?."):
            parts.append(self.name())
        if name in self._names:
            return self._names[name]
        return self._call(".".join(parts), start)

    def _call(self, callee: str, start: int) -> Value:
        token = self.peek()
        if token is not None and token["sign"] == "`":
            # pulumi.interpolate`…`
            self.at = token.end()
            return self._template()
        if not self.take("("):
            return Text("true") if callee == "true" else UNKNOWN
        arguments = self._items(")")
        last = callee.rpartition(".")[2]
        if last in {"join", "resolve"} and callee.partition(".")[0] in {"path", last}:
            return joined_path(arguments)
        if last == "requireResolve":
            return UNKNOWN
        if callee == "process.cwd":
            return Text(self._program.folder)
        return Made(callee, arguments, {}, self.source.span(start, self.at))

    def _new(self, start: int) -> Value:
        parts = [self.name()]
        while self.take("."):
            parts.append(self.name())
        if self.take("<"):
            while (token := self.peek()) and token["sign"] not in {">", "(", ";"}:
                self.at = token.end()
            self.take(">")
        end = self.at
        arguments = self._items(")") if self.take("(") else []
        span = self.source.span(start, end)
        made = Made(".".join(parts), arguments, {}, span)
        self.made.append(made)
        return made

    def _items(self, closing: str) -> list[Value]:
        items: list[Value] = []
        while not self.take(closing):
            self.take("...")
            items.append(self._expression())
            if not self.take(","):
                if not self.take(closing):
                    raise GiveUpError
                break
        return items

    def _object(self) -> Value:
        items: dict[str, Value] = {}
        while not self.take("}"):
            if self.take("..."):
                spread = self._expression()
                items |= spread.items if isinstance(spread, Fields) else {}
            else:
                self._field(items)
            if not self.take(","):
                if not self.take("}"):
                    raise GiveUpError
                break
        return Fields(items)

    def _field(self, items: dict[str, Value]) -> None:
        token = self.peek()
        if token is None:
            raise GiveUpError
        key = token["name"] or (token["text"] or "")[1:-1]
        if token["sign"] == "[":
            self.at = token.end()
            given = self._items("]")
            key = next((text.text for text in texts(given[0] if given else None)), "")
        elif not key:
            raise GiveUpError
        else:
            self.at = token.end()
        if self.take(":"):
            items[key] = self._expression()
        else:
            items[key] = self._names.get(key, UNKNOWN)

    def _template(self) -> Value:
        """Read a template string up to its closing backtick."""
        text = self.source.text
        start = self.at
        parts: list[Value] = []
        while not text.startswith("`", self.at):
            if text.startswith("${", self.at):
                self.at += 2
                parts.append(self._expression())
                if not self.take("}"):
                    raise GiveUpError
                continue
            piece = _PIECE.match(text, self.at)
            if piece is None:
                raise GiveUpError
            self.at = piece.end()
            parts.append(Text(_ESCAPE.sub(r"\1", piece[0])))
        self.at += 1
        if len(parts) == 1 and isinstance(parts[0], Text):
            return Text(parts[0].text, self.source.span(start, self.at - 1))
        return Joined(parts)

    def _suffixes(self, value: Value) -> Value:
        while True:
            if self.take(".", "?."):
                name = self.name()
                if isinstance(value, Fields):
                    value = value.items.get(name, UNKNOWN)
                elif value is not UNKNOWN:
                    value = Attribute(value, name)
            elif self.take("("):
                self._items(")")
            elif self.take("["):
                key = self._items("]")
                name = next((t.text for t in texts(key[0] if key else None)), "")
                value = (
                    value.items.get(name, UNKNOWN)
                    if (isinstance(value, Fields))
                    else UNKNOWN
                )
            elif self.take("!"):
                pass
            elif (token := self.peek()) and token["name"] in {"as", "satisfies"}:
                self.at = token.end()
                self.name()
            elif token and token["sign"] == "=>":
                raise GiveUpError
            else:
                return value
