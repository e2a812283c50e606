"""Words of a shell script: quotes, variables and substitutions. Never fails."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from funclens.discovery.deploy.shell.language.tree import (
    Literal,
    Substitution,
    Unknown,
    Variable,
    Word,
)

if TYPE_CHECKING:
    from funclens.discovery.deploy.shell.language.tree import Part

__all__ = ["PLACEHOLDER", "WordReader", "word_of"]

_PLAIN = re.compile(r"[^\s\"'`$\\;&|()<>{]+|\{")
PLACEHOLDER = re.compile(r"<[A-Za-z_][\w .:/-]{0,60}>(?![(&>])")
"""`<name>` in prose: to be filled in, no redirection."""
_TEMPLATE = re.compile(r"\$?\{\{[^\n]{0,300}?\}\}")
_QUOTED = re.compile(r"[^\"\\$`{]+|\{")
_VARIABLE = re.compile(r"\$([A-Za-z_]\w*|[0-9@*#?!$-])")
_BRACED = re.compile(
    r"\$\{([!#]?)([A-Za-z_]\w*|[0-9]+|[@*#?])(\[[^\]\n]{1,80}\])?([^\"'`\\{}$\n]*)\}"
)
_NESTED = re.compile(r"\\.|\"|\$\(|[()`]|'", re.DOTALL)
_NESTED_QUOTED = re.compile(r"\\.|\"|\$\(", re.DOTALL)
_OPERATORS = ("-", "=", "+", "?", "%", "#", "/", ",", "^", ":", "@")


def word_of(text: str) -> Word:
    """Return a text as one word, as if in double quotes."""
    parts = WordReader(text).quoted_parts(0, len(text))
    return Word(tuple(parts), 0, len(text))


class WordReader:
    """Reads words of a text, each in time that is linear in its length."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.unclosed: set[str] = set()
        """Quotes, brackets and here-documents that have no end any more."""

    def word(self, start: int) -> Word:
        """Return the word that begins at a place."""
        text, position = self.text, start
        parts: list[Part] = []
        while position < len(self.text):
            plain = _PLAIN.match(text, position)
            template = text.startswith("{{", position) and _TEMPLATE.match(
                text, position
            )
            if template:
                parts.append(Unknown(template[0]))
                position = template.end()
                continue
            if plain:
                parts.append(Literal(plain[0]))
                position = plain.end()
                continue
            character = text[position]
            if character == "'":
                position = self._single(position, parts)
            elif character == '"':
                position = self._double(position, parts)
            elif character == "\\":
                if text.startswith("\n", position + 1):
                    break
                parts.append(Literal(text[position + 1 : position + 2], quoted=True))
                position += 2
            elif character in "$`":
                position = self._dollar(position, parts, quoted=False)
            elif character == "<" and (
                placeholder := PLACEHOLDER.match(text, position)
            ):
                parts.append(Unknown(placeholder[0]))
                position = placeholder.end()
            else:
                break
        return Word(_joined(parts), start, max(position, start + 1))

    def quoted_parts(self, position: int, end: int) -> list[Part]:
        """Return the parts of a double-quoted string."""
        parts: list[Part] = []
        text = self.text
        while position < end:
            plain = _QUOTED.match(text, position, end)
            if text.startswith("{{", position) and (
                template := _TEMPLATE.match(text, position, end)
            ):
                parts.append(Unknown(template[0]))
                position = template.end()
            elif plain:
                parts.append(Literal(plain[0], quoted=True))
                position = plain.end()
            elif text[position] == "\\":
                following = text[position + 1 : position + 2]
                kept = following if following in '"\\$`' else "\\" + following
                if following != "\n":
                    parts.append(Literal(kept, quoted=True))
                position += 2
            elif text[position] == '"':
                position += 1
            else:
                position = self._dollar(position, parts, quoted=True)
        return parts

    def _single(self, position: int, parts: list[Part]) -> int:
        end = -1
        if "'" not in self.unclosed:
            end = self.text.find("'", position + 1)
        if end < 0:
            self.unclosed.add("'")
            parts.append(Unknown("'"))
            return self.line_end(position)
        parts.append(Literal(self.text[position + 1 : end], quoted=True))
        return end + 1

    def _double(self, position: int, parts: list[Part]) -> int:
        end = self._closing(position + 1, '"')
        if end < 0:
            parts.append(Unknown('"'))
            return self.line_end(position)
        inner = self.quoted_parts(position + 1, end)
        parts += inner or [Literal("", quoted=True)]
        return end + 1

    def _dollar(self, position: int, parts: list[Part], *, quoted: bool) -> int:
        text = self.text
        if text[position] == "`":
            end = -1 if "`" in self.unclosed else text.find("`", position + 1)
            if end < 0:
                self.unclosed.add("`")
                return position + 1
            parts.append(Substitution(text[position + 1 : end], quoted))
            return end + 1
        if template := _TEMPLATE.match(text, position):
            parts.append(Unknown(template[0]))
            return template.end()
        if text.startswith("$(", position):
            end = self._closing(position + 2, ")")
            if end < 0:
                parts.append(Literal("$", quoted=True))
                return position + 1
            parts.append(Substitution(text[position + 2 : end], quoted))
            return end + 1
        if braced := _BRACED.match(text, position):
            parts.append(_braced(braced, quoted=quoted))
            return braced.end()
        if text.startswith("${", position):
            return self._nested_braces(position, parts, quoted=quoted)
        if variable := _VARIABLE.match(text, position):
            parts.append(Variable(variable[1], quoted))
            return variable.end()
        if text.startswith("$'", position) and not quoted:
            return self._single(position + 1, parts)
        parts.append(Literal("$", quoted=True))
        return position + 1

    def _nested_braces(self, position: int, parts: list[Part], *, quoted: bool) -> int:
        """Read `${name:-$(…)}` and other expansions with nested brackets or quotes."""
        end = -1 if "}" in self.unclosed else self._brace_end(position + 2)
        head = re.compile(r"\$\{([A-Za-z_]\w*|[0-9]+)").match(self.text, position)
        if end < 0 or head is None:
            if end < 0:
                self.unclosed.add("}")
            parts.append(Unknown("${"))
            return position + 2
        rest = self.text[head.end() : end]
        operator, argument = _operator_of(rest)
        parts.append(Variable(head[1], quoted, operator, argument.strip("\"'")))
        return end + 1

    def _brace_end(self, position: int) -> int:
        depth = 1
        for match in re.compile(r"[{}\n]").finditer(self.text, position):
            if match[0] == "\n":
                return -1
            depth += 1 if match[0] == "{" else -1
            if depth == 0:
                return match.start()
        return -1

    def _closing(self, position: int, closer: str) -> int:
        """Return the position of the closing quote or bracket, or -1."""
        if closer in self.unclosed:
            return -1
        open_ones = [closer]
        while open_ones:
            in_quotes = open_ones[-1] == '"'
            pattern = _NESTED_QUOTED if in_quotes else _NESTED
            match = pattern.search(self.text, position)
            if match is None:
                self.unclosed.add(closer)
                return -1
            position = match.end()
            found = match[0]
            if found == open_ones[-1]:
                open_ones.pop()
            elif found in {'"', "$(", "("}:
                open_ones.append('"' if found == '"' else ")")
            elif found in {"'", "`"}:
                end = self.text.find(found, position)
                position = end + 1 if end >= 0 else position
        return position - 1

    def line_end(self, position: int) -> int:
        """Return where a line ends, before its line feed."""
        end = self.text.find("\n", position)
        return len(self.text) if end < 0 else end


def _braced(match: re.Match[str], *, quoted: bool) -> Variable:
    operator, argument = _operator_of(match[4])
    index = match[3][1:-1].strip("\"'") if match[3] else None
    if match[1] == "#":
        return Variable("#", quoted)
    return Variable(match[2], quoted, operator, argument, index, keys=match[1] == "!")


def _operator_of(rest: str) -> tuple[str, str]:
    for operator in (":-", ":=", ":+", ":?", "%%", "##", "//", ",,", "^^"):
        if rest.startswith(operator):
            return operator, rest[2:]
    if rest.startswith(_OPERATORS):
        return rest[0], rest[1:]
    return "", ""


def _joined(parts: list[Part]) -> tuple[Part, ...]:
    """Join adjacent literals of the same kind."""
    found: list[Part] = []
    texts: list[str] = []
    quoted = False
    for part in parts:
        if isinstance(part, Literal):
            if texts and part.quoted != quoted:
                found.append(Literal("".join(texts), quoted))
                texts = []
            quoted = part.quoted
            texts.append(part.text)
            continue
        if texts:
            found.append(Literal("".join(texts), quoted))
            texts = []
        found.append(part)
    if texts:
        found.append(Literal("".join(texts), quoted))
    return tuple(found)
