"""Expand the words of a script as the shell does."""

from __future__ import annotations

import fnmatch
import itertools
import os
import re
from typing import TYPE_CHECKING

from funclens.discovery.deploy.shell.language.tree import (
    Literal,
    Substitution,
    Variable,
)
from funclens.discovery.deploy.shell.language.words import word_of
from funclens.discovery.deploy.shell.state import START, is_known, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from funclens.discovery.deploy.nearby import NearbyFiles
    from funclens.discovery.deploy.shell.language.tree import Word
    from funclens.discovery.deploy.shell.state import State

__all__ = ["Expansion", "short"]

_WILDCARD = re.compile(r"[*?]|\[[^\]]+\]")
_BRACES = re.compile(r"\{([^{}\s]*,[^{}\s]*)\}")
_MOST_FIELDS = 500
_LONGEST = 20_000
_DEEPEST = 4


class Expansion:
    """Expands words in one file; `substitute` evaluates `$(…)`."""

    def __init__(
        self,
        nearby: NearbyFiles,
        script: str,
        substitute: Callable[[str, State], str | None],
    ) -> None:
        self._nearby = nearby
        self._script = script
        self._substitute = substitute
        self._depth = 0

    def text(self, word: Word, state: State) -> str:
        """Expand a word to one string, as in an assignment."""
        texts: list[str] = []
        for part in word.parts:
            value = self._value(part, state)
            texts.append(value if isinstance(value, str) else " ".join(value))
        return short("".join(texts))

    def fields(self, word: Word, state: State) -> list[str]:
        """Expand a word to the strings it becomes in a command: none, one or more."""
        fields: list[str] = []
        current: str | None = None
        wild = False
        for part in word.parts:
            value = self._value(part, state)
            if isinstance(part, Literal):
                keyed = current is None and part.text.startswith("[")
                wild = wild or (
                    not part.quoted and not keyed and bool(_WILDCARD.search(part.text))
                )
                current = (current or "") + str(value)
                continue
            if isinstance(value, tuple):
                if not value:
                    continue
                *before, last = ((current or "") + value[0], *value[1:])
                fields += before
                current = last
                continue
            if getattr(part, "quoted", True) or not is_known(value):
                current = (current or "") + value
                continue
            pieces = value.split()
            if not pieces:
                continue
            if value[:1].isspace() and current is not None:
                fields.append(current)
                current = None
            *before, last = ((current or "") + pieces[0], *pieces[1:])
            fields += before
            current = last
        if current is not None:
            fields.append(short(current))
        if any(isinstance(part, Literal) and not part.quoted for part in word.parts):
            fields = list(itertools.chain.from_iterable(map(_braces, fields)))
        if wild:
            fields = [found for item in fields for found in self._files(item, state)]
        return fields[:_MOST_FIELDS]

    def nested(self, text: str, state: State) -> str:
        """Expand a text in the position of a word, as after `:-`."""
        if "$" not in text and "`" not in text:
            return text
        if self._depth >= _DEEPEST:
            return unknown("deep")
        self._depth += 1
        try:
            return self.text(word_of(text), state)
        finally:
            self._depth -= 1

    def _value(self, part: object, state: State) -> str | tuple[str, ...]:
        if isinstance(part, Literal):
            if not part.quoted and part.text.startswith("~"):
                return unknown("home") + part.text[1:]
            return part.text
        if isinstance(part, Variable):
            return self._variable(part, state)
        if isinstance(part, Substitution):
            if self._depth >= _DEEPEST:
                return unknown("deep")
            self._depth += 1
            try:
                found = self._substitute(part.text, state)
            finally:
                self._depth -= 1
            return unknown(f"({part.text})") if found is None else found
        return unknown("placeholder")

    def _variable(self, part: Variable, state: State) -> str | tuple[str, ...]:
        value = self._looked_up(part, state)
        operator = part.operator
        if operator in {":-", "-", ":=", "="}:
            if value is None or value == "" or _is_argument(part, value):
                value = self.nested(part.argument, state)
                if operator in {":=", "="}:
                    state.variables[part.name] = value
            return value
        if operator in {":+", "+"}:
            if value is None:
                return ""
            return self.nested(part.argument, state) if is_known(str(value)) else ""
        if value is None:
            return unknown(part.name)
        if isinstance(value, str) and operator not in {"", ":?", "?"}:
            if not is_known(value):
                return unknown(f"{part.name}{operator}{part.argument}")
            return _changed(value, operator, self.nested(part.argument, state))
        return value

    def _looked_up(self, part: Variable, state: State) -> str | tuple[str, ...] | None:
        name = part.name
        if name in {"@", "*"}:
            if state.arguments is None:
                return unknown("@")
            return state.arguments if name == "@" else " ".join(state.arguments)
        if name == "#":
            return None if state.arguments is None else str(len(state.arguments))
        if name == "0":
            return self._script
        if name.isdigit():
            if state.arguments is None:
                return unknown(name)
            index = int(name) - 1
            return state.arguments[index] if index < len(state.arguments) else ""
        if name == "PWD" and "PWD" not in state.variables:
            return state.here()
        if name == "BASH_SOURCE":
            return self._script
        value = state.variables.get(name)
        if part.keys and part.index is None:
            # `${!name}`: the value of the variable whose name is in `name`.
            value = state.variables.get(value) if isinstance(value, str) else None
        if isinstance(value, tuple):
            return _item(value, part)
        if isinstance(value, dict):
            if part.index in {"@", "*"}:
                return tuple(value) if part.keys else tuple(value.values())
            return value.get(self.nested(part.index or "0", state))
        return value

    def _files(self, pattern: str, state: State) -> Iterator[str]:
        """Yield the files and folders that match a pattern."""
        if not is_known(pattern) or not _WILDCARD.search(pattern):
            yield pattern
            return
        folders = state.folders
        if pattern.startswith(START):
            folders, pattern = state.start, "." + pattern[1:]
        for folder in folders:
            found = list(self._matching(pattern, folder))
            if found:
                # The script must run in a folder where its pattern matches.
                if folders is state.folders:
                    state.folders = (folder,)
                yield from found
                return
        yield unknown(pattern)

    def _matching(self, pattern: str, folder: str) -> Iterator[str]:
        head, *rest = pattern.split("/")
        start = folder
        prefix = ""
        if head == "" and rest:
            start, prefix = "/", "/"
            head, *rest = rest
        yield from self._step([head, *rest], start, prefix)

    def _step(self, pieces: list[str], folder: str, prefix: str) -> Iterator[str]:
        head, rest = pieces[0], pieces[1:]
        if head in {"", ".", ".."} or not _WILDCARD.search(head):
            path = os.path.normpath(os.path.join(folder, head))
            if not rest:
                if head == "" or self._exists(path):
                    yield prefix + head
                return
            if head in {"", ".", ".."} or self._nearby.is_folder(path):
                yield from self._step(rest, path, f"{prefix}{head}/")
            return
        for name in self._nearby.names(folder):
            plain = name.rstrip("/")
            if plain.startswith(".") or not fnmatch.fnmatchcase(plain, head):
                continue
            if not rest:
                yield prefix + plain
            elif name.endswith("/"):
                path = os.path.join(folder, plain)
                yield from self._step(rest, path, f"{prefix}{plain}/")

    def _exists(self, path: str) -> bool:
        return self._nearby.is_file(path) or self._nearby.is_folder(path)


