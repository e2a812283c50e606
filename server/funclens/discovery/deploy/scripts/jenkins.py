"""Jenkinsfiles: `sh` steps with parameters and environment."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from funclens.discovery.deploy.yaml.deploy_file import File, Scope, filled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.deploy.deployment import Deployment
    from funclens.discovery.deploy.nearby import NearbyFiles

__all__ = ["deployments_in_jenkinsfile"]

_DEEPEST = 20
_TEXT = (
    r"(?:\"\"\"(?P<long>.*?)(?:\"\"\"|\Z)|'''(?P<raw>.*?)(?:'''|\Z)"
    r"|\"(?P<text>(?:[^\"\\\n]|\\.)*)\"?|'(?P<plain>(?:[^'\\\n]|\\.)*)'?)"
)
_STEP = re.compile(
    r"(?P<step>\b(?:sh|bat|powershell|pwsh)\b)\s{0,99}\(?\s{0,99}(?:script\s{0,99}:\s{0,99})?"
    + _TEXT
    + r"|\bdir\s*\(\s*[\"'](?P<dir>[^\"'\n]*)[\"']\s*\)\s*\{|(?P<open>\{)|(?P<close>\})"
    r"|//[^\n]*|/\*.*?(?:\*/|\Z)|\"\"\".*?(?:\"\"\"|\Z)|'''.*?(?:'''|\Z)"
    r"|\"(?:[^\"\\\n]|\\.)*\"?|'(?:[^'\\\n]|\\.)*'?",
    re.DOTALL,
)
_PARAMETER = re.compile(
    r"\b(?:string|text|choice|booleanParam)\s*\((?P<body>[^()]{1,2000})\)"
)
_NAMED = re.compile(r"\bname\s*:\s*[\"']([\w-]+)[\"']")
_DEFAULT = re.compile(r"\bdefaultValue\s*:\s*[\"']([^\"'\n]*)[\"']")
_CHOICES = re.compile(
    r"\bchoices\s*:\s*\[([^\]]*)\]|\bchoices\s*:\s*[\"']([^\"']*)[\"']"
)
_ASSIGNED = re.compile(
    r"(?:^|[{;])[ \t]*(?:def\s+|env\.)?([A-Za-z_]\w*)[ \t]*=[ \t]*"
    r"[\"']([^\"'\n]*)[\"'][ \t]*(?=$|[;}])",
    re.MULTILINE,
)
_EXPRESSION = re.compile(
    r"\$\{\s*((?:params\.|env\.)?\w+)\s*\}|\$((?:params|env)\.\w+)"
)


def deployments_in_jenkinsfile(
    path: str, text: str, nearby: NearbyFiles
) -> Iterator[Deployment]:
    """Yield the functions that the steps of a pipeline deploy."""
    file = File(path, text, nearby)
    names = _names(text)
    variables = {
        name: values[0]
        for name, values in names.items()
        if len(values) == 1 and "." not in name
    }
    base = Scope((os.path.dirname(path), nearby.top), variables, names)
    folders: list[str] = []
    depths: list[int] = []
    depth = 0
    for match in _STEP.finditer(text):
        if match["dir"] is not None:
            depth += 1
            if len(folders) < _DEEPEST:
                folders.append(match["dir"])
                depths.append(depth)
        elif match["open"]:
            depth += 1
        elif match["close"]:
            if depths and depths[-1] == depth:
                depths.pop()
                folders.pop()
            depth -= 1
        elif match["step"]:
            scope = base
            for folder in folders:
                scope = scope.within(next(filled(folder, _EXPRESSION, base)), nearby)
            yield from _step(file, match, scope)


def _step(file: File, match: re.Match[str], scope: Scope) -> Iterator[Deployment]:
    literal = match["raw"] if match["raw"] is not None else match["plain"]
    if literal is not None:
        # In single quotes, the shell expands variables from its environment.
        yield from file.run(literal, scope)
        return
    raw = match["long"] if match["long"] is not None else match["text"] or ""
    text = raw.replace("\\$", "\0").replace('\\"', '"')
    text = text.replace("\\\\\n", "\\\n")
    for command in filled(text, _EXPRESSION, scope):
        yield from file.run(command.replace("\0", "$"), scope, raw)


def _names(text: str) -> dict[str, tuple[str, ...]]:
    """Return the values of parameters (their defaults) and assigned variables."""
    found: dict[str, tuple[str, ...]] = {}
    for name, value in _ASSIGNED.findall(text):
        if "$" in value:
            continue
        before = found.get(name, ())
        found[name] = found["env." + name] = tuple(dict.fromkeys((*before, value)))
    for match in _PARAMETER.finditer(text):
        name = _NAMED.search(match["body"])
        default = _DEFAULT.search(match["body"])
        choices = _CHOICES.search(match["body"])
        if name is None:
            continue
        values: tuple[str, ...] = ()
        if default and default[1]:
            values = (default[1],)
        elif choices:
            listed = re.findall(r"[\"']([^\"']+)[\"']", choices[1] or "")
            values = tuple(listed or (choices[2] or "").split("\\n"))
        if values:
            found[name[1]] = found["params." + name[1]] = values
    return found
