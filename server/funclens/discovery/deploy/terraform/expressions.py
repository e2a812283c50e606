"""Reads expressions of HCL from a text, forward, never twice."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from funclens.discovery.deploy.terraform.scanner import (
    HclError,
    heredoc,
    skip_blanks,
    token_at,
)
from funclens.discovery.deploy.terraform.syntax import (
    Attribute,
    Binary,
    Call,
    Conditional,
    Constant,
    Expression,
    ForEach,
    Index,
    ListOf,
    Missing,
    Name,
    ObjectOf,
    Splat,
    Template,
    Unary,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.deploy.terraform.scanner import Source

__all__ = ["Reader"]

_DEEPEST = 50
"""Expressions in each other; what is deeper is no configuration."""

_STRENGTH = {
    **dict.fromkeys(("||",), 1),
    **dict.fromkeys(("&&",), 2),
    **dict.fromkeys(("==", "!="), 3),
    **dict.fromkeys(("<", ">", "<=", ">="), 4),
    **dict.fromkeys(("+", "-"), 5),
    **dict.fromkeys(("*", "/", "%"), 6),
}
_TEXT = re.compile(r'(?:[^"\\\n$%]|\\.|[$%](?![{])|\$\$\{|%%\{)+')
_TEXT_OF_HEREDOC = re.compile(r"(?:[^$%]|[$%](?![{])|\$\$\{|%%\{)+")
_ESCAPE = re.compile(
    r'\\(?:([nrt"\\/bf])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))|\$(\$\{)|%(%\{)'
)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_WORDS = {"true": True, "false": False, "null": None}


class Reader:
    """A position in a text that only moves forward."""

    def __init__(self, source: Source, at: int = 0, *, templates: bool = True) -> None:
        self.source = source
        self.at = at
        """Offset of what was not read yet."""
        self._text = source.text
        self._lines = False
        """Whether newlines are blanks: within brackets they are."""
        self._depth = 0
        self._templates = templates

    def peek(self) -> re.Match[str] | None:
        """Return the next token, but do not go past it."""
        self.at = skip_blanks(self._text, self.at, lines=self._lines)
        return token_at(self._text, self.at)

    def take(self, *signs: str) -> str | None:
        """Go past one of these signs; None when another token comes next."""
        found = self.peek()
        if found is None or found["sign"] not in signs or found["sign"] is None:
            return None
        self.at = found.end()
        return found["sign"]

    def expression(self) -> Expression:
        """Read one expression. Raises HclError where there is none."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise HclError(self.at)
        self.peek()
        start = self.at
        found = self._binary(1)
        if self.take("?"):
            text = re.sub(r"\s+", "", self._text[start : self.at - 1])
            self._skip_lines()
            yes = self.expression()
            self._skip_lines()
            if not self.take(":"):
                raise HclError(self.at)
            self._skip_lines()
            found = Conditional(found, text, yes, self.expression())
        self._depth -= 1
        return found

    def _skip_lines(self) -> None:
        self.at = skip_blanks(self._text, self.at, lines=True)

    def _binary(self, weakest: int) -> Expression:
        left = self._unary()
        while True:
            found = self.peek()
            sign = found["sign"] if found else None
            strength = _STRENGTH.get(sign or "", 0)
            if found is None or sign is None or strength < weakest:
                return left
            self.at = found.end()
            left = Binary(sign, left, self._binary(strength + 1))

    def _unary(self) -> Expression:
        signs = []
        while sign := self.take("!", "-"):
            signs.append(sign)
        found = self._with_suffixes(self._primary())
        # Two of the same undo each other; more are no configuration.
        for sign in signs[:2]:
            found = Unary(sign, found)
        return found

    def _primary(self) -> Expression:
        found = self.peek()
        if found is None:
            raise HclError(self.at)
        start = self.at
        if found["quote"]:
            return self.text()
        self.at = found.end()
        if found["name"]:
            return self._word(found["name"], start)
        if found["number"]:
            number = found["number"]
            data = int(number) if number.isdigit() and len(number) < 20 else 0.5
            if not number.isdigit():
                data = float(number)
            return Constant(data, self.source, start, self.at)
        if found["heredoc"]:
            return self._heredoc(found["heredoc"])
        if found["sign"] in {"(", "[", "{"}:
            return self._bracketed(found["sign"])
        raise HclError(start)

    def bracketed(self) -> Expression:
        """Read an expression whose newlines mean nothing, as within brackets."""
        self._lines = True
        return self.expression()

    def _bracketed(self, sign: str) -> Expression:
        before, self._lines = self._lines, True
        try:
            if sign == "(":
                inner = self.expression()
                self._expect(")")
                return inner
            following = self.peek()
            if following and following["name"] == "for":
                self.at = following.end()
                return self._for(sign)
            return self._list() if sign == "[" else self._object()
        finally:
            self._lines = before

    def _word(self, word: str, start: int) -> Expression:
        while self._text.startswith("::", self.at):
            # Functions of providers: provider::name::function.
            found = token_at(self._text, self.at + 2)
            if found is None or not found["name"]:
                raise HclError(self.at)
            word = found["name"]
            self.at = found.end()
        if self._text.startswith("(", self.at):
            self.at += 1
            return self._call(word)
        if word in _WORDS:
            return Constant(_WORDS[word], self.source, start, self.at)
        return Name(word)

    def _call(self, name: str) -> Expression:
        before, self._lines = self._lines, True
        arguments: list[Expression] = []
        spread = False
        while not self.take(")"):
            arguments.append(self.expression())
            if self.take("..."):
                spread = True
            if not self.take(","):
                self._expect(")")
                break
        self._lines = before
        return Call(name, tuple(arguments), spread)

    def _with_suffixes(self, found: Expression) -> Expression:
        while True:
            if self._lines and self._text[self.at : self.at + 1] in {"\n", "\r", " "}:
                # A chain may go on in the next line, within brackets.
                following = self.peek()
                if following is None or following["sign"] not in {".", "["}:
                    return found
                if following["sign"] == "[":
                    return found
            if self._text.startswith("[*]", self.at):
                self.at += 3
                found = Splat(found, tuple(self._attributes()))
            elif self._text.startswith(".*", self.at):
                self.at += 2
                found = Splat(found, tuple(self._attributes()))
            elif self._text.startswith("[", self.at):
                self.at += 1
                before, self._lines = self._lines, True
                found = Index(found, self.expression())
                self._expect("]")
                self._lines = before
            elif self._text.startswith(".", self.at) and (
                name := re.compile(r"\.([^\W\d][\w-]*|\d+)").match(self._text, self.at)
            ):
                start = self.at + 1
                self.at = name.end()
                if name[1].isdigit():
                    key = Constant(int(name[1][:9]), self.source, start, self.at)
                    found = Index(found, key)
                else:
                    found = Attribute(found, name[1])
            else:
                return found

    def _attributes(self) -> Iterator[str]:
        pattern = re.compile(r"\.([^\W\d][\w-]*)")
        while name := pattern.match(self._text, self.at):
            self.at = name.end()
            yield name[1]

    def _list(self) -> Expression:
        items: list[Expression] = []
        while not self.take("]"):
            items.append(self.expression())
            if not self.take(","):
                self._expect("]")
                break
        return ListOf(tuple(items))

    def _object(self) -> Expression:
        items: list[tuple[Expression, Expression]] = []
        while not self.take("}"):
            key = self._object_key()
            if not self.take("=", ":"):
                raise HclError(self.at)
            self._skip_lines()
            self._lines = False
            value = self.expression()
            self._lines = True
            items.append((key, value))
            self.take(",")
        return ObjectOf(tuple(items))

    def _object_key(self) -> Expression:
        found = self.peek()
        if found and found["name"]:
            after = skip_blanks(self._text, found.end(), lines=False)
            if self._text[after : after + 1] in {"=", ":"}:
                start, self.at = self.at, found.end()
                return Constant(found["name"], self.source, start, self.at)
        return self.expression()

    def _for(self, opened: str) -> Expression:
        names = [self._name()]
        if self.take(","):
            names.append(self._name())
        if self._name() != "in":
            raise HclError(self.at)
        items = self.expression()
        self._expect(":")
        key = None
        value = self.expression()
        groups = False
        if self.take("=>"):
            key, value = value, self.expression()
            groups = self.take("...") is not None
        test = None
        following = self.peek()
        if following and following["name"] == "if":
            self.at = following.end()
            test = self.expression()
        self._expect("]" if opened == "[" else "}")
        return ForEach(tuple(names), items, key, value, test, groups)

    def _name(self) -> str:
        found = self.peek()
        if found is None or not found["name"]:
            raise HclError(self.at)
        self.at = found.end()
        return found["name"]

    def _expect(self, sign: str) -> None:
        if not self.take(sign):
            raise HclError(self.at)

    def text(self) -> Expression:
        """Read a text in quotes. One that its line does not end is Missing."""
        start = self.at
        self.at += 1
        parts = self._parts(_TEXT, len(self._text), '"')
        if not self._text.startswith('"', self.at):
            newline = self._text.find("\n", self.at)
            self.at = len(self._text) if newline < 0 else newline
            return Missing()
        self.at += 1
        return self._template(parts, start + 1, self.at - 1)

    def _heredoc(self, opening: str) -> Expression:
        start = self.at
        mark = opening.strip().lstrip("<-")
        end, after = heredoc(self.source, start, mark)
        parts = self._parts(_TEXT_OF_HEREDOC, end, "")
        self.at = after
        if opening.startswith("<<-"):
            parts = _dedented(parts)
        return self._template(parts, start, end)

    def _template(self, parts: list[Expression], start: int, end: int) -> Expression:
        if not parts:
            return Constant("", self.source, start, end)
        if len(parts) == 1 and not isinstance(parts[0], Template):
            return parts[0]
        return Template(tuple(parts), self.source, start, end)

    def _parts(self, text: re.Pattern[str], end: int, closing: str) -> list[Expression]:
        parts: list[Expression] = []
        while self.at < end:
            if closing and self._text.startswith(closing, self.at):
                break
            if self._text.startswith(("${", "%{"), self.at):
                parts.append(self._interpolation())
                continue
            found = text.match(self._text, self.at, end)
            if found is None:
                break
            data = found[0]
            if closing or "{" in data:
                data = _ESCAPE.sub(_unescaped, data)
            parts.append(Constant(data, self.source, self.at, found.end()))
            self.at = found.end()
        return parts

    def _interpolation(self) -> Expression:
        start = self.at
        is_directive = self._text.startswith("%", start)
        self.at += 2
        if not self._templates:
            return Constant("${", self.source, start, self.at)
        if self._text.startswith("~", self.at):
            self.at += 1
        if is_directive:
            end = self._text.find("}", self.at)
            newline = self._text.find("\n", self.at)
            if end < 0 or 0 <= newline < end:
                raise HclError(start)
            self.at = end + 1
            return Missing()
        before, self._lines = self._lines, True
        found = self.expression()
        self._lines = before
        self._skip_lines()
        if self._text.startswith("~", self.at):
            self.at += 1
        if not self._text.startswith("}", self.at):
            raise HclError(self.at)
        self.at += 1
        return found


def _unescaped(found: re.Match[str]) -> str:
    if found[1]:
        return _ESCAPED.get(found[1], found[1])
    if found[4] or found[5]:
        return found[4] or found[5]
    code = int(found[2] or found[3], 16)
    return chr(code) if code < 0x110000 else "\ufffd"


def _dedented(parts: list[Expression]) -> list[Expression]:
    """Take the indentation off a heredoc that is nothing but text."""
    if len(parts) != 1 or not isinstance(parts[0], Constant):
        return parts
    part = parts[0]
    text = textwrap.dedent(str(part.data))
    return [Constant(text, part.source, part.start, part.end)]
