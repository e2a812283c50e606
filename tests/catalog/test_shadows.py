"""Functions and modules that something of the same name hides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from catalog.production import ask
from catalog.snippets import HTTP
from source_tree import problems_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path


def test_the_last_definition_of_a_name_is_the_one_that_is_served(
    tmp_path: Path,
) -> None:
    text = (
        HTTP + "def hello(request):\n    return 'first'\n\n\n"
        "@functions_framework.http\ndef hello(request):\n    return 'second'\n"
    )
    write_tree(tmp_path, {"main.py": text})

    (problem,) = problems_of(tmp_path)
    assert (problem.code, problem.span.line) == ("shadowed-function", 4)
    assert [place.span.line for place in problem.related] == [9]
    assert ask(tmp_path, "hello").body == "second"


@pytest.mark.parametrize(
    "later",
    ["hello = trace(hello)\n", "if __name__ == '__main__':\n    hello = None\n"],
)
def test_a_wrapped_function_is_not_shadowed(tmp_path: Path, later: str) -> None:
    text = (
        "def trace(f):\n    return f\n\n"
        + HTTP
        + "def hello(request):\n    return ''\n\n"
        + later
    )
    write_tree(tmp_path, {"main.py": text})

    assert problems_of(tmp_path, code="shadowed-function") == []


def test_a_local_module_does_not_shadow_the_standard_library(tmp_path: Path) -> None:
    files = {
        "main.py": "from email import send\n\n"
        + HTTP
        + "def hello(request):\n    return send()\n",
        "email.py": "def send():\n    return 'sent'\n",
        "requirements.txt": "functions-framework\n",
    }
    write_tree(tmp_path / "wrong", files)
    files["main.py"] = files["main.py"].replace("from email", "from .email")
    write_tree(tmp_path / "right", files)

    (problem,) = problems_of(tmp_path / "wrong")
    assert (problem.code, problem.span.line) == ("shadowed-module", 1)
    assert problems_of(tmp_path / "right") == []
    assert "ImportError" in ask(tmp_path / "wrong", "hello").error
    assert ask(tmp_path / "right", "hello").body == "sent"


def test_using_names_of_the_standard_module_is_fine(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "main.py": "import logging\n\n"
            + HTTP
            + "def hello(request):\n    logging.info('')\n    return ''\n",
            "logging.py": "def set_up():\n    pass\n",
        },
    )

    assert problems_of(tmp_path, code="shadowed-module") == []


PLAIN = "import flask\n\n\ndef hello(request: flask.Request):\n    return 'first'\n\n\n"


@pytest.mark.parametrize(
    ("earlier", "later", "lines"),
    [
        ("", "def hello(request: flask.Request):\n    return 'second'\n", [4]),
        ("", "def hello(other: flask.Request):\n    return 'second'\n", []),
        ("", "hello = 1\n", []),
        ("@cached\n", "def hello(request: flask.Request):\n    return ''\n", []),
        (
            "",
            "def hello(request: flask.Request):\n    return ''\n\n\nhello = trace\n",
            [],
        ),
    ],
    ids=["twin", "other parameters", "a value", "decorated", "bound again"],
)
def test_a_plain_function_is_shadowed_by_its_twin_that_is_served(
    tmp_path: Path, earlier: str, later: str, lines: list[int]
) -> None:
    text = PLAIN.replace("def hello", f"{earlier}def hello") + later
    deploy = "gcloud functions deploy hello --trigger-http --source .\n"
    write_tree(tmp_path, {"main.py": text, "deploy.sh": deploy})

    found = problems_of(tmp_path, code="shadowed-function")

    assert [problem.span.line for problem in found] == lines


def test_a_value_of_the_name_before_the_function_is_no_shadowed_function(
    tmp_path: Path,
) -> None:
    text = "hello = None\n\n" + HTTP + "def hello(request):\n    return ''\n"
    write_tree(tmp_path, {"main.py": text})

    assert problems_of(tmp_path, code="shadowed-function") == []


@pytest.mark.parametrize(
    ("local", "imported", "is_told"),
    [
        ("def send():\n    pass\n", "from email import *", True),
        ("", "from email import *", False),
        ("def send():\n    pass\n", "import email\n\nemail.send()", True),
        ("from other import send\n", "import email\n\nemail.send()", False),
    ],
    ids=["a star", "a star of nothing", "its own name", "a name from elsewhere"],
)
def test_a_local_module_is_meant_where_it_defines_what_is_used(
    tmp_path: Path, local: str, imported: str, *, is_told: bool
) -> None:
    text = imported + "\n\n" + HTTP + "def hello(request):\n    return ''\n"
    write_tree(tmp_path, {"main.py": text, "email.py": local})

    assert bool(problems_of(tmp_path, code="shadowed-module")) == is_told
