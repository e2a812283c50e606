"""Python code that runs gcloud, and comments that describe a deployment.

Follows constants, loops over them, and calls within the module. Nothing is executed.
"""

from __future__ import annotations

import ast
import os
import re
import warnings
from typing import TYPE_CHECKING, Any

from funclens.discovery.deploy.command import deployments_of
from funclens.discovery.deploy.place import Place
from funclens.discovery.deploy.scripts.prose import code_in_prose
from funclens.discovery.deploy.scripts.python_values import (
    UNKNOWN,
    Names,
    PythonValues,
    bind,
    sum_of,
)
from funclens.discovery.deploy.shell import folders_above, follow
from funclens.discovery.deploy.shell.script_budget import ScriptBudget
from funclens.discovery.deploy.shell.state import is_known, known_part

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
_DEEPEST = 5


def deployments_in_python(
    path: str, text: str, nearby: NearbyFiles
) -> Iterator[Deployment]:
    """Yield the functions that a module deploys or describes how to deploy."""
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
    """Replace everything but comments with blanks, keeping all offsets."""
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


class _Module(PythonValues):
    def __init__(
        self, path: str, text: str, nearby: NearbyFiles, budget: ScriptBudget
    ) -> None:
        super().__init__(budget)
        self._path = path
        self._text = text
        self._nearby = nearby
        self._folders = folders_above(path, nearby)
        self._called: set[str] = set()
        self._found: list[Deployment] = []
        self._lines: list[int] | None = None
        self._seen: set[int] = set()

    def deployments(self, tree: ast.Module) -> list[Deployment]:
        names = Names({"__file__": self._path})
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.functions[node.name] = node
                doc = ast.get_docstring(node, clean=False)
                if doc and _COMMAND.search(doc):
                    self._shell(code_in_prose(doc), node.body[0], self._folders)
        self._body(tree.body, names, 0)
        for name, function in self.functions.items():
            if name not in self._called:
                self._call(function, None, names, 0)
        return self._found

    # Statements

    def _body(self, body: Iterable[ast.stmt], names: Names, depth: int) -> None:
        for node in body:
            if not self.budget.spend():
                return
            self._statement(node, names, depth)

    def _statement(self, node: ast.stmt, names: Names, depth: int) -> None:
        if isinstance(node, ast.Assign):
            value = self.value(node.value, names, depth)
            for target in node.targets:
                bind(target, value, names)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            bind(node.target, self.value(node.value, names, depth), names)
        elif isinstance(node, ast.AugAssign):
            before = self.value(node.target, names, depth)
            after = self.value(node.value, names, depth)
            bind(node.target, sum_of(before, after), names)
        elif isinstance(node, ast.Expr):
            value = node.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                if _COMMAND.search(value.value):
                    self._shell(code_in_prose(value.value), node, self._folders)
                return
            self.value(value, names, depth)
        elif isinstance(node, ast.Return) and node.value is not None:
            self.value(node.value, names, depth)
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

    def _for(self, node: ast.For | ast.AsyncFor, names: Names, depth: int) -> None:
        items = self.value(node.iter, names, depth)
        if isinstance(items, dict):
            items = list(items)
        if not isinstance(items, (list, tuple)):
            items = [UNKNOWN]
        for item in items[:_MOST_ROUNDS]:
            bind(node.target, item, names)
            self._body(node.body, names, depth)

    def follow(
        self,
        name: str,
        given: tuple[list[Any], dict[str, Any]],
        names: Names,
        depth: int,
    ) -> None:
        """Follow a function of the module with the arguments of a call."""
        self._called.add(name)
        self._call(self.functions[name], given, names, depth)

    def _call(
        self,
        function: ast.FunctionDef | ast.AsyncFunctionDef,
        given: tuple[list[Any], dict[str, Any]] | None,
        names: Names,
        depth: int,
    ) -> None:
        if id(function) in self._seen or len(self._seen) > _DEEPEST:
            return
        self._seen.add(id(function))
        while names.outer is not None:
            names = names.outer
        inner = Names({}, names)
        parameters = [*function.args.posonlyargs, *function.args.args]
        defaults = function.args.defaults
        for parameter, default in zip(
            parameters[len(parameters) - len(defaults) :], defaults, strict=True
        ):
            inner.values[parameter.arg] = self.value(default, names, depth)
        arguments, keywords = given or ([], {})
        for parameter, value in zip(parameters, arguments, strict=False):
            inner.values[parameter.arg] = value
        for parameter in [*parameters, *function.args.kwonlyargs]:
            if parameter.arg in keywords:
                inner.values[parameter.arg] = keywords[parameter.arg]
            inner.values.setdefault(parameter.arg, UNKNOWN)
        self._body(function.body, inner, depth)
        self._seen.discard(id(function))

    # Commands

    def command(
        self, node: ast.Call, arguments: list[Any], keywords: dict[str, Any]
    ) -> None:
        """Follow what a call runs, if that is a command of interest."""
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
            budget=self.budget,
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


def _word(value: Any) -> str | None:
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        return None
    return known_part(str(value))
