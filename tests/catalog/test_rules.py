"""Each rule, shown on functions-framework: the flagged fails, the fixed works."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from catalog.production import ask
from catalog.snippets import AIO, CLOUD_EVENT, HTTP
from funclens.catalog.rules.table import CODES
from funclens.model import Severity
from source_tree import problems_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path

FAILING = {
    "no parameter": (
        "invalid-signature",
        HTTP + "def hello():\n    return 'x'\n",
        HTTP + "def hello(request):\n    return 'x'\n",
    ),
    "two parameters": (
        "invalid-signature",
        HTTP + "def hello(request, other):\n    return 'x'\n",
        HTTP + "def hello(request, other=None):\n    return 'x'\n",
    ),
    "a keyword that nobody gives": (
        "invalid-signature",
        HTTP + "def hello(request, *, other):\n    return 'x'\n",
        HTTP + "def hello(*args, other=1, **more):\n    return 'x'\n",
    ),
    "a coroutine": (
        "async-without-aio",
        HTTP + "async def hello(request):\n    return 'x'\n",
        AIO + "async def hello(request):\n    return 'x'\n",
    ),
    "a cache around it": (
        "not-a-function-target",
        "import functools\n"
        + HTTP.replace("@f", "@functools.lru_cache\n@f")
        + "def hello(request):\n    return 'x'\n",
        "import functools\n" + HTTP + "def hello(request):\n    return cached()\n\n"
        "@functools.lru_cache\ndef cached():\n    return 'x'\n",
    ),
    "three values of aio": (
        "aio-return-type",
        AIO + "async def hello(request):\n    return 'x', 200, {}\n",
        AIO + "async def hello(request):\n    return 'x', 200\n",
    ),
    "a list of aio": (
        "aio-return-type",
        AIO + "def hello(request):\n    return ['x']\n",
        AIO + "def hello(request):\n    return {'x': 1}\n",
    ),
    "a bare return": (
        "returns-none",
        HTTP + "def hello(request):\n    if not request.args:\n        return\n"
        "    return 'x'\n",
        HTTP + "def hello(request):\n    if not request.args:\n        return ''\n"
        "    return 'x'\n",
    ),
    "a way without return": (
        "returns-none",
        HTTP + "def hello(request):\n    if request.args:\n        return 'x'\n",
        HTTP + "def hello(request):\n    if request.args:\n        return 'x'\n"
        "    raise_it = 'y'\n    return raise_it\n",
    ),
    "a handler without return": (
        "returns-none",
        HTTP + "def hello(request):\n    try:\n        return str(1 / 0)\n"
        "    except ZeroDivisionError:\n        print('oops')\n",
        HTTP + "def hello(request):\n    try:\n        return str(1 / 0)\n"
        "    except ZeroDivisionError:\n        return 'oops'\n",
    ),
    "None of aio": (
        "returns-none",
        AIO + "async def hello(request):\n    pass\n",
        AIO + "async def hello(request):\n    return ''\n",
    ),
}


@pytest.mark.parametrize("situation", FAILING)
def test_reported_code_fails_in_production_and_fixed_code_works(
    tmp_path: Path, situation: str
) -> None:
    code, wrong, right = FAILING[situation]
    write_tree(tmp_path / "wrong", {"main.py": wrong})
    write_tree(tmp_path / "right", {"main.py": right})

    flagged = [p.code for p in problems_of(tmp_path / "wrong")]
    assert flagged == [code]
    assert problems_of(tmp_path / "right") == []
    refused = ask(tmp_path / "wrong", "hello")
    assert not refused.loaded or refused.status == 500
    answered = ask(tmp_path / "right", "hello")
    assert (answered.loaded, answered.status) == (True, 200)


@pytest.mark.parametrize(
    "text",
    [
        HTTP + "def hello(request):\n    return 'x'\n",
        HTTP + "def hello(request):\n    while True:\n        return 'x'\n",
        HTTP
        + "def hello(request):\n    with open(__file__) as f:\n        return 'x'\n",
        HTTP + "def hello(request):\n    yield 'x'\n",
        HTTP + "def hello(request):\n    match 1:\n        case 1:\n"
        "            return 'x'\n        case _:\n            return 'y'\n",
        HTTP + "def hello(request):\n    try:\n        return 'x'\n    finally:\n"
        "        print()\n",
        "import flask\n" + HTTP + "def hello(request):\n    if request.args:\n"
        "        flask.abort(404)\n    return 'x'\n",
        HTTP
        + "def hello(request):\n    def inner():\n        return\n    return 'x'\n",
        HTTP + "def hello(*args):\n    return 'x'\n",
    ],
)
def test_working_code_is_not_reported(tmp_path: Path, text: str) -> None:
    write_tree(tmp_path, {"main.py": text})

    assert problems_of(tmp_path) == []
    assert ask(tmp_path, "hello").status == 200


@pytest.mark.parametrize(
    ("decorator", "expected"),
    [
        ("@answered\n", []),
        ("@shared.answered\n", []),
        ("@functools.wraps(print)\n", ["returns-none"]),
        ("@tenacity.retry\n", ["returns-none"]),
        ("@auth.login_required\n", ["returns-none"]),
    ],
)
def test_a_decorator_of_the_project_may_change_the_response(
    tmp_path: Path, decorator: str, expected: list[str]
) -> None:
    text = (
        "import functools\nimport flask_httpauth\nimport tenacity\nimport shared\n\n"
        "auth = flask_httpauth.HTTPBasicAuth()\n\ndef answered(function):\n"
        "    return lambda request: function(request) or ''\n\n"
        f"{HTTP}{decorator}def hello(request):\n    print(1)\n"
    )
    write_tree(tmp_path, {"main.py": text})

    assert [p.code for p in problems_of(tmp_path)] == expected


def test_an_event_function_may_return_none(tmp_path: Path) -> None:
    write_tree(tmp_path, {"main.py": CLOUD_EVENT + "def on(event):\n    print(1)\n"})

    assert problems_of(tmp_path) == []
    assert ask(tmp_path, "on", event=True).status == 200


@pytest.mark.parametrize(
    "bound",
    [
        (
            "import functools\n\ndef f(a, r):\n    return ''\n\n"
            "hello = functools.partial(f, 1)\n"
        ),
        "class hello:\n    def __init__(self, request):\n        pass\n",
        (
            "class Handler:\n    def __call__(self, request):\n        return ''\n\n"
            "hello = Handler()\n"
        ),
    ],
)
def test_a_deployed_name_that_is_not_a_function_is_reported(
    tmp_path: Path, bound: str
) -> None:
    write_tree(
        tmp_path,
        {
            "main.py": bound,
            "deploy.sh": "gcloud functions deploy hello --trigger-http --source .\n",
        },
    )

    assert [p.code for p in problems_of(tmp_path)] == ["not-a-function-target"]
    refused = ask(tmp_path, "hello")
    assert "InvalidTargetTypeException" in refused.error


def test_a_missing_entry_point_is_reported_with_a_suggestion(
    tmp_path: Path,
) -> None:
    write_tree(
        tmp_path,
        {
            "main.py": HTTP + "def send_mail(request):\n    return ''\n",
            "deploy.sh": "gcloud functions deploy mail --entry-point=sendmail \\\n"
            "  --runtime python312 --trigger-http\n",
        },
    )

    (problem,) = problems_of(tmp_path)
    assert (problem.code, problem.file, problem.span.line) == (
        "unknown-entry-point",
        "deploy.sh",
        1,
    )
    assert "Did you mean `send_mail`?" in problem.message
    assert "MissingTargetException" in ask(tmp_path, "sendmail").error


def test_settings_change_severities_and_comments_ignore_problems(
    tmp_path: Path,
) -> None:
    text = HTTP + "def hello(request):  # {}\n    print(1)\n"
    write_tree(tmp_path, {"main.py": text.format("a comment")})
    assert [p.severity for p in problems_of(tmp_path)] == [Severity.WARNING]

    table = "[tool.funclens.severity]\nreturns-none = 'error'\n"
    write_tree(tmp_path, {"pyproject.toml": table})
    assert [p.severity for p in problems_of(tmp_path)] == [Severity.ERROR]

    write_tree(tmp_path, {"pyproject.toml": table.replace("error", "off")})
    assert problems_of(tmp_path) == []

    (tmp_path / "pyproject.toml").unlink()
    write_tree(tmp_path, {"main.py": text.format("funclens: ignore[returns-none]")})
    assert problems_of(tmp_path) == []


QUEUES = """\
from firebase_functions import tasks_fn, https_fn

@tasks_fn.on_task_dispatched()
def send_mail(request): ...

@tasks_fn.on_task_dispatched()
def sendmail(request): ...

@https_fn.on_request()
def send_all(request):
    return "ok"
"""


def test_a_queue_cannot_have_an_underscore(tmp_path: Path) -> None:
    problems = problems_of(write_tree(tmp_path, {"main.py": QUEUES}))

    (problem,) = [item for item in problems if item.code == "invalid-queue-name"]
    assert problem.severity is Severity.WARNING
    assert "`send_mail`" in problem.message


def test_every_code_has_a_section_and_a_test(request: pytest.FixtureRequest) -> None:
    top = request.config.rootpath
    documented = (top / "docs" / "reference" / "diagnostics.md").read_text("utf-8")
    tested = (top / "tests" / "catalog").rglob("test_*.py")
    words = "".join(path.read_text("utf-8") for path in tested)

    for code in CODES:
        assert f"\n## {code}\n" in documented
        section = documented.partition(f"\n## {code}\n")[2].partition("\n## ")[0]
        assert "\nKnown limits: " in section
        assert f'"{code}"' in words
