"""Dockerfiles: what the image runs, with its files traced to the build context."""

from __future__ import annotations

import json
import os
import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from funclens.discovery.deploy.command import deployments_of
from funclens.discovery.deploy.deployment import Deployment
from funclens.discovery.deploy.place import Place
from funclens.discovery.deploy.shell import folders_above
from funclens.discovery.deploy.shell.expand import resolved
from funclens.discovery.deploy.shell.script import Script
from funclens.discovery.deploy.shell.script_budget import ScriptBudget
from funclens.discovery.deploy.shell.state import State, is_known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.deploy.nearby import NearbyFiles

__all__ = ["deployments_in_dockerfile"]

_INSTRUCTION = re.compile(r"[ \t]*([A-Za-z]+)[ \t]+(.*)", re.DOTALL)
_PAIR = re.compile(r"(?<!\w)([A-Za-z_]\w*)=(\"[^\"]*\"|'[^']*'|\S*)")
_OTHER_LANGUAGE = re.compile(
    r"(?:\S*/)?(?:golang|node|openjdk|eclipse-temurin|maven|gradle|ruby|php|rust|dotnet)"
    r"(?:[:/@-]|\b)"
)
_VARIABLE_TARGET = re.compile(r"--target[=\s\"',]+\$")
_FLAG = re.compile(r"--[\w-]+(?:=\S+)?\s+")


def deployments_in_dockerfile(
    path: str, text: str, nearby: NearbyFiles
) -> Iterator[Deployment]:
    """Yield the functions that an image serves."""
    image = _Image(path, text, nearby)
    for start, end, name, rest in _instructions(text):
        image.take(name, rest, start, end)
    yield from image.found or image.from_target()


