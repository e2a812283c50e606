"""Entry points and branches of what is deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from source_tree import problems_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path


HTTP = "import functions_framework\n\n@functions_framework.http\n"


def codes(folder: Path) -> list[tuple[str, str, int]]:
    return [(p.code, p.file, p.span.line) for p in problems_of(folder)]


@pytest.mark.parametrize(
    "image",
    [
        "ENV TARGET=function\nENTRYPOINT functions-framework --target ${TARGET}\n",
        "ENV FUNCTION_TARGET=function\nCMD functions-framework\n",
    ],
)
def test_a_default_target_of_an_image_is_not_checked(
    tmp_path: Path, image: str
) -> None:
    write_tree(
        tmp_path,
        {
            "main.py": f"{HTTP}def hello(request):\n    return ''\n",
            "Dockerfile": f"FROM python:3.12\nCOPY . .\n{image}",
        },
    )

    assert codes(tmp_path) == []


@pytest.mark.parametrize(
    "files",
    [
        {"deploy.sh": "cd api\ngcloud functions deploy hello --trigger-http\n"},
        {"go/Dockerfile": "FROM golang:1.26\nENV FUNCTION_TARGET=Hello\n"},
        {"other/deploy.sh": "gcloud functions deploy elsewhere --trigger-http\n"},
    ],
)
def test_an_entry_point_of_another_folder_is_not_checked(
    tmp_path: Path, files: dict[str, str]
) -> None:
    write_tree(
        tmp_path,
        {
            "main.py": f"{HTTP}def root(request):\n    return ''\n",
            "api/main.py": f"{HTTP}def hello(request):\n    return ''\n",
        }
        | files,
    )

    assert codes(tmp_path) == []


def test_each_branch_of_a_condition_is_checked(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "src/main.py": f"{HTTP}def hello(request):\n    return ''\n",
            "main.tf": """\
                data "archive_file" "source" {
                  type        = "zip"
                  source_dir  = "${path.module}/src"
                  output_path = "/tmp/source.zip"
                }
                resource "google_storage_bucket_object" "source" {
                  name   = "source.zip"
                  bucket = "b"
                  source = data.archive_file.source.output_path
                }
                resource "google_cloudfunctions_function" "hello" {
                  name                  = "hello"
                  runtime               = "python312"
                  entry_point           = var.new ? "hello" : "goodbye"
                  source_archive_object = google_storage_bucket_object.source.name
                  trigger_http          = true
                }
                """,
        },
    )

    (problem,) = problems_of(tmp_path)
    assert (problem.code, problem.file) == ("unknown-entry-point", "main.tf")
    assert "`goodbye`" in problem.message
