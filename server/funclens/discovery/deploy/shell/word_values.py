"""Evaluate words, conditions and files of a script."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.discovery.deploy.shell import builtins, conditions, printed
from funclens.discovery.deploy.shell.expand import Expansion, short
from funclens.discovery.deploy.shell.language.grammar import parse
from funclens.discovery.deploy.shell.language.tree import AndOr, Command
from funclens.discovery.deploy.shell.state import is_known

if TYPE_CHECKING:
    from funclens.discovery.deploy.nearby import NearbyFiles
    from funclens.discovery.deploy.shell.language.tree import Assignment, Node, While
    from funclens.discovery.deploy.shell.script_budget import ScriptBudget
    from funclens.discovery.deploy.shell.state import State

__all__ = ["Values"]


class Values(Expansion):
    """Expands words, and evaluates what commands assign, test and print."""

    def __init__(self, nearby: NearbyFiles, path: str, budget: ScriptBudget) -> None:
        super().__init__(nearby, path, self.substitute)
        self._path = path
        self._budget = budget

    def lines(self, node: While | Command, state: State) -> list[str] | None:
        """Return the lines that a command or loop reads, or None if unknown."""
        if node.heredoc is not None:
            text = self.nested(node.heredoc, state)
        elif node.herestring is not None:
            text = self.text(node.herestring, state)
        elif node.stdin is not None:
            text = self.file(self.text(node.stdin, state), state) or "\0"
        else:
            return None
        return text.splitlines() if is_known(text) else None

    def assign(
        self, assignment: Assignment, state: State, own: dict[str, str] | None
    ) -> None:
        """Apply an assignment; with `own`, for a single command only."""
        name = assignment.name
        if assignment.items is not None:
            builtins.assign_array(
                assignment, state, lambda word: self.fields(word, state)
            )
            return
        value = self.text(assignment.value, state)
        if own is not None:
            own[name] = value
            return
        before = state.variables.get(name)
        if assignment.index is not None:
            table = dict(before) if isinstance(before, dict) else {}
            table[self.nested(assignment.index.strip("\"'"), state)] = value
            state.variables[name] = table
        elif assignment.appends:
            joined = (before if isinstance(before, str) else "") + value
            state.variables[name] = short(joined)
        else:
            state.variables[name] = value

    def read(self, node: Command, line: str | None, state: State) -> None:
        """Apply `read a b c`."""
        names = [w.bare for w in node.words[1:] if w.bare and w.bare[0] != "-"]
        separators = next(
            (self.text(a.value, state) for a in node.assignments if a.name == "IFS"),
            None,
        )
        builtins.read_into(names, line, separators, state)

    def status(self, node: Node, state: State) -> bool | None:
        """Return whether a command succeeds, or None if unknown."""
        if isinstance(node, Command) and node.words:
            words = [f for w in node.words for f in self.fields(w, state)]
            return conditions.status(words, state, self._nearby)
        if isinstance(node, AndOr):
            first = self.status(node.first, state)
            others = [self.status(item, state) for _, item in node.rest]
            if all(operator == "&&" for operator, _ in node.rest):
                return conditions.both([first, *others])
        return None

    def is_test(self, node: Node) -> bool:
        """Return whether a command is a pure test."""
        return (
            isinstance(node, Command)
            and bool(node.words)
            and node.words[0].bare in {"[", "[[", "test"}
        )

    def substitute(self, text: str, state: State) -> str | None:
        """Return what a command prints, if known."""
        if len(text) > 2000 or not self._budget.spend():
            return None
        return printed.output_of(
            parse(text),
            state,
            self._nearby,
            self.fields,
        )

    def located(self, path: str, state: State) -> tuple[str, str | None]:
        """Return the path and text of a script, relative to the current folder."""
        own = os.path.join(os.path.dirname(self._path), path)
        for candidate in (*state.candidates(path), os.path.normpath(own)):
            text = self._nearby.text(candidate) if is_known(path) else None
            if text is not None:
                return candidate, text
        return "", None

    def file(self, path: str, state: State) -> str | None:
        """Return the text of a file that the script names."""
        return self.located(path, state)[1]
