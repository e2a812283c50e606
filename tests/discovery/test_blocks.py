"""Reading block by block finds what Python finds in the whole, on real code."""

from __future__ import annotations

import ast
import sysconfig
import warnings
from pathlib import Path

from funclens.discovery.files.encoding import decode
from funclens.discovery.resolve.module_reader import read_module
from funclens.discovery.syntax.statements import BindingKind

STANDARD_LIBRARY = Path(sysconfig.get_path("stdlib"))
EVERY = 12
"""One file of so many is read: enough to meet each habit, soon enough done."""


def sample() -> list[Path]:
    return sorted(
        path
        for path in STANDARD_LIBRARY.rglob("*.py")
        if "site-packages" not in path.parts
    )[::EVERY]


def test_spans_of_definitions_match_pythons() -> None:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    compared = 0
    for path in sample():
        text, _ = decode(path.read_bytes())
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(text)
        except (SyntaxError, ValueError):
            continue
        wanted = {
            (node.name, node.lineno, node.end_lineno)
            for node in tree.body
            if isinstance(node, kinds)
        }
        module = read_module(str(path), text)
        found = {
            (placed.binding.name, placed.span.line, placed.span.end_line)
            for placed in module.placed()
            if placed.binding.kind in {BindingKind.DEFINITION, BindingKind.CLASS}
        }

        assert list(module.faults()) == [], path
        assert wanted <= found, path
        compared += 1
    assert compared > 50
