"""YAML files as plain values, and the scope for resolving their strings."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from funclens.dataclass import dataclass, field
from funclens.discovery.deploy.command import deployments_of
from funclens.discovery.deploy.place import Place
from funclens.discovery.deploy.shell.script import Script
from funclens.discovery.deploy.shell.script_budget import ScriptBudget
from funclens.discovery.deploy.shell.staging import staged_source
from funclens.discovery.deploy.shell.state import State, is_known, known_part, unknown
from funclens.discovery.deploy.yaml.plain_values import yaml_documents
from funclens.discovery.files.budget import OverBudgetError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from funclens.discovery.deploy.deployment import Deployment
    from funclens.discovery.deploy.nearby import NearbyFiles
from funclens.discovery.deploy.shell.state import Copy

__all__ = [
    "RESERVED",
    "File",
    "Scope",
    "documents_in",
    "mapping",
    "names_of",
    "sequence",
    "text_of",
    "texts",
]

_MOST_ALTERNATIVES = 24
_INTERESTING = re.compile(
    r"gcloud|functions[-_]framework|functions\s+deploy|FUNCTION_TARGET"
)


def documents_in(text: str) -> list[Any]:
    """Return the documents of another YAML file; empty if it is too large."""
    try:
        return list(yaml_documents(text))
    except OverBudgetError:
        return []


def mapping(value: Any) -> dict[str, Any]:
    """Return a mapping with string keys; empty if the value isn't a mapping."""
    if not isinstance(value, dict):
        return {}
    return {text_of(key): item for key, item in value.items()}


def sequence(value: Any) -> list[Any]:
    """Return a list; wrap a single value, and return an empty list for None."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def text_of(value: Any) -> str:
    """Return a value as written in YAML: `true`, not `True`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def texts(value: Any) -> dict[str, str]:
    """Return the variables of an `env`, which is a mapping or a list of pairs."""
    if isinstance(value, dict):
        return {
            text_of(key): text_of(item.get("value", item.get("default")))
            if isinstance(item, dict)
            else text_of(item)
            for key, item in value.items()
        }
    found: dict[str, str] = {}
    for item in value if isinstance(value, list) else ():
        if isinstance(item, str) and "=" in item:
            key, _, text = item.partition("=")
            found[key.strip()] = text
        elif isinstance(item, dict) and "name" in item and "value" in item:
            found[text_of(item["name"])] = text_of(item["value"])
        elif isinstance(item, dict) and len(item) == 1:
            found |= texts(item)
    return found


RESERVED = frozenset(
    {"FUNCTION_TARGET", "FUNCTION_SOURCE", "FUNCTION_SIGNATURE_TYPE", "K_SERVICE"}
    | {"GOOGLE_FUNCTION_TARGET", "GOOGLE_FUNCTION_SOURCE", "PORT"}
)
"""Variables that production or functions-framework sets."""


def names_of(value: Any) -> tuple[str, ...]:
    """Return the names of the variables of an `env`, also of those without values."""
    if isinstance(value, dict):
        return tuple(map(text_of, value))
    found: list[str] = []
    for item in value if isinstance(value, list) else ():
        if isinstance(item, str):
            found.append(item.partition("=")[0].strip())
        elif isinstance(item, dict):
            found += [text_of(item["name"])] if "name" in item else names_of(item)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Scope:
    """What strings in a part of a file may refer to."""

    folders: tuple[str, ...]
    """Absolute folders in which commands may run, the most likely first."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Environment variables of commands."""
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Possible values of expressions such as `matrix.name`."""
    copies: tuple[Copy, ...] = ()

    def within(self, folder: str | None, nearby: NearbyFiles) -> Scope:
        """Return the scope for commands that run in a subfolder."""
        if not folder or folder.startswith(("~", "/")) or folder == ".":
            return self
        if not is_known(folder):
            return replace(self, folders=(unknown("folder"),))
        state = State(self.folders)
        there = state.candidates(folder)
        existing = tuple(path for path in there if nearby.is_folder(path))
        return replace(self, folders=existing or tuple(there[:1]))


class File:
    """One YAML deploy file and the deployments found in it."""

    def __init__(
        self,
        path: str,
        text: str,
        nearby: NearbyFiles,
        budget: ScriptBudget | None = None,
    ) -> None:
        self.path = path
        self.text = text
        self.nearby = nearby
        self.budget = budget or ScriptBudget()

    def place(self, *near: str) -> Place:
        """Return the place of the first of these strings that the file contains."""
        for text in near:
            at = self.text.find(text) if text else -1
            if at >= 0:
                return Place(self.path, self.text, at, at + len(text))
        return Place(self.path, self.text, 0, 0)

    def run(self, command: str, scope: Scope, raw: str = "") -> list[Deployment]:
        """Return what a script deploys; `raw` is its text as written in the file."""
        return self.run_on(command, scope, raw)[0]

    def run_on(
        self, command: str, scope: Scope, raw: str = ""
    ) -> tuple[list[Deployment], Scope]:
        """Run a script symbolically; return its deployments and the scope after it."""
        if not self.budget.spend():
            return [], scope
        place = self._places(raw or command)
        script = Script(self.path, command, self.nearby, place, self.budget)
        state = State(
            scope.folders,
            dict(scope.variables),
            exported=frozenset(scope.variables),
            copies=scope.copies,
        )
        ends = script.follow(state)
        copies = ends[0].copies if ends else scope.copies
        return script.found, replace(scope, copies=copies)

    def run_words(self, words: list[str], scope: Scope) -> list[Deployment]:
        """Return what a command given as a list of words deploys."""
        given = [known_part(word) for word in words]
        place = self.place(*[word for word in words if len(word) > 3])
        whole = Place(self.path, self.text, place.start, len(self.text))
        found = deployments_of(given, whole, scope.folders, scope.variables, self.read)
        state = State(scope.folders, copies=scope.copies)
        return [staged_source(item, words, state, self.nearby) for item in found]

    def read(self, path: str) -> str | None:
        """Return the text of a file that a command names."""
        return self.nearby.text(path)

    def _places(self, raw: str) -> Any:
        lines = raw.split("\n")

        def place(text: str, start: int, end: int) -> Place:
            first = text.count("\n", 0, start)
            line = lines[first].strip() if first < len(lines) else ""
            at = self.text.find(line) if line else -1
            if at < 0:
                return Place(self.path, self.text, 0, 0)
            return Place(self.path, self.text, at, at + end - start + 200)

        return place


def is_interesting(text: str) -> bool:
    """Return whether a text may deploy something."""
    return _INTERESTING.search(text) is not None


def filled(
    text: str, pattern: re.Pattern[str], scope: Scope, evaluate: Any = None
) -> Iterator[str]:
    """Yield a text with its expressions replaced, once per set of values.

    `pattern` matches an expression; its first matching group is the expression's text.
    """
    meanings: dict[str, tuple[str, ...]] = {}
    for match in itertools.islice(pattern.finditer(text), 200):
        inner = next((group for group in match.groups() if group), "").strip()
        if inner not in meanings:
            values = evaluate(inner, scope) if evaluate else scope.names.get(inner, ())
            meanings[inner] = values or (unknown(re.sub(r"\W", "_", inner)),)
    if not meanings:
        yield text
        return
    combinations = itertools.islice(
        itertools.product(*meanings.values()), _MOST_ALTERNATIVES
    )
    for values in combinations:
        chosen = dict(zip(meanings, values, strict=True))

        def value(match: re.Match[str], chosen: dict[str, str] = chosen) -> str:
            return chosen[next((g for g in match.groups() if g), "").strip()]

        yield pattern.sub(value, text)
