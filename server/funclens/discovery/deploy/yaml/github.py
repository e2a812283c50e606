"""Workflows and composite actions of GitHub."""

from __future__ import annotations

import itertools
import json
import os
import re
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from funclens.discovery.deploy.deployment import Deployment, signature_of_trigger
from funclens.discovery.deploy.shell.state import is_known, unknown
from funclens.discovery.deploy.yaml.document import (
    File,
    Scope,
    documents_in,
    filled,
    mapping,
    sequence,
    text_of,
    texts,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["deployments_in_action", "deployments_in_workflow"]

_FUNCTIONS_ACTION = "google-github-actions/deploy-cloud-functions"
_RUN_ACTION = "google-github-actions/deploy-cloudrun"
_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_][\w-]*(?:\.[\w*-]+|\['[^']+'\])*")
_TO_ENV = re.compile(
    r"echo\s+[\"']?(\w+)=([^\"'\n]*?)[\"']?\s*>>\s*[\"']?\$\{?(GITHUB_ENV|GITHUB_OUTPUT)"
)
_MOST_JOBS = 300
_DEEPEST = 4


def deployments_in_workflow(
    file: File,
    document: dict[str, Any],
    given: dict[str, tuple[str, ...]] | None = None,
) -> Iterator[Deployment]:
    """Yield what the jobs of a workflow deploy."""
    yield from _Workflow(file).jobs(document, given or {}, 0)


def deployments_in_action(file: File, document: dict[str, Any]) -> Iterator[Deployment]:
    """Yield what a composite action deploys with the defaults of its inputs."""
    names = _inputs(document.get("inputs"), {})
    scope = Scope((_repository(file),), {}, names)
    steps = mapping(document.get("runs")).get("steps")
    yield from _Workflow(file).steps(sequence(steps), scope, 0)


class _Workflow:
    def __init__(self, file: File) -> None:
        self._file = file
        self._top = _repository(file)

    def jobs(
        self, document: dict[str, Any], given: dict[str, tuple[str, ...]], depth: int
    ) -> Iterator[Deployment]:
        names = _all_inputs(document) | given
        scope = Scope((self._top,), {}, names)
        scope = self._with_env(document.get("env"), scope)
        folder = _default_folder(document)
        for value in list(mapping(document.get("jobs")).values())[:_MOST_JOBS]:
            job = mapping(value)
            for values in _matrix(mapping(job.get("strategy")).get("matrix"), scope):
                if not self._file.budget.spend():
                    return
                inner = replace(scope, names={**scope.names, **values})
                inner = self._with_env(job.get("env"), inner)
                inner = self._in(_default_folder(job) or folder, inner)
                if isinstance(job.get("uses"), str):
                    yield from self._reusable(job, inner, depth)
                yield from self.steps(sequence(job.get("steps")), inner, depth)

    def steps(self, steps: list[Any], scope: Scope, depth: int) -> Iterator[Deployment]:
        for item in steps[:_MOST_JOBS]:
            step = mapping(item)
            inner = self._with_env(step.get("env"), scope)
            run, uses = step.get("run"), step.get("uses")
            if isinstance(run, str):
                inner = self._in(step.get("working-directory"), inner)
                for command in _filled(run, inner):
                    found, after = self._file.run_on(command, inner, run)
                    yield from found
                    scope = replace(scope, copies=after.copies)
                scope = _with_outputs(run, text_of(step.get("id")), scope)
            elif isinstance(uses, str):
                yield from self._action(uses, step, inner, depth)

    def _action(
        self, uses: str, step: dict[str, Any], scope: Scope, depth: int
    ) -> Iterator[Deployment]:
        given = mapping(step.get("with"))
        name = uses.partition("@")[0]
        if name == _FUNCTIONS_ACTION:
            for values in _each(given, scope):
                yield self._functions_action(uses, values)
        elif name == _RUN_ACTION:
            for values in _each(given, scope):
                yield from self._run_action(values, scope)
        elif uses.startswith("./"):
            yield from self._local_action(uses, given, scope, depth)
        elif any(key in given for key in ("args", "command", "cmd", "run", "script")):
            for values in _each(given, scope):
                for key in ("args", "command", "cmd", "run", "script"):
                    text = values.get(key, "")
                    if text.lstrip().startswith(
                        ("functions ", "beta functions ", "run ")
                    ):
                        text = "gcloud " + text.lstrip()
                    if text:
                        yield from self._file.run(text, scope, text_of(given.get(key)))

    def _functions_action(self, uses: str, given: dict[str, str]) -> Deployment:
        known = {key: value for key, value in given.items() if is_known(value)}
        name, entry_point = known.get("name"), known.get("entry_point")
        name = name.rpartition("/")[2] if name else name
        if "entry_point" not in given and name and name.isidentifier():
            entry_point = name
        event = any(key.startswith("event_trigger") for key in given)
        version = uses.partition("@")[2]
        second: bool | None = None
        if re.match(r"v?[01]\b", version):
            second = False
        elif re.match(r"v?[2-9]\b|main$|master$", version):
            second = True
        if given.get("environment") in {"GEN_1", "GEN_2"}:
            second = given["environment"] == "GEN_2"
        folder = given.get("source_dir") or "."
        place = self._file.place(f"name: {name}", f"entry_point: {entry_point}")
        return Deployment(
            file=self._file.path,
            span=replace(place, end=place.start + 1500).span(entry_point, name),
            entry_point=entry_point,
            name=name,
            folder=folder if is_known(folder) else None,
            bases=(self._top,),
            signature_type=signature_of_trigger(
                http=not event, event=event, second_generation=second
            ),
            runtime=known.get("runtime"),
            # Without one, the action leaves the trigger that is there already.
            trigger="event" if event else None,
            generation=None if second is None else 2 if second else 1,
        )

    def _run_action(self, given: dict[str, str], scope: Scope) -> list[Deployment]:
        words = ["gcloud", "run", "deploy", given.get("service") or unknown("service")]
        if given.get("source"):
            words.append("--source=" + given["source"])
        try:
            words += shlex.split(given.get("flags", ""))
        except ValueError:
            return []
        return self._file.run_words(words, replace(scope, folders=(self._top,)))

    def _local_action(
        self, uses: str, given: dict[str, Any], scope: Scope, depth: int
    ) -> Iterator[Deployment]:
        folder = os.path.normpath(os.path.join(self._top, uses))
        for name in ("action.yml", "action.yaml"):
            document = (
                self._read(os.path.join(folder, name)) if depth < _DEEPEST else {}
            )
            steps = mapping(document.get("runs")).get("steps")
            if not steps:
                continue
            inputs = _inputs(document.get("inputs"), _given(given, scope))
            names = {
                key: value
                for key, value in scope.names.items()
                if not key.startswith("inputs.")
            }
            inner = replace(scope, names={**names, **inputs}, folders=(self._top,))
            yield from self.steps(sequence(steps), inner, depth + 1)

    def _reusable(
        self, job: dict[str, Any], scope: Scope, depth: int
    ) -> Iterator[Deployment]:
        uses = text_of(job["uses"])
        if not uses.startswith("./") or depth >= _DEEPEST:
            return
        document = self._read(os.path.normpath(os.path.join(self._top, uses)))
        given = _given(mapping(job.get("with")), scope)
        yield from self.jobs(document, given, depth + 1)

    def _read(self, path: str) -> dict[str, Any]:
        documents = documents_in(self._file.nearby.text(path) or "")
        return mapping(documents[0]) if documents else {}

    def _with_env(self, env: Any, scope: Scope) -> Scope:
        if not isinstance(env, dict):
            return scope
        variables, names = dict(scope.variables), dict(scope.names)
        for key, text in texts(env).items():
            inner = replace(scope, variables=variables, names=names)
            values = tuple(_filled(text, inner))
            names["env." + key] = values
            variables[key] = values[0] if len(values) == 1 else unknown(key)
        return replace(scope, variables=variables, names=names)

    def _in(self, folder: Any, scope: Scope) -> Scope:
        if not isinstance(folder, str):
            return scope
        inner = next(iter(_filled(folder, scope)))
        return replace(scope, folders=(self._top,)).within(inner, self._file.nearby)


def _repository(file: File) -> str:
    """Return the folder above `.github`, where paths begin."""
    before, hidden, _ = file.path.partition(f"{os.sep}.github{os.sep}")
    return before if hidden else file.nearby.top


def _default_folder(value: dict[str, Any]) -> Any:
    run = mapping(mapping(value.get("defaults")).get("run"))
    return run.get("working-directory")


def _all_inputs(document: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    triggers = mapping(document.get("on"))
    found: dict[str, tuple[str, ...]] = {}
    for kind in ("workflow_dispatch", "workflow_call"):
        inputs = mapping(triggers.get(kind)).get("inputs")
        found |= _inputs(inputs, {})
    return found | {"github.event." + key: value for key, value in found.items()}


def _inputs(
    inputs: Any, given: dict[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for key, item in mapping(inputs).items():
        values = mapping(item)
        name = "inputs." + key
        if name in given:
            found[name] = given[name]
        elif isinstance(values.get("options"), list):
            found[name] = tuple(text_of(option) for option in values["options"][:50])
        elif values.get("default") not in {None, ""}:
            found[name] = (text_of(values["default"]),)
    return found | {key: value for key, value in given.items() if key not in found}


def _given(values: dict[str, Any], scope: Scope) -> dict[str, tuple[str, ...]]:
    return {
        "inputs." + key: tuple(_filled(text_of(value), scope))
        for key, value in values.items()
        if not isinstance(value, (dict, list))
    }


def _each(values: dict[str, Any], scope: Scope) -> Iterator[dict[str, str]]:
    """Yield the inputs of an action, once for each set of values."""
    given = {k: tuple(_filled(text_of(v), scope)) for k, v in values.items()}
    wanted = {
        key: options
        for key, options in given.items()
        if len(options) == 1 or key in {"name", "entry_point", "source_dir", "flags"}
    }
    product = itertools.product(*wanted.values())
    for chosen in itertools.islice(product, 50):
        yield dict(zip(wanted, chosen, strict=True))


def _with_outputs(run: str, step: str, scope: Scope) -> Scope:
    """Take in what a step writes for those after it."""
    variables, names = dict(scope.variables), dict(scope.names)
    for name, text, where in _TO_ENV.findall(run[:20_000]):
        values = tuple(_filled(text, scope))
        known = values if all("$" not in value for value in values) else ()
        if where == "GITHUB_ENV":
            names["env." + name] = known
            variables[name] = known[0] if len(known) == 1 else unknown(name)
        elif step:
            names[f"steps.{step}.outputs.{name}"] = known
    return replace(scope, variables=variables, names=names)


def _matrix(matrix: Any, scope: Scope) -> list[dict[str, tuple[str, ...]]]:
    """Return what `matrix.…` means in each job of a matrix."""
    values = mapping(matrix)
    if not values:
        return [{}]
    axes: dict[str, list[Any]] = {}
    for key, items in values.items():
        if key in {"include", "exclude"}:
            continue
        axes[key] = _items(items, scope)
    combinations: list[dict[str, Any]] = [{}]
    for key, items in axes.items():
        combinations = [
            {**before, key: item} for before in combinations for item in items
        ][:_MOST_JOBS]
    added = [mapping(item) for item in _items(values.get("include"), scope)]
    for item in added:
        matching = [
            c
            for c in combinations
            if c and all(c[k] == v for k, v in item.items() if k in axes)
        ]
        if matching and any(key in axes for key in item):
            for combination in matching:
                combination.update(item)
        elif axes and not any(key in axes for key in item):
            for combination in combinations:
                combination.update(item)
        else:
            combinations.append(item)
    if not axes and added:
        combinations = added
    return [_named("matrix", c, scope) for c in combinations[:_MOST_JOBS]]


def _items(value: Any, scope: Scope) -> list[Any]:
    """Return the values of an axis, those of `fromJSON('[…]')` too."""
    if isinstance(value, list):
        return value
    if isinstance(value, str):
        for text in _filled(value, scope):
            try:
                found = json.loads(text)
            except ValueError:
                continue
            if isinstance(found, list):
                return found
            if isinstance(found, dict) and isinstance(found.get("include"), list):
                return list(found["include"])
    return [unknown("matrix")] if value else []


def _named(prefix: str, value: Any, scope: Scope) -> dict[str, tuple[str, ...]]:
    """Return dotted names for what is in nested mappings."""
    found: dict[str, tuple[str, ...]] = {}
    for key, item in mapping(value).items():
        name = f"{prefix}.{key}"
        if isinstance(item, dict):
            found |= _named(name, item, scope)
        elif not isinstance(item, list):
            found[name] = tuple(_filled(text_of(item), scope))
    return found


# Expressions


def _filled(text: str, scope: Scope) -> Iterator[str]:
    return filled(text, _EXPRESSION, scope, evaluate)


def evaluate(expression: str, scope: Scope) -> tuple[str, ...]:
    """Return the values that an expression may have; none when they are not known."""
    expression = expression.strip()
    if len(expression) > 500:
        return ()
    parts = expression.split("||")
    if len(parts) > 1:
        # `condition && 'a' || 'b'`, `inputs.name || 'default'`.
        found: list[str] = []
        for part in parts:
            found += evaluate(part.split("&&")[-1], scope)
        return tuple(dict.fromkeys(found))
    if "&&" in expression:
        return evaluate(expression.split("&&")[-1], scope)
    if len(expression) > 1 and expression[0] == expression[-1] == "'":
        return (expression[1:-1].replace("''", "'"),)
    call = re.fullmatch(r"(fromJSON|toJSON|format)\((.*)\)", expression, re.DOTALL)
    if call:
        return _called(call[1], call[2], scope)
    if _NAME.fullmatch(expression):
        name = re.sub(r"\['([^']+)'\]", r".\1", expression)
        return scope.names.get(name, ())
    return ()


def _called(name: str, inner: str, scope: Scope) -> tuple[str, ...]:
    if name == "fromJSON":
        return evaluate(inner, scope)
    if name == "format":
        pieces = [evaluate(piece, scope) for piece in inner.split(",")]
        if pieces and all(len(piece) == 1 for piece in pieces):
            text = pieces[0][0]
            for index, piece in enumerate(pieces[1:]):
                text = text.replace(f"{{{index}}}", piece[0])
            return (text,)
    return ()
