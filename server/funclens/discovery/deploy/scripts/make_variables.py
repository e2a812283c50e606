"""What variables and functions of a Makefile come to."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from funclens.discovery.deploy.shell import folders_above
from funclens.discovery.deploy.shell.script_budget import ScriptBudget
from funclens.discovery.deploy.shell.state import START, State, unknown
from funclens.discovery.deploy.shell.word_values import Values
from funclens.discovery.deploy.slashes import slashed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from funclens.discovery.deploy.nearby import NearbyFiles

__all__ = ["MakeVariables"]

_DEEPEST = 12
_LONGEST = 50_000
_FUNCTIONS = ("notdir", "basename", "dir", "abspath", "realpath", "strip", "lastword")


class MakeVariables:
    """The variables of a Makefile, and the expansion of texts that refer to them."""

    def __init__(self, path: str, nearby: NearbyFiles) -> None:
        self.path = path
        self.nearby = nearby
        self.budget = ScriptBudget()
        self.variables: dict[str, str] = {
            "CURDIR": slashed(os.path.dirname(path)),
            "PWD": slashed(os.path.dirname(path)),
            "MAKE": "make",
            "MAKEFILE_LIST": slashed(path),
        }

    def expanded(self, text: str, variables: Mapping[str, str], depth: int = 0) -> str:
        """Return a text with variables and functions expanded."""
        if "$" not in text:
            return text
        if depth > _DEEPEST or not self.budget.spend():
            return unknown("deep")
        found: list[str] = []
        position = 0
        while True:
            at = text.find("$", position)
            if at < 0 or at + 1 >= len(text):
                found.append(text[position:])
                return _limited("".join(found))
            found.append(text[position:at])
            following = text[at + 1]
            if following == "$":
                found.append("$")
                position = at + 2
                continue
            if following in "({":
                end = _closing(text, at + 1)
                inner = text[at + 2 : end]
                found.append(self._reference(inner, variables, depth + 1))
                position = end + 1
                continue
            found.append(self._reference(following, variables, depth + 1))
            position = at + 2

    def _reference(self, inner: str, variables: Mapping[str, str], depth: int) -> str:
        word, _, rest = inner.partition(" ")
        if rest and word in {
            *_FUNCTIONS,
            "shell",
            "call",
            "foreach",
            "subst",
            "or",
            "if",
        }:
            return self._function(word, rest.strip(), variables, depth)
        if rest and word in {
            "patsubst",
            "addprefix",
            "addsuffix",
            "wildcard",
            "filter",
        }:
            return unknown(word)
        if rest and word in {"info", "warning", "error", "eval"}:
            return ""
        name = self.expanded(inner, variables, depth)
        if name in variables:
            return self.expanded(variables[name], variables, depth)
        if name in self.variables:
            return self.expanded(self.variables[name], variables, depth)
        return unknown(re.sub(r"\W", "_", name))

    def _function(
        self, name: str, rest: str, variables: Mapping[str, str], depth: int
    ) -> str:
        if name == "shell":
            return self._shell(self.expanded(rest, variables, depth))
        pieces = [self.expanded(p, variables, depth) for p in _split(rest)[:2]]
        if name == "call":
            arguments = [self.expanded(p, variables, depth) for p in _split(rest)]
            numbered = {str(i): value.strip() for i, value in enumerate(arguments)}
            body = self.variables.get(arguments[0].strip(), "")
            return self.expanded(body, {**variables, **numbered}, depth)
        if name == "foreach":
            parts = _split(rest)
            if len(parts) < 3:
                return ""
            body = ",".join(parts[2:])
            return " ".join(
                self.expanded(body, {**variables, pieces[0].strip(): word}, depth)
                for word in pieces[1].split()[:300]
            )
        if name == "subst":
            parts = [self.expanded(p, variables, depth) for p in _split(rest)]
            return parts[2].replace(parts[0], parts[1]) if len(parts) == 3 else ""
        if name in {"or", "if"}:
            return next((p for p in pieces if p.strip()), unknown(name))
        words = pieces[0].split()
        changes: dict[str, Callable[[str], str]] = {
            "notdir": os.path.basename,
            "basename": lambda word: os.path.splitext(word)[0],
            "dir": lambda word: os.path.dirname(word) + "/",
        }
        changed = changes.get(name, str)
        if name == "lastword":
            words = words[-1:]
        return " ".join(changed(word) for word in words)

    def _shell(self, command: str) -> str:
        state = State(folders_above(self.path, self.nearby)[:1])
        values = Values(self.nearby, self.path, self.budget)
        printed = values.substitute(command, state)
        if printed is None:
            return unknown("shell")
        return printed.replace(START, state.start[0]).replace("\n", " ")


def _closing(text: str, at: int) -> int:
    opener = text[at]
    closer = ")" if opener == "(" else "}"
    depth = 0
    for match in re.compile(r"[(){}]").finditer(text, at):
        if match[0] == opener:
            depth += 1
        elif match[0] == closer:
            depth -= 1
            if depth == 0:
                return match.start()
    return len(text)


def _split(text: str) -> list[str]:
    """Split arguments at commas outside brackets."""
    found, depth, start = [], 0, 0
    for match in re.finditer(r"[(){},]", text):
        if match[0] in "({":
            depth += 1
        elif match[0] in ")}":
            depth -= 1
        elif depth == 0:
            found.append(text[start : match.start()])
            start = match.end()
    return [*found, text[start:]]


def _limited(text: str) -> str:
    return text if len(text) <= _LONGEST else unknown("long")
