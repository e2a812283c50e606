"""Justfiles: recipes with parameters, and recipes that call others."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass, field
from funclens.discovery.deploy.place import Place
from funclens.discovery.deploy.shell.script import Script
from funclens.discovery.deploy.shell.script_budget import ScriptBudget
from funclens.discovery.deploy.shell.state import State, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from funclens.discovery.deploy.deployment import Deployment
    from funclens.discovery.deploy.nearby import NearbyFiles

__all__ = ["deployments_in_justfile"]

_VARIABLE = re.compile(r"(export\s+)?([A-Za-z_][\w-]*)\s*:=\s*(.*)")
_RECIPE = re.compile(r"@?([A-Za-z_][\w-]*)((?:\s[^:]*)?):(?!=)(.*)")
_PARAMETER = re.compile(r"[$*+]*([A-Za-z_][\w-]*)(?:=(\"[^\"]*\"|'[^']*'|[^\s]+))?")
_EXPRESSION = re.compile(r"\{\{(.{0,300}?)\}\}")
_TEXT = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'([^']*)'")
_NEED = re.compile(r"\(\s*([\w-]+)((?:\s+(?:\"[^\"]*\"|'[^']*'|[\w-]+))*)\s*\)")
_CALL = re.compile(r"(?:^|[\s;&|@])just\s+([\w-]+)((?:[ \t]+[^\s;&|]+)*)")
_ARGUMENT = re.compile(r"\"[^\"]*\"|'[^']*'|[^\s]+")


@dataclass(slots=True)
class _Recipe:
    parameters: list[tuple[str, str | None]]
    needs: str = ""
    lines: list[tuple[int, int, str]] = field(default_factory=list)


def deployments_in_justfile(
    path: str, text: str, nearby: NearbyFiles
) -> Iterator[Deployment]:
    """Yield the functions that recipes deploy or serve."""
    yield from _Justfile(path, text, nearby).deployments()


class _Justfile:
    def __init__(self, path: str, text: str, nearby: NearbyFiles) -> None:
        self._path = path
        self._text = text
        self._nearby = nearby
        self._variables: dict[str, str] = {}
        self._exported: set[str] = set()
        self._recipes: dict[str, _Recipe] = {}
        self._budget = ScriptBudget()
        self._read()

    def deployments(self) -> Iterator[Deployment]:
        for recipe in self._recipes.values():
            yield from self._follow(recipe, [])
            for name, words in self._calls(recipe):
                called = self._recipes.get(name)
                if called is not None and words:
                    yield from self._follow(called, words)

    def _read(self) -> None:
        recipe: _Recipe | None = None
        position = 0
        for line in self._text.split("\n"):
            start, position = position, position + len(line) + 1
            if line[:1] in {" ", "\t"}:
                if recipe is not None:
                    recipe.lines.append((start, start + len(line), line.strip()))
                continue
            if match := _VARIABLE.fullmatch(line):
                self._variables[match[2]] = self._evaluated(match[3], {})
                if match[1]:
                    self._exported.add(match[2])
            elif match := _RECIPE.fullmatch(line):
                parameters = [
                    (p[1], p[2]) for p in _PARAMETER.finditer(match[2][:500]) if p[1]
                ]
                recipe = self._recipes[match[1]] = _Recipe(parameters, match[3])
            elif line.strip() and not line.startswith(("#", "[")):
                recipe = None

    def _follow(self, recipe: _Recipe, words: list[str]) -> list[Deployment]:
        given = dict(self._variables)
        for index, (name, default) in enumerate(recipe.parameters):
            if index < len(words):
                given[name] = words[index]
            elif default is not None:
                given[name] = self._evaluated(default, given)
            else:
                given[name] = unknown(name)
        folders = (os.path.dirname(self._path),)
        found: list[Deployment] = []
        for start, end, line in _commands(recipe.lines):
            text = _EXPRESSION.sub(
                lambda match: self._evaluated(match[1], given), line
            ).lstrip("@-")
            place = Place(self._path, self._text, start, end)
            script = Script(
                self._path,
                text,
                self._nearby,
                lambda *_, p=place: p,
                self._budget,
            )
            script.follow(State(folders, {**given}, exported=frozenset(self._exported)))
            found += script.found
        return found

    def _evaluated(self, expression: str, given: Mapping[str, str]) -> str:
        """Return the value of an expression: strings and names, joined by `+`."""
        pieces = []
        for piece in expression.split("+") if len(expression) < 1000 else ():
            plain = piece.strip()
            text = _TEXT.fullmatch(plain)
            if text:
                pieces.append(text[1] if text[1] is not None else text[2])
            elif plain in given or plain in self._variables:
                pieces.append(given.get(plain, self._variables.get(plain, "")))
            elif plain == "justfile_directory()":
                pieces.append(os.path.dirname(self._path))
            elif default := re.fullmatch(
                r"env(?:_var_or_default)?\(.*,\s*(.*)\)", plain
            ):
                pieces.append(self._evaluated(default[1], given))
            else:
                pieces.append(unknown(re.sub(r"\W", "_", plain)))
        return "".join(pieces)

    def _calls(self, recipe: _Recipe) -> Iterator[tuple[str, list[str]]]:
        """Yield the recipes that a recipe depends on or calls, with arguments."""
        for match in _NEED.finditer(recipe.needs[:2000]):
            yield match[1], [_plain(w) for w in _ARGUMENT.findall(match[2])]
        for _, _, line in recipe.lines:
            for match in _CALL.finditer(line[:2000]):
                words = [_plain(word) for word in _ARGUMENT.findall(match[2])]
                yield (
                    match[1],
                    [
                        _EXPRESSION.sub(lambda m: self._evaluated(m[1], {}), w)
                        for w in words
                    ],
                )


def _plain(word: str) -> str:
    return word.strip("\"'")


def _commands(lines: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Yield what one shell runs: a line with its continuations, or a whole script."""
    if lines and lines[0][2].startswith("#!"):
        yield lines[0][0], lines[-1][1], "\n".join(line for _, _, line in lines)
        return
    pending: list[tuple[int, int, str]] = []
    for item in lines:
        pending.append(item)
        if not item[2].endswith("\\"):
            yield pending[0][0], item[1], "\n".join(line for _, _, line in pending)
            pending = []
    if pending:
        yield pending[0][0], pending[-1][1], "\n".join(line for _, _, line in pending)
