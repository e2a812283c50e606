"""Split a shell script into words and operators. Linear time; never fails."""

from __future__ import annotations

import re

from funclens.dataclass import dataclass
from funclens.discovery.deploy.shell.language.tree import Literal, Word
from funclens.discovery.deploy.shell.language.words import PLACEHOLDER, WordReader

__all__ = ["Token", "tokens_of"]

_BLANK = re.compile(r"(?:[ \t\r\f]|\\\r?\n)+")
_OPERATOR = re.compile(r"&&|\|\||;;&|;;|;&|<<<|<<-?|>>|&>>?|>&|<&|\|&|[;&|()<>]")
_SIMPLE = re.compile(r"[\w./=:@%+,-]+(?=[\s;&|)])")
_HEREDOC_END = re.compile(r"[\"'\\]")


@dataclass(slots=True)
class Token:
    r"""A word, an operator, a line ending (`\\n`) or a here-document."""

    start: int
    end: int
    word: Word | None = None
    operator: str = ""
    heredoc: str = ""


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of a script without comments."""
    return _Lexer(text).tokens()


class _Lexer(WordReader):
    def tokens(self) -> list[Token]:
        found: list[Token] = []
        text, position = self.text, 0
        pending: list[str] = []
        wants_delimiter = False
        while position < len(self.text):
            blank = _BLANK.match(text, position)
            if blank:
                position = blank.end()
                continue
            character = text[position]
            if character == "\n":
                found.append(Token(position, position + 1, operator="\n"))
                position += 1
                for delimiter in pending:
                    body, end = self._heredoc(position, delimiter)
                    found.append(Token(position, end, operator="heredoc", heredoc=body))
                    position = end
                pending = []
                wants_delimiter = False
                continue
            if character == "#":
                position = self.line_end(position)
                continue
            if character in ";&|()<>" and not (
                character == "<" and PLACEHOLDER.match(text, position)
            ):
                operator = _OPERATOR.match(text, position)
                # Each of those characters is an operator.
                end = operator.end() if operator else position + 1
                found.append(Token(position, end, operator=text[position:end]))
                wants_delimiter = text[position:end] in {"<<", "<<-"}
                position = end
                continue
            simple = _SIMPLE.match(text, position)
            if simple:
                end = simple.end()
                word = Word((Literal(simple[0]),), position, end)
            else:
                word = self.word(position)
            if wants_delimiter:
                pending.append(_HEREDOC_END.sub("", text[word.start : word.end]))
                wants_delimiter = False
            found.append(Token(word.start, word.end, word=word))
            position = word.end
        return found

    def _heredoc(self, position: int, delimiter: str) -> tuple[str, int]:
        """Return the body of a here-document and the offset after it."""
        if "<<" + delimiter in self.unclosed:
            return "", position
        end = re.compile(rf"^\t*{re.escape(delimiter)}[ \t]*$", re.MULTILINE).search(
            self.text, position
        )
        if end is None:
            self.unclosed.add("<<" + delimiter)
            return "", position
        return self.text[position : end.start()], end.end()
