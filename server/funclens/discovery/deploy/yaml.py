"""YAML that deploys: cloudbuild, workflows of GitHub and GitLab, compose, Kubernetes.

Whatever the tool, a function is named in one of three ways: a text with a command
in it, a list of words that is one, or a mapping of well-known keys.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from funclens.discovery.deploy.command import deployment_of
from funclens.discovery.deploy.deployment import (
    Deployment,
    signature_of_trigger,
    span_of_word,
)
from funclens.discovery.deploy.documents import yaml_documents
from funclens.discovery.deploy.shell import deployments_in_shell
from funclens.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from funclens.discovery.deploy.nearby import NearbyFiles

__all__ = ["deployments_in_yaml"]

_ACTION = "google-github-actions/deploy-cloud-functions"
_PROGRAMS = ("gcloud", "functions-framework")
_VARIABLE = re.compile(r"\$\$?\{?\{?")
_TARGET_VARIABLES = ("GOOGLE_FUNCTION_TARGET", "FUNCTION_TARGET")
_SOURCE_VARIABLES = ("GOOGLE_FUNCTION_SOURCE", "FUNCTION_SOURCE")


@dataclass(frozen=True, slots=True)
class _File:
    path: str
    text: str
    variables: Mapping[str, str]
    nearby: NearbyFiles

    @property
    def folder(self) -> str:
        return os.path.dirname(self.path)


def deployments_in_yaml(
    path: str, text: str, nearby: NearbyFiles
) -> Iterator[Deployment]:
    """Yield the functions that a YAML file deploys; none when it is not valid."""
    for document in yaml_documents(text):
        file = _File(path, text, _variables(document), nearby)
        yield from _in_value(document, file, file.folder)


def _variables(document: Any) -> dict[str, str]:
    """Return what the file itself gives: substitutions, env and variables."""
    found: dict[str, str] = {}
    if isinstance(document, dict):
        for key in ("substitutions", "env", "variables"):
            values = document.get(key)
            if isinstance(values, dict):
                found |= {str(k): str(v) for k, v in values.items()}
    return found


def _in_value(value: Any, file: _File, folder: str) -> Iterator[Deployment]:
    if isinstance(value, str):
        if any(program in value for program in _PROGRAMS):
            yield from _in_text(value, file, folder)
    elif isinstance(value, list):
        yield from _in_list(value, file, folder)
    elif isinstance(value, dict):
        yield from _in_mapping(value, file, folder)


def _in_text(value: str, file: _File, folder: str) -> Iterator[Deployment]:
    for found in deployments_in_shell(
        os.path.join(folder, "command"), value, file.nearby, file.variables
    ):
        yield _placed(found, file)


def _in_list(value: list[Any], file: _File, folder: str) -> Iterator[Deployment]:
    if value and all(isinstance(item, (str, int, float)) for item in value):
        words: list[str | None] = [_known(str(item), file) for item in value]
        if words[0] == "functions" or words[0] == "run" or words[0] == "beta":
            words.insert(0, "gcloud")
        found = deployment_of(words, file.path, Span(1, 1, 1, 1), (folder,))
        if found is not None:
            yield _placed(found, file)
            return
    for item in value:
        yield from _in_value(item, file, folder)


def _in_mapping(
    value: dict[Any, Any], file: _File, folder: str
) -> Iterator[Deployment]:
    inner = (
        value.get("dir") or value.get("working-directory") or value.get("workingDir")
    )
    if isinstance(inner, str) and not _VARIABLE.search(inner):
        folder = os.path.normpath(os.path.join(folder, inner.lstrip("/")))
    uses = value.get("uses")
    if isinstance(uses, str) and uses.startswith(_ACTION):
        yield from _of_action(value.get("with"), file, folder)
        return
    yield from _of_environment(value, file, folder)
    yield from _of_serverless(value, file, folder)
    for item in value.values():
        yield from _in_value(item, file, folder)


def _of_action(values: Any, file: _File, folder: str) -> Iterator[Deployment]:
    if not isinstance(values, dict):
        return
    given = {str(key): _known(str(item), file) for key, item in values.items()}
    event = "event_trigger_type" in given
    yield _placed(
        Deployment(
            file=file.path,
            span=Span(1, 1, 1, 1),
            entry_point=given.get("entry_point") or given.get("name"),
            name=given.get("name"),
            folder=given.get("source_dir", "."),
            bases=(_repository(folder), folder),
            signature_type=signature_of_trigger(
                http=not event, event=event, second_generation=True
            ),
            runtime=given.get("runtime"),
        ),
        file,
    )


def _of_environment(
    value: dict[Any, Any], file: _File, folder: str
) -> Iterator[Deployment]:
    """Yield what FUNCTION_TARGET in an `env` list or mapping names."""
    for key in ("env", "environment"):
        variables = _environment(value.get(key))
        target = next((variables[k] for k in _TARGET_VARIABLES if k in variables), None)
        if target is None:
            continue
        source = next((variables[k] for k in _SOURCE_VARIABLES if k in variables), "")
        context = value.get("context")
        inner = context if isinstance(context, str) else "."
        yield _placed(
            Deployment(
                file=file.path,
                span=Span(1, 1, 1, 1),
                entry_point=_known(target, file),
                folder=inner,
                bases=(folder,),
                source=source or None,
            ),
            file,
        )


def _environment(values: Any) -> dict[str, str]:
    if isinstance(values, dict):
        return {str(key): str(item) for key, item in values.items()}
    found: dict[str, str] = {}
    for item in values if isinstance(values, list) else ():
        if isinstance(item, str):
            key, _, text = item.partition("=")
            found[key] = text
        elif isinstance(item, dict) and "name" in item and "value" in item:
            found[str(item["name"])] = str(item["value"])
    return found


def _of_serverless(
    value: dict[Any, Any], file: _File, folder: str
) -> Iterator[Deployment]:
    """Yield the functions of a serverless.yml whose provider is Google."""
    provider = value.get("provider")
    functions = value.get("functions")
    if not isinstance(provider, dict) or not isinstance(functions, dict):
        return
    if provider.get("name") != "google":
        return
    for item in functions.values():
        handler = item.get("handler") if isinstance(item, dict) else None
        if isinstance(handler, str):
            yield _placed(
                Deployment(
                    file=file.path,
                    span=Span(1, 1, 1, 1),
                    entry_point=_known(handler, file),
                    folder=".",
                    bases=(folder,),
                    runtime=provider.get("runtime"),
                ),
                file,
            )


def _known(word: str, file: _File) -> str | None:
    filled = re.sub(
        r"\$\{?(\w+)\}?",
        lambda match: file.variables.get(match[1], match[0]),
        word,
    )
    if not _VARIABLE.search(filled):
        return filled
    flag, equals, _ = filled.partition("=")
    return flag if equals and flag.startswith("--") else None


def _repository(folder: str) -> str:
    """Return the folder above `.github`, where a workflow's paths begin."""
    before, hidden, _ = folder.partition(f"{os.sep}.github")
    return before if hidden else folder


def _placed(found: Deployment, file: _File) -> Deployment:
    word = found.entry_point or found.name or ""
    values = {name: getattr(found, name) for name in Deployment.__dataclass_fields__}
    repository = _repository(file.folder)
    bases = (*found.bases, *(() if repository in found.bases else (repository,)))
    return Deployment(
        **values
        | {"file": file.path, "span": span_of_word(file.text, word), "bases": bases}
    )
