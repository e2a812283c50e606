"""Commands of the shell itself, and programs whose result can be known."""

from __future__ import annotations

import itertools
import os
import re
from typing import TYPE_CHECKING

from funclens.discovery.deploy.shell.state import State, is_known, unknown
from funclens.discovery.deploy.shell.tree import AndOr, Command, Group

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from funclens.discovery.deploy.nearby import NearbyFiles
    from funclens.discovery.deploy.shell.tree import Assignment, Node, Word

__all__ = [
    "apply",
    "assign_array",
    "both",
    "environment_in",
    "is_read",
    "printed",
    "read_into",
    "status",
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
_MOST_FOUND = 300


def unwrapped(words: list[str]) -> list[str]:
    """Return a command without the programs that only start it."""
    while len(words) > 1:
        first = words[0]
        if first in _WRAPPERS or (_PAIR.fullmatch(first) and "\0" not in first):
            words = words[1:]
            while len(words) > 1 and words[0].startswith("-"):
                words = words[1:]
        elif tuple(words[:2]) in _RUNNERS and len(words) > 2:
            words = words[2:]
        else:
            break
    return words


def apply(program: str, words: list[str], state: State, nearby: NearbyFiles) -> bool:
    """Carry out what changes the state; return False for any other command."""
    if program in {"cd", "pushd", "chdir", "Set-Location", "Push-Location", "sl"}:
        change_folder([w for w in words[1:] if not _is_option(w)], state, nearby)
    elif program in {"popd", "Pop-Location"}:
        state.folders = _left(state)
    elif program in _DECLARE:
        _declare(program, words[1:], state, nearby)
    elif program == "unset":
        for name in words[1:]:
            state.variables.pop(name, None)
    elif program == "shift" and state.arguments is not None:
        state.arguments = state.arguments[1:]
    else:
        return False
    return True


def change_folder(words: list[str], state: State, nearby: NearbyFiles) -> None:
    """Go to a folder, from each folder that the script may be in."""
    _remember(state)
    target = words[0] if words else unknown("home")
    if target == "-":
        state.folders = _left(state)
        return
    if not is_known(target):
        state.folders = (target,)
        return
    there = state.candidates(target)
    existing = tuple(folder for folder in there if nearby.is_folder(folder))
    state.folders = existing or tuple(there[:1])


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


def _is_option(word: str) -> bool:
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
        # All that is assigned from here on is exported.
        state.exported |= state.variables.keys()


def _export_file(word: str, state: State, nearby: NearbyFiles) -> None:
    """Carry out `export $(cat .env | xargs)`."""
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
    """Carry out `name=(a b)` and `name=([key]=value …)`."""
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
    """Say whether a command is `read`."""
    return (
        isinstance(node, Command) and bool(node.words) and node.words[0].bare == "read"
    )


def read_into(
    names: list[str], line: str | None, separators: str | None, state: State
) -> None:
    """Put the words of a line into variables, as `read` does."""
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


def status(words: list[str], state: State, nearby: NearbyFiles) -> bool | None:
    """Return whether a test surely holds; None when that is not known."""
    if not words:
        return None
    if words[0] in {"true", ":"}:
        return True
    if words[0] == "false":
        return False
    if words[0] not in {"[", "[[", "test"}:
        return None
    inner = [word for word in words[1:] if word not in {"]", "]]"}]
    if inner[:1] == ["!"]:
        found = _test(inner[1:], state, nearby)
        return None if found is None else not found
    return _test(inner, state, nearby)


def both(results: Sequence[bool | None]) -> bool | None:
    """Return what `&&` makes of several results."""
    if any(result is False for result in results):
        return False
    return True if all(results) else None


def _test(words: list[str], state: State, nearby: NearbyFiles) -> bool | None:
    if len(words) == 1 and words[0] in {"-z", "-n"}:
        # The word after it is empty and was not quoted.
        return words[0] == "-z"
    if len(words) == 2:
        operator, word = words
        if not is_known(word):
            return None
        if operator in {"-z", "-n"}:
            return (word == "") == (operator == "-z")
        if operator in {"-f", "-d", "-e"}:
            return _exists(operator, word, state, nearby)
    if len(words) == 3 and words[1] in {"=", "==", "!="}:
        left, operator, right = words
        if is_known(left) and is_known(right) and not any(s in right for s in "*?["):
            return (left == right) == (operator != "!=")
    return None


def _exists(operator: str, word: str, state: State, nearby: NearbyFiles) -> bool | None:
    for path in state.candidates(word):
        if operator != "-d" and nearby.is_file(path):
            return True
        if operator != "-f" and nearby.is_folder(path):
            return True
    first = state.absolute(word)
    return False if nearby.is_folder(os.path.dirname(first)) else None


# What commands print


def printed(
    nodes: list[Node],
    state: State,
    nearby: NearbyFiles,
    fields: Callable[[Word, State], list[str]],
) -> str | None:
    """Return what the commands of `$(…)` print; None when that is not known."""
    inner = state.fork()
    output: str | None = ""
    for node in _flat(nodes):
        words = [f for word in node.words for f in fields(word, inner)]
        if not words:
            return None
        if words[0] in {"cd", "pushd"}:
            change_folder([w for w in words[1:] if not _is_option(w)], inner, nearby)
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
    if program == "git":
        return nearby.top if "--show-toplevel" in rest else None
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
    return state.absolute(path)


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
    """Return what a filter makes of a text: `tr`, `sed s///`, `xargs basename`."""
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
