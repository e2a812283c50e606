"""Words of a shell script as commands, loops and branches. Never fails."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from funclens.discovery.deploy.shell.language.lexer import tokens_of
from funclens.discovery.deploy.shell.language.tree import (
    AndOr,
    Assignment,
    Branches,
    Case,
    Command,
    Function,
    Group,
    Literal,
    Loop,
    While,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from funclens.discovery.deploy.shell.language.lexer import Token
    from funclens.discovery.deploy.shell.language.tree import Node

__all__ = ["parse"]

_ASSIGNED = re.compile(r"([A-Za-z_]\w*)(?:\[([^\]]*)\])?(\+?)=")
_DEEPEST = 40
_REDIRECTS = frozenset({"<", ">", ">>", "&>", "&>>", ">&", "<&", "<<", "<<-", "<<<"})
_CLOSERS = frozenset({"then", "fi", "do", "done", "else", "elif", "esac", "}", "in"})


def parse(text: str) -> list[Node]:
    """Return the commands of a script."""
    return _Parser(text).script()


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = tokens_of(text)
        self._at = 0
        self._depth = 0

    def script(self) -> list[Node]:
        found: list[Node] = []
        while self._at < len(self._tokens):
            before = self._at
            found += self._list(())
            if self._at == before:
                # A closing word or bracket that nothing opened.
                self._at += 1
        return found

    # Tokens

    def _token(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _bare(self) -> str:
        token = self._token()
        return (token.word.bare or "") if token and token.word else ""

    def _operator(self) -> str:
        token = self._token()
        return token.operator if token else ""

    def _skip_separators(self) -> None:
        while self._operator() in {"\n", ";", "&", "heredoc"}:
            self._at += 1

    def _take(self, *words: str) -> bool:
        if self._bare() in words:
            self._at += 1
            return True
        return False

    # Commands

    def _list(self, ends: Collection[str]) -> list[Node]:
        """Return commands up to one of these words, which is left."""
        found: list[Node] = []
        while True:
            self._skip_separators()
            token = self._token()
            if token is None or token.operator in {")", ";;", ";&", ";;&"}:
                return found
            bare = self._bare()
            if bare in ends or (bare in _CLOSERS and not ends):
                return found
            before = self._at
            node = self._and_or()
            if node is not None:
                found.append(node)
            if self._at == before:
                self._at += 1

    def _and_or(self) -> Node | None:
        first = self._pipeline()
        rest: list[tuple[str, Node]] = []
        while self._operator() in {"&&", "||"}:
            operator = self._operator()
            self._at += 1
            while self._operator() == "\n":
                self._at += 1
            node = self._pipeline()
            if node is not None:
                rest.append((operator, node))
        if first is None or not rest:
            return first
        return AndOr(first, rest)

    def _pipeline(self) -> Node | None:
        nodes: list[Node] = []
        while True:
            node = self._command()
            if node is not None:
                nodes.append(node)
            if self._operator() not in {"|", "|&"}:
                break
            self._at += 1
            while self._operator() == "\n":
                self._at += 1
        if len(nodes) <= 1:
            return nodes[0] if nodes else None
        _join_pipe(nodes)
        return Group(nodes, is_subshell=False)

    def _command(self) -> Node | None:
        if self._depth >= _DEEPEST:
            return self._simple()
        self._depth += 1
        try:
            return self._compound() or self._simple()
        finally:
            self._depth -= 1

    def _compound(self) -> Node | None:
        if self._operator() == "(":
            self._at += 1
            body = self._list(())
            if self._operator() == ")":
                self._at += 1
            self._redirects(Command(0))
            return Group(body, is_subshell=True)
        word = self._bare()
        if word in {"!", "time"}:
            self._at += 1
            return self._command()
        reader = {
            "if": self._if,
            "for": self._for,
            "select": self._for,
            "while": self._while,
            "until": self._while,
            "case": self._case,
            "function": self._function,
            "{": self._braces,
        }.get(word)
        if reader is not None:
            self._at += 1
            return reader()
        following = self._tokens[self._at + 1 : self._at + 3]
        if word and [item.operator for item in following] == ["(", ")"]:
            self._at += 3
            return self._function_body(word)
        return None

    def _braces(self) -> Node:
        body = self._list(("}",))
        self._take("}")
        self._redirects(Command(0))
        return Group(body, is_subshell=False)

    def _function(self) -> Node | None:
        name = self._bare()
        if not name:
            return None
        self._at += 1
        if self._operator() == "(":
            self._at += 1
            if self._operator() == ")":
                self._at += 1
        return self._function_body(name)

    def _function_body(self, name: str) -> Node | None:
        while self._operator() == "\n":
            self._at += 1
        body = self._command()
        return Function(name, [body] if body is not None else [])

    def _if(self) -> Node:
        arms: list[tuple[list[Node], list[Node]]] = []
        while True:
            condition = self._list(("then", "fi"))
            if not self._take("then"):
                break
            body = self._list(("elif", "else", "fi"))
            arms.append((condition, body))
            if self._take("elif"):
                continue
            if self._take("else"):
                arms.append(([], self._list(("fi",))))
            break
        self._take("fi")
        self._redirects(Command(0))
        return Branches(arms)

    def _for(self) -> Node | None:
        name = self._bare()
        if not name:
            # `for ((…))`
            self._list(("do",))
            return self._loop_body("_", [])
        self._at += 1
        words: list[Word] | None = None
        while self._operator() == "\n":
            self._at += 1
        if self._take("in"):
            words = []
            while (token := self._token()) and token.word:
                words.append(token.word)
                self._at += 1
        return self._loop_body(name, words)

    def _loop_body(self, name: str, words: list[Word] | None) -> Node:
        self._skip_separators()
        if self._take("do"):
            body = self._list(("done",))
            self._take("done")
        else:
            self._take("{")
            body = self._list(("}",))
            self._take("}")
        self._redirects(Command(0))
        return Loop(name, words, body)

    def _while(self) -> Node:
        condition = self._list(("do",))
        self._take("do")
        body = self._list(("done",))
        self._take("done")
        reads = Command(0)
        self._redirects(reads)
        return While(condition, body, reads.heredoc, reads.herestring, reads.stdin)

    def _case(self) -> Node | None:
        token = self._token()
        if token is None or token.word is None:
            return None
        subject = token.word
        self._at += 1
        self._skip_separators()
        self._take("in")
        arms: list[tuple[list[Word], list[Node]]] = []
        while True:
            self._skip_separators()
            if self._token() is None or self._take("esac"):
                return Case(subject, arms)
            if self._operator() == "(":
                self._at += 1
            patterns: list[Word] = []
            while (token := self._token()) and (token.word or token.operator == "|"):
                if token.word:
                    patterns.append(token.word)
                self._at += 1
            if self._operator() != ")":
                return Case(subject, arms)
            self._at += 1
            arms.append((patterns, self._list(("esac",))))
            if self._operator() in {";;", ";&", ";;&"}:
                self._at += 1

    def _simple(self) -> Node | None:
        token = self._token()
        if token is None:
            return None
        command = Command(token.start)
        while (token := self._token()) is not None:
            if token.word is not None:
                if command.words or not self._assignment(token.word, command):
                    command.words.append(token.word)
                    self._at += 1
                    if _declares(command) and self._array_follows():
                        self._array(command)
            elif token.operator in _REDIRECTS:
                self._redirects(command)
            else:
                break
            command.end = token.end
        self._heredocs(command)
        if not command.words and not command.assignments:
            return None
        return command

    def _assignment(self, word: Word, command: Command) -> bool:
        """Take in a word that is an assignment; else return False."""
        split = _assignment_of(word)
        if split is None:
            return False
        command.assignments.append(split)
        self._at += 1
        if self._array_follows():
            self._array(command)
        return True

    def _array_follows(self) -> bool:
        """Return whether a bracket begins right after a word that ends with `=`."""
        token = self._token()
        before = self._tokens[self._at - 1]
        if token is None or token.operator != "(" or before.word is None:
            return False
        last = before.word.parts[-1] if before.word.parts else None
        return (
            token.start == before.end
            and isinstance(last, Literal)
            and last.text.endswith("=")
        )

    def _array(self, command: Command) -> None:
        self._at += 1
        items: list[Word] = []
        while (token := self._token()) and token.operator != ")":
            if token.word:
                items.append(token.word)
            self._at += 1
        self._at += 1
        word = command.words.pop() if command.words else None
        split = _assignment_of(word) if word else command.assignments.pop()
        if split is not None:
            command.assignments.append(
                Assignment(split.name, split.value, split.appends, tuple(items))
            )

    def _redirects(self, command: Command) -> None:
        while self._operator() in _REDIRECTS:
            operator = self._operator()
            self._at += 1
            token = self._token()
            if token is None or token.word is None:
                return
            self._at += 1
            if operator == "<<<":
                command.herestring = token.word
            elif operator == "<":
                command.stdin = token.word
            elif operator in {"<<", "<<-"}:
                self._heredocs(command)

    def _heredocs(self, command: Command) -> None:
        """Find the here-document that the rest of the line announces."""
        for index in range(self._at, min(self._at + 12, len(self._tokens))):
            token = self._tokens[index]
            if token.operator == "\n" and index + 1 < len(self._tokens):
                following = self._tokens[index + 1]
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


def _join_pipe(nodes: list[Node]) -> None:
    """Let `echo words | while read` read what is echoed."""
    for before, after in itertools.pairwise(nodes):
        if (
            isinstance(before, Command)
            and isinstance(after, While)
            and len(before.words) == 2
            and before.words[0].bare in {"echo", "cat"}
        ):
            if before.words[0].bare == "cat":
                after.stdin = before.words[1]
            else:
                after.herestring = before.words[1]
