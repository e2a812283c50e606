from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funclens.discovery.syntax.blocks import resplit, split

SNIPPETS = [
    "import os\n",
    "x = 1\n",
    "def f(request):\n    return 1\n",
    "async def g(request):\n    return 1\n",
    "@http\ndef h(request):\n    pass\n",
    "@http(\n    1,\n)\n# comment\n@other\ndef h(request):\n    pass\n",
    "class A:\n    def m(self):\n        pass\n",
    "if x:\n    y = 1\nelif z:\n    y = 2\nelse:\n    y = 3\n",
    "try:\n    import a\nexcept ImportError:\n    a = None\n",
    '"""text\ndef not_code(request):\n    pass\n"""\n',
    "x = (\n1,\n2,\n)\n",
    "x = 1 + \\\n2\n",
    "# comment\n",
    "\n",
    "s = 'it''s'\n",
    'y = f"{x}"\n',
    "x = (",
    '"""',
    "'",
    "]",
    "\\",
    "    indented\n",
    "def broken(request:\n",
    "\f",
    "é = 'ü'\n",
]
TEXTS = st.lists(st.sampled_from(SNIPPETS), max_size=12).map("".join)


def blocks(text: str) -> list[str]:
    starts = split(text).starts
    return [
        text[start:end]
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True)
    ]


def test_each_compound_statement_is_a_block_with_its_decorators_and_branches() -> None:
    text = textwrap.dedent(
        """\
        import os
        import sys
        @first
        @second(
            1,
        )
        # between
        def one():
            pass

        if x:
            y = 1
        else:
            y = 2
        async def two():
            pass
        """
    )

    assert [block.split("\n")[0] for block in blocks(text)] == [
        "import os",
        "@first",
        "if x:",
        "async def two():",
    ]


def test_code_in_a_string_starts_no_block() -> None:
    text = 'x = """\ndef no():\n    pass\n"""\ndef yes():\n    pass\n'

    assert blocks(text) == [
        'x = """\ndef no():\n    pass\n"""\n',
        "def yes():\n    pass\n",
    ]


@pytest.mark.parametrize("opened", ["x = (", "x = [1,", 'print("""', "s = '''a"])
def test_an_unclosed_bracket_affects_only_its_block(opened: str) -> None:
    before = "def before(request):\n    return 1\n"
    after = '@http\ndef after(request):\n    """Say."""\n    return 2\n'

    found = blocks(f"{before}{opened}\n{after}")

    assert found[0] == before
    assert found[-1] == after


def test_an_unclosed_string_affects_only_its_function() -> None:
    text = (
        'def one(request):\n    """doc"""\n    x = """\n    return 1\n'
        'def two(request):\n    """doc"""\n    return 2\n'
    )

    assert blocks(text)[-1].startswith("def two")


@given(TEXTS)
def test_joined_blocks_equal_the_text(text: str) -> None:
    assert "".join(blocks(text)) == text


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_an_incremental_split_equals_a_full_split(
    head: str, old: str, new: str, tail: str
) -> None:
    before = head + old + tail
    after = head + new + tail

    assert resplit(before, split(before), after) == split(after)


@given(TEXTS, st.data())
def test_an_incremental_split_of_a_typed_character_equals_a_full_split(
    text: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(text)))
    typed = data.draw(
        st.sampled_from(["", "x", "\n", "(", ")", '"', "'", "#", "@", " "])
    )
    cut = data.draw(st.integers(0, 3))
    after = text[:at] + typed + text[at + cut :]

    assert resplit(text, split(text), after) == split(after)
