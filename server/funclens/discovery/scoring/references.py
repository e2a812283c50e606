"""Count references to a name in its module: helpers are called, entry points aren't."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.discovery.syntax.statements import BindingKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from funclens.discovery.resolve.facts import Module
    from funclens.model import Span

__all__ = ["count_references"]

_TEXTS = re.compile(r'"""[\s\S]*?"""|' r"'''[\s\S]*?'''")
_MAIN_GUARD = re.compile(
    r"^if\s+(?:\(?\s*__name__\s*==.*|.*==\s*__name__\s*\)?):.*\n"
    r"(?:(?:[ \t#)].*)?\n|\Z)*",
    re.MULTILINE,
)
_WORD = re.compile(r"\w+")
_LINE_END = re.compile(r"\n")


_TRIAL = re.compile(r"(?:[\w.]+[ \t]*=[ \t]*)?(?:print\()?")
"""What may stand before a call at module level."""

_CALL = re.compile(r"\s*\(")
_HANDED_ON = re.compile(r"\s*(?=[),\]}\n])")

_WINDOW = 200
"""Characters around a name that are looked at."""

_MOST_TRIALS = 20
_TRIAL_LINES = 20
_TRIAL_LENGTH = 2_000

_MOST_WORK = 5_000_000_000
"""Characters of a module times the names in it that are repeated."""


def count_references(module: Module, name: str, own: Span) -> int:
    """Count calls of a name and places that pass it on.

    Excluded are the definition itself (its lines are `own`), imports, comments, long
    strings, code that runs only when the module is executed as a script, and trials:
    module-level calls with literal arguments only.
    """
    code = _code(module)
    repeated = code.words.get(name, 0)
    if repeated < 2 or len(code.text) * len(code.words) > _MOST_WORK:
        return max(0, repeated - 1)
    excluded = [own] + [
        placed.span
        for placed in module.names.get(name, ())
        if placed.binding.kind is BindingKind.IMPORT
    ]
    return sum(
        _is_reference(code.text, start, start + len(name))
        for start in _outside_trials(code.text, name, own)
        if not code.is_within(start, excluded)
    )


@dataclass(frozen=True, eq=False)
class _Code:
    """The text of a module without comments, long strings and the main guard."""

    text: str
    words: dict[str, int]
    """How often each word occurs that does so more than once."""
    starts: list[int]
    """Where each line begins."""

    def is_within(self, position: int, spans: Iterable[Span]) -> bool:
        """Return whether a position is on a line of any of the spans."""
        line = bisect_right(self.starts, position)
        return any(span.line <= line <= span.end_line for span in spans)


@lru_cache(maxsize=4)
def _code(module: Module) -> _Code:
    code = "\n".join(line.partition("#")[0] for line in module.text.split("\n")) + "\n"
    code = _MAIN_GUARD.sub(_blank, _TEXTS.sub(_blank, code))
    counted = Counter(_WORD.findall(code))
    words = {word: number for word, number in counted.items() if number > 1}
    starts = [0, *(match.end() for match in _LINE_END.finditer(code))]
    return _Code(code, words, starts)


def _blank(match: re.Match[str]) -> str:
    """Return as many lines as were matched, so that positions keep their lines."""
    return "\n" * match[0].count("\n")


def _is_reference(code: str, start: int, end: int) -> bool:
    """Return whether a name at a position is called or passed on."""
    before = code[max(0, start - _WINDOW) : start]
    after = code[end : end + _WINDOW]
    if _CALL.match(after) and not before.endswith(("def ", "class ")):
        return True
    return before.rstrip()[-1:] in {*"(,=:[{"} and bool(_HANDED_ON.match(after))


def _outside_trials(code: str, name: str, own: Span) -> Iterator[int]:
    """Yield where a name stands, except in trial calls such as `print(hello(None))`."""
    trials = done = 0
    for match in re.finditer(re.escape(name), code):
        start, end = match.span()
        around = code[start - 1 : start], code[end : end + 1]
        if start < done or around[0] == "." or any(map(_WORD.match, around)):
            continue
        line = code.rfind("\n", 0, start) + 1
        may_be_trial = trials < _MOST_TRIALS and around[1] == "("
        if may_be_trial and _TRIAL.fullmatch(code, line, start):
            trials += 1
            done = _end_of_trial(code, line, own)
        if start >= done:
            yield start


def _end_of_trial(code: str, start: int, own: Span) -> int:
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
        return end if _is_trial(statement, code, own) else 0
    return 0


def _is_trial(statement: ast.stmt, code: str, own: Span) -> bool:
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Name(id="print"), args=[inner])):
            return _takes_literals(inner)
        case ast.Expr(value=value):
            return _takes_literals(value)
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            lines = code.split("\n")
            del lines[own.line - 1 : own.end_line]
            code = "\n".join(lines)
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
