"""Shell builtins, and programs whose effect is known."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from funclens.discovery.deploy.shell.language.tree import Command
from funclens.discovery.deploy.shell.state import START, State, is_known, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from funclens.discovery.deploy.nearby import NearbyFiles
    from funclens.discovery.deploy.shell.language.tree import Assignment, Node, Word

CLONED = "\0cloned"
"""Variable with the folder of the last clone; empty for any folder."""

__all__ = [
    "CLONED",
    "apply",
    "assign_array",
    "environment_in",
    "is_option",
    "is_read",
    "read_into",
    "unwrapped",
]

_WRAPPERS = frozenset(
    {
        "sudo",
        "exec",
        "command",
        "time",
        "nohup",
        "env",
        "builtin",
        "@",
        "$",
        "%",
        "call",
    }
    | {"then", "else", "do", "-", "winpty", "start", "&", "xargs", "retry"}
)
_RUNNERS = {("uv", "run"), ("poetry", "run"), ("pipenv", "run"), ("pdm", "run")}
_RUNNERS |= {("hatch", "run"), ("rye", "run"), ("dotenv", "run"), ("doppler", "run")}
_PAIR = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_KEYED = re.compile(r"\[[\"']?([^\]\"']+)[\"']?\]=(.*)", re.DOTALL)
_ENV_LINE = re.compile(r"[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*(.*)")
_DECLARE = frozenset({"export", "local", "readonly", "declare", "typeset", "set"})


def unwrapped(words: list[str]) -> tuple[list[str], dict[str, str]]:
    """Return a command without wrapper programs, and the environment they set.

    For example, `env NAME=value command`.
    """
    given: dict[str, str] = {}
    while len(words) > 1:
        first = words[0]
        pair = _PAIR.fullmatch(first)
        if first in _WRAPPERS or pair:
            if pair:
                given[pair[1]] = pair[2]
            words = words[1:]
            while len(words) > 1 and words[0].startswith("-"):
                words = words[1:]
        elif tuple(words[:2]) in _RUNNERS and len(words) > 2:
            words = words[2:]
        else:
            break
    return words, given


def apply(program: str, words: list[str], state: State, nearby: NearbyFiles) -> bool:
    """Apply a command that changes the state; return False for any other."""
    if program in {"cd", "pushd", "chdir", "Set-Location", "Push-Location", "sl"}:
        change_folder([w for w in words[1:] if not is_option(w)], state, nearby)
    elif program in {"popd", "Pop-Location"}:
        state.folders = _left(state)
    elif program in _DECLARE:
        _declare(program, words[1:], state, nearby)
    elif program == "unset":
        for name in words[1:]:
            state.variables.pop(name, None)
    elif program == "git" and "clone" in words:
        plain = [w for w in words[words.index("clone") + 1 :] if w[:1] != "-"]
        name = plain[-1].rstrip("/").rpartition("/")[2] if plain else ""
        state.variables[CLONED] = name.removesuffix(".git")
    elif program == "shift" and state.arguments is not None:
        state.arguments = state.arguments[1:]
    else:
        return False
    return True


def change_folder(words: list[str], state: State, nearby: NearbyFiles) -> None:
    """Change the folder, from each folder that the script may be in."""
    target = words[0] if words else unknown("home")
    if target == "-":
        before = _left(state)
        _remember(state)
        state.folders = before
        return
    _remember(state)
    if not is_known(target):
        state.folders = (target,)
        return
    there = state.candidates(target)
    existing = tuple(folder for folder in there if nearby.is_folder(folder))
    if not existing and state.variables.get(CLONED) == "":
        # In prose, each block may be meant for a new terminal.
        again = state.candidates(f"{START}/{target}")
        existing = tuple(folder for folder in again if nearby.is_folder(folder))
    if not existing and (cloned := _in_clone(target, state, nearby)):
        existing = cloned
    state.folders = existing or tuple(there[:1])


def _in_clone(target: str, state: State, nearby: NearbyFiles) -> tuple[str, ...] | None:
    """Return the meaning of a path that begins with the folder of a clone.

    Docs and pipelines often clone their own repository, under any folder name.
    """
    first, _, rest = target.lstrip("./").partition("/")
    cloned = state.variables.get(CLONED)
    if cloned is None or cloned not in {"", first}:
        return None
    if not rest:
        return state.start[-1:] if cloned else state.folders
    inside = os.path.normpath(os.path.join(nearby.top, rest))
    return (inside,) if nearby.is_folder(inside) else None


def _remember(state: State) -> None:
    stack = state.variables.get("\0folders")
    before = stack if isinstance(stack, tuple) else ()
    state.variables["\0folders"] = (*before[-20:], "\n".join(state.folders))


def _left(state: State) -> tuple[str, ...]:
    stack = state.variables.get("\0folders")
    if not isinstance(stack, tuple) or not stack:
        return state.folders
    state.variables["\0folders"] = stack[:-1]
    return tuple(stack[-1].split("\n"))


def is_option(word: str) -> bool:
    """Return whether a word is an option of `cd`."""
    return word.startswith(("-", "/d", "/D")) and word != "-"


def _declare(
    program: str, words: Sequence[str], state: State, nearby: NearbyFiles
) -> None:
    flags = "".join(word for word in words if word.startswith("-"))
    for word in words:
        pair = _PAIR.fullmatch(word)
        name = pair[1] if pair else word
        if pair and program != "set":
            state.variables[name] = pair[2]
        elif "A" in flags and program != "set" and name[:1] not in {"-", ""}:
            state.variables.setdefault(name, {})
        if program == "export" or "x" in flags:
            state.exported |= {name}
        if (not is_known(word) and "cat" in word) or "grep" in word:
            _export_file(word, state, nearby)
    if program == "set" and words[:1] == ["-a"]:
        # `set -a`: all later assignments are exported.
        state.exported |= state.variables.keys()


def _export_file(word: str, state: State, nearby: NearbyFiles) -> None:
    """Apply `export $(cat .env | xargs)`."""
    for name in re.findall(r"[\w./-]*\.env[\w.-]*|[\w./-]+\.(?:cfg|conf|config)", word):
        for path in state.candidates(name):
            text = nearby.text(path)
            if text is not None:
                found = environment_in(text)
                state.variables.update(found)
                state.exported |= found.keys()
                return


def environment_in(text: str) -> dict[str, str]:
    """Return the variables of an env file."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        match = _ENV_LINE.fullmatch(line)
        if match:
            value = match[2].strip()
            if value[:1] in {'"', "'"}:
                value = value[1:].partition(value[0])[0]
            else:
                value = re.sub(r"\s+#.*", "", value)
            found[match[1]] = unknown(match[1]) if "$" in value else value
    return found


