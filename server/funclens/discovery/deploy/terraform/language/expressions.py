"""Parse HCL expressions in one forward pass."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from funclens.discovery.deploy.terraform.language.expression_nodes import (
    Attribute,
    Binary,
    Call,
    Conditional,
    Constant,
    Expression,
    ForEach,
    Index,
    ListOf,
    Name,
    ObjectOf,
    Splat,
    Unary,
)
from funclens.discovery.deploy.terraform.language.scanner import (
    HclError,
    skip_blanks,
    token_at,
)
from funclens.discovery.deploy.terraform.language.templates import TextReader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.deploy.terraform.language.scanner import Source

__all__ = ["Reader"]

_DEEPEST = 50
"""Maximum nesting depth of expressions."""

_STRENGTH = {
    **dict.fromkeys(("||",), 1),
    **dict.fromkeys(("&&",), 2),
    **dict.fromkeys(("==", "!="), 3),
    **dict.fromkeys(("<", ">", "<=", ">="), 4),
    **dict.fromkeys(("+", "-"), 5),
    **dict.fromkeys(("*", "/", "%"), 6),
}
_WORDS = {"true": True, "false": False, "null": None}


class Reader(TextReader):
    """Parses expressions at a position that only moves forward."""

    def __init__(self, source: Source, at: int = 0, *, templates: bool = True) -> None:
        super().__init__(source, at, templates=templates)
        self._depth = 0

    def expression(self) -> Expression:
        """Parse one expression. Raises HclError if there is none.

        Raises OverBudgetError if the file has too many.
        """
        self._depth += 1
        if self._depth > _DEEPEST:
            raise HclError(self.at)
        self.peek()
        start = self.at
        found = self._binary(1)
        if self.take("?"):
            text = re.sub(r"\s+", "", self.whole[start : self.at - 1])
            self.skip_lines()
            yes = self.expression()
            self.skip_lines()
            if not self.take(":"):
                raise HclError(self.at)
            self.skip_lines()
            found = Conditional(found, text, yes, self.expression())
        self._depth -= 1
        return found

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
        # Pairs of operators cancel out, leaving at most one.
        for sign in signs[: 2 - len(signs) % 2]:
            found = Unary(sign, found)
        return found

    def _primary(self) -> Expression:
        self.source.budget.spend()
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
            return self.heredoc(found["heredoc"])
        if found["sign"] in {"(", "[", "{"}:
            return self._bracketed(found["sign"])
        raise HclError(start)

    def bracketed(self) -> Expression:
        """Parse an expression inside brackets, where newlines are blanks."""
        self.lines_are_blank = True
        return self.expression()

    def _bracketed(self, sign: str) -> Expression:
        before, self.lines_are_blank = self.lines_are_blank, True
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
            self.lines_are_blank = before

    def _word(self, word: str, start: int) -> Expression:
        while self.whole.startswith("::", self.at):
            # Provider functions: provider::name::function.
            found = token_at(self.whole, self.at + 2)
            if found is None or not found["name"]:
                raise HclError(self.at)
            word = found["name"]
            self.at = found.end()
        if self.whole.startswith("(", self.at):
            self.at += 1
            return self._call(word)
        if word in _WORDS:
            return Constant(_WORDS[word], self.source, start, self.at)
        return Name(word)

    def _call(self, name: str) -> Expression:
        before, self.lines_are_blank = self.lines_are_blank, True
        arguments: list[Expression] = []
        spread = False
        while not self.take(")"):
            arguments.append(self.expression())
            if self.take("..."):
                spread = True
            if not self.take(","):
                self._expect(")")
                break
        self.lines_are_blank = before
        return Call(name, tuple(arguments), spread)

    def _with_suffixes(self, found: Expression) -> Expression:
        while True:
            self.source.budget.spend()
            if self.lines_are_blank and self.whole[self.at : self.at + 1] in {
                "\n",
                "\r",
                " ",
            }:
                # Inside brackets, a chain may continue on the next line.
                following = self.peek()
                if following is None or following["sign"] not in {".", "["}:
                    return found
                if following["sign"] == "[":
                    return found
            if self.whole.startswith("[*]", self.at):
                self.at += 3
                found = Splat(found, tuple(self._attributes()))
            elif self.whole.startswith(".*", self.at):
                self.at += 2
                found = Splat(found, tuple(self._attributes()))
            elif self.whole.startswith("[", self.at):
                self.at += 1
                before, self.lines_are_blank = self.lines_are_blank, True
                found = Index(found, self.expression())
                self._expect("]")
                self.lines_are_blank = before
            elif self.whole.startswith(".", self.at) and (
                name := re.compile(r"\.([^\W\d][\w-]*|\d+)").match(self.whole, self.at)
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
        while name := pattern.match(self.whole, self.at):
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
            self.skip_lines()
            self.lines_are_blank = False
            value = self.expression()
            self.lines_are_blank = True
            items.append((key, value))
            self.take(",")
        return ObjectOf(tuple(items))

    def _object_key(self) -> Expression:
        found = self.peek()
        if found and found["name"]:
            after = skip_blanks(self.whole, found.end(), lines=False)
            if self.whole[after : after + 1] in {"=", ":"}:
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
