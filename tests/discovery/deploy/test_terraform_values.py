"""Where names, entry points and folders of Terraform come from within a module."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from terraform_tree import ARCHIVE, said

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {
                "infra/main.tf": ARCHIVE
                + """\
                resource "google_cloudfunctions2_function" "f" {
                  name = "api"
                  build_config {
                    runtime     = "python312"
                    entry_point = "hello" # the function
                    source {
                      storage_source {
                        bucket = google_storage_bucket.b.name
                        object = google_storage_bucket_object.src.name
                      }
                    }
                  }
                }
                """
            },
            [("hello", "api", "src")],
            id="second generation",
        ),
        pytest.param(
            {
                "infra/archive.tf": ARCHIVE,
                "infra/function.tf": """\
                resource "google_cloudfunctions_function" "f" {
                  name                  = local.name
                  runtime               = "python310"
                  entry_point           = var.entry
                  source_archive_object = google_storage_bucket_object.src.name
                }
                """,
                "infra/vars.tf": """\
                variable "entry" {
                  default = "hello"
                }
                variable "stage" {
                  type = string
                }
                locals { name = "api-${local.kind}" }
                locals {
                  kind = lower("V1")
                }
                """,
            },
            [("hello", "api-v1", "src")],
            id="the files of a folder are one module",
        ),
        pytest.param(
            {
                "main.tf": """\
                locals {
                  functions = {
                    orders-api = { entry = "orders", dir = "orders" }
                    hello-api  = { dir = "greeting" }
                  }
                }
                data "archive_file" "src" {
                  for_each    = local.functions
                  source_dir  = "${path.module}/src/${each.value.dir}"
                  output_path = "${each.key}.zip"
                }
                resource "google_storage_bucket_object" "src" {
                  for_each = local.functions
                  name     = "${each.key}.zip"
                  source   = data.archive_file.src[each.key].output_path
                }
                resource "google_cloudfunctions2_function" "f" {
                  for_each = local.functions
                  name     = each.key
                  build_config {
                    runtime     = "python312"
                    entry_point = lookup(each.value, "entry", "hello")
                    source {
                      storage_source {
                        object = google_storage_bucket_object.src[each.key].name
                      }
                    }
                  }
                }
                """
            },
            [
                ("orders", "orders-api", "src/orders"),
                ("hello", "hello-api", "src/greeting"),
            ],
            id="for_each over a local map",
        ),
        pytest.param(
            {
                "main.tf": """\
                variable "names" {
                  type    = list(string)
                  default = ["orders", "hello"]
                }
                resource "google_cloudfunctions_function" "f" {
                  count                 = length(var.names)
                  name                  = format("%s-%s", "fn", var.names[count.index])
                  runtime               = "python39"
                  entry_point           = element(var.names, count.index)
                  source_archive_object = "x/${var.names[count.index]}.zip"
                }
                resource "google_storage_bucket_object" "x" {
                  for_each = toset(var.names)
                  name     = "x/${each.value}.zip"
                  source   = archive_file.x[each.value].output_path
                }
                resource "archive_file" "x" {
                  for_each    = toset(var.names)
                  source_file = "${path.root}/code/${each.key}/main.py"
                }
                """
            },
            [
                ("orders", "fn-orders", "code/orders"),
                ("hello", "fn-hello", "code/hello"),
            ],
            id="count over the default of a variable",
        ),
        pytest.param(
            {
                "functions.yaml": """\
                functions:
                  - name: orders-api
                    entry_point: orders
                  - name: hello-api
                    entry_point: "hello"
                """,
                "main.tf": """\
                locals {
                  config = yamldecode(file("${path.module}/functions.yaml"))
                  by_name = { for f in local.config.functions : f.name => f }
                }
                resource "google_cloudfunctions2_function" "f" {
                  for_each = local.by_name
                  name     = each.value.name
                  build_config {
                    entry_point = try(each.value.entry_point, "main")
                  }
                }
                """,
            },
            [("orders", "orders-api", None), ("hello", "hello-api", None)],
            id="for_each over a YAML file",
        ),
        pytest.param(
            {
                "config/a.json": '{"entry": "orders", "sources": ["../src"]}',
                "main.tf": """\
                locals {
                  files = fileset("${path.module}/config", "*.json")
                  all = { for f in local.files : trimsuffix(f, ".json") =>
                    jsondecode(file("${path.module}/config/${f}")) }
                }
                resource "google_cloudfunctions2_function" "f" {
                  for_each = local.all
                  name     = "fn-${each.key}"
                  build_config {
                    entry_point = each.value["entry"]
                    source {
                      storage_source {
                        object = google_storage_bucket_object.o[each.key].name
                      }
                    }
                  }
                }
                resource "google_storage_bucket_object" "o" {
                  for_each = local.all
                  source   = data.archive_file.a[each.key].output_path
                }
                data "archive_file" "a" {
                  for_each   = local.all
                  source_dir = "${path.module}/config/${each.value.sources[0]}"
                }
                """,
            },
            [("orders", "fn-a", "src")],
            id="a file of JSON for each function",
        ),
        pytest.param(
            {
                "main.tf": """\
                variable "prod" { default = false }
                resource "google_cloudfunctions_function" "f" {
                  name        = var.prod ? "api" : "api-dev"
                  entry_point = var.prod ? "orders" : "hello"
                  runtime     = "python310"
                }
                """
            },
            [("hello", "api-dev", None), ("orders", "api", None)],
            id="both arms of a condition, each with what belongs to it",
        ),
        pytest.param(
            {
                "main.tf": """\
                variable "functions" {
                  type = map(object({
                    entry = optional(string, "hello")
                    name  = optional(string)
                  }))
                  default = { a = {}, b = { entry = "orders", name = "bee" } }
                }
                resource "google_cloudfunctions2_function" "f" {
                  for_each = var.functions
                  name     = coalesce(each.value.name, each.key)
                  build_config { entry_point = each.value.entry }
                }
                """
            },
            [("hello", "a", None), ("orders", "bee", None)],
            id="optional attributes of a variable's type",
        ),
        pytest.param(
            {
                "main.tf": """\
                data "archive_file" "src" {
                  source {
                    content  = file("${path.module}/code/handler.py")
                    filename = "main.py"
                  }
                  source {
                    content  = file("${path.module}/code/requirements.txt")
                    filename = "requirements.txt"
                  }
                  output_path = "${path.module}/src.zip"
                }
                resource "google_storage_bucket_object" "o" {
                  name   = "src.zip"
                  source = "./src.zip"
                }
                resource "google_cloudfunctions_function" "f" {
                  name                  = "f"
                  entry_point           = "hello"
                  source_archive_object = "${google_storage_bucket_object.o.name}"
                }
                """
            },
            [("hello", "f", "code")],
            id="an archive of single files, joined by its path",
        ),
        pytest.param(
            {
                "main.tf": """\
                variable "prod" { default = true }
                resource "google_cloudfunctions_function" "f" {
                  name        = var.prod ? "api" : "api-${var.developer}"
                  entry_point = var.prod ? "orders" : "hello"
                  runtime     = "python310"
                }
                """
            },
            [("orders", "api", None), ("hello", None, None)],
            id="an arm without a known name",
        ),
        pytest.param(
            {
                "main.tf": """\
                variable "path" { default = "fn/here" }
                resource "google_cloudfunctions_function" "f" {
                  name        = "f"
                  entry_point = "hello"
                  source_repository {
                    url = "https://x/moveable-aliases/main/paths/${var.path}"
                  }
                }
                """
            },
            [("hello", "f", "fn/here")],
            id="the path in a mirrored repository",
        ),
        pytest.param(
            {
                "main.tf": """\
                resource "google_cloudfunctions_function" "f" {
                  name        = "f"
                  entry_point = "hello"
                  source_repository {
                    url = "https://x/projects/${var.project}/repos/r/paths/fn"
                  }
                }
                """
            },
            [("hello", "f", "fn")],
            id="the path in a mirrored repository of a project that is not known",
        ),
        pytest.param(
            {
                "main.tf": """\
                resource google_cloudfunctions_function f {
                  name             = "f"
                  entry_point      = "hello"
                  source_directory = "${path.module}/fn"
                  trigger_topic    = "orders"
                }
                resource "other" {
                resource google_cloudfunctions_function g {
                  name        = "g"
                  entry_point = "orders"
                }
                """
            },
            [("hello", "f", "fn"), ("orders", "g", None)],
            id="labels without quotes, and a folder in place of an archive",
        ),
        pytest.param(
            {
                "env.yaml": "names: [a, b]\n",
                "main.tf": """\
                data "local_file" "env" { filename = "${path.module}/env.yaml" }
                locals {
                  names = yamldecode(data.local_file.env.content)["names"]
                  all   = setunion([for n in local.names : [n]]...)
                }
                resource "google_cloudfunctions_function" "f" {
                  for_each    = local.all
                  name        = "fn-${each.key}"
                  entry_point = "hello"
                }
                """,
            },
            [("hello", "fn-a", None), ("hello", "fn-b", None)],
            id="a file that is read as a data source",
        ),
    ],
)
def test_each_form_is_parsed(
    tmp_path: Path,
    files: dict[str, str],
    expected: list[tuple[str | None, ...]],
) -> None:
    assert said(tmp_path, files) == expected
