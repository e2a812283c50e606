"""Follows the control flow of a script: lists, conditions, loops and subshells.

Branches whose condition is not known are both followed, loops over known words go
round once for each.
"""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING

from funclens.discovery.deploy.shell import builtins
from funclens.discovery.deploy.shell.language.tree import (
    AndOr,
    Branches,
    Case,
    Command,
    Function,
    Loop,
    Variable,
    While,
)
from funclens.discovery.deploy.shell.state import State, is_known, merge, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from funclens.discovery.deploy.shell.language.tree import Node, Word
    from funclens.discovery.deploy.shell.script_budget import ScriptBudget
    from funclens.discovery.deploy.shell.word_values import Values

__all__ = ["ControlFlow", "after_subshell"]

_MOST_STATES = 12
_MOST_ROUNDS = 300


class ControlFlow:
    """Follows commands one after the other; a subclass says what one of them does."""

    def __init__(self, values: Values, budget: ScriptBudget) -> None:
        self.values = values
        self.budget = budget
        self.functions: dict[str, Function] = {}

    def command(self, node: Command, state: State) -> list[State]:
        """Follow a simple command and return how it may end."""
        raise NotImplementedError

    def follow_body(self, nodes: Iterable[Node], states: list[State]) -> list[State]:
        """Follow commands from each state and return how they may end."""
        for node in nodes:
            if not states:
                return states
            after: list[State] = []
            for state in states:
                if not self.budget.spend():
                    return states
                after += self._node(node, state)
            states = after if len(after) == 1 else merge(after, _MOST_STATES)
            states = [state for state in states if state.alive]
        return states

    def _node(self, node: Node, state: State) -> list[State]:
        if isinstance(node, Command):
            return self.command(node, state)
        if isinstance(node, Loop):
            return self._loop(node, state)
        if isinstance(node, Branches):
            return self._branches(node, state)
        if isinstance(node, Case):
            return self._case(node, state)
        if isinstance(node, Function):
            self.functions[node.name] = node
            return [state]
        if isinstance(node, AndOr):
            return self._and_or(node, state)
        if isinstance(node, While):
            return self._while(node, state)
        if node.is_subshell:
            ends = self.follow_body(node.body, [state.fork()])
            return [after_subshell(state, ends)]
        return self.follow_body(node.body, [state])

    def _and_or(self, node: AndOr, state: State) -> list[State]:
        states = self.follow_body([node.first], [state])
        status = self.values.status(node.first, state)
        for operator, item in node.rest:
            if operator == "&&":
                if status is False:
                    continue
                forks = (
                    [s.fork() for s in states]
                    if self.values.is_test(node.first)
                    else []
                )
                keep = forks if status is None else []
                states = merge(keep + self.follow_body([item], states), _MOST_STATES)
            else:
                if status is True:
                    continue
                status = None
                forks = [s.fork() for s in states]
                states = merge(states + self.follow_body([item], forks), _MOST_STATES)
            if not self.values.is_test(item):
                status = None
        return states

    def _branches(self, node: Branches, state: State) -> list[State]:
        ends: list[State] = []
        current = [state]
        for condition, body in node.arms:
            if not condition:
                ends += self.follow_body(body, current)
                return ends
            current = self.follow_body(condition, current)
            status = self.values.status(condition[-1], current[0]) if current else None
            if status is True:
                return ends + self.follow_body(body, current)
            if status is False:
                continue
            ends += self.follow_body(body, [s.fork() for s in current])
        return ends + current

    def _case(self, node: Case, state: State) -> list[State]:
        subject = self.values.text(node.subject, state)
        ends: list[State] = []
        for patterns, body in node.arms:
            known = [self.values.text(pattern, state) for pattern in patterns]
            if is_known(subject):
                if any(fnmatch.fnmatchcase(subject, pattern) for pattern in known):
                    return ends + self.follow_body(body, [state])
                continue
            for pattern in known:
                fork = state.fork()
                if not any(sign in pattern for sign in "*?["):
                    _bind(node.subject, pattern, fork)
                ends += self.follow_body(body, [fork])
        return [*ends, state]

    def _loop(self, node: Loop, state: State) -> list[State]:
        if node.words is None:
            known = state.arguments
            words = [unknown(node.name)] if known is None else list(known)
        else:
            words = [
                field
                for word in node.words
                for field in self.values.fields(word, state)
            ]
        states = [state]
        for word in words[:_MOST_ROUNDS]:
            for item in states:
                item.variables[node.name] = word
            before = states
            states = self.follow_body(node.body, [item.fork() for item in states])
            if not states:
                states = before
        return states

    def _while(self, node: While, state: State) -> list[State]:
        reads = next((c for c in node.condition if builtins.is_read(c)), None)
        lines = self.values.lines(node, state)
        if isinstance(reads, Command) and lines is not None:
            states = [state]
            for line in lines[:_MOST_ROUNDS]:
                for item in states:
                    self.values.read(reads, line, item)
                states = self.follow_body(node.body, [item.fork() for item in states])
            return states or [state]
        skipped = state.fork()
        return [skipped, *self.follow_body([*node.condition, *node.body], [state])]


def after_subshell(state: State, ends: list[State]) -> State:
    """Return the state after a subshell, which keeps only the copies it made."""
    copies = dict.fromkeys(state.copies)
    for end in ends:
        copies |= dict.fromkeys(end.copies)
    state.copies = tuple(copies)
    return state


def _bind(subject: Word, value: str, state: State) -> None:
    """Set the subject of a `case` to the matching value inside a branch."""
    if len(subject.parts) != 1 or not isinstance(subject.parts[0], Variable):
        return
    name = subject.parts[0].name
    if name.isdigit():
        count = int(name)
        given = list(state.arguments or ())
        given += [unknown(str(i + 1)) for i in range(len(given), count)]
        given[count - 1] = value
        state.arguments = tuple(given)
    else:
        state.variables[name] = value
