"""`thread-at-import`: threads that don't exist in production's workers.

functions-framework loads the source and starts gunicorn, which forks the process that
handles requests. A fork has none of its parent's threads. This is true for versions 3.0
to 3.10, WSGI and ASGI; only `--debug` serves without a fork.
"""

from __future__ import annotations

import ast
import os
from typing import TYPE_CHECKING

from funclens.catalog.rules.at_import.import_time import calls_at_import, parsed
from funclens.discovery.syntax.positions import Lines
from funclens.discovery.syntax.statements import Condition
from funclens.discovery.syntax.usage import dotted, walk_own
from funclens.model import Problem, RelatedPlace, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.catalog.rules.at_import.import_time import MethodCall
    from funclens.catalog.rules.context import Context, Source
    from funclens.discovery.resolve.facts import Module

__all__ = ["threads_at_import"]

_THREADS = frozenset({"threading.Thread", "threading.Timer"})
_SCHEDULERS = frozenset({"apscheduler.schedulers.background.BackgroundScheduler"})
_EXECUTORS = frozenset(
    {
        "concurrent.futures.ThreadPoolExecutor",
        "concurrent.futures.thread.ThreadPoolExecutor",
    }
)
_WORDS = ("Thread", "Timer", "Scheduler", "Executor")
"""Parts of the names above: most modules hold none of them."""

_WAITS = frozenset({"as_completed", "gather", "join", "result", "shutdown", "wait"})
"""Methods and functions that may wait for the end of a thread before the fork."""

_WHY = (
    "in production gunicorn forks the process that answers requests after that, and "
    "threads don't survive a fork."
)


def threads_at_import(context: Context) -> Iterator[Problem]:
    """Yield a problem for each thread that certainly starts at import."""
    for source in context.sources:
        for module in _loaded(source):
            text = module.text
            # A regular expression takes 16 ms for 10,000 lines, at each edit.
            if any(word in text for word in _WORDS) and "register_at_fork" not in text:
                yield from _of_module(source, module)


def _loaded(source: Source) -> list[Module]:
    """Return the source and the modules of its folder that it always imports."""
    found: dict[str, Module] = {}
    pending = [source.facts.module]
    while pending:
        module = pending.pop()
        if module.path in found or not module.path.startswith(source.root + os.sep):
            continue
        found[module.path] = module
        for placed in module.imports:
            if placed.condition is Condition.ALWAYS:
                pending += source.imported(module, placed)
    return list(found.values())


def _of_module(source: Source, module: Module) -> Iterator[Problem]:
    tree = parsed(module.text)
    if tree is None:
        return
    lines = Lines(module.text)
    folder = source.folder.folder
    file = os.path.relpath(module.path, folder).replace(os.sep, "/")
    reported: set[ast.Call] = set()
    for call in calls_at_import(tree):
        what = "" if call.call in reported else _started(source, module, tree, call)
        if not what or _is_waited_for(call.scope) or _is_waited_for(tree):
            continue
        reported.add(call.call)
        related: tuple[RelatedPlace, ...] = ()
        if call.outer is not None:
            place = lines.span(call.outer)
            related = (RelatedPlace(file, folder, place, "Called as the module loads"),)
        yield Problem(
            code="thread-at-import",
            severity=Severity.WARNING,
            message=what,
            folder=folder,
            file=file,
            span=lines.span(call.call),
            related=related,
        )


def _started(source: Source, module: Module, tree: ast.Module, call: MethodCall) -> str:
    """Return the message for a call, or an empty string if it starts no thread."""
    if call.method == "start" and _makes(source, module, tree, call.made_by, _THREADS):
        return (
            f"This thread starts as the module loads: {_WHY} Start it when the first "
            "request comes."
        )
    if call.method == "start" and _makes(
        source, module, tree, call.made_by, _SCHEDULERS
    ):
        return (
            f"The thread of this scheduler starts as the module loads: {_WHY} Use "
            "Cloud Scheduler, or start it when the first request comes."
        )
    if call.method in {"submit", "map"} and _makes(
        source, module, tree, call.made_by, _EXECUTORS
    ):
        return (
            f"This starts a thread of the executor as the module loads: {_WHY} What "
            "requests submit to the executor may never run. Submit when the first "
            "request comes."
        )
    return ""


def _makes(
    source: Source, module: Module, tree: ast.Module, name: str, kinds: frozenset[str]
) -> bool:
    """Return whether a call creates an object of one of these classes."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            own = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
            return "start" not in own and any(
                dotted(base) != name and _means(source, module, dotted(base), kinds)
                for base in node.bases
            )
    return _means(source, module, name, kinds)


def _means(source: Source, module: Module, name: str, kinds: frozenset[str]) -> bool:
    meanings = list(source.facts.names.meanings(module, name)) if name else []
    return bool(meanings) and all(meaning in kinds for meaning in meanings)


def _is_waited_for(scope: ast.Module | ast.FunctionDef) -> bool:
    """Return whether a scope waits for threads, or may do so."""
    for node in walk_own(scope):
        if isinstance(node, ast.Call):
            func = node.func
            name = func.attr if isinstance(func, ast.Attribute) else dotted(func)
            if name in _WAITS and (name != "join" or not _joins_texts(node)):
                return True
    return False


def _joins_texts(call: ast.Call) -> bool:
    """Distinguish the `join` of strings and paths from that of threads."""
    match call.args:
        case [] | [ast.Constant(value=int() | float())]:
            return False
        case _:
            return True
