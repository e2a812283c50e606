"""Parse the words of a shell script into commands, loops and branches. Never fails."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from funclens.discovery.deploy.shell.language.simple_commands import SimpleCommands
from funclens.discovery.deploy.shell.language.tree import (
    AndOr,
    Branches,
    Case,
    Command,
    Function,
    Group,
    Loop,
    While,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from funclens.discovery.deploy.shell.language.tree import Node, Word

__all__ = ["parse"]

_DEEPEST = 40
_CLOSERS = frozenset({"then", "fi", "do", "done", "else", "elif", "esac", "}", "in"})


def parse(text: str) -> list[Node]:
    """Return the commands of a script."""
    return _Parser(text).script()


class _Parser(SimpleCommands):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0

    def script(self) -> list[Node]:
        found: list[Node] = []
        while self.at < len(self.tokens):
            before = self.at
            found += self._list(())
            if self.at == before:
                # A closing word or bracket without an opening one.
                self.at += 1
        return found

    def _list(self, ends: Collection[str]) -> list[Node]:
        """Return the commands up to one of these words, without consuming it."""
        found: list[Node] = []
        while True:
            self.skip_separators()
            token = self.token()
            if token is None or token.operator in {")", ";;", ";&", ";;&"}:
                return found
            bare = self.bare()
            if bare in ends or (bare in _CLOSERS and not ends):
                return found
            before = self.at
            node = self._and_or()
            if node is not None:
                found.append(node)
            if self.at == before:
                self.at += 1

    def _and_or(self) -> Node | None:
        first = self._pipeline()
        rest: list[tuple[str, Node]] = []
        while self.operator() in {"&&", "||"}:
            operator = self.operator()
            self.at += 1
            while self.operator() == "\n":
                self.at += 1
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
            if self.operator() not in {"|", "|&"}:
                break
            self.at += 1
            while self.operator() == "\n":
                self.at += 1
        if len(nodes) <= 1:
            return nodes[0] if nodes else None
        _join_pipe(nodes)
        return Group(nodes, is_subshell=False)

    def _command(self) -> Node | None:
        if self._depth >= _DEEPEST:
            return self.simple()
        self._depth += 1
        try:
            return self._compound() or self.simple()
        finally:
            self._depth -= 1

    def _compound(self) -> Node | None:
        if self.operator() == "(":
            self.at += 1
            body = self._list(())
            if self.operator() == ")":
                self.at += 1
            self.redirects(Command(0))
            return Group(body, is_subshell=True)
        word = self.bare()
        if word in {"!", "time"}:
            self.at += 1
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
            self.at += 1
            return reader()
        following = self.tokens[self.at + 1 : self.at + 3]
        if word and [item.operator for item in following] == ["(", ")"]:
            self.at += 3
            return self._function_body(word)
        return None

    def _braces(self) -> Node:
        body = self._list(("}",))
        self.take("}")
        self.redirects(Command(0))
        return Group(body, is_subshell=False)

    def _function(self) -> Node | None:
        name = self.bare()
        if not name:
            return None
        self.at += 1
        if self.operator() == "(":
            self.at += 1
            if self.operator() == ")":
                self.at += 1
        return self._function_body(name)

    def _function_body(self, name: str) -> Node | None:
        while self.operator() == "\n":
            self.at += 1
        body = self._command()
        return Function(name, [body] if body is not None else [])

    def _if(self) -> Node:
        arms: list[tuple[list[Node], list[Node]]] = []
        while True:
            condition = self._list(("then", "fi"))
            if not self.take("then"):
                break
            body = self._list(("elif", "else", "fi"))
            arms.append((condition, body))
            if self.take("elif"):
                continue
            if self.take("else"):
                arms.append(([], self._list(("fi",))))
            break
        self.take("fi")
        self.redirects(Command(0))
        return Branches(arms)

    def _for(self) -> Node | None:
        name = self.bare()
        if not name:
            # `for ((…))`
            self._list(("do",))
            return self._loop_body("_", [])
        self.at += 1
        words: list[Word] | None = None
        while self.operator() == "\n":
            self.at += 1
        if self.take("in"):
            words = []
            while (token := self.token()) and token.word:
                words.append(token.word)
                self.at += 1
        return self._loop_body(name, words)

    def _loop_body(self, name: str, words: list[Word] | None) -> Node:
        self.skip_separators()
        if self.take("do"):
            body = self._list(("done",))
            self.take("done")
        else:
            self.take("{")
            body = self._list(("}",))
            self.take("}")
        self.redirects(Command(0))
        return Loop(name, words, body)

    def _while(self) -> Node:
        condition = self._list(("do",))
        self.take("do")
        body = self._list(("done",))
        self.take("done")
        reads = Command(0)
        self.redirects(reads)
        return While(condition, body, reads.heredoc, reads.herestring, reads.stdin)

    def _case(self) -> Node | None:
        token = self.token()
        if token is None or token.word is None:
            return None
        subject = token.word
        self.at += 1
        self.skip_separators()
        self.take("in")
        arms: list[tuple[list[Word], list[Node]]] = []
        while True:
            self.skip_separators()
            if self.token() is None or self.take("esac"):
                return Case(subject, arms)
            if self.operator() == "(":
                self.at += 1
            patterns: list[Word] = []
            while (token := self.token()) and (token.word or token.operator == "|"):
                if token.word:
                    patterns.append(token.word)
                self.at += 1
            if self.operator() != ")":
                return Case(subject, arms)
            self.at += 1
            arms.append((patterns, self._list(("esac",))))
            if self.operator() in {";;", ";&", ";;&"}:
                self.at += 1


def _join_pipe(nodes: list[Node]) -> None:
    """Connect `echo words | while read`, so that the loop reads the words."""
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
