"""Makefiles: variables, recipes, `define`, and recursive make.

Pattern rules are skipped, because their targets are unknown.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass, field
from funclens.discovery.deploy.place import Place
from funclens.discovery.deploy.scripts.make_variables import MakeVariables
from funclens.discovery.deploy.shell import folders_above
from funclens.discovery.deploy.shell.script import Script
from funclens.discovery.deploy.shell.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from funclens.discovery.deploy.deployment import Deployment
    from funclens.discovery.deploy.nearby import NearbyFiles
    from funclens.discovery.deploy.shell.state import Copy

__all__ = ["deployments_in_make"]

_ASSIGNED = re.compile(
    r"[ ]*(?:export\s+|override\s+)*([\w.-]+)\s*(:::?=|::?=|\?=|\+=|!=|=)\s*(.*)",
    re.DOTALL,
)
_RULE = re.compile(r"([^\s:#=][^:#=]*)::?(?!=)\s*(.*)", re.DOTALL)
_INCLUDE = re.compile(r"-?s?include\s+(.+)")
_AGAIN = re.compile(
    r"(?:^|[\s;&|(@-])(?:\$[({]MAKE[)}]|make)((?:\s+(?:-\w+|[\w.-]+=\"[^\"]*\"|[\w.-]+=\S*|[\w./-]+))+)"
)
_COPIES = re.compile(r"\b(?:cp|rsync|zip|install|ln|mv|gsutil|storage)\b")
_MATTERS = re.compile(r"gcloud|functions|framework|deploy|\.sh\b|\$[({]")
_LONGEST = 50_000


@dataclass(slots=True)
class _Rule:
    target: str
    needs: list[str]
    variables: dict[str, str] = field(default_factory=dict)
    recipe: list[tuple[int, int, str]] = field(default_factory=list)
    """Start, end and text of each logical line."""


def deployments_in_make(
    path: str, text: str, nearby: NearbyFiles
) -> Iterator[Deployment]:
    """Yield the functions that recipes deploy or serve."""
    yield from _Makefile(path, text, nearby).deployments()


class _Makefile(MakeVariables):
    def __init__(self, path: str, text: str, nearby: NearbyFiles) -> None:
        super().__init__(path, nearby)
        self._text = text
        self._rules: dict[str, _Rule] = {}
        self._copies: tuple[Copy, ...] = ()
        self._read(text, is_own=True)

    def deployments(self) -> list[Deployment]:
        for rule in self._rules.values():
            if any(_COPIES.search(line) for _, _, line in rule.recipe):
                self._follow(rule, {})
        self._copies = tuple(dict.fromkeys(self._copies))[:500]
        found: list[Deployment] = []
        for rule in self._rules.values():
            found += self._follow(rule, {})
            for line in rule.recipe:
                found += self._again(line[2], rule)
        return found

    def _read(self, text: str, *, is_own: bool) -> None:
        rules: list[_Rule] = []
        define: tuple[str, list[str]] | None = None
        for start, end, line in _logical_lines(text):
            plain = line.strip()
            if define is not None:
                if plain.startswith("endef"):
                    self.variables[define[0]] = "\n".join(define[1])
                    define = None
                else:
                    define[1].append(line)
                continue
            if plain.startswith("define "):
                define = (plain.split()[1], [])
            elif line.startswith("\t"):
                if is_own:
                    for rule in rules:
                        rule.recipe.append((start, end, line[1:]))
            elif plain and not plain.startswith("#"):
                rules = self._statement(line, rules, start, end)

    def _statement(
        self, line: str, rules: list[_Rule], start: int, end: int
    ) -> list[_Rule]:
        include = _INCLUDE.match(line)
        if include:
            for name in self.expanded(include[1], {}).split()[:10]:
                other = os.path.join(os.path.dirname(self.path), name)
                self._read(self.nearby.text(other) or "", is_own=False)
            return rules
        assigned = _ASSIGNED.fullmatch(line)
        if assigned:
            self._assign(assigned[1], assigned[2], assigned[3], self.variables)
            return rules
        rule = _RULE.fullmatch(line)
        if rule is None:
            return rules
        needs, _, command = rule[2].partition(";")
        targets = rule[1].rstrip().removesuffix("&")
        names = self.expanded(targets, {}).split()
        inner = _ASSIGNED.fullmatch(rule[2])
        found = [self._rules.setdefault(n, _Rule(n, [])) for n in names[:50]]
        for item in found:
            if inner:
                self._assign(inner[1], inner[2], inner[3], item.variables)
                continue
            item.needs += self.expanded(needs, {}).split()
            if command.strip():
                item.recipe.append((start, end, command))
        return found if not inner else []

    def _assign(
        self, name: str, operator: str, value: str, variables: dict[str, str]
    ) -> None:
        value = _without_comment(value)
        if operator == "?=" and name in variables:
            return
        if operator == "+=":
            value = f"{variables.get(name, self.variables.get(name, ''))} {value}"
        elif operator in {":=", "::=", ":::="}:
            value = self.expanded(value, variables).replace("$", "$$")
        elif operator == "!=":
            value = f"$(shell {value})"
        variables[name] = value.strip()

    def _follow(self, rule: _Rule, given: Mapping[str, str]) -> list[Deployment]:
        if "%" in rule.target or not any(
            _MATTERS.search(line) or _COPIES.search(line) for _, _, line in rule.recipe
        ):
            return []
        automatic = {
            "@": rule.target,
            "<": rule.needs[0] if rule.needs else "",
            "^": " ".join(rule.needs),
            "@D": os.path.dirname(rule.target) or ".",
            "@F": os.path.basename(rule.target),
        }
        variables = {**automatic, **rule.variables, **given}
        found: list[Deployment] = []
        # What the target itself copies is added last and takes precedence.
        copies = self._copies
        shell_variables = {
            name: self.expanded(f"$({name})", variables)
            for name in self.variables
            if name.isidentifier()
        }
        for start, end, line in rule.recipe:
            text = self.expanded(line, variables).lstrip("@-+ \t")
            script = Script(
                self.path,
                text,
                self.nearby,
                lambda _text, _start, _end, start=start, end=end: Place(  # type: ignore[misc]
                    self.path, self._text, start, end
                ),
                self.budget,
            )
            folders = folders_above(self.path, self.nearby)[:1]
            state = State(folders, dict(shell_variables), copies=copies)
            for ending in script.follow(state)[:1]:
                copies = ending.copies
            found += script.found
        self._copies = (*self._copies, *copies[len(self._copies) :])
        return found

    def _again(self, line: str, rule: _Rule) -> list[Deployment]:
        """Follow targets that a recipe makes with other variables."""
        found: list[Deployment] = []
        for match in _AGAIN.finditer(line[:_LONGEST]):
            words = self.expanded(match[1], rule.variables).split()
            given = dict(word.split("=", 1) for word in words if "=" in word)
            given = {name: value.strip("\"'") for name, value in given.items()}
            for word in words if given else ():
                called = self._rules.get(word)
                if called is not None and self.budget.spend():
                    found += self._follow(called, given)
        return found


def _logical_lines(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and text of each logical line, joining continued lines."""
    position = 0
    while position < len(text):
        start = position
        while True:
            end = text.find("\n", position)
            end = len(text) if end < 0 else end
            position = end + 1
            if text[max(end - 1, start) : end] != "\\" or position > len(text):
                break
        line = text[start:end]
        if not line.startswith("\t"):
            line = re.sub(r"(?<!\s)\s*\\\n\s*", " ", line)
        yield start, end, line


def _without_comment(value: str) -> str:
    return re.sub(r"(?<!\\)#.*", "", value)
