"""JSON files with scripts: package.json, VS Code tasks and launch configurations."""

from __future__ import annotations

import json
import os
import re
import shlex
from typing import TYPE_CHECKING, Any

from funclens.discovery.deploy.shell.state import unknown
from funclens.discovery.deploy.yaml.deploy_file import (
    File,
    Scope,
    filled,
    mapping,
    sequence,
    text_of,
    texts,
)
from funclens.nesting import nesting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.deploy.deployment import Deployment
    from funclens.discovery.deploy.nearby import NearbyFiles

__all__ = ["deployments_in_json", "parsed"]

_COMMENT_OR_TEXT = re.compile(
    r"\"(?:[^\"\\\n]|\\.)*\"?|//[^\n]*|/\*.*?(?:\*/|\Z)|,(?=\s*[}\]])", re.DOTALL
)
_VARIABLE = re.compile(r"\$\{([\w:.-]+)\}")
_LARGEST = 400_000
_DEEPEST = 60


def deployments_in_json(
    path: str, text: str, nearby: NearbyFiles
) -> Iterator[Deployment]:
    """Yield the functions that scripts, tasks or configurations deploy or serve."""
    document = mapping(parsed(text))
    file = File(path, text, nearby)
    folder = os.path.dirname(path)
    name = os.path.basename(path)
    if isinstance(document.get("steps"), list):
        from funclens.discovery.deploy.yaml.cloudbuild import (  # noqa: PLC0415
            deployments_in_cloudbuild,
        )

        yield from deployments_in_cloudbuild(file, document)
    elif name == "package.json":
        for command in mapping(document.get("scripts")).values():
            yield from file.run(text_of(command), Scope((folder,)))
    else:
        yield from _of_editor(file, document, folder)


def parsed(text: str) -> Any:
    """Parse JSON with comments and trailing commas; return None if invalid."""
    if len(text) > _LARGEST or nesting(text) > _DEEPEST:
        return None
    plain = _COMMENT_OR_TEXT.sub(
        lambda match: match[0] if match[0].startswith('"') else " ", text
    )
    try:
        return json.loads(plain)
    except (ValueError, RecursionError):
        return None


def _of_editor(
    file: File, document: dict[str, Any], folder: str
) -> Iterator[Deployment]:
    """Yield what tasks.json, launch.json or a workspace file starts."""
    top = os.path.dirname(folder) if os.path.basename(folder) == ".vscode" else folder
    names: dict[str, tuple[str, ...]] = {}
    for key in ("workspaceFolder", "workspaceRoot", "cwd", "workspaceFolder:root"):
        names[key] = (top,)
    names["workspaceFolderBasename"] = (os.path.basename(top),)
    names["pathSeparator"] = ("/",)
    for item in sequence(document.get("inputs")):
        given = mapping(item)
        options = [
            text_of(mapping(o).get("value", o) if isinstance(o, dict) else o)
            for o in sequence(given.get("options"))
        ]
        default = text_of(given.get("default"))
        values = options or ([default] if default else [])
        names["input:" + text_of(given.get("id"))] = tuple(values[:50])
    scope = Scope((top,), {}, names)
    shared = mapping(document.get("options"))
    nested = (mapping(document.get("tasks")), mapping(document.get("launch")))
    for item in (
        *sequence(document.get("tasks")),
        *sequence(document.get("configurations")),
        *(i for n in nested for i in sequence(n.get("tasks", n.get("configurations")))),
    ):
        given = mapping(item)
        for system in ("linux", "osx", "windows"):
            given = {**mapping(given.get(system)), **given}
        yield from _entry(
            file, given, {**shared, **mapping(given.get("options"))}, scope
        )


def _entry(
    file: File, given: dict[str, Any], options: dict[str, Any], scope: Scope
) -> Iterator[Deployment]:
    words = [
        text_of(given.get("module") or given.get("command") or given.get("program")),
        *(
            text_of(mapping(item).get("value", ""))
            if isinstance(item, dict)
            else text_of(item)
            for item in _arguments(given.get("args"))
        ),
    ]
    environment = texts(options.get("env")) | texts(given.get("env"))
    environment |= _from_file(file, given, scope)
    folder = text_of(options.get("cwd") or given.get("cwd"))
    raw = "\n".join(words)
    sign = "\1"
    for text in filled(
        sign.join([folder, *environment.values(), *words]), _VARIABLE, scope
    ):
        pieces = text.split(sign)
        variables = dict(
            zip(environment, pieces[1 : 1 + len(environment)], strict=True)
        )
        command = pieces[1 + len(environment) :]
        inner = Scope((_folder(pieces[0], scope.folders[0]),), variables)
        if len(command) == 1 or " " in command[0].strip():
            yield from file.run(" ".join(command), inner, raw)
        else:
            found = file.run_words(command, inner)
            yield from found
            if not found:
                for word in command[1:]:
                    if " " in word:
                        yield from file.run(word, inner, raw)


def _arguments(value: Any) -> list[Any]:
    if isinstance(value, str):
        try:
            return list(shlex.split(value))
        except ValueError:
            return []
    return sequence(value)


def _folder(path: str, top: str) -> str:
    if not path:
        return top
    path = re.sub(r"\$\{[\w:.-]+\}", unknown("folder"), path)
    return os.path.normpath(os.path.join(top, path))


def _from_file(file: File, given: dict[str, Any], scope: Scope) -> dict[str, str]:
    from funclens.discovery.deploy.shell.builtins import environment_in  # noqa: PLC0415

    name = text_of(given.get("envFile"))
    if not name:
        return {}
    path = next(iter(filled(name, _VARIABLE, scope)))
    text = file.nearby.text(os.path.join(scope.folders[0], path))
    return environment_in(text or "")
