"""How the body of a definition uses its parameters; analyzed on demand.

Most definitions are decided by their head, and walking a body costs more than parsing
it, so nothing is analyzed before a rule asks.
"""

from __future__ import annotations

import ast
import re
import warnings
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "PLAUSIBLE_NAME",
    "PLAUSIBLE_TEXT",
    "PLAUSIBLE_TYPE",
    "PLAUSIBLE_USE_IN_TEXT",
    "PLAUSIBLE_WORDS",
    "Body",
    "dotted",
    "walk_own",
]

_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


PLAUSIBLE_NAME = r"req|context|ctx|cntx|contxt|cloud_?event|unused|\b_*event\b"
PLAUSIBLE_TYPE = r"Request|CloudEvent|Context|LocalProxy|request"
PLAUSIBLE_WORDS = r"function|flask|event|trigger|http|gcf|cloud"
PLAUSIBLE_USE = (
    r"(?:get_json|is_json|get_data|remote_addr|args|event_id|event_type|timestamp"
    r"|resource|data)"
)
PLAUSIBLE_TEXT = r"b64decode|['\"](?:bucket|protoPayload)['\"]"
"""Must match everything that any scoring rule looks for."""
_GAP = r"(?:[\s\\]|#[^\n]*\n)"
"""Whitespace and comments between a dot and a name. The alternatives never overlap,
to avoid exponential backtracking in the length of a comment."""
PLAUSIBLE_USE_IN_TEXT = rf"\.(?:{_GAP}{{100}}|{_GAP}{{0,99}}{PLAUSIBLE_USE}\b)"
"""A use, or a dot so far from the next token that the parser must decide."""

_NAME = re.compile(rf"{PLAUSIBLE_NAME}|^ce$|^_")
_TYPE = re.compile(PLAUSIBLE_TYPE)
_WORDS = re.compile(PLAUSIBLE_WORDS, re.IGNORECASE)
_USE = re.compile(rf"\.{PLAUSIBLE_USE}")
_TEXT = re.compile(PLAUSIBLE_TEXT)
_USE_IN_TEXT = re.compile(PLAUSIBLE_USE_IN_TEXT)
"""Matches texts with a plausible use; all others are not walked."""


def _is_plausible_type(annotation: ast.expr | None) -> bool:
    return annotation is not None and (_TYPE.search(ast.dump(annotation)) is not None)


class Body:
    def __init__(self, node: _Function, text: str) -> None:
        self._node: _Function | None = node
        self._text = text
        self._place = (node.lineno, node.col_offset)

    @property
    def node(self) -> _Function:
        """The definition, parsed again if its tree was not kept."""
        if self._node is not None:
            return self._node
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(self._text)
        return next(
            node
            for node in ast.walk(tree)
            if isinstance(node, _Function)
            and (node.lineno, node.col_offset) == self._place
        )

    @cached_property
    def uses(self) -> dict[str, frozenset[str]]:
        """How each name is used: `.attribute`, `['key']`, `()`, `()argument`.

        `.get('key')` counts as `['key']` too. Includes nested functions, because they
        see the same names.
        """
        found: dict[str, set[str]] = {}
        for node in ast.walk(self.node):
            for name, use in _uses(node):
                found.setdefault(name, set()).add(use)
        return {name: frozenset(uses) for name, uses in found.items()}

    @cached_property
    def is_plausible(self) -> bool:
        """False if parameters, docstring and uses all rule out a function.

        Checked first and cached, because most definitions end here.
        """
        plausible = self._looks_plausible()
        if not plausible:
            # Don't keep the tree: thousands of them would slow down garbage collection.
            self._node = None
            self.__dict__.pop("uses", None)
        return plausible

    def _looks_plausible(self) -> bool:
        arguments = self.node.args
        parameters = [*arguments.posonlyargs, *arguments.args]
        if not parameters or len(parameters) - len(arguments.defaults) > 2:
            return False
        if any(_NAME.search(parameter.arg) for parameter in parameters[:2]):
            return True
        if _TYPE.search(self._text) and any(
            _is_plausible_type(parameter.annotation) for parameter in parameters[:2]
        ):
            return True
        if _WORDS.search(self.docstring) or _TEXT.search(self._text):
            return True
        return _USE_IN_TEXT.search(self._text) is not None and any(
            _USE.fullmatch(use)
            for parameter in parameters[:2]
            for use in self.uses.get(parameter.arg, ())
        )

    @cached_property
    def calls(self) -> frozenset[str]:
        """Dotted names that the body calls."""
        return frozenset(
            name
            for node in ast.walk(self.node)
            if isinstance(node, ast.Call) and (name := dotted(node.func))
        )

    @cached_property
    def returned(self) -> tuple[ast.expr | None, ...]:
        """Values of `return` outside nested functions; None for a bare `return`."""
        return tuple(
            node.value for node in walk_own(self.node) if isinstance(node, ast.Return)
        )

    @cached_property
    def is_generator(self) -> bool:
        """True if calling it returns a generator."""
        return any(
            isinstance(node, (ast.Yield, ast.YieldFrom)) for node in walk_own(self.node)
        )

    @cached_property
    def docstring(self) -> str:
        """The whole docstring as written; empty if there is none."""
        match self.statements:
            case [ast.Expr(value=ast.Constant(value=str() as text)), *_]:
                return text
            case _:
                return ""

    @property
    def statements(self) -> Sequence[ast.stmt]:
        """Statements of the body; empty for a lambda."""
        return () if isinstance(self.node, ast.Lambda) else self.node.body


def walk_own(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a body, excluding nested functions and classes."""
    pending = list(ast.iter_child_nodes(node))
    while pending:
        child = pending.pop()
        yield child
        if not isinstance(child, _SCOPES):
            pending.extend(ast.iter_child_nodes(child))


def dotted(node: ast.AST) -> str:
    """Return the dotted name of an expression, or an empty string."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    parts.append(node.id)
    return ".".join(reversed(parts))


def _uses(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        yield node.value.id, "." + node.attr
    elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            yield node.value.id, f"['{node.slice.value}']"
        else:
            yield node.value.id, "[]"
    elif isinstance(node, ast.Call):
        yield from _uses_of_call(node)
    elif isinstance(node, ast.Compare):
        yield from _uses_of_compare(node)


def _uses_of_call(node: ast.Call) -> Iterator[tuple[str, str]]:
    if isinstance(node.func, ast.Name):
        yield node.func.id, "()"
    called = node.func
    if (
        isinstance(called, ast.Attribute)
        and called.attr == "get"
        and isinstance(called.value, ast.Name)
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ):
        yield called.value.id, f"['{node.args[0].value}']"
    name = dotted(called)
    for argument in node.args:
        if isinstance(argument, ast.Name):
            yield argument.id, f"()argument:{name}"


def _uses_of_compare(node: ast.Compare) -> Iterator[tuple[str, str]]:
    if (
        isinstance(node.ops[0], (ast.In, ast.NotIn))
        and isinstance(node.left, ast.Constant)
        and isinstance(node.left.value, str)
        and isinstance(node.comparators[0], ast.Name)
    ):
        yield node.comparators[0].id, f"['{node.left.value}']"
