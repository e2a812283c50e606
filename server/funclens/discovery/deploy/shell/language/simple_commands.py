"""Simple commands of a shell script: words, assignments, redirections."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from funclens.discovery.deploy.shell.language.lexer import tokens_of
from funclens.discovery.deploy.shell.language.tree import (
    Assignment,
    Command,
    Literal,
    Word,
)

if TYPE_CHECKING:
    from funclens.discovery.deploy.shell.language.lexer import Token

__all__ = ["SimpleCommands"]

_ASSIGNED = re.compile(r"([A-Za-z_]\w*)(?:\[([^\]]*)\])?(\+?)=")
_REDIRECTS = frozenset({"<", ">", ">>", "&>", "&>>", ">&", "<&", "<<", "<<-", "<<<"})


class SimpleCommands:
    """A position among the tokens of a script that only moves forward."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens_of(text)
        self.at = 0

    def token(self) -> Token | None:
        """Return the next token; None at the end."""
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def bare(self) -> str:
        """Return the next word if nothing of it is quoted; else an empty text."""
        token = self.token()
        return (token.word.bare or "") if token and token.word else ""

    def operator(self) -> str:
        """Return the next operator; an empty text before a word."""
        token = self.token()
        return token.operator if token else ""

    def skip_separators(self) -> None:
        """Go to the next command."""
        while self.operator() in {"\n", ";", "&", "heredoc"}:
            self.at += 1

    def take(self, *words: str) -> bool:
        """Go over one of these words; return whether it was there."""
        if self.bare() in words:
            self.at += 1
            return True
        return False

    def simple(self) -> Command | None:
        """Read a command up to its end."""
        token = self.token()
        if token is None:
            return None
        command = Command(token.start)
        while (token := self.token()) is not None:
            if token.word is not None:
                if command.words or not self._assignment(token.word, command):
                    command.words.append(token.word)
                    self.at += 1
                    if _declares(command) and self._array_follows():
                        self._array(command)
            elif token.operator in _REDIRECTS:
                self.redirects(command)
            else:
                break
            command.end = token.end
        self._heredocs(command)
        if not command.words and not command.assignments:
            return None
        return command

    def _assignment(self, word: Word, command: Command) -> bool:
        """Consume a word if it is an assignment; otherwise return False."""
        split = _assignment_of(word)
        if split is None:
            return False
        command.assignments.append(split)
        self.at += 1
        if self._array_follows():
            self._array(command)
        return True

    def _array_follows(self) -> bool:
        """Return whether a bracket directly follows a word that ends with `=`."""
        token = self.token()
        before = self.tokens[self.at - 1]
        if token is None or token.operator != "(" or before.word is None:
            return False
        last = before.word.parts[-1] if before.word.parts else None
        return (
            token.start == before.end
            and isinstance(last, Literal)
            and last.text.endswith("=")
        )

    def _array(self, command: Command) -> None:
        self.at += 1
        items: list[Word] = []
        while (token := self.token()) and token.operator != ")":
            if token.word:
                items.append(token.word)
            self.at += 1
        self.at += 1
        word = command.words.pop() if command.words else None
        split = _assignment_of(word) if word else command.assignments.pop()
        if split is not None:
            command.assignments.append(
                Assignment(split.name, split.value, split.appends, tuple(items))
            )

    def redirects(self, command: Command) -> None:
        """Read the redirections that follow, into a command."""
        while self.operator() in _REDIRECTS:
            operator = self.operator()
            self.at += 1
            token = self.token()
            if token is None or token.word is None:
                return
            self.at += 1
            if operator == "<<<":
                command.herestring = token.word
            elif operator == "<":
                command.stdin = token.word
            elif operator in {"<<", "<<-"}:
                self._heredocs(command)

    def _heredocs(self, command: Command) -> None:
        """Attach the here-document announced in the rest of the line."""
        for index in range(self.at, min(self.at + 12, len(self.tokens))):
            token = self.tokens[index]
            if token.operator == "\n" and index + 1 < len(self.tokens):
                following = self.tokens[index + 1]
                if following.heredoc:
                    command.heredoc = following.heredoc
                return


def _declares(command: Command) -> bool:
    return command.words[0].bare in {
        "declare",
        "local",
        "readonly",
        "typeset",
        "export",
    }


def _assignment_of(word: Word) -> Assignment | None:
    first = word.parts[0] if word.parts else None
    if not isinstance(first, Literal) or first.quoted:
        return None
    match = _ASSIGNED.match(first.text)
    if match is None:
        return None
    rest = first.text[match.end() :]
    parts = ((Literal(rest),) if rest else ()) + word.parts[1:]
    value = Word(parts, word.start + match.end(), word.end)
    return Assignment(match[1], value, match[3] == "+", None, match[2])
