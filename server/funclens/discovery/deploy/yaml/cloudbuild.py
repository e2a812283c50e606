"""Google Cloud Build: steps with substitutions."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from funclens.discovery.deploy.shell import folders_above
from funclens.discovery.deploy.shell.state import unknown
from funclens.discovery.deploy.yaml.deploy_file import (
    File,
    Scope,
    mapping,
    sequence,
    text_of,
    texts,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.deploy.deployment import Deployment

__all__ = ["deployments_in_cloudbuild"]

_SUBSTITUTION = re.compile(r"\$\$|\$(?:\{([A-Z_]\w*)\}|([A-Z_][A-Z0-9_]*))")
_SHELLS = frozenset({"bash", "sh", "/bin/bash", "/bin/sh", "/usr/bin/bash"})


def deployments_in_cloudbuild(
    file: File, document: dict[str, Any]
) -> Iterator[Deployment]:
    """Yield what the steps of a build deploy."""
    given = texts(document.get("substitutions"))
    # A substitution may refer to another one.
    given = {key: _substituted(text, given) for key, text in given.items()}
    shared = texts(mapping(document.get("options")).get("env"))
    scope = Scope(folders_above(file.path, file.nearby), shared)
    for item in sequence(document.get("steps"))[:500]:
        step = mapping(item)
        inner = replace(
            scope,
            variables={
                **scope.variables,
                **{
                    k: _substituted(v, given) for k, v in texts(step.get("env")).items()
                },
            },
        )
        folder = _substituted(text_of(step.get("dir")), given)
        inner = inner.within(folder.lstrip("/").removeprefix("workspace/"), file.nearby)
        found, after = _step(file, step, inner, given)
        yield from found
        scope = replace(scope, copies=after.copies)


def _step(
    file: File, step: dict[str, Any], scope: Scope, given: dict[str, str]
) -> tuple[list[Deployment], Scope]:
    if isinstance(step.get("script"), str):
        variables = {**given, **scope.variables}
        return file.run_on(step["script"], replace(scope, variables=variables))
    raw = [text_of(item) for item in sequence(step.get("args"))]
    words = [_substituted(word, given) for word in raw]
    image = text_of(step.get("name"))
    program = text_of(step.get("entrypoint")) or _program_of(image)
    if program in _SHELLS or (words and words[0] in _SHELLS):
        texts_of_shell = [
            (word, source)
            for word, source in zip(words, raw, strict=True)
            if not word.startswith("-") and word not in _SHELLS
        ]
        if any("c" in word for word in words if re.fullmatch(r"-\w+", word)):
            if texts_of_shell:
                return file.run_on(texts_of_shell[0][0], scope, texts_of_shell[0][1])
            return [], scope
        line = " ".join(word for word, _ in texts_of_shell)
        return file.run_on("bash " + line, scope)
    if len(words) == 1 and " " in words[0]:
        return file.run_on(f"{program} {words[0]}", scope, raw[0])
    if program == "gcloud" or "gcloud" in words or "deploy" in words:
        start = [] if "gcloud" in words else ["gcloud"]
        return file.run_words([*start, *words], scope), scope
    return file.run_on(" ".join([program, *map(_quoted, words)]), scope)


def _program_of(image: str) -> str:
    if re.search(r"google[.-]cloud-?sdk|cloud-sdk|/gcloud", image):
        return "gcloud"
    return image.rpartition("/")[2].partition(":")[0]


def _quoted(word: str) -> str:
    return word if re.fullmatch(r"[\w./=:@%+-]+", word) else f'"{word}"'


def _substituted(text: str, given: dict[str, str]) -> str:
    """Apply substitutions; unknown ones are left for the shell."""

    def value(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        name = match[1] or match[2]
        if name in given:
            return given[name]
        return unknown(name)

    return _SUBSTITUTION.sub(value, text)
