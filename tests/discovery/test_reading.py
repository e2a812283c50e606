"""Files as they are met: encodings, broken code, newer grammar, odd folders."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from funclens.discovery.files.encoding import decode
from funclens.discovery.resolve.module_reader import read_module
from source_tree import functions_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path

HELLO = (
    "import functions_framework\n\n"
    "@functions_framework.http\ndef hello(request):\n    return 'ü'\n"
)


@pytest.mark.parametrize(
    "data",
    [
        HELLO.encode(),
        b"\xef\xbb\xbf" + HELLO.encode(),
        HELLO.replace("\n", "\r\n").encode(),
        HELLO.replace("\n", "\r").encode(),
        b"# -*- coding: latin-1 -*-\n" + HELLO.encode("latin-1"),
        b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n"
        + HELLO.encode("cp1252"),
        b"# coding: utf-16-nonsense\n" + HELLO.encode(),
        b"# coding: rot13\n" + HELLO.encode(),
        b"\x0c\n" + HELLO.encode(),
        HELLO.encode() + b"\x00\xff\xfe",
        HELLO.encode("latin-1"),
        b"#" * 3_000_000 + b"\n" + HELLO.encode(),
    ],
)
def test_functions_are_found_in_files_with_invalid_bytes(
    tmp_path: Path, data: bytes
) -> None:
    (tmp_path / "main.py").write_bytes(data)

    assert set(functions_of(tmp_path)) == {"main.hello"}


def test_undecodable_bytes_are_reported() -> None:
    assert decode("ü".encode("latin-1")) == ("\ufffd", False)
    assert decode(b"# coding: latin-1\n\xfc") == ("# coding: latin-1\nü", True)
    assert decode(b"x = 1\n\n# coding: latin-1\n\xfc")[1] is False


def test_columns_are_code_points(tmp_path: Path) -> None:
    text = (
        "import functions_framework\nß = 'é😀'; wörld = functions_framework.http(f)\n"
    )
    write_tree(tmp_path, {"main.py": text + "def f(r):\n    return ''\n"})

    function = functions_of(tmp_path)["main.wörld"]
    assert (function.span.column, function.name_span.column) == (11, 11)
    assert function.name_span.end_column == 16


BROKEN = [
    "x = (",
    "x = [1,",
    "def broken(:\n    pass",
    "def broken(request:\n    return 1",
    "class A(\n    pass",
    "if x\n    y = 1",
    "import",
    "from x import (a,",
    "print 'two'",
    's = """text',
    "s = 'text",
    "    indented = 1",
    "@",
    "@decorator.",
    "@decorator",
    "return }",
    "def f():\n  a\n    b\n c",
    "match x:\n  case",
    "\x00",
    "\ud800",
]


@pytest.mark.parametrize("broken", BROKEN)
def test_functions_around_a_syntax_error_are_found(broken: str) -> None:
    before = "@http\ndef before(request):\n    return 1\n\n\n"
    after = "@http\ndef after(request):\n    return 2\n"

    module = read_module("/m.py", f"{before}{broken}\n\n\n{after}")

    lines = {name: items[-1].span.line for name, items in module.names.items()}
    assert lines["before"] == 2
    assert lines["after"] == 2 + 5 + broken.count("\n") + 3
    for name in ("before", "after"):
        definition = module.names[name][-1].binding.definition
        assert definition is not None
        expected = [] if broken == "@" and name == "after" else ["http"]
        assert [d.target for d in definition.decorators][
            -1:
        ] == expected or broken == "@"


@pytest.mark.parametrize(
    "body",
    [
        "    return (",
        "    x = {'a': 1",
        '    x = """',
        "    if request:",
        "    for",
        "    return request.",
        "        x = 1\n    y = 2",
        "    print('a",
    ],
)
def test_a_function_keeps_its_span_while_its_body_is_typed(body: str) -> None:
    text = (
        "import functions_framework\n\n@functions_framework.http\n"
        f"def hello(request, x=(1, 2)):\n    a = 1\n{body}\n\n\n"
        "@functions_framework.http\ndef other(request):\n    return 1\n"
    )

    module = read_module("/m.py", text)

    hello = module.names["hello"][-1]
    definition = hello.binding.definition
    assert definition is not None
    assert hello.span.line == 4
    assert [p.name for p in definition.parameters] == ["request", "x"]
    assert [d.target for d in definition.decorators] == ["functions_framework.http"]
    assert "other" in module.names


@pytest.mark.parametrize("head", ["def hello(requ", "def hello(request", "def hello("])
def test_a_function_is_found_while_its_head_is_typed(head: str) -> None:
    module = read_module("/m.py", f"x = 1\n{head}\n\n\ndef other(r):\n    return 1\n")

    assert {"hello", "other"} <= set(module.names)


NEWER = {
    "3.11 groups": "try:\n    pass\nexcept* ValueError:\n    pass\n",
    "3.11 stars": "def f(*args: *Ts):\n    pass\n",
    "3.12 types": "type A[T] = list[T]\n",
    "3.12 parameters": "def f[T: int](x: T) -> T:\n    return x\n",
    "3.12 classes": "class A[T](list[T]):\n    pass\n",
    "3.12 texts": 'x = f"{\'a\' + f"{1}"}"\n',
    "3.13 defaults": "type A[T = int] = list[T]\n",
    "3.14 templates": "x = t'hello {name}'\n",
    "3.14 exceptions": "try:\n    pass\nexcept ValueError, TypeError:\n    pass\n",
    "3.15 imports": "lazy import json\nlazy from a import b\n",
}


@pytest.mark.parametrize("grammar", NEWER)
def test_newer_grammar_is_not_a_syntax_error(grammar: str) -> None:
    module = read_module(
        "/m.py", NEWER[grammar] + "def hello(request):\n    return 1\n"
    )

    assert list(module.faults()) == []
    assert "hello" in module.names


def test_a_syntax_error_has_pythons_position() -> None:
    text = "x = 1\n\n\ndef f():\n    return 1 +\n"

    (fault,) = read_module("/m.py", text).faults()

    with pytest.raises(SyntaxError) as refused:
        ast.parse(text)
    assert fault.span.line == refused.value.lineno == 5


def test_deeply_nested_code_does_not_crash() -> None:
    deep = "x = " + "(" * 5_000 + ")" * 5_000 + "\n"

    module = read_module("/m.py", deep + "def hello(request):\n    return 1\n")

    assert len(list(module.faults())) == 1
    assert "hello" in module.names
