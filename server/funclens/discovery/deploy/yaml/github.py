"""GitHub workflows and composite actions."""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from funclens.discovery.deploy.deployment import Deployment, signature_of_trigger
from funclens.discovery.deploy.shell.state import is_known, unknown
from funclens.discovery.deploy.yaml.deploy_file import (
    File,
    Scope,
    documents_in,
    mapping,
    sequence,
    text_of,
    texts,
)
from funclens.discovery.deploy.yaml.github_triggers import (
    options_of_action,
    triggers_of_action,
)
from funclens.discovery.deploy.yaml.github_values import (
    all_inputs,
    each_choice,
    filled_in,
    given_inputs,
    inputs_of,
    matrix_jobs,
    with_outputs,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["deployments_in_action", "deployments_in_workflow"]

_FUNCTIONS_ACTION = "google-github-actions/deploy-cloud-functions"
_RUN_ACTION = "google-github-actions/deploy-cloudrun"
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
    names = inputs_of(document.get("inputs"), {})
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
        names = all_inputs(document) | given
        scope = Scope((self._top,), {}, names)
        scope = self._with_env(document.get("env"), scope)
        folder = _default_folder(document)
        for value in list(mapping(document.get("jobs")).values())[:_MOST_JOBS]:
            job = mapping(value)
            for values in matrix_jobs(
                mapping(job.get("strategy")).get("matrix"), scope
            ):
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
                for command in filled_in(run, inner):
                    found, after = self._file.run_on(command, inner, run)
                    yield from found
                    scope = replace(scope, copies=after.copies)
                scope = with_outputs(run, text_of(step.get("id")), scope)
            elif isinstance(uses, str):
                yield from self._action(uses, step, inner, depth)

    def _action(
        self, uses: str, step: dict[str, Any], scope: Scope, depth: int
    ) -> Iterator[Deployment]:
        given = mapping(step.get("with"))
        name = uses.partition("@")[0]
        if name == _FUNCTIONS_ACTION:
            for values in each_choice(given, scope):
                yield self._functions_action(uses, values)
        elif name == _RUN_ACTION:
            for values in each_choice(given, scope):
                yield from self._run_action(values, scope)
        elif uses.startswith("./"):
            yield from self._local_action(uses, given, scope, depth)
        elif any(key in given for key in ("args", "command", "cmd", "run", "script")):
            for values in each_choice(given, scope):
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
            # Without one, the action keeps the existing trigger.
            trigger="event" if event else None,
            generation=None if second is None else 2 if second else 1,
            triggers=triggers_of_action(known) if event else (),
            options=options_of_action(known),
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
            inputs = inputs_of(document.get("inputs"), given_inputs(given, scope))
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
        given = given_inputs(mapping(job.get("with")), scope)
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
            values = tuple(filled_in(text, inner))
            names["env." + key] = values
            variables[key] = values[0] if len(values) == 1 else unknown(key)
        return replace(scope, variables=variables, names=names)

    def _in(self, folder: Any, scope: Scope) -> Scope:
        if not isinstance(folder, str):
            return scope
        inner = next(iter(filled_in(folder, scope)))
        return replace(scope, folders=(self._top,)).within(inner, self._file.nearby)


def _repository(file: File) -> str:
    """Return the folder above `.github`, which paths are relative to."""
    before, hidden, _ = file.path.partition(f"{os.sep}.github{os.sep}")
    return before if hidden else file.nearby.top


def _default_folder(value: dict[str, Any]) -> Any:
    run = mapping(mapping(value.get("defaults")).get("run"))
    return run.get("working-directory")