def assign_array(
    assignment: Assignment, state: State, fields: Callable[[Word], list[str]]
) -> None:
    """Apply `name=(a b)` and `name=([key]=value …)`."""
    items = [field for word in assignment.items or () for field in fields(word)]
    before = state.variables.get(assignment.name)
    keyed = [_KEYED.fullmatch(item) for item in items]
    if items and all(keyed):
        table = dict(before) if isinstance(before, dict) else {}
        table |= {match[1]: match[2] for match in keyed if match}
        state.variables[assignment.name] = table
    elif isinstance(before, dict) and not items:
        return
    else:
        kept = before if assignment.appends and isinstance(before, tuple) else ()
        state.variables[assignment.name] = (*kept, *items)


def is_read(node: Node) -> bool:
    return (
        isinstance(node, Command) and bool(node.words) and node.words[0].bare == "read"
    )


def read_into(
    names: list[str], line: str | None, separators: str | None, state: State
) -> None:
    """Assign the words of a line to variables, as `read` does."""
    if line is None or not is_known(line):
        for name in names:
            state.variables[name] = unknown(name)
        return
    if separators:
        pattern = "[" + re.escape(separators) + "]"
        pieces = re.split(pattern, line, maxsplit=max(len(names) - 1, 0))
    else:
        pieces = line.split(None, max(len(names) - 1, 0))
    for index, name in enumerate(names):
        state.variables[name] = pieces[index].strip() if index < len(pieces) else ""
