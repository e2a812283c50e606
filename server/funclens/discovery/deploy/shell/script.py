"""Follows a script: what it sets, where it goes, what it deploys.

Nothing is executed. Branches whose condition is not known are both followed, loops
over known words go round once for each, functions and other scripts of the
workspace are followed with their arguments. All of it has a budget.
"""

from __future__ import annotations

import fnmatch
import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from funclens.discovery.deploy.command import INTERESTING, deployments_of
from funclens.discovery.deploy.place import place_in
from funclens.discovery.deploy.shell import builtins
from funclens.discovery.deploy.shell.language.grammar import parse
from funclens.discovery.deploy.shell.language.tree import (
    AndOr,
    Branches,
    Case,
    Command,
    Function,
    Loop,
    While,
)
from funclens.discovery.deploy.shell.script_budget import ScriptBudget
from funclens.discovery.deploy.shell.shorten import shortened
from funclens.discovery.deploy.shell.staging import copy_of, staged_source
from funclens.discovery.deploy.shell.state import START, State, is_known, merge, unknown
from funclens.discovery.deploy.shell.word_values import Values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from funclens.discovery.deploy.deployment import Deployment
    from funclens.discovery.deploy.nearby import NearbyFiles
    from funclens.discovery.deploy.place import Place
    from funclens.discovery.deploy.shell.language.tree import Node, Word

__all__ = ["Script"]

_MOST_STATES = 12
_MOST_ROUNDS = 300
_DEEPEST = 8
_WORTH = re.compile(
    r"functions|FUNCTION|--function\b|--pack|\.sh\b|\bsource\b|^[ \t]*\. "
    r"|\b(?:cp|zip|ln|mv|rsync|install|gsutil|storage|Copy-Item)\b",
    re.MULTILINE,
)
"""What a script has that deploys, or copies what another one deploys."""
_SILENT = frozenset({"echo", "printf", "grep", "sed", "awk", "cat", "alias", "man"})
_SHELLS = frozenset({"bash", "sh", "zsh", "ksh", "dash"})
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)


