"""YAML of other tools: scripts, word lists and environments at any place.

Common conventions are enough here: `script` and similar keys hold commands for one
shell, `env` holds variables, `dir` and similar keys a folder.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from funclens.discovery.deploy.deployment import Deployment
from funclens.discovery.deploy.shell import folders_above
from funclens.discovery.deploy.shell.state import is_known, unknown
from funclens.discovery.deploy.yaml.configured import deployments_in_configuration
from funclens.discovery.deploy.yaml.deploy_file import (
    File,
    Scope,
    filled,
    is_interesting,
    mapping,
    sequence,
    text_of,
    texts,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["deployments_in_other", "of_environment"]

_SCRIPTS = ("before_script", "script")
_FOLDERS = (
    *("dir", "working-directory", "workingDirectory", "working_directory"),
    *("workingDir", "cwd", "chdir", "working_dir"),
)
_ENVIRONMENTS = ("env", "environment", "variables", "vars", "parameters", "params")
_EXPRESSION = re.compile(
    r"\$\{\{(.*?)\}\}|\{\{-?\s*\.?(.*?)\s*-?\}\}|<<\s*([\w.]+)\s*>>"
)
_MACRO = re.compile(r"\$\((\w[\w.]*)\)")
_PROGRAMS = re.compile(
    r"gcloud|functions|functions-framework|beta|python3?|(?:/bin/)?(?:ba)?sh|sudo"
    r"|uv|poetry"
)
_TARGETS = ("GOOGLE_FUNCTION_TARGET", "FUNCTION_TARGET")
_SOURCES = ("GOOGLE_FUNCTION_SOURCE", "FUNCTION_SOURCE")
_LOOPS = ("loop", "with_items", "with_list", "matrix")
_DEEPEST = 40
_MOST_NODES = 30_000


def deployments_in_other(file: File, document: Any) -> Iterator[Deployment]:
    """Yield all deployments in a document."""
    scope = Scope(folders_above(file.path, file.nearby))
    yield from _Walk(file).value(document, scope, 0)


class _Walk:
    def __init__(self, file: File) -> None:
        self._file = file
        self._nodes = _MOST_NODES
        self._texts_seen: set[tuple[str, tuple[str, ...]]] = set()

    def value(self, value: Any, scope: Scope, depth: int) -> Iterator[Deployment]:
        """Yield the deployments in a value and everything nested in it."""
        self._nodes -= 1
        if self._nodes < 0 or depth > _DEEPEST:
            return
        if isinstance(value, dict):
            yield from self._mapping(value, scope, depth)
        elif isinstance(value, list):
            yield from self._list(value, scope, depth)
        elif isinstance(value, str):
            yield from self._script(value, scope)

    def _mapping(
        self, value: dict[Any, Any], scope: Scope, depth: int
    ) -> Iterator[Deployment]:
        given = mapping(value)
        scope = self._with_environment(given, scope)
        for key in _FOLDERS:
            folder = given.get(key) or mapping(given.get("args")).get(key)
            if isinstance(folder, str):
                inner = next(filled(folder, _EXPRESSION, scope))
                scope = scope.within(_in_repository(inner), self._file.nearby)
        scopes = list(self._loops(given, scope))
        for item in scopes:
            yield from of_environment(self._file, given, item)
            yield from self._pipe(given, item)
            yield from deployments_in_configuration(self._file, given, item)
            script = [
                line
                for key in _SCRIPTS
                for line in sequence(given.get(key))
                if isinstance(line, str)
            ]
            if "before_script" in given and script:
                yield from self._script("\n".join(script), item)
            for key, inner in given.items():
                if "before_script" in given and key in _SCRIPTS:
                    continue
                yield from self.value(inner, item, depth + 1)

    def _pipe(self, given: dict[str, Any], scope: Scope) -> Iterator[Deployment]:
        """Yield what a Bitbucket pipe deploys, according to its variables."""
        if "google-cloud-functions-deploy" not in text_of(given.get("pipe")):
            return
        variables = {k: _variables(v, scope) for k, v in scope.variables.items()}
        words = ["gcloud", "functions", "deploy"]
        words.append(variables.get("FUNCTION_NAME") or unknown("name"))
        for flag, name in (
            ("--entry-point", "ENTRY_POINT"),
            ("--runtime", "RUNTIME"),
            ("--source", "SOURCE"),
        ):
            if name in variables:
                words.append(f"{flag}={variables[name]}")
        words += variables.get("TRIGGER", "").split()
        yield from self._file.run_words(words, scope)

    def _list(self, value: list[Any], scope: Scope, depth: int) -> Iterator[Deployment]:
        plain = [text_of(i) for i in value if isinstance(i, (str, int, float))]
        if value and len(plain) == len(value):
            if _PROGRAMS.fullmatch(plain[0]) or plain[0].endswith("/gcloud"):
                yield from self._words(plain, scope)
                return
            if any(" " in text for text in plain):
                yield from self._script("\n".join(plain), scope)
                return
            if any(text.startswith("--target") for text in plain):
                yield from self._words(["functions-framework", *plain], scope)
            return
        for item in value:
            yield from self.value(item, scope, depth + 1)

    def _words(self, words: list[str], scope: Scope) -> Iterator[Deployment]:
        if words[0] in {"functions", "beta"}:
            words = ["gcloud", *words]
        filled_words = [next(filled(w, _EXPRESSION, scope)) for w in words]
        for word in filled_words:
            if " " in word and is_interesting(word):
                yield from self._script(word, scope)
                return
        known = [_variables(word, scope) for word in filled_words]
        yield from self._file.run_words(known, scope)

    def _script(self, text: str, scope: Scope) -> Iterator[Deployment]:
        if not is_interesting(text) and not re.search(r"[\w/]\.sh\b", text):
            return
        stripped = text.lstrip()
        if stripped.startswith(("functions deploy", "beta functions deploy")):
            text = "gcloud " + stripped
        text = _with_macros(text, scope)
        for command in filled(text, _EXPRESSION, scope):
            key = (command, scope.folders)
            # A script behind an anchor counts once, however often it is used.
            if key in self._texts_seen and not scope.variables:
                continue
            self._texts_seen.add(key)
            yield from self._file.run(command, scope, text)

    def _with_environment(self, given: dict[str, Any], scope: Scope) -> Scope:
        variables, names = dict(scope.variables), dict(scope.names)
        for key in _ENVIRONMENTS:
            values = given.get(key)
            if key in {"parameters", "params"} and isinstance(values, list):
                names |= _parameters(values)
            for name, text in texts(values).items():
                if not text:
                    continue
                inner = replace(scope, names=names)
                options = tuple(filled(text, _EXPRESSION, inner))
                for spelled in (name, "vars." + name, "variables." + name, "." + name):
                    names[spelled] = options
                variables[name] = options[0] if len(options) == 1 else unknown(name)
        return replace(scope, variables=variables, names=names)

    def _loops(self, given: dict[str, Any], scope: Scope) -> Iterator[Scope]:
        """Yield the scope of each round of a loop; without a loop, the given scope."""
        key = next((k for k in _LOOPS if isinstance(given.get(k), list)), None)
        strategy = mapping(mapping(given.get("strategy")).get("matrix"))
        if key is not None:
            name = "matrix" if key == "matrix" else "item"
            for item in given[key][:200]:
                yield replace(scope, names={**scope.names, **_item(name, item)})
        elif strategy and all(isinstance(v, dict) for v in strategy.values()):
            # Azure: each job of the matrix has its own variables.
            for values in list(strategy.values())[:200]:
                variables = {**scope.variables, **texts(values)}
                names = {k: (v,) for k, v in texts(values).items()}
                yield replace(
                    scope, variables=variables, names={**scope.names, **names}
                )
        else:
            yield scope


def _item(name: str, item: Any) -> dict[str, tuple[str, ...]]:
    if isinstance(item, dict):
        return {f"{name}.{key}": (text_of(v),) for key, v in mapping(item).items()}
    return {name: (text_of(item),)}


def _parameters(values: list[Any]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for item in values:
        given = mapping(item)
        name = text_of(given.get("name"))
        if isinstance(given.get("values"), list):
            found["parameters." + name] = tuple(
                text_of(v) for v in given["values"][:50]
            )
        elif given.get("default") not in {None, ""} and not isinstance(
            given["default"], (dict, list)
        ):
            found["parameters." + name] = (text_of(given["default"]),)
    return found


def _in_repository(folder: str) -> str:
    """Return a folder without a prefix that means the repository's root."""
    for top in ("$(Build.SourcesDirectory)", "$(System.DefaultWorkingDirectory)"):
        folder = folder.replace(top, ".")
    return re.sub(
        r"^(?:\./|\{\{\s*(?:playbook_dir|\.?ROOT_DIR)\s*\}\}/?|/)+", "", folder
    )


