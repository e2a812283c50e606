"""Parse HCL strings: quoted strings and heredocs, with interpolations."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from funclens.discovery.deploy.terraform.language.expression_nodes import (
    Constant,
    Expression,
    Missing,
    Template,
)
from funclens.discovery.deploy.terraform.language.scanner import (
    HclError,
    heredoc,
    skip_blanks,
    token_at,
)

if TYPE_CHECKING:
    from funclens.discovery.deploy.terraform.language.scanner import Source

__all__ = ["TextReader"]

_TEXT = re.compile(r'(?:[^"\\\n$%]+|\\.|\$\$\{|%%\{|[$%](?!\{))+')
_TEXT_OF_HEREDOC = re.compile(r"(?:[^$%]+|\$\$\{|%%\{|[$%](?!\{))+")
_ESCAPE = re.compile(
    r'\\(?:([nrt"\\/bf])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))|\$(\$\{)|%(%\{)'
)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


class TextReader:
    """A position in a text that only moves forward."""

    def __init__(self, source: Source, at: int = 0, *, templates: bool = True) -> None:
        self.source = source
        self.at = at
        """Offset of the next unread character."""
        self.whole = source.text
        self.lines_are_blank = False
        """Whether newlines count as blanks, as inside brackets."""
        self.templates = templates
        """Whether `${` starts an interpolation."""

    def peek(self) -> re.Match[str] | None:
        """Return the next token without consuming it."""
        self.at = skip_blanks(self.whole, self.at, lines=self.lines_are_blank)
        return token_at(self.whole, self.at)

    def take(self, *signs: str) -> str | None:
        """Consume the next token if it is one of these signs; otherwise return None."""
        found = self.peek()
        if found is None or found["sign"] not in signs or found["sign"] is None:
            return None
        self.at = found.end()
        return found["sign"]

    def expression(self) -> Expression:
        """Parse one expression. Raises HclError if there is none."""
        raise NotImplementedError

    def skip_lines(self) -> None:
        """Skip blanks and newlines."""
        self.at = skip_blanks(self.whole, self.at, lines=True)

    def text(self) -> Expression:
        """Parse a quoted string; Missing if its line ends first."""
        start = self.at
        self.at += 1
        parts = self._parts(_TEXT, len(self.whole), '"')
        if not self.whole.startswith('"', self.at):
            newline = self.whole.find("\n", self.at)
            self.at = len(self.whole) if newline < 0 else newline
            return Missing()
        self.at += 1
        return self._template(parts, start + 1, self.at - 1)

    def heredoc(self, opening: str) -> Expression:
        """Parse a heredoc, starting after its opening line."""
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
            if closing and self.whole.startswith(closing, self.at):
                break
            if self.whole.startswith(("${", "%{"), self.at):
                parts.append(self._interpolation())
                continue
            found = text.match(self.whole, self.at, end)
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
        is_directive = self.whole.startswith("%", start)
        self.at += 2
        if not self.templates:
            return Constant("${", self.source, start, self.at)
        if self.whole.startswith("~", self.at):
            self.at += 1
        if is_directive:
            end = self.whole.find("}", self.at)
            newline = self.whole.find("\n", self.at)
            if end < 0 or 0 <= newline < end:
                raise HclError(start)
            self.at = end + 1
            return Missing()
        before, self.lines_are_blank = self.lines_are_blank, True
        found = self.expression()
        self.lines_are_blank = before
        self.skip_lines()
        if self.whole.startswith("~", self.at):
            self.at += 1
        if not self.whole.startswith("}", self.at):
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
    """Remove the common indentation of a heredoc without interpolations."""
    if len(parts) != 1 or not isinstance(parts[0], Constant):
        return parts
    part = parts[0]
    text = textwrap.dedent(str(part.data))
    return [Constant(text, part.source, part.start, part.end)]
