"""GitLab pipelines: jobs with `extends`, `parallel:matrix` and shared scripts."""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING, Any

from funclens.discovery.deploy.slashes import slashed
from funclens.discovery.deploy.yaml.deploy_file import (
    File,
    Scope,
    documents_in,
    is_interesting,
    mapping,
    sequence,
    text_of,
    texts,
)
from funclens.discovery.deploy.yaml.plain_values import Reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.deploy.deployment import Deployment

__all__ = ["deployments_in_gitlab"]

_MOST_JOBS = 300
_DEEPEST = 8


def deployments_in_gitlab(file: File, document: dict[str, Any]) -> Iterator[Deployment]:
    """Yield what the jobs of a pipeline deploy."""
    document = _with_includes(file, document, 0)
    shared = texts(document.get("variables"))
    default = mapping(document.get("default"))
    for key in ("before_script", "after_script"):
        if key in document:
            default.setdefault(key, document[key])
    for name, value in list(document.items())[:_MOST_JOBS]:
        if (
            not isinstance(value, dict)
            or name.startswith(".")
            or "script" not in (job := {**default, **_extended(value, document, 0)})
        ):
            continue
        lines = [
            line
            for key in ("before_script", "script", "after_script")
            for line in _lines(job.get(key), document, 0)
        ]
        script = "\n".join(lines)
        if not is_interesting(script) and ".sh" not in script and "make" not in script:
            continue
        for values in _matrix(job):
            if not file.budget.spend():
                return
            variables = {
                **_predefined(file, name),
                **shared,
                **texts(job.get("variables")),
                **values,
            }
            resolved = {k: _resolved(v, variables) for k, v in variables.items()}
            yield from file.run(script, Scope((file.nearby.top,), resolved))


def _predefined(file: File, job: str) -> dict[str, str]:
    return {
        "CI_PROJECT_DIR": slashed(file.nearby.top),
        "CI_JOB_NAME": job,
        "CI": "true",
    }


def _resolved(text: str, variables: dict[str, str]) -> str:
    """Return a value with the variables it refers to expanded."""
    from funclens.discovery.deploy.shell.expand import resolved  # noqa: PLC0415

    return resolved(text, variables)


def _with_includes(file: File, document: dict[str, Any], depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in sequence(document.get("include")):
        name = item if isinstance(item, str) else mapping(item).get("local")
        if not isinstance(name, str) or "://" in name or depth >= 3:
            continue
        path = os.path.join(file.nearby.top, name.lstrip("/"))
        documents = documents_in(file.nearby.text(path) or "")
        if documents:
            found |= _with_includes(file, mapping(documents[0]), depth + 1)
    return {**found, **document}


def _extended(
    job: dict[str, Any], document: dict[str, Any], depth: int
) -> dict[str, Any]:
    """Return a job merged with all jobs it extends."""
    found: dict[str, Any] = {}
    for name in sequence(job.get("extends")) if depth < _DEEPEST else ():
        parent = document.get(text_of(name))
        if isinstance(parent, dict):
            found = _deep(found, _extended(parent, document, depth + 1))
    return _deep(found, mapping(job))


def _deep(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = {**below, **above}
    if isinstance(below.get("variables"), dict) and isinstance(
        above.get("variables"), dict
    ):
        merged["variables"] = {**below["variables"], **above["variables"]}
    return merged


def _lines(value: Any, document: dict[str, Any], depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    for item in sequence(value)[:500]:
        if isinstance(item, Reference):
            found: Any = document
            for key in item[:5]:
                found = mapping(found).get(text_of(key))
            yield from _lines(found, document, depth + 1)
        elif isinstance(item, list):
            yield from _lines(item, document, depth + 1)
        elif isinstance(item, dict):
            # `- echo: x` is a mapping by accident.
            yield from (f"{key}: {text_of(text)}" for key, text in item.items())
        else:
            yield text_of(item)


def _matrix(job: dict[str, Any]) -> Iterator[dict[str, str]]:
    rows = mapping(job.get("parallel")).get("matrix")
    if not isinstance(rows, list):
        yield {}
        return
    for row in rows[:100]:
        axes = {
            key: [text_of(item) for item in sequence(items)]
            for key, items in mapping(row).items()
        }
        for values in itertools.islice(itertools.product(*axes.values()), 200):
            yield dict(zip(axes, values, strict=True))
