"""Count references to a name in its module: helpers are called, entry points aren't."""

from __future__ import annotations

import ast
import re
from itertools import islice
from typing import TYPE_CHECKING

from funclens.discovery.syntax.statements import BindingKind

if TYPE_CHECKING:
    from funclens.discovery.resolve.facts import Module
    from funclens.model import Span

__all__ = ["count_references"]

_TEXTS = re.compile(r'"""[\s\S]*?"""|' r"'''[\s\S]*?'''")
_MAIN_GUARD = re.compile(
    r"^if\s+(?:\(?\s*__name__\s*==.*|.*==\s*__name__\s*\)?):.*\n"
    r"(?:(?:[ \t#)].*)?\n|\Z)*",
    re.MULTILINE,
)


_TRIAL = r"^(?:[\w.]+[ \t]*=[ \t]*)?(?:print\()?{}\("
"""Beginning of a call at module level."""

_MOST_TRIALS = 20
_TRIAL_LINES = 20
_TRIAL_LENGTH = 2_000


def count_references(module: Module, name: str, own: Span) -> int:
    """Count calls of a name and places that pass it on.

    Excluded are the definition itself (its lines are `own`), imports, comments, long
    strings, code that runs only when the module is executed as a script, and trials:
    module-level calls with literal arguments only.
    """
    if module.text.count(name) < 2:
        return 0
    lines = module.text.split("\n")
    _blank(lines, own)
    for placed in module.names.get(name, ()):
        if placed.binding.kind is BindingKind.IMPORT:
            _blank(lines, placed.span)
    code = "\n".join(line.partition("#")[0] for line in lines) + "\n"
    code = _MAIN_GUARD.sub("", _TEXTS.sub("", code))
    code = _without_trials(code, name)
    word = rf"(?<![\w.]){re.escape(name)}"
    called = rf"(?<!def )(?<!class ){word}\s*\("
    handed = rf"(?<=[(,=:\[{{])\s*{word}\s*(?=[),\]}}\n])"
    return len(re.findall(f"{called}|{handed}", code))


def _without_trials(code: str, name: str) -> str:
    """Return the code without trial calls such as `print(hello(None))`."""
    trial = re.compile(_TRIAL.format(re.escape(name)), re.MULTILINE)
    kept: list[str] = []
    at = 0
    for match in islice(trial.finditer(code), _MOST_TRIALS):
        end = _end_of_trial(code, match.start())
        if end and match.start() >= at:
            kept.append(code[at : match.start()])
            at = end
    return "".join([*kept, code[at:]])


def _end_of_trial(code: str, start: int) -> int:
    """Return the end of a call with literal arguments only; 0 if it isn't one."""
    end = start
    for _ in range(_TRIAL_LINES):
        end = code.find("\n", end) + 1
        if not end or end - start > _TRIAL_LENGTH:
            return 0
        try:
            (statement,) = ast.parse(code[start:end]).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        return end if _is_trial(statement, code) else 0
    return 0


def _is_trial(statement: ast.stmt, code: str) -> bool:
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Name(id="print"), args=[inner])):
            return _takes_literals(inner)
        case ast.Expr(value=value):
            return _takes_literals(value)
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            # A result that is used below isn't from a trial call; a printed one is.
            uses = len(re.findall(rf"\b{name}\b", code)) - 1
            shown = len(re.findall(rf"^print\({name}\b", code, re.MULTILINE))
            return 0 < uses == shown and _takes_literals(value)
        case _:
            return False


def _takes_literals(value: ast.expr) -> bool:
    if not isinstance(value, ast.Call):
        return False
    try:
        for argument in (*value.args, *(item.value for item in value.keywords)):
            ast.literal_eval(argument)
    except (ValueError, TypeError, RecursionError, MemoryError):
        return False
    return True


def _blank(lines: list[str], span: Span) -> None:
    for line in range(span.line - 1, min(span.end_line, len(lines))):
        lines[line] = ""
