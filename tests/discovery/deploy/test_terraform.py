"""What Terraform modules say of the functions that they deploy."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from source_tree import functions_of, problems_of, write_tree
from terraform_tree import ARCHIVE, deployments, said

if TYPE_CHECKING:
    from pathlib import Path

MAIN = "def orders(a, b):\n    pass\n\ndef hello(x):\n    return x\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {
                "main.tf": ARCHIVE
                + """\
                resource "google_cloudfunctions_function" "f" {
                  name                  = var.name
                  entry_point           = "hello"
                  source_archive_object = var.object
                }
                """
            },
            [("hello", None, None)],
            id="an archive that nothing refers to",
        ),
        pytest.param(
            {
                "main.tf": """\
                module "a" { source = "./a" }
                """,
                "a/main.tf": """\
                module "b" { source = "../b" }
                resource "google_cloudfunctions_function" "f" {
                  name        = "${local.x}"
                  entry_point = local.y
                }
                locals {
                  x = local.y
                  y = local.x
                }
                """,
                "b/main.tf": 'module "a" { source = "../a" }\n',
            },
            [],
            id="circles",
        ),
        pytest.param(
            {
                "main.tf": """\
                resource "google_cloudfunctions_function" "f" {
                  count       = 0
                  entry_point = "hello"
                  name        = "f"
                }
                """
            },
            [],
            id="none is made",
        ),
        pytest.param(
            {
                "main.tf": """\
                resource "google_cloudfunctions_function" "f" {
                  runtime     = "nodejs20"
                  entry_point = "hello"
                  name        = "f"
                }
                """
            },
            [],
            id="another language",
        ),
        pytest.param(
            {
                "main.tf": """\
                resource "google_cloudfunctions_function" "f" {
                  for_each    = var.functions
                  entry_point = each.value.entry
                  name        = each.key
                }
                """
            },
            [],
            id="values that only the deployer has",
        ),
    ],
)
def test_unknown_values_are_skipped(
    tmp_path: Path,
    files: dict[str, str],
    expected: list[tuple[str | None, ...]],
) -> None:
    assert said(tmp_path, files) == expected


def test_facts_of_a_trigger_are_kept(tmp_path: Path) -> None:
    first, second, third = deployments(
        tmp_path,
        {
            "main.tf": """\
            resource "google_cloudfunctions_function" "f" {
              name         = "f"
              entry_point  = "hello"
              trigger_http = true
              environment_variables = { A = "1", B = var.b }
            }
            resource "google_cloudfunctions2_function" "g" {
              name = "g"
              build_config { entry_point = "orders" }
              event_trigger {
                event_type   = "google.cloud.pubsub.topic.v1.messagePublished"
                pubsub_topic = google_pubsub_topic.t.id
              }
            }
            resource "google_pubsub_topic" "t" {
              name = "orders"
            }
            resource "google_cloudfunctions2_function" "h" {
              name = "h"
              build_config { entry_point = "orders" }
              event_trigger {
                event_type = "google.cloud.storage.object.v1.finalized"
                event_filters {
                  attribute = "bucket"
                  value     = "uploads"
                }
              }
            }
            """
        },
    )

    assert (first.trigger, first.generation, first.variables) == ("http", 1, ("A", "B"))
    assert (second.trigger, second.generation) == ("event", 2)
    assert second.triggers[0].get("topic") == "orders"
    assert third.triggers[0].get("bucket") == "uploads"
    assert second.signature_type is not None
    assert second.signature_type.value == "cloudevent"


def test_an_entry_point_has_the_span_of_its_literal(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "src/main.py": MAIN,
            "infra/main.tf": ARCHIVE
            + textwrap.dedent("""\
            locals {
              entries = { api = "hallo" }
            }
            resource "google_cloudfunctions2_function" "f" {
              for_each = local.entries
              name     = each.key
              build_config {
                runtime     = "python312"
                entry_point = each.value
                source {
                  storage_source { object = google_storage_bucket_object.src.name }
                }
              }
            }
            """),
        },
    )

    (problem,) = problems_of(tmp_path, code="unknown-entry-point")
    lines = (tmp_path / "infra/main.tf").read_text().splitlines()
    assert problem.file == "infra/main.tf"
    line = lines[problem.span.line - 1]
    assert line[problem.span.column - 1 : problem.span.end_column - 1] == "hallo"
    assert "Did you mean `hello`?" in problem.message


def test_each_branch_of_a_condition_is_checked_against_the_source(
    tmp_path: Path,
) -> None:
    write_tree(
        tmp_path,
        {
            "src/main.py": MAIN,
            "infra/main.tf": ARCHIVE
            + textwrap.dedent("""\
            variable "legacy" { default = false }
            resource "google_cloudfunctions_function" "f" {
              name                  = "f"
              runtime               = "python310"
              trigger_http          = true
              entry_point           = var.legacy ? "old_hello" : "hello"
              source_archive_object = google_storage_bucket_object.src.name
            }
            """),
        },
    )

    (problem,) = problems_of(tmp_path, code="unknown-entry-point")
    line = (tmp_path / "infra/main.tf").read_text().splitlines()[problem.span.line - 1]
    assert line[problem.span.column - 1 : problem.span.end_column - 1] == "old_hello"
    assert set(functions_of(tmp_path)) == {"src.main.hello"}


@pytest.mark.parametrize("entry", ["var.entry", '"{{ cookiecutter.entry }}"'])
def test_an_uncertain_entry_point_is_not_reported(tmp_path: Path, entry: str) -> None:
    write_tree(
        tmp_path,
        {
            "src/main.py": MAIN,
            "infra/main.tf": ARCHIVE
            + textwrap.dedent(f"""\
            variable "entry" {{ default = "your_entry_point" }}
            resource "google_cloudfunctions_function" "f" {{
              name                  = "f"
              runtime               = "python310"
              entry_point           = {entry}
              source_archive_object = google_storage_bucket_object.src.name
            }}
            """),
        },
    )

    assert problems_of(tmp_path) == []


def test_a_computed_entry_point_has_the_span_of_its_resource(
    tmp_path: Path,
) -> None:
    text = (
        'locals { all = ["a-b"] }\n'
        'resource "google_cloudfunctions_function" "f" {\n'
        "  for_each    = toset(local.all)\n  name = each.key\n"
        '  entry_point = replace(each.key, "-", "_")\n}\n'
    )

    (item,) = deployments(tmp_path, {"main.tf": text})

    assert (item.entry_point, item.span.line) == ("a_b", 2)


def test_a_deployed_name_becomes_the_endpoint(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "src/main.py": MAIN,
            "other/main.py": MAIN,
            "infra/main.tf": ARCHIVE
            + """\
            resource "google_cloudfunctions_function" "f" {
              name                  = "orders-api"
              entry_point           = "orders"
              trigger_http          = false
              source_archive_object = google_storage_bucket_object.src.name
              event_trigger {
                event_type = "google.pubsub.topic.publish"
                resource   = google_pubsub_topic.t.id
              }
            }
            """,
        },
    )

    (function,) = functions_of(tmp_path).values()
    assert (function.id, function.deployed_name) == ("src.main.orders", "orders-api")
    assert function.signature_type.value == "event"
