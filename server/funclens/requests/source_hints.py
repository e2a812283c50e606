"""Read a function's module, and those it imports, for hints about its requests."""

from __future__ import annotations

import ast
import os
from typing import TYPE_CHECKING

from funclens.model import SignatureType
from funclens.regular_file import read_regular
from funclens.requests.reads import Passes, parse_module
from funclens.requests.reads.module_names import module_of
from funclens.requests.samples import Hints, hints_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.model import Function
    from funclens.requests.reads import ReadModule
    from funclens.requests.reads.module_names import Module

__all__ = ["hints_from", "source_code", "source_hints"]

_MOST_KEPT = 4_096
_REQUESTS = {None, "https.on_request"}
_CALLS = {"https.on_call", "tasks.on_task_dispatched"}

_kept: dict[tuple[str, int, str], tuple[dict[str, int], Hints]] = {}
"""Hints by definition, with the files they were read from and their times."""


def source_code(
    function: Function,
) -> tuple[Module, ast.FunctionDef | ast.AsyncFunctionDef] | None:
    """Return the definition of a function, and its module; None if it can't be read."""
    path = os.path.join(function.folder, function.file)  # noqa: PTH118
    text = _text_at(path)
    tree = None if text is None else parse_module(text)
    if tree is None:
        return None
    module = module_of(tree, _reader(path, function.folder, _text_at))
    found = (
        node
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.lineno == function.span.line
    )
    node = next(found, None)
    return None if node is None else (module, node)


def hints_from(function: Function, text_of: Callable[[str], str | None]) -> Hints:
    """Return the hints in a function's code; `text_of` reads an absolute path."""
    path = os.path.join(function.folder, function.file)  # noqa: PTH118
    read = _reader(path, function.folder, text_of)
    text = text_of(path)
    return hints_of(text or "", function.span.line, _passes(function), read)


def source_hints(function: Function) -> Hints:
    """Return the hints in a function's file; none if it can't be read."""
    key = (
        os.path.join(function.folder, function.file),  # noqa: PTH118
        function.span.line,
        _passes(function).value,
    )
    known = _kept.get(key)
    if known is not None and all(
        _changed_at(path) == changed for path, changed in known[0].items()
    ):
        return known[1]
    seen: dict[str, int] = {}

    def text_of(path: str) -> str | None:
        seen[path] = _changed_at(path)
        return _text_at(path)

    hints = hints_from(function, text_of)
    if len(_kept) >= _MOST_KEPT:
        _kept.clear()
    _kept[key] = (seen, hints)
    return hints


def _reader(path: str, root: str, text_of: Callable[[str], str | None]) -> ReadModule:
    """Return what reads the modules that a module imports."""

    def read(name: str, level: int) -> str | None:
        return next(
            (
                text
                for candidate in _candidates(path, name, level, root)
                if (text := text_of(candidate)) is not None
            ),
            None,
        )

    return read


def _text_at(path: str) -> str | None:
    try:
        return read_regular(path).decode()
    except (OSError, UnicodeDecodeError):
        return None


def _passes(function: Function) -> Passes:
    if function.provider == "firebase" and function.trigger not in _REQUESTS:
        is_call = function.trigger in _CALLS
        return Passes.CALL if is_call else Passes.FIREBASE_EVENT
    return {
        SignatureType.HTTP: Passes.REQUEST,
        SignatureType.TYPED: Passes.MODEL,
        SignatureType.EVENT: Passes.DATA,
        SignatureType.CLOUDEVENT: Passes.CLOUD_EVENT,
    }[function.signature_type]


def _candidates(path: str, name: str, level: int, root: str) -> list[str]:
    """Return where a module may be, below the workspace folder."""
    folder = os.path.dirname(path)  # noqa: PTH120
    for _ in range(level - 1):
        folder = os.path.dirname(folder)  # noqa: PTH120
    found = os.path.normpath(os.path.join(folder, *name.split(".")))  # noqa: PTH118
    if not f"{found}{os.sep}".startswith(os.path.join(root, "")):  # noqa: PTH118
        return []
    return [f"{found}.py", os.path.join(found, "__init__.py")]  # noqa: PTH118


def _changed_at(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns  # noqa: PTH116
    except OSError:
        return -1
