"""Dockerfiles, compose files and services that name their function."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from discovery.deploy.reading import names, places, read

if TYPE_CHECKING:
    from pathlib import Path

MAIN = "def main(argument):\n    return ''\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('CMD ["functions-framework", "--target", "serve"]\n', [("serve", "-")]),
        (
            "CMD exec functions-framework --target=serve --port=$PORT\n",
            [("serve", "-")],
        ),
        (
            "ARG ENTRY=serve\nENV FUNCTION_TARGET=$ENTRY\nCMD functions-framework\n",
            [("serve", "-")],
        ),
        ("ENV FUNCTION_TARGET serve\nCMD run\n", [("serve", "-")]),
        (
            'ENTRYPOINT ["functions-framework"]\nCMD ["--target", "serve"]\n',
            [("serve", "-")],
        ),
        ('CMD ["sh", "-c", "functions-framework --target serve"]\n', [("serve", "-")]),
        (
            'CMD ["python", "-m", "functions_framework", "--target=serve"]\n',
            [("serve", "-")],
        ),
        (
            "CMD functions-framework \\\n  # a comment\n  --target serve\n",
            [("serve", "-")],
        ),
        ("RUN pip install functions-framework\nCMD run\n", []),
        ("CMD functions-framework --target=$ENTRY\n", []),
    ],
)
def test_an_image_names_the_function_it_serves(
    tmp_path: Path, text: str, expected: list[tuple[str, str]]
) -> None:
    assert names(tmp_path, "Dockerfile", {"Dockerfile": text}) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WORKDIR /app\nCOPY . .\nCMD functions-framework --target main\n", "."),
        ("WORKDIR /app\nCOPY src/ .\nCMD functions-framework --target main\n", "src"),
        (
            (
                "COPY src /app/src\nWORKDIR /app\n"
                "CMD functions-framework --target main --source src/main.py\n"
            ),
            "src",
        ),
        (
            "COPY src/main.py /app/\nWORKDIR /app\nCMD functions-framework --target main\n",
            "src",
        ),
        (
            (
                "ENV APP=/srv\nWORKDIR $APP\nADD src/main.py src/x.py ./\n"
                "CMD functions-framework --target main --source=/srv/main.py\n"
            ),
            "src",
        ),
    ],
)
def test_files_of_an_image_are_traced_to_the_context(
    tmp_path: Path, text: str, expected: str
) -> None:
    files = {"Dockerfile": text, "src/main.py": MAIN, "main.py": MAIN}

    assert places(tmp_path, "Dockerfile", files) == [("main", expected)]


def test_an_asgi_server_is_recognized(tmp_path: Path) -> None:
    text = 'CMD ["functions-framework", "--target", "serve", "--asgi"]\n'

    (found,) = read(tmp_path, "Dockerfile", {"Dockerfile": text})
    assert found.asgi


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("build: svc\ncommand: functions-framework --target=main", "svc"),
        (
            "build: {context: svc}\ncommand: [functions-framework, --target, main]",
            "svc",
        ),
        (
            (
                "image: x\nvolumes: [./svc:/app]\nworking_dir: /app\n"
                "command: functions-framework --target main"
            ),
            "svc",
        ),
        (
            (
                "image: x\nvolumes: [./svc:/app]\n"
                "command: functions-framework --source /app/main.py --target main"
            ),
            "svc",
        ),
        ("build: svc\nenvironment: {FUNCTION_TARGET: main}", "svc"),
        ("build: svc\nenvironment: [FUNCTION_TARGET=main]", "svc"),
        ("build: svc\nenv_file: svc/env\ncommand: functions-framework", "svc"),
    ],
)
def test_services_of_a_compose_file_are_read(
    tmp_path: Path, service: str, expected: str
) -> None:
    lines = "".join(f"    {line}\n" for line in service.split("\n"))
    text = f"services:\n  api:\n{lines}  # functions-framework\n"
    files = {
        "compose.yaml": text,
        "svc/main.py": MAIN,
        "svc/env": "FUNCTION_TARGET=main\n",
    }

    assert places(tmp_path, "compose.yaml", files) == [("main", expected)]


def test_serverless_names_its_handlers(tmp_path: Path) -> None:
    text = """\
        provider: {name: google, runtime: python39}
        functions:
          first:
            handler: one
            events: [{http: path}]
          second:
            handler: two
            events:
            - event: {eventType: x, resource: y}
        """
    found = read(tmp_path, "serverless.yml", {"serverless.yml": text})

    assert [(f.entry_point, f.trigger) for f in found] == [
        ("one", "http"),
        ("two", "event"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "spec: {template: {spec: {containers: [{env: [{name: FUNCTION_TARGET, value: serve}]}]}}}\n",
        (
            "build:\n  artifacts:\n  - image: x\n    buildpacks:\n"
            "      env: [GOOGLE_FUNCTION_TARGET=serve]\n"
        ),
    ],
)
def test_an_environment_names_the_function(tmp_path: Path, text: str) -> None:
    assert names(tmp_path, "service.yaml", {"service.yaml": text}) == [("serve", "-")]
