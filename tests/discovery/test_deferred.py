"""What is not parsed at first is what would have been no function anyway."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funclens.catalog import build_catalog, listing
from funclens.discovery.resolve import module_reader as reading
from funclens.discovery.resolve.module_reader import read_module
from funclens.discovery.syntax.deferred import defer
from source_tree import open_tree, write_tree

if TYPE_CHECKING:
    from funclens.discovery.resolve.facts import Module

HEADS = [
    "import flask, functions_framework\n",
    "from flask import Request as R\n",
    "# Responds to any HTTP request.\n",
    "# funclens: http\n",
    "@functions_framework.http\n",
    "@wraps\n",
    "\n",
    "x = 1\n",
    "x = (\n",
    '"""\n',
    "\f",
]
PARAMETERS = [
    *("", "request", "req: flask.Request", "a: R", "a: 'flask.Request'", "_", "__"),
    *("ce", "event, context", "data, ctx=None", "a, b", "a", "a, *args", "*, a"),
    *(
        "a=lambda b: b",
        "a=(1, 2)",
        "a=')'",
        "\n    a,\n    b: int = 1,\n",
        "a,\n# )\nb",
    ),
]
BODIES = [
    "    return ''\n",
    "    return a.get_json()\n",
    "    return a . args\n",
    "    return (a.  # why\n        args)\n",
    "    return a.\\\n        args\n",
    "    return a.event_id, b.timestamp\n",
    '    """Responds to an HTTP trigger."""\n',
    "    'HTTP function.'\n",
    "    'Says' ' more: HTTP function.'\n",
    "    ('HTTP function.')\n",
    "    # first\n    r'''An\n    event function.'''\n",
    '    """A \\""" then: HTTP function."""\n',
    '    """\nHTTP function\n"""\n',
    "    x = '''\ndef inner(request):\n    return request.args\n'''\n",
    "    return (\n",
    "    return )\n",
    "  x\n",
    "",
    "    class A:\n        pass\n\n    # the end\n",
    "    return a[\n]\n",
]
DEFINITIONS = st.builds(
    lambda word, name, parameters, result, body: (
        f"{word} {name}({parameters}){result}:\n{body}"
    ),
    st.sampled_from(["def", "async def", "def  "]),
    st.sampled_from(["f", "g", "hello", "_private"]),
    st.sampled_from(PARAMETERS),
    st.sampled_from(["", " -> str", " -> 'str'", " -> dict[str, int]"]),
    st.sampled_from(BODIES),
)
CLASSES = st.sampled_from(
    [
        "class A:\n    def f(self, request): ...\n",
        "@dataclass(frozen=True)\nclass f(B):\n    x: int = 1\n",
        "@functions_framework.http\nclass g:\n    pass\n",
        "class A:\n    x = (\n",
        "class A: pass\n",
        "class A\n",
    ]
)
TEXTS = st.lists(
    st.one_of(st.sampled_from(HEADS), DEFINITIONS, CLASSES), max_size=6
).map("".join)


def read_eagerly(text: str) -> Module:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "defer", lambda _text: None)
        return read_module("/main.py", text)


@settings(max_examples=600)
@given(TEXTS)
def test_deferred_facts_equal_parsed_facts(text: str) -> None:
    deferred, eager = read_module("/main.py", text), read_eagerly(text)

    assert list(deferred.faults()) == list(eager.faults())
    for name, bindings in eager.names.items():
        expected = [item.binding for item in bindings]
        found = [
            item
            for item in deferred.names[name]
            # What cannot be read at all keeps its name, where a parse has nothing.
            if item.binding in expected or not item.block.faults
        ]
        assert [item.binding for item in found] == expected
        assert [(item.name, item.kind, item.condition) for item in found] == [
            (item.binding.name, item.binding.kind, item.binding.condition)
            for item in bindings
        ]


@settings(max_examples=300)
@given(text=TEXTS, name=st.sampled_from(["main.py", "handlers.py"]))
def test_deferring_finds_the_same_functions(
    text: str, name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = write_tree(tmp_path_factory.mktemp("deferred"), {})
    (folder / name).write_text(text, "utf-8")

    found = listing(build_catalog(open_tree(folder).facts()))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "defer", lambda _text: None)
        assert found == listing(build_catalog(open_tree(folder).facts()))


def test_an_unreadable_head_hides_no_function(tmp_path: Path) -> None:
    text = "def f(request):\n    return ''\n\n\ndef f(a b):\n    return ''\n"
    workspace = open_tree(write_tree(tmp_path, {"main.py": text}))

    (function,) = build_catalog(workspace.facts()).functions

    assert function.span.line == 1


def test_a_definition_that_is_named_in_a_deploy_file_is_found(tmp_path: Path) -> None:
    files = {
        "main.py": "def run(items):\n    return len(items)\n",
        "deploy.sh": "gcloud functions deploy run --entry-point run --trigger-http\n",
    }
    (function,) = build_catalog(
        open_tree(write_tree(tmp_path, files)).facts()
    ).functions

    assert (function.name, function.span.end_line) == ("run", 2)


@pytest.mark.parametrize(
    "text",
    [
        "def step(items: list[int], limit: int = 3) -> list[int]:\n    return items\n",
        'def f(a):\n    """Add one.\n\n    Twice.\n    """\n    return a + 1\n',
        "def f():\n    return http.event.args\n",
        "@dataclass\nclass A:\n    request: str\n",
    ],
)
def test_definitions_that_cannot_be_functions_are_not_parsed(text: str) -> None:
    assert defer(text) is not None


@pytest.mark.parametrize(
    ("gap", "name", "deferred"),
    [
        ("  " + "# " * 5_000 + "\n", "other", True),
        ("  " + "# " * 5_000 + "\n", "args", False),
        ("  #" + " " * 50_000 + "\n", "other", True),
        ("  # a.\n" * 20_000, "args", False),
        ("\n" * 20_000, "args", False),
    ],
)
def test_text_after_a_dot_is_read_in_linear_time(
    gap: str,
    name: str,
    deferred: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """Comments, too; the text of a use is found at any distance."""
    text = f"def f(a):\n    return (a.{gap}        {name})\n"

    assert (defer(text) is not None) is deferred


def test_most_definitions_of_a_project_are_not_parsed() -> None:
    """The point of it all: what is parsed is what may be a function."""
    folder = Path(reading.__file__).parents[1]
    modules = [
        read_module(str(path), path.read_text("utf-8")) for path in folder.rglob("*.py")
    ]
    definitions = [
        item.is_deferred
        for module in modules
        for items in module.names.values()
        for item in items
        if item.kind.value in {"definition", "class"}
    ]

    assert sum(definitions) > len(definitions) / 2


def test_a_renamed_type_makes_a_function(tmp_path: Path) -> None:
    text = "from flask import Request as R\n\n\ndef f(a: R):\n    return 'x'\n"
    (tmp_path / "main.py").write_text(text, "utf-8")
    workspace = open_tree(tmp_path)
    assert [f.name for f in build_catalog(workspace.facts()).functions] == ["f"]

    path = str(tmp_path / "main.py")
    workspace.open(path, text.replace(" as R", ""), 1)
    assert build_catalog(workspace.facts()).functions == ()
    workspace.close(path)
    assert [f.name for f in build_catalog(workspace.facts()).functions] == ["f"]
