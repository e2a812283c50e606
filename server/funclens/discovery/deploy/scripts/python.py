"""Python that runs gcloud, and comments that show how a function is deployed.

Values are followed as far as constants, loops over them and calls within the module
go. Nothing is executed.
"""

from __future__ import annotations

import ast
import os
import re
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from funclens.discovery.deploy.command import deployments_of
from funclens.discovery.deploy.place import Place
from funclens.discovery.deploy.scripts.prose import code_in_prose
from funclens.discovery.deploy.shell import folders_above, follow
from funclens.discovery.deploy.shell.script_budget import ScriptBudget
from funclens.discovery.deploy.shell.state import is_known, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from funclens.discovery.deploy.deployment import Deployment
    from funclens.discovery.deploy.nearby import NearbyFiles

__all__ = ["deployments_in_python"]

_LARGEST = 1_000_000
_COMMENT = re.compile(r"^([ \t]*#+!?[ \t]?)(.*)$")
_INTERESTING = re.compile(r"gcloud\b|functions[-_]framework\b")
_COMMAND = re.compile(
    r"gcloud\s+(?:\w+\s+)?(?:functions|run)\b|functions[-_]framework.*--target"
)
_MOST_ROUNDS = 200
_LONGEST = 20_000
_DEEPEST = 5


class _Unknown:
    """A value that is not known."""


_UNKNOWN = _Unknown()


def deployments_in_python(
    path: str, text: str, nearby: NearbyFiles
) -> Iterator[Deployment]:
    """Yield the functions that a module deploys or says how to deploy."""
    folders = folders_above(path, nearby)
    budget = ScriptBudget()
    if "#" in text:
        yield from follow(path, _comments(text), nearby, folders, budget=budget)
    if len(text) > _LARGEST:
        return
    tree = _tree(text)
    if tree is not None:
        yield from _Module(path, text, nearby, budget).deployments(tree)


def _comments(text: str) -> str:
    """Return the text with all but its comments blanked, each line as long."""
    lines: list[str] = []
    for line in text.split("\n"):
        match = _COMMENT.match(line)
        lines.append(" " * len(match[1]) + match[2] if match else " " * len(line))
    return code_in_prose("\n".join(lines))


