"""What deploy files say that fails in production, and what only looks like it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from catalog.production import ask
from funclens.model import Severity
from source_tree import problems_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path

BACKGROUND = "def on_upload(event, context):\n    print(event)\n"
ONE = "def on_upload(event):\n    print(event)\n"
HTTP = "import functions_framework\n\n@functions_framework.http\n"
DEPLOY = "gcloud functions deploy on_upload --runtime python312 "


def codes(folder: Path) -> list[tuple[str, str, int]]:
    return [(p.code, p.file, p.span.line) for p in problems_of(folder)]


def test_an_event_function_behind_an_http_trigger_is_a_mismatch(tmp_path: Path) -> None:
    write_tree(
        tmp_path, {"main.py": BACKGROUND, "deploy.sh": f"{DEPLOY} --trigger-http\n"}
    )

    assert codes(tmp_path) == [("trigger-mismatch", "deploy.sh", 1)]
    (problem,) = problems_of(tmp_path)
    assert [place.file for place in problem.related] == ["main.py"]
    assert problem.severity is Severity.ERROR
    assert ask(tmp_path, "on_upload", signature="http").status == 500


def test_a_1st_gen_event_needs_two_parameters(
    tmp_path: Path,
) -> None:
    write_tree(
        tmp_path,
        {"main.py": ONE, "deploy.sh": f"{DEPLOY} --no-gen2 --trigger-bucket b\n"},
    )

    assert codes(tmp_path) == [("trigger-mismatch", "deploy.sh", 1)]
    called = ask(tmp_path, "on_upload", event=True, signature="event")
    assert called.status == 500
    write_tree(tmp_path, {"main.py": BACKGROUND})
    assert codes(tmp_path) == []
    called = ask(tmp_path, "on_upload", event=True, signature="event")
    assert called.status == 200


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        (BACKGROUND, "--trigger-topic t"),
        (BACKGROUND, "--gen2 --trigger-topic t"),
        (BACKGROUND, "--trigger-topic t --no-gen2"),
        (BACKGROUND, "--memory 1Gi"),
        (ONE, "--gen2 --trigger-topic t"),
        (ONE, "--trigger-topic t"),
        ("def on_upload(event, context=None):\n    return ''\n", "--trigger-http"),
        ("def on_upload(*args):\n    return ''\n", "--trigger-topic t --no-gen2"),
        (f"{HTTP}def on_upload(request):\n    return ''\n", "--trigger-topic t"),
        (
            (
                "import functions_framework\n\n@functions_framework.cloud_event\n"
                "def on_upload(event):\n    pass\n"
            ),
            "--trigger-http",
        ),
        (
            (
                "from mine import background\n\n@background\n"
                "def on_upload(event, context):\n    return ''\n"
            ),
            "--trigger-http",
        ),
    ],
)
def test_a_trigger_that_may_match_is_not_reported(
    tmp_path: Path, text: str, flags: str
) -> None:
    write_tree(tmp_path, {"main.py": text, "deploy.sh": f"{DEPLOY} {flags}\n"})

    assert codes(tmp_path) == []


def test_commands_in_prose_are_information(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "main.py": BACKGROUND,
            "README.md": f"Run this:\n\n    {DEPLOY} --trigger-http\n",
        },
    )

    assert {p.severity for p in problems_of(tmp_path)} <= {Severity.INFORMATION}


def test_a_source_without_main_fails_the_build(tmp_path: Path) -> None:
    hello = "def hello(request):\n    return ''\n"
    command = "gcloud functions deploy hello --runtime python312 --source functions"
    write_tree(
        tmp_path,
        {"functions/app.py": hello, "deploy.sh": f"{command} --trigger-http\n"},
    )

    assert codes(tmp_path) == [("missing-source", "deploy.sh", 1)]
    assert "MissingSourceException" in ask(tmp_path / "functions", "hello").error
    (tmp_path / "functions" / "app.py").rename(tmp_path / "functions" / "main.py")
    assert codes(tmp_path) == []


@pytest.mark.parametrize(
    ("files", "command"),
    [
        (
            {"functions/app.py": ""},
            (
                "gcloud functions deploy hello --source functions --trigger-http "
                "--runtime python312 "
                "--set-build-env-vars GOOGLE_FUNCTION_SOURCE=app.py"
            ),
        ),
        (
            {"functions/app.py": ""},
            "gcloud functions deploy hello --source functions --runtime nodejs22",
        ),
        (
            {"functions/app.py": ""},
            "gcloud functions deploy hello --source functions --memory 1Gi",
        ),
        (
            {"functions/a/main.py": "def hello(request):\n    return ''\n"},
            (
                "gcloud functions deploy hello --source functions --trigger-http"
                " --runtime python312"
            ),
        ),
        (
            {"functions/app.py": "", "main.py": "def hello(request):\n    return ''\n"},
            (
                "cp main.py functions/\n"
                "gcloud functions deploy hello --source functions "
                "--runtime python312 --trigger-http"
            ),
        ),
    ],
)
def test_a_source_that_may_build_is_not_reported(
    tmp_path: Path, files: dict[str, str], command: str
) -> None:
    write_tree(tmp_path, files | {"deploy.sh": f"{command}\n"})

    assert problems_of(tmp_path, code="missing-source") == []


@pytest.mark.parametrize(
    "command",
    [
        "gcloud functions deploy other --memory 512MB",
        "gcloud functions deploy other --update-env-vars A=B",
        "gcloud functions describe other",
    ],
)
def test_an_update_command_is_not_checked(tmp_path: Path, command: str) -> None:
    write_tree(
        tmp_path,
        {
            "main.py": f"{HTTP}def hello(request):\n    return ''\n",
            "deploy.sh": command,
        },
    )

    assert codes(tmp_path) == []


@pytest.mark.parametrize(
    "start",
    [
        {"Procfile": "web: functions-framework --target=hello --asgi\n"},
        {"Dockerfile": "FROM python\nCMD functions-framework --target hello --asgi\n"},
    ],
)
def test_a_coroutine_started_with_asgi_is_not_reported(
    tmp_path: Path, start: dict[str, str]
) -> None:
    text = "async def hello(request):\n    return ''\n"
    write_tree(tmp_path, {"main.py": text} | start)
    assert codes(tmp_path) == []

    write_tree(
        tmp_path, {name: words.replace("--asgi", "") for name, words in start.items()}
    )
    assert [code for code, _, _ in codes(tmp_path)] == ["async-without-aio"]


@pytest.mark.parametrize(
    ("decorator", "expected"),
    [
        ("functions_framework.http", ["invalid-signature"]),
        # Its app may be what is served.
        ("app.route('/')", []),
        ("wrapped", []),
        ("wrapped()", []),
    ],
)
def test_a_decorator_that_may_change_arguments_silences_the_rule(
    tmp_path: Path, decorator: str, expected: list[str]
) -> None:
    text = (
        "import functools\nimport flask\nimport functions_framework\n\n"
        "app = flask.Flask('x')\n\ndef wrapped(*names):\n    def inner(request):\n"
        "        return ''\n    return functions_framework.http(inner)\n\n"
        f"@{decorator}\ndef hello():\n    return ''\n"
    )
    write_tree(
        tmp_path,
        {
            "main.py": text,
            "deploy.sh": "gcloud functions deploy hello --gen2 --trigger-http\n",
        },
    )

    assert [code for code, _, _ in codes(tmp_path)] == expected
