"""Texts on which a careless pattern or loop takes exponential or quadratic time.

None is timed: each would outlast the test's own deadline by far.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from funclens.discovery.resolve.module_reader import read_module
from funclens.discovery.scoring import references, signals
from funclens.discovery.syntax.blocks import split
from funclens.discovery.syntax.nested_quotes import without_nested_quotes
from funclens.discovery.syntax.recovery import header_only, older_grammar
from source_tree import catalog_of, write_tree

if TYPE_CHECKING:
    import re
    from collections.abc import Callable
    from pathlib import Path

AFTER = "\n\n\ndef after(request):\n    return 1\n"

UNITS = (
    'f"{{a}}',
    "f'{{a}} {",
    "{{a}}",
    'f"{',
    "def f[",
    "class A[[",
    'def f(\\"',
    "'''é\n@",
    "else:\n@a\n",
    "@a.b(\n",
    "@a\n",
    "(" * 10,
    "[{(",
    "'",
    '"""',
    "if x:\n",
    "    @x\n",
    "lambda:(",
    "x = \\\n",
    "# funclens: ",
    "type X[",
    "except a,",
    "*a: ",
    "\x0c",
    "é = ",
)


@pytest.mark.parametrize("unit", UNITS)
def test_a_broken_text_of_any_shape_is_read_in_linear_time(unit: str) -> None:
    text = "x = f'" + unit * (200_000 // len(unit)) + AFTER

    module = read_module("/m.py", text)

    assert module.text == text


def test_an_unclosed_f_string_with_doubled_braces_is_read() -> None:
    text = 'x = f"' + "{{a}}" * 200 + AFTER

    assert "after" in read_module("/m.py", text).names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('x = f"{d["a"]}" + \'b\'', "x = \"\" + 'b'"),
        ('f"{{a}}{d["a"]:{w}}" "b"', '"" "b"'),
        ("rf'{a['b']}'", "''"),
        ('f"{ {1: {2: 3}}["a"] }"', '""'),
        ('f"\\"{a["b"]}"', '""'),
        ('f"{a', 'f"{a'),
        ('f"{a\n" + f"{b["c"]}"', 'f"{a\n" + ""'),
        ("f'''{a['b']}'''", "f'''{a['b']}'''"),
        ("pdf'a'", "pdf'a'"),
    ],
)
def test_an_f_string_with_quotes_in_its_braces_becomes_an_empty_one(
    text: str, expected: str
) -> None:
    assert without_nested_quotes(text) == expected


def test_a_definition_below_many_decorators_is_found_in_an_open_text() -> None:
    text = 'x = """\n\n' + "@a.b\n" * 30 + "def late(request):\n    return 1\n"

    assert len(split(text).starts) >= 2
    assert "late" in read_module("/m.py", text).names


def test_very_long_lines_are_not_rewritten() -> None:
    line = "type A = " + "x" * 2_000 + "\n"

    assert older_grammar(line) is None
    assert older_grammar(line + "type B = int\n") == line + "B = int\n"


def test_a_definition_is_found_below_an_unclosed_quote() -> None:
    assert header_only("def f(a='b\n, c):\n    x = (\n") is not None


@pytest.mark.parametrize(
    "unit",
    [
        "def f(\n",
        "->\n",
        "if x:\n    @y\n    def f(:\n",
        "\n    def f(r):\n      x = (\n",
        "def f(r): pass\n",
        "x = 1  # funclens: ignore\n",
    ],
)
def test_many_statements_in_one_text_are_read_in_linear_time(unit: str) -> None:
    text = "if y:\n" + unit * (500_000 // len(unit)) + AFTER

    assert read_module("/m.py", text).text == text


def test_deep_nesting_is_not_a_syntax_error() -> None:
    text = "if x == 0:\n    y = 0\n"
    text += "".join(f"elif x == {n}:\n    y = {n}\n" for n in range(3_000))

    module = read_module("/m.py", text + AFTER)

    assert list(module.faults()) == []
    assert "after" in module.names


class Counted:
    """A pattern that counts its searches and replacements."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern
        self.uses = 0

    def search(self, text: str) -> re.Match[str] | None:
        self.uses += 1
        return self.pattern.search(text)

    def sub(self, new: Callable[[re.Match[str]], str], text: str) -> str:
        self.uses += 1
        return self.pattern.sub(new, text)


def test_a_module_is_searched_once_for_all_of_its_functions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decorators = Counted(signals._FRAMEWORK_USE)
    texts = Counted(references._TEXTS)
    monkeypatch.setattr(signals, "_FRAMEWORK_USE", decorators)
    monkeypatch.setattr(references, "_TEXTS", texts)
    text = "".join(
        f"def f{n}(request):\n    return f{n + 1}(request.args)\n\n\n"
        f"@cached\ndef g{n}(a):\n    pass\n"
        for n in range(30)
    )

    catalog_of(write_tree(tmp_path, {"main.py": text}))

    assert 1 <= decorators.uses <= 60
    assert texts.uses == 1


@pytest.mark.parametrize("quote", ['"', '"""', "'"])
def test_an_f_string_of_very_many_expressions_costs_only_its_block(quote: str) -> None:
    text = f"x = f{quote}" + "{a}\\" * 300_000 + f"{quote}\n" + AFTER

    assert "after" in read_module("/m.py", text).names


def test_a_large_table_beside_an_f_string_is_parsed() -> None:
    rows = '{"a": {"b": "c"}},\n' * 30_000
    text = f"x = [f'{{a}}',\n{rows}]\ny = 1\n"

    assert {*read_module("/m.py", text).names} == {"x", "y"}