def _tree(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@dataclass(slots=True)
class _Names:
    """Names of one function or module, with what they are bound to."""

    values: dict[str, Any] = field(default_factory=dict)
    outer: _Names | None = None

    def get(self, name: str) -> Any:
        if name in self.values:
            return self.values[name]
        return self.outer.get(name) if self.outer else _UNKNOWN


class _Module:
    def __init__(
        self, path: str, text: str, nearby: NearbyFiles, budget: ScriptBudget
    ) -> None:
        self._path = path
        self._text = text
        self._nearby = nearby
        self._budget = budget
        self._folders = folders_above(path, nearby)
        self._functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
        self._called: set[str] = set()
        self._found: list[Deployment] = []
        self._lines: list[int] | None = None
        self._seen: set[int] = set()

    def deployments(self, tree: ast.Module) -> list[Deployment]:
        names = _Names({"__file__": self._path})
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._functions[node.name] = node
                doc = ast.get_docstring(node, clean=False)
                if doc and _COMMAND.search(doc):
                    self._shell(code_in_prose(doc), node.body[0], self._folders)
        self._body(tree.body, names, 0)
        for name, function in self._functions.items():
            if name not in self._called:
                self._call(function, None, names, 0)
        return self._found

    # Statements

    def _body(self, body: Iterable[ast.stmt], names: _Names, depth: int) -> None:
        for node in body:
            if not self._budget.spend():
                return
            self._statement(node, names, depth)

    def _statement(self, node: ast.stmt, names: _Names, depth: int) -> None:
        if isinstance(node, ast.Assign):
            value = self._value(node.value, names, depth)
            for target in node.targets:
                _bind(target, value, names)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            _bind(node.target, self._value(node.value, names, depth), names)
        elif isinstance(node, ast.AugAssign):
            before = self._value(node.target, names, depth)
            after = self._value(node.value, names, depth)
            _bind(node.target, _sum(before, after), names)
        elif isinstance(node, ast.Expr):
            value = node.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                if _COMMAND.search(value.value):
                    self._shell(code_in_prose(value.value), node, self._folders)
                return
            self._value(value, names, depth)
        elif isinstance(node, ast.Return) and node.value is not None:
            self._value(node.value, names, depth)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self._for(node, names, depth)
        elif isinstance(node, (ast.If, ast.While)):
            self._body(node.body, names, depth)
            self._body(node.orelse, names, depth)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            self._body(node.body, names, depth)
        elif isinstance(node, ast.Try):
            for part in (node.body, *(h.body for h in node.handlers)):
                self._body(part, names, depth)
            self._body([*node.orelse, *node.finalbody], names, depth)

    def _for(self, node: ast.For | ast.AsyncFor, names: _Names, depth: int) -> None:
        items = self._value(node.iter, names, depth)
        if isinstance(items, dict):
            items = list(items)
        if not isinstance(items, (list, tuple)):
            items = [_UNKNOWN]
        for item in items[:_MOST_ROUNDS]:
            _bind(node.target, item, names)
            self._body(node.body, names, depth)

    # Values

    def _value(self, node: ast.expr | None, names: _Names, depth: int) -> Any:
        if not self._budget.spend() or depth > 60:
            return _UNKNOWN
        depth += 1
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            return names.get(node.id)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return self._items(node.elts, names, depth)
        if isinstance(node, ast.Dict):
            keys = [self._value(key, names, depth) for key in node.keys]
            values = [self._value(value, names, depth) for value in node.values]
            pairs = zip(keys, values, strict=True)
            return {key: value for key, value in pairs if isinstance(key, str)}
        if isinstance(node, ast.JoinedStr):
            pieces = [self._text_of(part, names, depth) for part in node.values]
            return _joined("", pieces)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left = self._value(node.left, names, depth)
            return _sum(left, self._value(node.right, names, depth))
        if isinstance(node, ast.Subscript):
            return self._item(node, names, depth)
        if isinstance(node, ast.Call):
            return self._called_value(node, names, depth)
        if isinstance(node, ast.IfExp):
            return self._value(node.body, names, depth)
        if isinstance(node, ast.Await):
            return self._value(node.value, names, depth)
        return _UNKNOWN

    def _items(self, nodes: list[ast.expr], names: _Names, depth: int) -> list[Any]:
        found: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                inner = self._value(node.value, names, depth)
                found += inner if isinstance(inner, list) else [_UNKNOWN]
            else:
                found.append(self._value(node, names, depth))
        return found

    def _text_of(self, node: ast.expr, names: _Names, depth: int) -> str:
        if isinstance(node, ast.FormattedValue):
            node = node.value
        value = self._value(node, names, depth)
        if isinstance(value, (str, int)) and not isinstance(value, bool):
            return str(value)
        return unknown("value")

    def _item(self, node: ast.Subscript, names: _Names, depth: int) -> Any:
        value = self._value(node.value, names, depth)
        key = self._value(node.slice, names, depth)
        try:
            if isinstance(value, (list, dict)) and isinstance(key, (str, int)):
                return value[key]  # type: ignore[index]
        except (LookupError, TypeError):
            pass
        return _UNKNOWN

    def _called_value(self, node: ast.Call, names: _Names, depth: int) -> Any:
        arguments = self._items(node.args, names, depth)
        keywords = {
            item.arg: self._value(item.value, names, depth)
            for item in node.keywords
            if item.arg
        }
        function = node.func
        if isinstance(function, ast.Name) and function.id in self._functions:
            called = self._functions[function.id]
            self._called.add(function.id)
            self._call(called, (arguments, keywords), names, depth)
            return _UNKNOWN
        if isinstance(function, ast.Attribute):
            method = self._method(function, arguments, names, depth)
            if method is not _UNKNOWN:
                return method
        self._command(node, arguments, keywords)
        return _UNKNOWN

    def _method(
        self, function: ast.Attribute, arguments: list[Any], names: _Names, depth: int
    ) -> Any:
        name = function.attr
        value = self._value(function.value, names, depth)
        if name in {"append", "extend"} and isinstance(value, list) and arguments:
            added = arguments[0]
            if name == "append":
                value.append(added)
            else:
                more = added if isinstance(added, list) else [_UNKNOWN]
                value.extend(more[: _LONGEST - len(value)])
            return None
        if name == "items" and isinstance(value, dict):
            return [[key, item] for key, item in value.items()]
        if name in {"keys", "values"} and isinstance(value, dict):
            return list(value if name == "keys" else value.values())
        if isinstance(value, str):
            if name == "split" and not arguments:
                return value.split()
            if name in {"strip", "rstrip", "lstrip"} and not arguments:
                return value.strip()
            if name == "replace" and len(arguments) == 2:
                old, new = arguments
                if isinstance(old, str) and isinstance(new, str) and old:
                    return _joined(new, value.split(old))
            if name == "join" and arguments and isinstance(arguments[0], list):
                return _joined(value, [_known(item) for item in arguments[0]])
            if name == "format":
                return re.sub(r"\{[^{}]*\}", unknown("value"), value)
        if name == "get" and isinstance(value, dict) and arguments:
            key = arguments[0]
            return value.get(key, _UNKNOWN) if isinstance(key, str) else _UNKNOWN
        return _UNKNOWN

    def _call(
        self,
        function: ast.FunctionDef | ast.AsyncFunctionDef,
        given: tuple[list[Any], dict[str, Any]] | None,
        names: _Names,
        depth: int,
    ) -> None:
        if id(function) in self._seen or len(self._seen) > _DEEPEST:
            return
        self._seen.add(id(function))
        while names.outer is not None:
            names = names.outer
        inner = _Names({}, names)
        parameters = [*function.args.posonlyargs, *function.args.args]
        defaults = function.args.defaults
        for parameter, default in zip(
            parameters[len(parameters) - len(defaults) :], defaults, strict=True
        ):
            inner.values[parameter.arg] = self._value(default, names, depth)
        arguments, keywords = given or ([], {})
        for parameter, value in zip(parameters, arguments, strict=False):
            inner.values[parameter.arg] = value
        for parameter in [*parameters, *function.args.kwonlyargs]:
            if parameter.arg in keywords:
                inner.values[parameter.arg] = keywords[parameter.arg]
            inner.values.setdefault(parameter.arg, _UNKNOWN)
        self._body(function.body, inner, depth)
        self._seen.discard(id(function))

    # Commands

    def _command(
        self, node: ast.Call, arguments: list[Any], keywords: dict[str, Any]
    ) -> None:
        folders = self._folders
        folder = keywords.get("cwd")
        if isinstance(folder, str) and is_known(folder):
            folders = tuple(
                os.path.normpath(os.path.join(base, folder)) for base in folders
            )
        candidates = [*arguments, keywords.get("args"), keywords.get("command")]
        texts = [item for item in arguments if isinstance(item, str)]
        if len(texts) > 1 and _INTERESTING.fullmatch(texts[0].rpartition("/")[2]):
            # `session.run("functions-framework", "--target", name)`
            candidates = [arguments]
        for item in candidates:
            if isinstance(item, list):
                self._words(item, node, folders)
            elif isinstance(item, str) and _COMMAND.search(item):
                self._shell(item, node, folders)

    def _words(
        self, items: list[Any], node: ast.Call, folders: tuple[str, ...]
    ) -> None:
        words = [_word(item) for item in items]
        texts = [word for word in words if word]
        if not any(_INTERESTING.search(text) for text in texts) and not (
            "functions" in texts and "deploy" in texts
        ):
            return
        for word in texts:
            if " " in word and _COMMAND.search(word):
                self._shell(word, node, folders)
                return
        self._found += deployments_of(words, self._place(node), folders)

    def _shell(
        self, text: str, node: ast.stmt | ast.expr, folders: tuple[str, ...]
    ) -> None:
        place = self._place(node)
        self._found += follow(
            self._path,
            text,
            self._nearby,
            folders,
            place=lambda *_: place,
            budget=self._budget,
        )

    def _place(self, node: ast.stmt | ast.expr) -> Place:
        if self._lines is None:
            self._lines = [0]
            for match in re.finditer("\n", self._text):
                self._lines.append(match.end())
        start = self._lines[min(node.lineno, len(self._lines)) - 1]
        last = min((node.end_lineno or node.lineno), len(self._lines) - 1)
        end = self._lines[last] if last else len(self._text)
        return Place(self._path, self._text, start, max(end, start))


def _bind(target: ast.expr, value: Any, names: _Names) -> None:
    if isinstance(target, ast.Name):
        names.values[target.id] = value
    elif isinstance(target, (ast.Tuple, ast.List)):
        fits = isinstance(value, list) and len(value) == len(target.elts)
        for index, item in enumerate(target.elts):
            _bind(item, value[index] if fits else _UNKNOWN, names)


def _sum(left: Any, right: Any) -> Any:
    if isinstance(left, list):
        return _bounded(left + (right if isinstance(right, list) else [_UNKNOWN]))
    if isinstance(left, str) or isinstance(right, str):
        return _bounded(_known(left) + _known(right))
    return _UNKNOWN


def _joined(separator: str, pieces: list[str]) -> Any:
    size = sum(map(len, pieces)) + len(separator) * len(pieces)
    return separator.join(pieces) if size <= _LONGEST else _UNKNOWN


def _bounded(value: Any) -> Any:
    """Return a value, or an unknown one where doubling has made it huge."""
    return value if len(value) <= _LONGEST else _UNKNOWN


def _known(value: Any) -> str:
    return value if isinstance(value, str) else unknown("value")


def _word(value: Any) -> str | None:
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        return None
    word = str(value)
    if is_known(word):
        return word
    flag, equals, _ = word.partition("=")
    return flag + "=" if equals and flag.startswith("-") and is_known(flag) else None
