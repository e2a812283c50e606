"""Modules that call each other, values from outside, and other syntaxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from terraform_tree import said

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {
                "main.tf": """\
                module "orders" {
                  source      = "./modules/function"
                  name        = "orders-api"
                  entry_point = "orders"
                  source_dir  = "${path.module}/src/orders"
                }
                module "others" {
                  for_each    = { hello = "src/hello" }
                  source      = "./modules/function"
                  name        = "${each.key}-api"
                  entry_point = each.key
                  source_dir  = abspath("${path.root}/${each.value}")
                }
                """,
                "modules/function/main.tf": """\
                variable "name" {}
                variable "entry_point" { default = "main" }
                variable "source_dir" {}
                module "archive" {
                  source = "../archive"
                  folder = var.source_dir
                }
                resource "google_cloudfunctions_function" "f" {
                  name                  = var.name
                  entry_point           = var.entry_point
                  source_archive_object = module.archive.object
                  runtime               = "python311"
                }
                """,
                "modules/archive/main.tf": """\
                variable "folder" {}
                output "object" { value = google_storage_bucket_object.o.name }
                resource "google_storage_bucket_object" "o" {
                  source = data.archive_file.a.output_path
                }
                data "archive_file" "a" { source_dir = var.folder }
                """,
            },
            [
                ("orders", "orders-api", "src/orders"),
                ("hello", "hello-api", "src/hello"),
            ],
            id="a module that is called",
        ),
        pytest.param(
            {
                "main.tf": """\
                module "f" {
                  source  = "terraform-google-modules/event-function/google"
                  version = "~> 2.0"
                  name    = "on-order"
                  entry_point      = "orders"
                  source_directory = "${path.module}/src"
                  runtime          = "python310"
                  event_trigger    = { event_type = "google.pubsub.topic.publish" }
                }
                module "s" {
                  source = "terraform-google-modules/scheduled-function/google"
                  function_name             = "nightly"
                  function_entry_point      = "hello"
                  function_source_directory = "./jobs"
                  function_runtime          = "python310"
                }
                """
            },
            [("orders", "on-order", "src"), ("hello", "nightly", "jobs")],
            id="modules of the registry",
        ),
        pytest.param(
            {
                "main.tf": """\
                module "f" {
                  source      = "git::https://example.com/modules.git//function"
                  name        = "short"
                  entry_point = "orders"
                  source_dir  = "./src"
                }
                """
            },
            [("orders", None, "src")],
            id="how a module that is elsewhere makes its name is not known",
        ),
        pytest.param(
            {
                "main.tf": """\
                variable "stage" { default = "dev" }
                resource "google_cloudfunctions_function" "f" {
                  name        = "api-${var.stage}"
                  entry_point = "hello"
                }
                """,
                "envs/prod.tfvars": 'stage = "prod"\nproject = "p"\n',
                "envs/test.tfvars": 'stage = "test"\n',
            },
            [("hello", "api-prod", None), ("hello", "api-test", None)],
            id="files of values",
        ),
        pytest.param(
            {
                "main.tf": """\
                variable "stage" { default = "dev" }
                resource "google_cloudfunctions_function" "f" {
                  name        = "api-${var.stage}"
                  entry_point = "hello"
                }
                """,
                "terraform.tfvars": 'stage = "live"\n',
            },
            [("hello", "api-live", None)],
            id="the file of values that always counts",
        ),
        pytest.param(
            {
                "main.tf.json": """\
                {"resource": {"google_cloudfunctions2_function": {"f": {
                  "name": "api-${local.stage}",
                  "build_config": [{"entry_point": "hello", "runtime": "python312"}]
                }}}, "locals": {"stage": "x"}}
                """
            },
            [("hello", "api-x", None)],
            id="Terraform in JSON",
        ),
        pytest.param(
            {
                "main.tofu": """\
                resource "google_cloudfunctions_function" "f" {
                  name = "tofu"
                  entry_point = "hello"
                }
                """,
                "main.tf": 'resource "google_cloudfunctions_function" "f" {}\n',
            },
            [("hello", "tofu", None)],
            id="OpenTofu",
        ),
        pytest.param(
            {
                "live/terragrunt.hcl": """\
                include "root" { path = find_in_parent_folders() }
                terraform { source = "../modules//function" }
                inputs = {
                  entry  = "orders"
                  folder = "${get_repo_root()}/src"
                }
                """,
                "live/envs/common.tfvars": 'name = "api"\n',
                "modules/function/main.tf": """\
                variable "name" {}
                variable "entry" {}
                variable "folder" {}
                data "archive_file" "a" { source_dir = var.folder }
                resource "google_cloudfunctions_function" "f" {
                  name                  = var.name
                  entry_point           = var.entry
                  source_archive_object = data.archive_file.a.output_path
                }
                """,
            },
            [("orders", "api", "src")],
            id="Terragrunt",
        ),
        pytest.param(
            {
                "main.tf": """\
                resource "google_cloud_run_v2_service" "s" {
                  name = "svc"
                  template {
                    containers {
                      image = "x"
                      env {
                        name  = "FUNCTION_TARGET"
                        value = "hello"
                      }
                    }
                  }
                }
                """
            },
            [("hello", "svc", None)],
            id="a service that serves a function",
        ),
        pytest.param(
            {
                "main.tf": """\
                resource "google_cloud_run_v2_service" "s" {
                  name = "svc"
                  build_config {
                    function_target = "hello"
                    base_image      = "us-central1-docker.pkg.dev/x/python312"
                    source_location = "gs://b/${google_storage_bucket_object.o.name}"
                  }
                }
                resource "google_storage_bucket_object" "o" {
                  source = data.archive_file.a.output_path
                }
                data "archive_file" "a" { source_dir = "./src" }
                """
            },
            [("hello", "svc", "src")],
            id="a service that is built of a function",
        ),
        pytest.param(
            {
                "main.tf": """\
                resource "google_cloudfunctions_function" "f" {
                  name        = trimspace(<<-EOT
                    x
                  EOT
                  )
                  description = "unclosed
                  labels      = { a = "$${escaped}", b = "%%{too}", c = "50%" }
                  entry_point = "hello"
                }
                resource "google_cloudfunctions_function" "broken" {
                  name = [1, 2
                }
                resource "google_cloudfunctions_function" "g" {
                  /* a comment } */
                  name        = "g" // another
                  entry_point = "orders"
                }
                """
            },
            [("hello", "x", None), ("orders", "g", None)],
            id="what is broken costs itself",
        ),
    ],
)
def test_each_construct_is_followed(
    tmp_path: Path,
    files: dict[str, str],
    expected: list[tuple[str | None, ...]],
) -> None:
    assert said(tmp_path, files) == expected
