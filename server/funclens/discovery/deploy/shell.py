"""Commands in text that a shell reads: scripts, Makefiles, Dockerfiles, Markdown."""

from __future__ import annotations

import os
import re
import shlex
from typing import TYPE_CHECKING

from funclens.discovery.deploy.command import deployment_of
from funclens.discovery.deploy.deployment import Deployment, span_of_word
from funclens.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from funclens.discovery.deploy.nearby import NearbyFiles

__all__ = ["commands_in", "deployments_in_shell", "words_of"]

_START = re.compile(
    r"(?:^|[\s;&|`(@\"'\[,>$-])(gcloud|functions-framework(?:-python)?)(?=[\s\"',])"
)
_ASSIGNED = re.compile(
    r"^[ \t]*(?:export[ \t]+|readonly[ \t]+|local[ \t]+|ENV[ \t]+|ARG[ \t]+)?"
    r"([A-Za-z_]\w*)[ \t]*(?::=|\?=|=)[ \t]*(\"[^\"\n]*\"|'[^'\n]*'|[^\s;&|#]*)",
    re.MULTILINE,
)
_VARIABLE = re.compile(r"\$\$?(?:\{(\w+)(?::-([^}]*))?\}|\((\w+)\)|(\w+))")
_UNKNOWN = "\0"
_CHANGED_FOLDER = re.compile(
    r"^[ \t@]*(?:\(\s*)?(?:cd|pushd)[ \t]+([^\s;&|]+)", re.MULTILINE
)
_TEMPLATE = re.compile(r"\{\{.*?\}\}|<[A-Za-z_ -]+>|\[[A-Z_ -]+\]|^[A-Z]+_[A-Z_]+$")
_EXEC_FORM = re.compile(r"\[\s*\"[^\]\n]*\]")


def deployments_in_shell(
    path: str,
    text: str,
    _nearby: NearbyFiles,
    variables: Mapping[str, str] | None = None,
) -> Iterator[Deployment]:
    """Yield the functions that commands in a text deploy or serve."""
    known = dict(variables or {}) | _assigned(text)
    own = os.path.dirname(path)
    for start, command in commands_in(text):
        words = words_of(command, known)
        bases = _bases(text, start, own, known)
        found = deployment_of(words, path, Span(1, 1, 1, 1), bases)
        if found is None:
            continue
        word = found.entry_point or found.name or ""
        at = start + _offset_of(command, word)
        yield Deployment(
            **{
                name: getattr(found, name)
                for name in Deployment.__dataclass_fields__
                if name != "span"
            },
            span=span_of_word(text, word, at),
        )


def commands_in(text: str) -> Iterator[tuple[int, str]]:
    """Yield offset and text of each command of interest, to its logical end."""
    for match in _START.finditer(text):
        start = match.start(1)
        line_start = text.rfind("\n", 0, start) + 1
        if re.match(r"[ \t]*(?:#(?!!)|//)", text[line_start:start]):
            continue
        end = start
        while True:
            line_end = text.find("\n", end)
            line_end = len(text) if line_end < 0 else line_end
            line = text[end:line_end].rstrip("\r ")
            end = line_end + 1
            if not line.endswith("\\") or end > len(text):
                break
        command = text[start : min(end, len(text))]
        opened = _EXEC_FORM.search(text, line_start, min(end, len(text)))
        if opened and opened.start() < start:
            command = re.sub(r"[\[\],]", " ", text[start - 1 : opened.end()])
            start -= 1
        yield start, command


def words_of(command: str, variables: Mapping[str, str]) -> list[str | None]:
    """Return the words of one command; None for a word that is not known."""
    joined = re.sub(r"\\\r?\n", " ", command)
    filled = _VARIABLE.sub(lambda match: _value(match, variables), joined)
    lexer = shlex.shlex(filled, posix=True, punctuation_chars="();<>|&`")
    lexer.whitespace_split = True
    lexer.commenters = "#"
    words: list[str | None] = []
    try:
        for word in lexer:
            if word and set(word) <= set("();<>|&`"):
                break
            words.append(_known(word))
    except ValueError:
        # A quote without end: what came before it is still a command.
        pass
    return words


def _known(word: str) -> str | None:
    flag, equals, value = word.partition("=")
    if flag.startswith("-") and equals:
        value = value.strip("'\"")
        return (
            None
            if _is_unknown(flag)
            else flag + ("" if _is_unknown(value) else "=" + value)
        )
    return None if _is_unknown(word) else word


def _is_unknown(word: str) -> bool:
    return _UNKNOWN in word or _TEMPLATE.search(word) is not None


def _value(match: re.Match[str], variables: Mapping[str, str]) -> str:
    name = match[1] or match[3] or match[4]
    if name in variables:
        return variables[name]
    return match[2] if match[2] is not None else _UNKNOWN


def _assigned(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ASSIGNED.finditer(text):
        value = match[2].strip("\"'")
        filled = _VARIABLE.sub(lambda inner: _value(inner, found), value)
        if "$" in filled or "`" in filled or _UNKNOWN in filled:
            found.pop(match[1], None)
        elif match[1] in found and found[match[1]] != filled:
            # It changes on the way, and who knows by which one.
            found[match[1]] = _UNKNOWN
        else:
            found[match[1]] = filled
    return found


def _bases(
    text: str, start: int, own: str, variables: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the folders that a command may run in, the likeliest first."""
    changed = None
    for match in _CHANGED_FOLDER.finditer(text, 0, start):
        changed = match[1].strip("\"'")
    if changed is None:
        return (own,)
    filled = _VARIABLE.sub(lambda inner: _value(inner, variables), changed)
    if _UNKNOWN in filled:
        return (own,)
    return (os.path.normpath(os.path.join(own, filled)), own)


def _offset_of(command: str, word: str) -> int:
    flag = re.search(r"--(?:entry-point|function|target)", command)
    if flag and command.find(word, flag.end()) >= 0:
        return flag.end()
    deploy = command.find("deploy")
    return max(deploy, 0)
