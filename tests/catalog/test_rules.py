"""Each rule, shown on functions-framework: the flagged fails, the fixed works."""

from __future__ import annotations

import compileall
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from catalog.production import ask
from funclens.catalog.rules.table import CODES
from funclens.model import Severity
from source_tree import problems_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path

HTTP = "import functions_framework\n\n@functions_framework.http\n"
AIO = "import functions_framework.aio\n\n@functions_framework.aio.http\n"
CLOUD_EVENT = "import functions_framework\n\n@functions_framework.cloud_event\n"

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


def test_a_syntax_error_anywhere_in_the_unit_is_reported(
    tmp_path: Path,
) -> None:
    write_tree(
        tmp_path,
        {
            "unit/main.py": HTTP + "def hello(request):\n    return ''\n",
            "unit/deep/never_imported.py": "def f(:\n    pass\n",
            "outside.py": "def f(:\n",
        },
    )

    (problem,) = problems_of(tmp_path)
    assert (problem.code, problem.file) == (
        "syntax-error-in-unit",
        "unit/deep/never_imported.py",
    )
    built = compileall.compile_dir(tmp_path / "unit", quiet=2, force=True)
    assert not built


@pytest.mark.parametrize(
    "files",
    [
        {"unit/.gcloudignore": "broken.py\n"},
        {"unit/.gcloudignore": "*\n!main.py\n"},
        {".gitignore": "broken.py\n"},
        {"unit/.gcloudignore": "#!include:.gitignore\n", "unit/.gitignore": "b*.py\n"},
    ],
)
def test_a_syntax_error_in_a_file_that_is_not_uploaded_is_ignored(
    tmp_path: Path, files: dict[str, str]
) -> None:
    unit = {
        "unit/main.py": HTTP + "def hello(request):\n    return ''\n",
        "unit/broken.py": "def f(:\n",
    }
    write_tree(tmp_path, unit)
    assert [p.code for p in problems_of(tmp_path)] == ["syntax-error-in-unit"]

    write_tree(tmp_path, files)
    assert problems_of(tmp_path) == []


def test_newer_grammar_is_not_an_error(tmp_path: Path) -> None:
    newer = (
        "type Pair[T] = tuple[T, T]\n\ndef first[T](pair: Pair[T]) -> T:\n"
        "    return pair[0]\n\nclass Box[T]:\n    pass\n\n"
        "try:\n    pass\nexcept* ValueError:\n    pass\n\n"
        "name = 'x'\ntext = f\"{'a' + f\"{name}\"}\"\n"
    )
    write_tree(
        tmp_path,
        {"main.py": newer + HTTP + "def hello[T](request: T):\n    return ''\n"},
    )

    assert problems_of(tmp_path) == []


CONFLICTING = "\n".join(
    f"{HTTP}def {name}(request):\n    return ''\n"
    for name in ("get_user", "Get_User", "other")
)


def test_names_that_become_one_service_are_reported(tmp_path: Path) -> None:
    deployed = "".join(
        f"gcloud functions deploy {name} --gen2 --runtime python312 --trigger-http\n"
        for name in ("get_user", "Get_User", "other")
    )
    write_tree(tmp_path, {"main.py": CONFLICTING, "deploy.sh": deployed})

    found = problems_of(tmp_path)
    assert [p.code for p in found] == ["deploy-name-conflict"] * 2
    assert "get-user" in found[0].message


def test_firebase_functions_of_a_source_are_deployed_together(tmp_path: Path) -> None:
    text = "from firebase_functions import https_fn\n\n" + "\n".join(
        f"@https_fn.on_request()\ndef {name}(request):\n    return ''\n"
        for name in ("get_user", "Get_User")
    )
    write_tree(tmp_path, {"main.py": text})

    found = problems_of(tmp_path)
    assert [p.code for p in found] == ["deploy-name-conflict"] * 2


@pytest.mark.parametrize(
    "deployed",
    [
        "",
        "gcloud functions deploy get_user --gen2 --trigger-http\n",
        (
            "gcloud functions deploy get_user --region us-east1 --trigger-http\n"
            "gcloud functions deploy Get_User --region us-west1 --trigger-http\n"
        ),
        (
            "gcloud functions deploy get_user --project one --trigger-http\n"
            "gcloud functions deploy Get_User --project two --trigger-http\n"
        ),
        (
            "gcloud functions deploy get_user --no-gen2 --trigger-http\n"
            "gcloud functions deploy Get_User --no-gen2 --trigger-http\n"
        ),
    ],
)
def test_names_deployed_to_different_places_do_not_conflict(
    tmp_path: Path, deployed: str
) -> None:
    write_tree(tmp_path, {"main.py": CONFLICTING, "deploy.sh": deployed})

    assert problems_of(tmp_path, code="deploy-name-conflict") == []


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


def test_the_rule_agrees_with_pythons_compiler(tmp_path: Path) -> None:
    """The build runs `python -m compileall` over the folder: a bad file fails it."""
    write_tree(tmp_path, {"good.py": "x = 1\n", "bad.py": "x = (\n"})

    ended = subprocess.run(
        [sys.executable, "-m", "compileall", "-f", "-q", "."],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )

    assert ended.returncode == 1


def test_a_syntax_error_message_has_no_line_number(tmp_path: Path) -> None:
    """Python counts lines from the start of what it is given."""
    source = "import os\n\n\ndef hello(request):\n    return 'x\n"
    write_tree(tmp_path, {"main.py": source})

    (problem,) = problems_of(tmp_path, code="syntax-error-in-unit")

    assert problem.span.line == 5
    assert "line" not in problem.message.partition("folder: ")[2]
