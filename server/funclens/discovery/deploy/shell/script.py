"""Follows a script: what it sets, where it goes, what it deploys.

Nothing is executed. Functions and other scripts of the workspace are followed with
their arguments. All of it has a budget.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from funclens.discovery.deploy.command import INTERESTING, deployments_of
from funclens.discovery.deploy.place import place_in
from funclens.discovery.deploy.shell import builtins
from funclens.discovery.deploy.shell.control_flow import ControlFlow, after_subshell
from funclens.discovery.deploy.shell.language.grammar import parse
from funclens.discovery.deploy.shell.script_budget import ScriptBudget
from funclens.discovery.deploy.shell.shorten import shortened
from funclens.discovery.deploy.shell.staging import copy_of, staged_source
from funclens.discovery.deploy.shell.state import START, State, is_known, known_part
from funclens.discovery.deploy.shell.word_values import Values

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.discovery.deploy.deployment import Deployment
    from funclens.discovery.deploy.nearby import NearbyFiles
    from funclens.discovery.deploy.place import Place
    from funclens.discovery.deploy.shell.language.tree import Command, Function

__all__ = ["Script"]

_DEEPEST = 8
_WORTH = re.compile(
    r"functions|FUNCTION|--function\b|--pack|\.sh\b|\bsource\b|^[ \t]*\. "
    r"|\b(?:cp|zip|ln|mv|rsync|install|gsutil|storage|Copy-Item)\b",
    re.MULTILINE,
)
"""Matches scripts that deploy something or copy what another script deploys."""
_SILENT = frozenset({"echo", "printf", "grep", "sed", "awk", "cat", "alias", "man"})
_SHELLS = frozenset({"bash", "sh", "zsh", "ksh", "dash"})
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)


class Script(ControlFlow):
    """One shell script and the results of following it."""

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
        budget = budget or ScriptBudget()
        super().__init__(Values(nearby, path, budget), budget)
        self._path = path
        self._text = shortened(text)
        self._nearby = nearby
        self._place = place
        self._depth = depth
        self._called: set[str] = set()
        self.found: list[Deployment] = []
        """Deployments in the order of the commands."""

    def follow(self, state: State) -> list[State]:
        """Follow the whole script; return the states it may end in."""
        if self._depth == 0 and not _WORTH.search(self._text):
            return [state]
        nodes = parse(self._text)
        states = self.follow_body(nodes, [state])
        if self._depth == 0:
            # A function that is never called here may be called from elsewhere.
            for name in [name for name in self.functions if name not in self._called]:
                start = states[0] if states else state
                self._call(self.functions[name], None, start.fork())
        return states

    # Commands

    def command(self, node: Command, state: State) -> list[State]:
        """Follow a simple command: what it sets, deploys or calls."""
        own: dict[str, str] = {}
        for assignment in node.assignments:
            self.values.assign(assignment, state, own if node.words else None)
        words = [f for w in node.words for f in self.values.fields(w, state)]
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
        if program in self.functions:
            self._called.add(program)
            return self._call(self.functions[program], tuple(words[1:]), state)
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
            lines = self.values.lines(node, state)
            self.values.read(node, lines[0] if lines else None, state)
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
        known = [known_part(word) for word in words]
        environment = {**state.environment(), **given}
        folders = tuple(folder for folder in state.folders if is_known(folder))
        for found in deployments_of(
            known, place, folders, environment, self._read_text(state)
        ):
            self.budget.deployments -= 1
            seen = _from_start(found, state) if folders else None
            placed = seen or replace(found, folder=None, bases=state.start)
            self.found.append(staged_source(placed, words, state, self._nearby))
        for word in words:
            if " " in word and INTERESTING.search(word):
                self._inner(word, node, state.fork())

    def _read_text(self, state: State) -> Callable[[str], str | None]:
        return lambda path: self.values.file(path, state)

    def _inner(self, text: str, node: Command, state: State) -> list[State]:
        """Follow commands inside a word: `bash -c`, `eval`, `ssh`."""
        if self._depth >= _DEEPEST:
            return [state]

        def place(_text: str, _start: int, _end: int) -> Place:
            return self._place(self._text, node.start, node.end)

        inner = Script(
            self._path, text, self._nearby, place, self.budget, depth=self._depth + 1
        )
        inner.functions = self.functions
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
                        self.values.nested(node.heredoc, state), node, state.fork()
                    )
                return [state]
        path, text = self.values.located(words[0], state)
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
        return [after_subshell(state, ends)]

    def _source(self, words: list[str], state: State) -> list[State]:
        path, text = self.values.located(words[0], state)
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
            self.budget,
            depth=self._depth + 1,
        )
        states = script.follow(state)
        self.found += script.found
        self.functions |= script.functions
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
            states = self.follow_body(function.body, [state])
        finally:
            self._depth -= 1
        if not states:
            state.alive = True
            states = [state]
        for item in states:
            item.arguments = before
        return states


def _from_start(found: Deployment, state: State) -> Deployment:
    """Return the deployment with its folder relative to where the script started."""
    folder = found.folder or ""
    if not folder.startswith(START):
        return found
    below = folder[1:].lstrip("/") or "."
    return replace(found, folder=below, bases=state.start)
