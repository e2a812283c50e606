"""Terraform files that mean harm, or are being typed: read with bounded work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funclens.discovery.deploy.terraform.language.hcl_blocks import (
    blocks_in,
    blocks_in_json,
)
from funclens.discovery.deploy.terraform.language.scanner import Source
from funclens.discovery.files.store import Store
from funclens.settings import Settings
from source_tree import write_tree

if TYPE_CHECKING:
    from pathlib import Path

FUNCTION = """\
resource "google_cloudfunctions_function" "f" {
  name        = "last"
  entry_point = "hello"
}
"""
WIDE = 20_000


@pytest.mark.parametrize(
    "broken",
    [
        'locals {\n  a = "' + "${b}" * WIDE + "\n}\n",
        'locals {\n  a = "' + '${"' * WIDE + "\n}\n",
        "locals {\n  a = " + "(" * WIDE + "\n}\n",
        "locals {\n  a = " + "[" * WIDE + "]" * WIDE + "\n}\n",
        "locals {\n  a = " + "{ a = " * WIDE + "\n}\n",
        "locals {\n  a = " + "!" * WIDE + "b\n}\n",
        "locals {\n  a = " + "1 + " * WIDE + "1\n}\n",
        "locals {\n  a = " + "b ? " * WIDE + "c\n}\n",
        "locals {\n  a = b" + ".c" * WIDE + "\n}\n",
        "locals {\n  a = b" + "[0]" * WIDE + "\n}\n",
        "locals {\n" + "".join(f"  a{n} = <<E{n}\n" for n in range(WIDE)) + "}\n",
        "locals {\n" * WIDE,
        'resource "x" "y" {\n' * WIDE,
        'locals {\n  a = "\n' * WIDE,
        "a {\n" * WIDE + "}\n" * WIDE,
        'locals {\n  a = "\\' * 3 + "\n}\n",
        "locals {\n  a = %{ if \n}\n",
        "}\n" * WIDE,
        "\0\ufffd\u2028" * 100 + "\n",
        "/*" * WIDE + "*/\n",
    ],
    ids=range(20),
)
def test_code_after_a_syntax_error_is_found(tmp_path: Path, broken: str) -> None:
    write_tree(tmp_path, {"main.tf": broken + "\n" + FUNCTION})
    store = Store(str(tmp_path), Settings(), ())
    store.load()

    assert [item.name for item in store.deployments()] == ["last"]


def test_a_slow_file_is_noted_and_keeps_earlier_results(
    tmp_path: Path,
) -> None:
    text = FUNCTION + "locals {\n  a = [" + "1," * 400_000 + "]\n}\n"
    write_tree(tmp_path, {"main.tf": text + FUNCTION.replace('"f"', '"g"')})
    store = Store(str(tmp_path), Settings(), ())
    store.load()

    assert [item.name for item in store.deployments()] == ["last"]
    (note,) = store.notes
    assert note.endswith("main.tf: took too long")


@pytest.mark.parametrize(
    "files",
    [
        {
            "main.tf": 'locals {\n  a0 = "x"\n'
            + "".join(
                f'  a{n} = "${{local.a{n - 1}}}${{local.a{n - 1}}}"\n'
                for n in range(1, 40)
            )
            + '}\nresource "google_cloudfunctions_function" "f" '
            "{\n  entry_point = local.a39\n}\n"
        },
        {
            "main.tf": "locals {\n"
            + "".join(
                f"  a{n} = [for x in local.a{n + 1} : [for y in local.a{n + 1} : x]]\n"
                for n in range(30)
            )
            + '  a30 = ["a", "b", "c"]\n}\n'
            'resource "google_cloudfunctions_function" "f" '
            "{\n  for_each = toset(flatten(local.a0))\n  entry_point = each.key\n}\n"
        },
        {
            "main.tf": 'locals { all = yamldecode(file("bomb.yaml")) }\n'
            'resource "google_cloudfunctions_function" "f" '
            "{\n  for_each = toset(flatten(values(local.all)))\n"
            "  entry_point = each.key\n}\n",
            "bomb.yaml": "a0: &a0 [x, x]\n"
            + "".join(
                f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
            ),
        },
        {
            "main.tf": 'locals { all = yamldecode(file("loop.yaml")) }\n'
            'resource "google_cloudfunctions_function" "f" '
            "{\n  for_each = local.all\n  entry_point = each.value.b.a.b.a\n}\n",
            "loop.yaml": "a: &a\n  b: *a\n",
        },
        {
            f"m{n}/main.tf": "".join(
                f'module "c{i}" {{\n  source = "../m{n + 1}"\n  count = 40\n}}\n'
                for i in range(5)
            )
            + FUNCTION.replace("hello", "${" * 20)
            for n in range(9)
        },
        {
            "main.tf": FUNCTION.replace(
                '"hello"', " ".join(f'var.v{n} ? "a{n}" :' for n in range(40)) + ' "z"'
            )
        },
    ],
    ids=[
        "doubling",
        "loops in loops",
        "aliases",
        "an alias of itself",
        "calls",
        "arms",
    ],
)
def test_work_has_a_budget(tmp_path: Path, files: dict[str, str]) -> None:
    write_tree(tmp_path, files)
    store = Store(str(tmp_path), Settings(), ())
    store.load()

    assert len(list(store.deployments())) < 2_000


WORDS = [
    "resource",
    "locals",
    "module",
    '"',
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "${",
    "%{",
    "=",
    ":",
    "?",
    ",",
    ".",
    "a",
    "0",
    "<<E",
    "E",
    "for",
    "in",
    "if",
    "=>",
    "...",
    "/*",
    "*/",
    "#",
    "\\",
    "-",
    "!",
    "&&",
    "var",
    "x*",
]


@given(
    st.lists(
        st.sampled_from(
            [
                *WORDS,
                " ",
                "\n",
                'resource "google_cloudfunctions_function" "f" {\n',
                "\nlocals {\n",
            ]
        ),
        max_size=60,
    )
)
def test_random_input_is_parsed_in_bounded_time(words: list[str]) -> None:
    text = "".join(words)

    assert isinstance(blocks_in(Source("/w/main.tf", text)), list)
    assert isinstance(blocks_in_json(Source("/w/main.tf.json", text)), list)
