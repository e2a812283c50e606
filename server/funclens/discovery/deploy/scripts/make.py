"""Makefiles: variables, recipes, `define`, and recipes that call make again.

Pattern rules are left alone: nobody can tell what they are asked for.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from funclens.discovery.deploy.place import Place
from funclens.discovery.deploy.shell import folders_above
from funclens.discovery.deploy.shell.script import Script
from funclens.discovery.deploy.shell.script_budget import ScriptBudget
from funclens.discovery.deploy.shell.state import START, State, unknown
from funclens.discovery.deploy.shell.word_values import Values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

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
_DEEPEST = 12
_LONGEST = 50_000
_FUNCTIONS = ("notdir", "basename", "dir", "abspath", "realpath", "strip", "lastword")


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


class _Makefile:
    def __init__(self, path: str, text: str, nearby: NearbyFiles) -> None:
        self._path = path
        self._text = text
        self._nearby = nearby
        self._variables: dict[str, str] = {
            "CURDIR": os.path.dirname(path),
            "PWD": os.path.dirname(path),
            "MAKE": "make",
            "MAKEFILE_LIST": path,
        }
        self._rules: dict[str, _Rule] = {}
        self._budget = ScriptBudget()
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
                    self._variables[define[0]] = "\n".join(define[1])
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
            for name in self._expanded(include[1], {}).split()[:10]:
                other = os.path.join(os.path.dirname(self._path), name)
                self._read(self._nearby.text(other) or "", is_own=False)
            return rules
        assigned = _ASSIGNED.fullmatch(line)
        if assigned:
            self._assign(assigned[1], assigned[2], assigned[3], self._variables)
            return rules
        rule = _RULE.fullmatch(line)
        if rule is None:
            return rules
        needs, _, command = rule[2].partition(";")
        targets = rule[1].rstrip().removesuffix("&")
        names = self._expanded(targets, {}).split()
        inner = _ASSIGNED.fullmatch(rule[2])
        found = [self._rules.setdefault(n, _Rule(n, [])) for n in names[:50]]
        for item in found:
            if inner:
                self._assign(inner[1], inner[2], inner[3], item.variables)
                continue
            item.needs += self._expanded(needs, {}).split()
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
            value = f"{variables.get(name, self._variables.get(name, ''))} {value}"
        elif operator in {":=", "::=", ":::="}:
            value = self._expanded(value, variables).replace("$", "$$")
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
        # What the target itself copies comes last and counts first.
        copies = self._copies
        shell_variables = {
            name: self._expanded(f"$({name})", variables)
            for name in self._variables
            if name.isidentifier()
        }
        for start, end, line in rule.recipe:
            text = self._expanded(line, variables).lstrip("@-+ \t")
            script = Script(
                self._path,
                text,
                self._nearby,
                lambda _text, _start, _end, start=start, end=end: Place(  # type: ignore[misc]
                    self._path, self._text, start, end
                ),
                self._budget,
            )
            folders = folders_above(self._path, self._nearby)[:1]
            state = State(folders, dict(shell_variables), copies=copies)
            for ending in script.follow(state)[:1]:
                copies = ending.copies
            found += script.found
        self._copies = (*self._copies, *copies[len(self._copies) :])
        return found

    def _again(self, line: str, rule: _Rule) -> list[Deployment]:
        """Follow targets that a recipe makes with variables of its own."""
        found: list[Deployment] = []
        for match in _AGAIN.finditer(line[:_LONGEST]):
            words = self._expanded(match[1], rule.variables).split()
            given = dict(word.split("=", 1) for word in words if "=" in word)
            given = {name: value.strip("\"'") for name, value in given.items()}
            for word in words if given else ():
                called = self._rules.get(word)
                if called is not None and self._budget.spend():
                    found += self._follow(called, given)
        return found

    def _expanded(self, text: str, variables: Mapping[str, str], depth: int = 0) -> str:
        """Return a text with its variables and functions replaced."""
        if "$" not in text:
            return text
        if depth > _DEEPEST or not self._budget.spend():
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
        name = self._expanded(inner, variables, depth)
        if name in variables:
            return self._expanded(variables[name], variables, depth)
        if name in self._variables:
            return self._expanded(self._variables[name], variables, depth)
        return unknown(re.sub(r"\W", "_", name))

    def _function(
        self, name: str, rest: str, variables: Mapping[str, str], depth: int
    ) -> str:
        if name == "shell":
            return self._shell(self._expanded(rest, variables, depth))
        pieces = [self._expanded(p, variables, depth) for p in _split(rest)[:2]]
        if name == "call":
            arguments = [self._expanded(p, variables, depth) for p in _split(rest)]
            numbered = {str(i): value.strip() for i, value in enumerate(arguments)}
            body = self._variables.get(arguments[0].strip(), "")
            return self._expanded(body, {**variables, **numbered}, depth)
        if name == "foreach":
            parts = _split(rest)
            if len(parts) < 3:
                return ""
            body = ",".join(parts[2:])
            return " ".join(
                self._expanded(body, {**variables, pieces[0].strip(): word}, depth)
                for word in pieces[1].split()[:300]
            )
        if name == "subst":
            parts = [self._expanded(p, variables, depth) for p in _split(rest)]
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
        state = State(folders_above(self._path, self._nearby)[:1])
        values = Values(self._nearby, self._path, self._budget)
        printed = values.substitute(command, state)
        if printed is None:
            return unknown("shell")
        return printed.replace(START, state.start[0]).replace("\n", " ")


def _logical_lines(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and text of lines, with those joined that are continued."""
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
    """Return arguments, apart by commas that are not in brackets."""
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


def _without_comment(value: str) -> str:
    return re.sub(r"(?<!\\)#.*", "", value)


def _limited(text: str) -> str:
    return text if len(text) <= _LONGEST else unknown("long")