class _Image:
    def __init__(self, path: str, text: str, nearby: NearbyFiles) -> None:
        self._path = path
        self._text = text
        self._nearby = nearby
        self._variables: dict[str, str] = {}
        self._folder = "/"
        self._copied: list[tuple[str, str]] = []
        """Paths in the image and the context paths they were copied from."""
        self._entry: list[str] = []
        self._is_other = False
        """True if the stage is built for another language."""
        self._target = Place(path, text, 0, 0)
        self.found: list[Deployment] = []

    def take(self, name: str, rest: str, start: int, end: int) -> None:
        """Process one instruction."""
        if name == "FROM":
            # A new stage starts with its own files and commands.
            self._entry = []
            self._is_other |= _OTHER_LANGUAGE.match(rest) is not None
        elif name in {"ENV", "ARG"}:
            self._set(name, rest, start, end)
        elif name == "WORKDIR":
            folder = resolved(rest.strip(), self._variables)
            self._folder = posixpath.normpath(posixpath.join(self._folder, folder))
        elif name in {"COPY", "ADD"}:
            self._copy(_FLAG.sub("", rest))
        elif name in {"CMD", "ENTRYPOINT"}:
            self._start_command(name, rest, start, end)

    def from_target(self) -> list[Deployment]:
        """Return the function named by FUNCTION_TARGET, served by a base image."""
        given = self._variables
        target = given.get("FUNCTION_TARGET") or given.get("GOOGLE_FUNCTION_TARGET")
        if not target or not is_known(target) or self._is_other:
            return []
        source = given.get("FUNCTION_SOURCE") or given.get("GOOGLE_FUNCTION_SOURCE")
        inner, _, name = (source or "").rpartition("/")
        found = Deployment(
            file=self._path,
            span=self._target.span(target),
            entry_point=target,
            is_default=True,
            folder=inner or ".",
            source=None if name in {"", "main.py"} else name,
        )
        return [self._traced(found)]

    def _set(self, name: str, rest: str, start: int, end: int) -> None:
        pairs = _PAIR.findall(rest)
        if not pairs and name == "ENV":
            key, _, value = rest.partition(" ")
            pairs = [(key, value)]
        for key, value in pairs:
            plain = value.strip().strip("\"'")
            if name == "ARG" and key in self._variables:
                continue
            self._variables[key] = resolved(plain, self._variables)
            if key in {"FUNCTION_TARGET", "GOOGLE_FUNCTION_TARGET"}:
                self._target = Place(self._path, self._text, start, end)

    def _copy(self, rest: str) -> None:
        words = _exec_form(rest) or rest.split()
        words = [resolved(word, self._variables) for word in words]
        if len(words) < 2 or not all(map(is_known, words)):
            return
        *sources, target = words
        place = posixpath.normpath(posixpath.join(self._folder, target))
        for given in sources:
            source = posixpath.normpath(given.lstrip("/") or ".")
            is_file = source.endswith(".py") and (target.endswith("/") or target == ".")
            if is_file or (len(sources) > 1 and source != "."):
                self._copied.append(
                    (posixpath.join(place, posixpath.basename(source)), source)
                )
            else:
                self._copied.append((place, source))

    def _start_command(self, name: str, rest: str, start: int, end: int) -> None:
        words = _exec_form(rest)
        place = Place(self._path, self._text, start, end)
        if words is None:
            script = Script(
                self._path, rest, self._nearby, lambda *_: place, ScriptBudget(2000)
            )
            script.follow(
                State(
                    (self._folder,),
                    dict(self._variables),
                    exported=frozenset(self._variables),
                )
            )
            found = script.found
        else:
            # Exec form: only an explicit shell expands variables.
            if any(" " in word for word in words) and words[0].endswith("sh"):
                self._start_command(name, words[-1], start, end)
                return
            if name == "CMD" and self._entry:
                words = [*self._entry, *words]
            found = list(
                deployments_of(list(words), place, (self._folder,), self._variables)
            )
        if name == "ENTRYPOINT":
            self._entry = words or rest.split()
        if found:
            is_default = "--target" not in rest or bool(_VARIABLE_TARGET.search(rest))
            self.found = [
                replace(self._traced(item), is_default=is_default) for item in found
            ]

    def _traced(self, found: Deployment) -> Deployment:
        """Return the deployment with its image folder mapped to the context folder."""
        main = found.source or "main.py"
        inner = posixpath.normpath(posixpath.join(self._folder, found.folder or "."))
        bases = folders_above(self._path, self._nearby)
        for target, source in reversed(self._copied):
            if posixpath.join(inner, main) == target:
                folder, name = posixpath.split(source)
                return replace(
                    found,
                    folder=folder or ".",
                    source=None if name == "main.py" else name,
                    bases=bases,
                )
            if inner == target or inner.startswith(target.rstrip("/") + "/"):
                below = posixpath.join(source, inner[len(target) :].lstrip("/"))
                candidate = posixpath.normpath(below)
                if any(self._has(base, candidate, main) for base in bases):
                    return replace(found, folder=candidate, bases=bases)
        fallback = "." if (found.folder or "/").startswith("/") else found.folder
        return replace(found, folder=fallback, bases=bases)

    def _has(self, base: str, folder: str, main: str) -> bool:
        return self._nearby.is_file(os.path.join(base, folder, main))


def _instructions(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Yield start, end, name and rest of each instruction."""
    position = 0
    while position < len(text):
        start = position
        while True:
            end = text.find("\n", position)
            end = len(text) if end < 0 else end
            position = end + 1
            line = text[max(text.rfind("\n", start, end) + 1, start) : end].strip()
            goes_on = line.endswith("\\") or (
                line.startswith("#") and text[start:end].strip() != line
            )
            if not goes_on or position > len(text):
                break
        match = _INSTRUCTION.fullmatch(text[start:end])
        if match and not match[0].lstrip().startswith("#"):
            rest = re.sub(r"\\\r?\n(?:[ \t]*#[^\n]*\n)*", " ", match[2])
            yield start, end, match[1].upper(), rest.strip()


def _exec_form(rest: str) -> list[str] | None:
    if not rest.startswith("["):
        return None
    try:
        found = json.loads(rest)
    except ValueError:
        return None
    return [str(item) for item in found] if isinstance(found, list) else None
