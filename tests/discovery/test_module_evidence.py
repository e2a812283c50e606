"""What a module, its name and its folder say about an undecorated definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from source_tree import functions_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path


MOVED = """\
import boto3


def {name}(event, context):
    boto3.client("s3").put_object(Body=event["name"])
    return {{"statusCode": 200, "body": "done"}}
"""


CHECK = """\
import jwt


def verify(request):
    return jwt.decode(request.headers["Authorization"])
"""


@pytest.mark.parametrize(
    ("use", "call"),
    [
        ("from shared.auth import verify", "verify"),
        ("from shared.auth import verify as check", "check"),
        ("from shared import auth", "auth.verify"),
        ("import shared.auth", "shared.auth.verify"),
    ],
)
def test_a_helper_in_another_folder_is_not_a_function(
    tmp_path: Path, use: str, call: str
) -> None:
    write_tree(
        tmp_path,
        {
            "hello/main.py": f"""\
            import functions_framework
            {use}


            @functions_framework.http
            def hello(request):
                return {call}(request)
            """,
            "shared/auth.py": CHECK,
        },
    )

    assert set(functions_of(tmp_path)) == {"hello.main.hello"}


def test_a_module_without_importers_may_contain_a_function(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "hello/main.py": "import functions_framework\nimport other.auth\n",
            "shared/auth.py": CHECK,
        },
    )

    assert set(functions_of(tmp_path)) == {"shared.auth.verify"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", '[project]\ndependencies = ["functions-framework>=3"]\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\nfunctions-framework = "^3"\n'),
        ("Pipfile", '[packages]\nfunctions-framework = "*"\n'),
    ],
)
def test_any_requirements_file_may_require_the_framework(
    tmp_path: Path, name: str, text: str
) -> None:
    write_tree(tmp_path, {"main.py": MOVED.format(name="handler"), name: text})

    assert set(functions_of(tmp_path)) == {"main.handler"}


@pytest.mark.parametrize(
    ("head", "body", "kind"),
    [
        ("def load(_, __):", "print('tick')", "event"),
        ("def load(data, metadata):", "print(data['bucket'], data['name'])", "event"),
        ("def load(m, attributes):", "print(b64decode(m['data']))", "event"),
        ("def load(event):", "storage.Client()", "http"),
        ("@traced\ndef load(request):", "return request.get_json()", "http"),
    ],
)
def test_parameter_names_of_a_source_are_free(
    tmp_path: Path, head: str, body: str, kind: str
) -> None:
    imports = (
        "from base64 import b64decode\nfrom google.cloud import storage\n"
        "from tracing import traced\n"
    )
    write_tree(tmp_path, {"main.py": f"{imports}\n\n{head}\n    {body}\n"})

    assert functions_of(tmp_path)["main.load"].signature_type.value == kind


@pytest.mark.parametrize(
    "head",
    [
        "def move(a, b):",
        "def save(rows):\n    pass\n\n\ndef load(event):",
        "@flow\ndef load(request):",
        "@app.post('/')\ndef load(request):",
    ],
)
def test_other_module_names_need_more_evidence(tmp_path: Path, head: str) -> None:
    text = f"from prefect import flow\n\napp = make()\n\n\n{head}\n    return 1\n"
    write_tree(tmp_path, {"main.py": text})

    assert not functions_of(tmp_path)


@pytest.mark.parametrize("name", ["lambda_handler", "handler", "copy_file"])
def test_migrated_lambda_code_is_a_function_if_it_requires_the_framework(
    tmp_path: Path, name: str
) -> None:
    write_tree(
        tmp_path,
        {
            "moved/main.py": MOVED.format(name=name),
            "moved/requirements.txt": "functions-framework==3.*\nboto3\n",
            "stayed/main.py": MOVED.format(name=name),
            "stayed/requirements.txt": "boto3\n",
        },
    )

    assert set(functions_of(tmp_path)) == {f"moved.main.{name}"}
