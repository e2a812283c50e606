"""What deploy files say, in each of their languages."""

from __future__ import annotations

import json
import os
import textwrap
from typing import TYPE_CHECKING

import pytest

from funclens.discovery.deploy import read_deployments
from source_tree import functions_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path

    from funclens.discovery.deploy import Deployment

MAIN = "def orders(a, b):\n    pass\n\ndef hello(x):\n    return x\n"


def read(name: str, text: str) -> list[Deployment]:
    return list(
        read_deployments(os.path.normpath(f"/w/{name}"), textwrap.dedent(text).encode())
    )


def said(name: str, text: str) -> list[tuple[str | None, ...]]:
    """Return entry point, deployed name, folder and signature of each function."""
    return [
        (
            item.entry_point,
            item.name,
            item.folder,
            item.signature_type.value if item.signature_type else None,
        )
        for item in read(name, text)
    ]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "deploy.sh",
            """\
            gcloud functions deploy orders-api --gen2 --runtime=python312 \\
              --source=./svc --entry-point orders --trigger-http  # note
            """,
            ("orders", "orders-api", "./svc", "http"),
        ),
        (
            "deploy.sh",
            "gcloud functions deploy hello --runtime python37 --trigger-topic t\n",
            ("hello", "hello", ".", "event"),
        ),
        (
            "deploy.sh",
            (
                "gcloud beta functions deploy f --gen2 --trigger-bucket=b "
                "--entry-point=on_file\n"
            ),
            ("on_file", "f", ".", "cloudevent"),
        ),
        (
            "deploy.sh",
            (
                'NAME="a-b"\nENTRY=${NAME_OF:-hello}\n'
                'gcloud functions deploy "$NAME" --entry-point "${ENTRY}"\n'
            ),
            ("hello", "a-b", ".", None),
        ),
        (
            "deploy.sh",
            "gcloud run deploy svc --source . --function hello\n",
            ("hello", "svc", ".", None),
        ),
        (
            "Makefile",
            (
                "NAME := api\ndeploy:\n\tcd svc && gcloud functions deploy $(NAME) "
                "--entry-point hello\n"
            ),
            ("hello", "api", ".", None),
        ),
        (
            "README.md",
            "Deploy:\n\n```sh\n$ gcloud functions deploy hello --trigger-http\n```\n",
            ("hello", "hello", ".", "http"),
        ),
        (
            "Procfile",
            "web: functions-framework --target=hello --signature-type event\n",
            ("hello", None, ".", "event"),
        ),
        (
            "Dockerfile",
            'CMD ["functions-framework", "--target", "hello", "--source", "a/b.py"]\n',
            ("hello", None, "a", None),
        ),
        (
            "cloudbuild.yaml",
            """\
            steps:
            - name: gcr.io/cloud-builders/gcloud
              dir: svc
              args: [functions, deploy, $_NAME, --entry-point=hello, --trigger-http]
            substitutions:
              _NAME: api
            """,
            ("hello", "api", ".", "http"),
        ),
        (
            ".github/workflows/deploy.yml",
            """\
            jobs:
              deploy:
                steps:
                - uses: google-github-actions/deploy-cloud-functions@v3
                  with:
                    name: api
                    runtime: python312
                    entry_point: hello
                    source_dir: svc
            """,
            ("hello", "api", "svc", "http"),
        ),
        (
            ".gitlab-ci.yml",
            """\
            deploy:
              script:
                - gcloud functions deploy api --entry-point=hello --source=svc
            """,
            ("hello", "api", "svc", None),
        ),
        (
            "service.yaml",
            """\
            spec:
              containers:
              - image: x
                env:
                - name: FUNCTION_TARGET
                  value: hello
            """,
            ("hello", None, ".", None),
        ),
        (
            "skaffold.yaml",
            """\
            build:
              artifacts:
              - image: x
                context: svc
                buildpacks:
                  env: [GOOGLE_FUNCTION_TARGET=hello]
            """,
            ("hello", None, ".", None),
        ),
    ],
)
def test_each_language_is_parsed(
    name: str, text: str, expected: tuple[str | None, ...]
) -> None:
    assert said(name, text) == [expected]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("deploy.sh", "# gcloud functions deploy hello --trigger-http\n"),
        ("deploy.sh", "gcloud functions deploy hello --runtime nodejs20\n"),
        ("deploy.sh", "gcloud functions list\n"),
        ("deploy.sh", "gcloud functions deploy $1 --entry-point $2\n"),
        (
            "README.md",
            "gcloud functions deploy FUNCTION_NAME --entry-point YOUR_ENTRY\n",
        ),
        ("deploy.sh", "gcloud functions deploy 'unclosed\n"),
        ("x.yaml", "a: [gcloud, functions, deploy"),
    ],
)
def test_uncertain_commands_are_skipped(name: str, text: str) -> None:
    assert [item for item in read(name, text) if item.entry_point] == []


def test_the_span_of_the_entry_point_is_kept() -> None:
    (item,) = read(
        "deploy.sh",
        "#!/bin/sh\n\ngcloud functions deploy hello \\\n  --entry-point=hello\n",
    )

    assert (item.span.line, item.span.column, item.span.end_column) == (4, 17, 22)


def test_a_deployed_name_becomes_the_endpoint(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "svc/main.py": MAIN,
            "scripts/deploy.sh": "cd ../svc\n"
            "gcloud functions deploy orders-api --entry-point orders "
            "--trigger-topic t --no-gen2\n",
        },
    )

    (function,) = functions_of(tmp_path).values()
    assert (function.id, function.deployed_name, function.route) == (
        "svc.main.orders",
        "orders-api",
        "/orders-api",
    )
    assert function.signature_type.value == "event"
    assert function.certainty.value == "certain"
    assert function.evidence == ("deploy-file",)


@pytest.mark.parametrize("source", ["svc", "./svc/", "$PWD/svc", "."])
def test_sources_are_relative_to_the_script_or_a_parent_folder(
    tmp_path: Path, source: str
) -> None:
    folder = "svc" if source == "." else "scripts"
    write_tree(
        tmp_path,
        {
            "svc/main.py": MAIN,
            f"{folder}/deploy.sh": "gcloud functions deploy api --entry-point hello "
            f"--source={source} --trigger-http\n",
        },
    )

    assert set(functions_of(tmp_path)) == {"svc.main.hello"}


def test_a_source_with_another_name_is_read(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "app.py": MAIN,
            "deploy.sh": "gcloud functions deploy hello --trigger-http --source=. "
            "--set-build-env-vars=A=1,GOOGLE_FUNCTION_SOURCE=app.py\n",
        },
    )

    assert set(functions_of(tmp_path)) == {"app.hello"}


def test_a_deploy_file_that_changes_is_read_again(tmp_path: Path) -> None:
    from funclens.catalog import build_catalog, listing  # noqa: PLC0415
    from source_tree import open_tree  # noqa: PLC0415

    write_tree(tmp_path, {"main.py": MAIN})
    workspace = open_tree(tmp_path)
    script = tmp_path / "deploy.sh"
    seen = []
    for entry in ("hello", "orders", ""):
        if entry:
            script.write_text(f"gcloud functions deploy x --entry-point {entry}\n")
        else:
            script.unlink()
        workspace.changed([str(script)])
        catalog = build_catalog(workspace.facts())
        seen.append([function["name"] for function in listing(catalog)["functions"]])

    assert seen == [["hello"], ["orders"], []]
    assert json.dumps(seen)
