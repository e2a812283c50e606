"""CircleCI pipelines: jobs and commands with parameters."""

from __future__ import annotations

import itertools
import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from funclens.discovery.deploy.yaml.deploy_file import (
    File,
    Scope,
    filled,
    mapping,
    sequence,
    text_of,
    texts,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.deploy.deployment import Deployment

__all__ = ["deployments_in_circleci"]

_EXPRESSION = re.compile(r"<<\s*([\w.-]+)\s*>>")
_DEEPEST = 6


def deployments_in_circleci(
    file: File, document: dict[str, Any]
) -> Iterator[Deployment]:
    """Yield what the jobs of a pipeline deploy."""
    yield from _Pipeline(file, document).deployments()


class _Pipeline:
    def __init__(self, file: File, document: dict[str, Any]) -> None:
        self._file = file
        self._commands = mapping(document.get("commands"))
        self._jobs = mapping(document.get("jobs"))
        self._workflows = mapping(document.get("workflows"))
        self._names = {
            "pipeline." + name: values
            for name, values in _defaults(document.get("parameters"), {}).items()
        }
        top = file.nearby.top
        before, hidden, _ = file.path.partition(f"{os.sep}.circleci{os.sep}")
        self._top = before if hidden else top

    def deployments(self) -> Iterator[Deployment]:
        called: set[str] = set()
        for workflow in self._workflows.values():
            for item in sequence(mapping(workflow).get("jobs")):
                for name, given in mapping(item).items():
                    for values in _calls(mapping(given)):
                        called.add(name)
                        yield from self._job(name, values)
                if isinstance(item, str):
                    called.add(item)
                    yield from self._job(item, {})
        for name in self._jobs:
            if name not in called:
                yield from self._job(name, {})

    def _job(self, name: str, given: dict[str, str]) -> Iterator[Deployment]:
        job = mapping(self._jobs.get(name))
        if not self._file.budget.spend():
            return
        names = {**self._names, **_defaults(job.get("parameters"), given)}
        scope = Scope((self._top,), {}, names)
        scope = self._with_environment(job.get("environment"), scope)
        scope = self._in(job.get("working_directory"), scope)
        yield from self._steps(job.get("steps"), scope, 0)

    def _steps(self, steps: Any, scope: Scope, depth: int) -> Iterator[Deployment]:
        for step in sequence(steps)[:500]:
            if isinstance(step, str):
                yield from self._command(step, {}, scope, depth)
            for name, value in mapping(step).items():
                if name == "run":
                    yield from self._run(value, scope)
                elif name in {"when", "unless"}:
                    yield from self._steps(mapping(value).get("steps"), scope, depth)
                else:
                    yield from self._command(name, mapping(value), scope, depth)

    def _command(
        self, name: str, given: dict[str, Any], scope: Scope, depth: int
    ) -> Iterator[Deployment]:
        command = mapping(self._commands.get(name))
        if not command or depth >= _DEEPEST:
            return
        values = {
            key: next(filled(text_of(value), _EXPRESSION, scope))
            for key, value in given.items()
        }
        names = {**self._names, **_defaults(command.get("parameters"), values)}
        inner = replace(scope, names=names)
        yield from self._steps(command.get("steps"), inner, depth + 1)

    def _run(self, value: Any, scope: Scope) -> Iterator[Deployment]:
        given = mapping(value)
        command = value if isinstance(value, str) else text_of(given.get("command"))
        scope = self._with_environment(given.get("environment"), scope)
        scope = self._in(given.get("working_directory"), scope)
        for text in filled(command, _EXPRESSION, scope):
            yield from self._file.run(text, scope, command)

    def _with_environment(self, value: Any, scope: Scope) -> Scope:
        given = {
            key: next(filled(text, _EXPRESSION, scope))
            for key, text in texts(value).items()
        }
        return replace(scope, variables={**scope.variables, **given})

    def _in(self, folder: Any, scope: Scope) -> Scope:
        if not isinstance(folder, str):
            return scope
        inner = next(filled(folder, _EXPRESSION, scope))
        # The repository is checked out to this path, whatever its name.
        inner = re.sub(r"^~/(?:project|repo|app|code)/?", "", inner)
        return scope.within(inner, self._file.nearby)


def _defaults(parameters: Any, given: dict[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, item in mapping(parameters).items():
        values = mapping(item)
        if name in given:
            found["parameters." + name] = (given[name],)
        elif values.get("default") not in {None, ""}:
            found["parameters." + name] = (text_of(values["default"]),)
        elif isinstance(values.get("enum"), list):
            found["parameters." + name] = tuple(text_of(v) for v in values["enum"][:50])
    return found


def _calls(given: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Yield the parameters of a job, once per combination of its matrix."""
    plain = {
        key: text_of(value)
        for key, value in given.items()
        if not isinstance(value, (dict, list))
    }
    axes = mapping(mapping(given.get("matrix")).get("parameters"))
    options = [[text_of(item) for item in sequence(value)] for value in axes.values()]
    for values in itertools.islice(itertools.product(*options), 200):
        yield {**plain, **dict(zip(axes, values, strict=True))}