def _is_argument(part: Variable, value: str | tuple[str, ...]) -> bool:
    """Return whether a value is unknown because the script has no caller here."""
    return value == unknown(part.name) and part.name.isdigit()


def _item(value: tuple[str, ...], part: Variable) -> str | tuple[str, ...] | None:
    if part.index in {"@", "*"}:
        return tuple(str(i) for i in range(len(value))) if part.keys else value
    index = part.index or "0"
    if index.lstrip("-").isdigit() and -len(value) <= int(index) < len(value):
        return value[int(index)]
    return None


def _changed(value: str, operator: str, argument: str) -> str:
    """Return the result of `${name<operator><argument>}` for a value."""
    if operator in {",", ",,"}:
        return value.lower() if operator == ",," else value[:1].lower() + value[1:]
    if operator in {"^", "^^"}:
        return value.upper() if operator == "^^" else value[:1].upper() + value[1:]
    if not is_known(argument) or len(argument) > 100 or len(value) > 1000:
        return unknown(value + operator + argument)
    if operator in {"/", "//"}:
        old, _, new = argument.partition("/")
        if not old or _WILDCARD.search(old):
            return unknown(value + operator + argument)
        return value.replace(old, new, -1 if operator == "//" else 1)
    if operator in {"%", "%%", "#", "##"}:
        return _trimmed(value, operator, argument)
    return unknown(value + operator + argument)


def _trimmed(value: str, operator: str, pattern: str) -> str:
    matches = re.compile(fnmatch.translate(pattern)).match
    at_end = operator[0] == "%"
    cuts = range(len(value) + 1)
    # The shortest match wins, unless the operator is doubled.
    if at_end != (len(operator) == 2):
        cuts = range(len(value), -1, -1)
    for cut in cuts:
        if matches(value[cut:] if at_end else value[:cut]):
            return value[:cut] if at_end else value[cut:]
    return value


def _braces(text: str) -> list[str]:
    match = _BRACES.search(text) if "{" in text else None
    if match is None:
        return [text]
    before, after = text[: match.start()], text[match.end() :]
    return [before + item + after for item in match[1].split(",")][:100]


def short(text: str) -> str:
    """Return the text, or an unknown one if it grew too large."""
    return text if len(text) <= _LONGEST else unknown("long")


def resolved(text: str, variables: dict[str, str]) -> str:
    """Expand the variables in a text; others stay unknown."""
    from funclens.discovery.deploy.nearby import NearbyFiles  # noqa: PLC0415
    from funclens.discovery.deploy.shell.state import State  # noqa: PLC0415

    if "$" not in text:
        return text
    nothing = NearbyFiles("", lambda _: None)
    expansion = Expansion(nothing, "", lambda _text, _state: None)
    return expansion.nested(text, State((), dict(variables)))
