"""Which folder a function's source is, by Terraform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from source_tree import functions_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path


MAIN = "def orders(a, b):\n    pass\n\ndef hello(x):\n    return x\n"


def test_a_table_of_functions_names_the_folders_of_external_archives(
    tmp_path: Path,
) -> None:
    write_tree(
        tmp_path,
        {
            "main.py": MAIN,
            "jobs/main.py": MAIN,
            "infra/main.tf": """\
            locals {
              functions = { nightly = { entry_point = "hello", source_dir = "jobs" } }
            }
            resource "google_cloudfunctions2_function" "f" {
              for_each = local.functions
              name     = each.key
              build_config {
                entry_point = each.value.entry_point
                source {
                  storage_source { object = "placeholder" }
                }
              }
            }
            """,
        },
    )

    assert {f.id: f.deployed_name for f in functions_of(tmp_path).values()} == {
        "jobs.main.hello": "nightly"
    }


def test_a_source_below_an_unknown_folder_is_found_by_its_path(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "app/functions/ingest.py": MAIN,
            "main.tf": """\
            resource "google_cloudfunctions2_function" "f" {
              name = "%%PREFIX%%-f"
              build_config {
                entry_point = "hello"
                environment_variables = {
                  GOOGLE_FUNCTION_SOURCE = "functions/ingest.py"
                }
                source {
                  storage_source { object = "made-elsewhere.zip" }
                }
              }
            }
            """,
        },
    )

    (function,) = functions_of(tmp_path).values()
    assert (function.id, function.deployed_name) == ("app.functions.ingest.hello", None)


def test_the_name_of_an_archive_identifies_a_unique_folder(
    tmp_path: Path,
) -> None:
    write_tree(
        tmp_path,
        {
            "functions/orders_api/main.py": MAIN,
            "functions/load/main.py": MAIN,
            "functions/twice/main.py": MAIN,
            "legacy/twice/main.py": MAIN,
            "infra/main.tf": """\
            resource "google_storage_bucket_object" "o" {
              name   = "x"
              source = "../dist/orders-api.zip"
            }
            resource "google_cloudfunctions_function" "f" {
              name                  = "f"
              entry_point           = "orders"
              source_archive_object = google_storage_bucket_object.o.name
            }
            resource "google_storage_bucket_object" "p" {
              source = "../dist/twice.zip"
            }
            resource "google_cloudfunctions_function" "h" {
              name                  = "h"
              entry_point           = "hello"
              source_archive_object = google_storage_bucket_object.q.name
            }
            resource "google_storage_bucket_object" "q" {
              source = "../functions/load/source.zip"
            }
            resource "google_cloudfunctions_function" "g" {
              name                  = "g"
              entry_point           = "hello"
              source_archive_object = google_storage_bucket_object.p.name
            }
            """,
        },
    )

    assert {f.id: f.deployed_name for f in functions_of(tmp_path).values()} == {
        "functions.load.main.hello": "h",
        "functions.orders_api.main.orders": "f",
    }