class Script:
    """One text of shell commands, and what following it finds."""

    def __init__(
        self,
        path: str,
        text: str,
        nearby: NearbyFiles,
        place: Callable[[str, int, int], Place],
        budget: ScriptBudget | None = None,
        *,
        depth: int = 0,
    ) -> None:
        self._path = path
        self._text = shortened(text)
        self._nearby = nearby
        self._place = place
        self._budget = budget or ScriptBudget()
        self._depth = depth
        self._functions: dict[str, Function] = {}
        self._called: set[str] = set()
        self._values = Values(nearby, path, self._budget)
        self.found: list[Deployment] = []
        """What is deployed, in the order of the commands."""

    def follow(self, state: State) -> list[State]:
        """Follow the whole script and return how it may end."""
        if self._depth == 0 and not _WORTH.search(self._text):
            return [state]
        nodes = parse(self._text)
        states = self._body(nodes, [state])
        if self._depth == 0:
            # What nothing here calls is called from elsewhere, nobody knows how.
            for name in [name for name in self._functions if name not in self._called]:
                start = states[0] if states else state
                self._call(self._functions[name], None, start.fork())
        return states

    # Nodes

    def _body(self, nodes: Iterable[Node], states: list[State]) -> list[State]:
        for node in nodes:
            if not states:
                return states
            after: list[State] = []
            for state in states:
                if not self._budget.spend():
                    return states
                after += self._node(node, state)
            states = after if len(after) == 1 else merge(after, _MOST_STATES)
            states = [state for state in states if state.alive]
        return states

    def _node(self, node: Node, state: State) -> list[State]:
        if isinstance(node, Command):
            return self._command(node, state)
        if isinstance(node, Loop):
            return self._loop(node, state)
        if isinstance(node, Branches):
            return self._branches(node, state)
        if isinstance(node, Case):
            return self._case(node, state)
        if isinstance(node, Function):
            self._functions[node.name] = node
            return [state]
        if isinstance(node, AndOr):
            return self._and_or(node, state)
        if isinstance(node, While):
            return self._while(node, state)
        if node.is_subshell:
            ends = self._body(node.body, [state.fork()])
            return [self._after_subshell(state, ends)]
        return self._body(node.body, [state])

    def _after_subshell(self, state: State, ends: list[State]) -> State:
        """Return the state after a subshell: only what it copied is kept."""
        copies = dict.fromkeys(state.copies)
        for end in ends:
            copies |= dict.fromkeys(end.copies)
        state.copies = tuple(copies)
        return state

    def _and_or(self, node: AndOr, state: State) -> list[State]:
        states = self._body([node.first], [state])
        status = self._values.status(node.first, state)
        for operator, item in node.rest:
            if operator == "&&":
                if status is False:
                    continue
                forks = (
                    [s.fork() for s in states]
                    if self._values.is_test(node.first)
                    else []
                )
                keep = forks if status is None else []
                states = merge(keep + self._body([item], states), _MOST_STATES)
            else:
                if status is True:
                    continue
                status = None
                forks = [s.fork() for s in states]
                states = merge(states + self._body([item], forks), _MOST_STATES)
            if not self._values.is_test(item):
                status = None
        return states

    def _branches(self, node: Branches, state: State) -> list[State]:
        ends: list[State] = []
        current = [state]
        for condition, body in node.arms:
            if not condition:
                ends += self._body(body, current)
                return ends
            current = self._body(condition, current)
            status = self._values.status(condition[-1], current[0]) if current else None
            if status is True:
                return ends + self._body(body, current)
            if status is False:
                continue
            ends += self._body(body, [s.fork() for s in current])
        return ends + current

    def _case(self, node: Case, state: State) -> list[State]:
        subject = self._values.text(node.subject, state)
        ends: list[State] = []
        for patterns, body in node.arms:
            known = [self._values.text(pattern, state) for pattern in patterns]
            if is_known(subject):
                if any(fnmatch.fnmatchcase(subject, pattern) for pattern in known):
                    return ends + self._body(body, [state])
                continue
            for pattern in known:
                fork = state.fork()
                if not any(sign in pattern for sign in "*?["):
                    _bind(node.subject, pattern, fork)
                ends += self._body(body, [fork])
        return [*ends, state]

    def _loop(self, node: Loop, state: State) -> list[State]:
        if node.words is None:
            known = state.arguments
            words = [unknown(node.name)] if known is None else list(known)
        else:
            words = [
                field
                for word in node.words
                for field in self._values.fields(word, state)
            ]
        states = [state]
        for word in words[:_MOST_ROUNDS]:
            for item in states:
                item.variables[node.name] = word
            before = states
            states = self._body(node.body, [item.fork() for item in states])
            if not states:
                states = before
        return states

    def _while(self, node: While, state: State) -> list[State]:
        reads = next((c for c in node.condition if builtins.is_read(c)), None)
        lines = self._values.lines(node, state)
        if isinstance(reads, Command) and lines is not None:
            states = [state]
            for line in lines[:_MOST_ROUNDS]:
                for item in states:
                    self._values.read(reads, line, item)
                states = self._body(node.body, [item.fork() for item in states])
            return states or [state]
        skipped = state.fork()
        return [skipped, *self._body([*node.condition, *node.body], [state])]

    # Commands

    def _command(self, node: Command, state: State) -> list[State]:
        own: dict[str, str] = {}
        for assignment in node.assignments:
            self._values.assign(assignment, state, own if node.words else None)
        words = [f for w in node.words for f in self._values.fields(w, state)]
        if not words:
            return [state]
        before = {name: state.variables.get(name) for name in own}
        exported = state.exported
        if own:
            state.variables.update(own)
            state.exported |= own.keys()
        states = self._words(words, node, state)
        for item in states if own else ():
            for name, value in before.items():
                if value is None:
                    item.variables.pop(name, None)
                else:
                    item.variables[name] = value
            item.exported = exported
        return states

    def _words(self, words: list[str], node: Command, state: State) -> list[State]:
        words, given = builtins.unwrapped(words)
        program = os.path.basename(words[0]) if words and is_known(words[0]) else ""
        if program in self._functions:
            self._called.add(program)
            return self._call(self._functions[program], tuple(words[1:]), state)
        if program in {"exit", "return", "continue", "break"}:
            state.alive = False
            return []
        if program in {"source", "."} and len(words) > 1:
            return self._source(words[1:], state)
        if program == "eval":
            return self._inner(" ".join(words[1:]), node, state)
        if program in _SHELLS or words[0].endswith(".sh"):
            return self._script(words, node, state)
        if program == "read":
            lines = self._values.lines(node, state)
            self._values.read(node, lines[0] if lines else None, state)
        elif copied := copy_of(program, words, state, self._nearby):
            state.copies = (*state.copies, copied)
        elif program not in _SILENT and not builtins.apply(
            program, words, state, self._nearby
        ):
            self._deploys(words, node, state, given)
        return [state]

    def _deploys(
        self, words: list[str], node: Command, state: State, given: dict[str, str]
    ) -> None:
        if not any(INTERESTING.search(word) for word in words) and not (
            "functions" in words and "deploy" in words
        ):
            return
        place = self._place(self._text, node.start, node.end)
        known = [_partly(word) for word in words]
        environment = {**state.environment(), **given}
        folders = tuple(folder for folder in state.folders if is_known(folder))
        for found in deployments_of(
            known, place, folders, environment, self._read_text(state)
        ):
            self._budget.deployments -= 1
            seen = _from_start(found, state) if folders else None
            placed = seen or replace(found, folder=None, bases=state.start)
            self.found.append(staged_source(placed, words, state, self._nearby))
        for word in words:
            if " " in word and INTERESTING.search(word):
                self._inner(word, node, state.fork())

    def _read_text(self, state: State) -> Callable[[str], str | None]:
        return lambda path: self._values.file(path, state)

    def _inner(self, text: str, node: Command, state: State) -> list[State]:
        """Follow commands that stand in a word: `bash -c`, `eval`, `ssh`."""
        if self._depth >= _DEEPEST:
            return [state]

        def place(_text: str, _start: int, _end: int) -> Place:
            return self._place(self._text, node.start, node.end)

        inner = Script(
            self._path, text, self._nearby, place, self._budget, depth=self._depth + 1
        )
        inner._functions = self._functions
        states = inner.follow(state)
        self.found += inner.found
        return states

    def _script(self, words: list[str], node: Command, state: State) -> list[State]:
        program = os.path.basename(words[0])
        if program in _SHELLS:
            rest = words[1:]
            flags = [word for word in rest if word.startswith("-")]
            if any("c" in flag for flag in flags if not flag.startswith("--")):
                texts = [word for word in rest if not word.startswith("-")]
                inner = state.fork()
                if texts:
                    self._inner(texts[0], node, inner)
                return [state]
            words = [word for word in rest if not word.startswith("-")]
            if not words:
                if node.heredoc:
                    self._inner(
                        self._values.nested(node.heredoc, state), node, state.fork()
                    )
                return [state]
        path, text = self._values.located(words[0], state)
        if text is None or not INTERESTING.search(text):
            return [state]
        inner = State(
            state.folders,
            dict(state.environment()),
            tuple(words[1:]),
            state.exported,
            state.copies,
        )
        ends = self._other(path, text, inner)
        return [self._after_subshell(state, ends)]

    def _source(self, words: list[str], state: State) -> list[State]:
        path, text = self._values.located(words[0], state)
        if text is None:
            return [state]
        return self._other(path, text, state) or [state]

    def _other(self, path: str, text: str, state: State) -> list[State]:
        """Follow another file of the workspace."""
        if self._depth >= _DEEPEST or path == self._path:
            return [state]
        script = Script(
            path,
            text,
            self._nearby,
            place_in(path),
            self._budget,
            depth=self._depth + 1,
        )
        states = script.follow(state)
        self.found += script.found
        self._functions |= script._functions
        return states

    def _call(
        self, function: Function, arguments: tuple[str, ...] | None, state: State
    ) -> list[State]:
        if self._depth >= _DEEPEST:
            return [state]
        self._depth += 1
        before = state.arguments
        state.arguments = arguments
        try:
            states = self._body(function.body, [state])
        finally:
            self._depth -= 1
        if not states:
            state.alive = True
            states = [state]
        for item in states:
            item.arguments = before
        return states


def _from_start(found: Deployment, state: State) -> Deployment:
    """Return a deployment whose folder is seen from where the script started."""
    folder = found.folder or ""
    if not folder.startswith(START):
        return found
    below = folder[1:].lstrip("/") or "."
    return replace(found, folder=below, bases=state.start)


def _partly(word: str) -> str | None:
    """Return a word without its unknown part: the flag of `--flag=$value`."""
    if is_known(word):
        return word
    flag, equals, _ = word.partition("=")
    return flag + "=" if equals and flag.startswith("-") and is_known(flag) else None


def _bind(subject: Word, value: str, state: State) -> None:
    """Know in a branch of `case` what its subject is."""
    from funclens.discovery.deploy.shell.language.tree import Variable  # noqa: PLC0415

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
