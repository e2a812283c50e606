"""Output of programs, where it can be known."""

from __future__ import annotations

import itertools
import os
import re
from typing import TYPE_CHECKING

from funclens.discovery.deploy.shell.builtins import change_folder, is_option
from funclens.discovery.deploy.shell.language.tree import AndOr, Command, Group
from funclens.discovery.deploy.shell.state import State, is_known
from funclens.discovery.deploy.slashes import slashed

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.discovery.deploy.nearby import NearbyFiles
    from funclens.discovery.deploy.shell.language.tree import Node, Word

__all__ = ["output_of"]

_MOST_FOUND = 300


def output_of(
    nodes: list[Node],
    state: State,
    nearby: NearbyFiles,
    fields: Callable[[Word, State], list[str]],
) -> str | None:
    """Return what the commands of `$(…)` print, or None if unknown."""
    inner = state.fork()
    output: str | None = ""
    for node in _flat(nodes):
        words = [f for word in node.words for f in fields(word, inner)]
        if not words:
            return None
        if words[0] in {"cd", "pushd"}:
            change_folder([w for w in words[1:] if not is_option(w)], inner, nearby)
            continue
        output = _output(words, output, inner, nearby)
        if output is None:
            return None
    return output.rstrip("\n") if output is not None else None


def _flat(nodes: list[Node]) -> list[Command]:
    found: list[Command] = []
    for node in nodes:
        if isinstance(node, Command):
            found.append(node)
        elif isinstance(node, AndOr):
            following = [item for operator, item in node.rest if operator == "&&"]
            found += _flat([node.first, *following])
        elif isinstance(node, Group):
            found += _flat(node.body)
        else:
            return [Command(0)]
    return found


def _output(
    words: list[str], piped: str | None, state: State, nearby: NearbyFiles
) -> str | None:
    program, *rest = words
    plain = [word for word in rest if not word.startswith("-")]
    if program == "pwd":
        return state.here()
    if program in {"which", "command"} and plain:
        return plain[-1]
    if program == "git":
        return slashed(nearby.top) if "--show-toplevel" in rest else None
    if program in {"echo", "printf"}:
        texts = plain[1:] if plain[:1] in (["%s"], ["%s\\n"], ["%s\n"]) else plain
        return " ".join(texts)
    if any(not is_known(word) for word in rest):
        return None
    if program in {"dirname", "realpath", "readlink", "basename"} and plain:
        return _path_output(program, plain, state)
    if program == "ls":
        return _listed(plain, rest, state, nearby)
    if program == "find" and plain:
        return _found(rest, state, nearby)
    if program == "cat" and len(plain) == 1:
        read = (nearby.text(path) for path in state.candidates(plain[0]))
        return next((text for text in read if text is not None), None)
    if piped is not None and is_known(piped):
        return _filtered(program, rest, piped, state)
    return None


def _path_output(program: str, plain: list[str], state: State) -> str | None:
    path = plain[0]
    if program == "basename":
        name = os.path.basename(state.absolute(path))
        suffix = plain[1] if len(plain) > 1 else ""
        return name.removesuffix(suffix) if name != suffix else name
    if program == "dirname":
        return os.path.dirname(path.rstrip("/")) or "."
    return slashed(state.absolute(path))


def _listed(
    plain: list[str], rest: list[str], state: State, nearby: NearbyFiles
) -> str | None:
    if "-d" in rest:
        return "\n".join(plain)
    for path in state.candidates(plain[0] if plain else "."):
        if nearby.is_folder(path):
            names = (name.rstrip("/") for name in nearby.names(path))
            return "\n".join(name for name in names if not name.startswith("."))
    return None


def _found(rest: list[str], state: State, nearby: NearbyFiles) -> str | None:
    """Return what `find folder -name x -type d` prints."""
    options = dict(itertools.pairwise(rest))
    start = "." if rest[0].startswith("-") else rest[0]
    least = (
        int(options.get("-mindepth", "0")) if _is_number(options, "-mindepth") else 0
    )
    most = int(options.get("-maxdepth", "6")) if _is_number(options, "-maxdepth") else 6
    if any(word in {"-not", "!", "-exec", "-regex", "-path"} for word in rest):
        return None
    folder = next((p for p in state.candidates(start) if nearby.is_folder(p)), None)
    if folder is None:
        return None
    name, kind = options.get("-name"), options.get("-type")
    found: list[str] = []
    pending = [(folder, start.rstrip("/"), 0)]
    if kind != "f" and least == 0 and name is None:
        found.append(start)
    while pending and len(found) < _MOST_FOUND:
        path, shown, depth = pending.pop(0)
        if depth >= most:
            continue
        for item in nearby.names(path):
            plain = item.rstrip("/")
            is_folder = item.endswith("/")
            if plain.startswith(".") or plain in {"node_modules", "venv"}:
                continue
            right_kind = kind is None or (kind == "d") == is_folder
            if right_kind and depth + 1 >= least and name in {None, plain}:
                found.append(f"{shown}/{plain}")
            if is_folder:
                pending.append(
                    (os.path.join(path, plain), f"{shown}/{plain}", depth + 1)
                )
    return "\n".join(found)


def _is_number(options: dict[str, str], key: str) -> bool:
    return options.get(key, "").isdigit()


def _filtered(program: str, rest: list[str], piped: str, state: State) -> str | None:
    """Return the output of a filter: `tr`, `sed s///`, `xargs basename`."""
    if program == "tr" and len(rest) == 2:
        old, new = rest
        if len(old) == 1 and len(new) == 1:
            return piped.replace(old, new)
        if old in {"A-Z", "[:upper:]"}:
            return piped.lower()
        if old in {"a-z", "[:lower:]"}:
            return piped.upper()
    if program == "sed" and rest:
        match = re.fullmatch(r"s([/|#,])([\w -]+|\\?\.)\1([\w -]*)\1(g?)", rest[-1])
        if match:
            return piped.replace(match[2].lstrip("\\"), match[3], -1 if match[4] else 1)
    if program == "xargs" and rest[-1:] in (["basename"], ["dirname"]):
        outputs = (_path_output(rest[-1], [line], state) for line in piped.split())
        return "\n".join(item for item in outputs if item is not None)
    if program in {"sort", "uniq"} and not rest:
        return piped
    return None