def _with_macros(text: str, scope: Scope) -> str:
    """Return a text with `$(name)` replaced where it is a name, not a command."""

    def value(match: re.Match[str]) -> str:
        known = scope.names.get(match[1], ())
        return known[0] if len(known) == 1 else match[0]

    return _MACRO.sub(value, text)


def _variables(word: str, scope: Scope) -> str:
    from funclens.discovery.deploy.shell.expand import resolved  # noqa: PLC0415

    return resolved(word, dict(scope.variables))


def of_environment(
    file: File, given: dict[str, Any], scope: Scope
) -> Iterator[Deployment]:
    """Yield what FUNCTION_TARGET in an `env` names."""
    for key in ("env", "environment", "build_env", "buildEnv"):
        variables = texts(given.get(key))
        target = next((variables[k] for k in _TARGETS if k in variables), None)
        if not target:
            continue
        source = next((variables[k] for k in _SOURCES if k in variables), None)
        context = given.get("context")
        inner = context if isinstance(context, str) else "."
        known = next(filled(_variables(target, scope), _EXPRESSION, scope))
        place = file.place(f"{target}")
        folder, _, name = (source or "").rpartition("/")
        yield Deployment(
            file=file.path,
            span=place.span(target),
            entry_point=known if is_known(known) else None,
            folder=folder or inner,
            bases=scope.folders,
            source=None if name in {"", "main.py"} else name,
            generation=2,
        )
