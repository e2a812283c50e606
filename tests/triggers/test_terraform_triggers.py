"""What Terraform says about triggers and options."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from source_tree import write_tree
from triggers.declarations import SCHEDULE, declared

if TYPE_CHECKING:
    from pathlib import Path

SECOND = """\
resource "google_pubsub_topic" "orders" { name = "orders" }
resource "google_cloudfunctions2_function" "f" {
  name     = "paid"
  location = "europe-west1"
  build_config {
    entry_point = "f"
    source { storage_source { object = "f.zip" } }
  }
  service_config {
    available_memory                 = "256M"
    timeout_seconds                  = 60
    max_instance_request_concurrency = 8
    secret_environment_variables {
      key = "API_KEY"
    }
  }
  %s
}
"""
OPTIONS = {
    "regions": ["europe-west1"],
    "memory_mib": 256,
    "timeout_seconds": 60,
    "concurrency": 8,
    "secrets": ["API_KEY"],
}


def test_terraform_gives_trigger_and_options(tmp_path: Path) -> None:
    event = """event_trigger {
        event_type   = "google.cloud.pubsub.topic.v1.messagePublished"
        pubsub_topic = google_pubsub_topic.orders.id
        retry_policy = "RETRY_POLICY_RETRY"
      }"""

    found = declared(tmp_path, "main.tf", SECOND % event)

    assert found == {
        "triggers": [
            {
                "kind": "pubsub",
                "event_type": "google.cloud.pubsub.topic.v1.messagePublished",
                "topic": "orders",
                "retry": True,
            }
        ],
        **OPTIONS,
    }


def test_terraform_of_the_first_generation_gives_them_too(tmp_path: Path) -> None:
    found = declared(
        tmp_path,
        "main.tf",
        """
        resource "google_cloudfunctions_function" "f" {
          name                = "f"
          entry_point         = "f"
          available_memory_mb = 128
          event_trigger {
            event_type = "google.storage.object.archive"
            resource   = "photos"
            failure_policy { retry = true }
          }
        }
        """,
    )

    assert found == {
        "triggers": [
            {
                "kind": "storage",
                "event_type": "google.storage.object.archive",
                "bucket": "photos",
                "retry": True,
            }
        ],
        "memory_mib": 128,
        "concurrency": 1,
    }


@pytest.mark.parametrize(
    ("resource", "event_type", "attributes"),
    [
        (
            "projects/${var.project}/topics/orders",
            "google.pubsub.topic.publish",
            {"topic": "orders"},
        ),
        (
            "projects/${var.project}/databases/(default)/documents/users/{id}",
            "providers/cloud.firestore/eventTypes/document.write",
            {"document": "users/{id}", "database": "(default)"},
        ),
        ("${var.prefix}-orders", "google.pubsub.topic.publish", {}),
        ("orders-${var.env}", "google.pubsub.topic.publish", {}),
    ],
)
def test_an_unknown_project_hides_no_resource(
    tmp_path: Path, resource: str, event_type: str, attributes: dict[str, str]
) -> None:
    found = declared(
        tmp_path,
        "main.tf",
        f"""
        variable "project" {{}}
        resource "google_cloudfunctions_function" "f" {{
          name        = "f"
          entry_point = "f"
          event_trigger {{
            event_type = "{event_type}"
            resource   = "{resource}"
          }}
        }}
        """,
    )

    (trigger,) = found["triggers"]
    assert trigger.pop("retry") is False
    del trigger["kind"], trigger["event_type"]
    assert trigger == attributes


@pytest.mark.parametrize(
    "uri",
    [
        "google_cloudfunctions2_function.f.url",
        "google_cloudfunctions2_function.f.service_config[0].uri",
        '"${google_cloudfunctions2_function.f.url}/weekly"',
        '"https://europe-west1-shop.cloudfunctions.net/paid"',
        '"https://paid-abcdefghij-ew.a.run.app/"',
        '"https://paid-123456789012.europe-west1.run.app"',
    ],
)
def test_a_job_that_calls_the_url_of_a_function_is_its_schedule(
    tmp_path: Path, uri: str
) -> None:
    job = f"""
        resource "google_cloud_scheduler_job" "weekly" {{
          name      = "weekly"
          schedule  = "0 9 * * 1"
          time_zone = "Europe/Rome"
          retry_config {{
            retry_count          = 2
            min_backoff_duration = "5s"
          }}
          http_target {{ uri = {uri} }}
        }}
        """

    found = declared(tmp_path, "main.tf", SECOND % "" + job)

    assert found["triggers"] == [{"kind": "http"}, SCHEDULE]


def test_a_url_that_reaches_a_module_as_a_variable_counts(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "job/main.tf": """
                variable "uri" {}
                resource "google_cloud_scheduler_job" "j" {
                  schedule = "* * * * *"
                  http_target { uri = var.uri }
                }
                """,
        },
    )
    call = """
        module "job" {
          source = "./job"
          uri    = google_cloudfunctions2_function.f.service_config[0].uri
        }
        """

    found = declared(tmp_path, "main.tf", SECOND % "" + call)

    assert [item["kind"] for item in found["triggers"]] == ["http", "schedule"]


@pytest.mark.parametrize(
    ("policy", "retry"),
    [
        ("", False),
        ('retry_policy = "RETRY_POLICY_DO_NOT_RETRY"', False),
        ("retry_policy = var.unknown", None),
        ('retry_policy = "RETRY_POLICY_RETRY"', True),
    ],
)
def test_events_are_retried_only_if_terraform_says_so(
    tmp_path: Path, policy: str, *, retry: bool | None
) -> None:
    event = f"""event_trigger {{
        event_type   = "google.cloud.pubsub.topic.v1.messagePublished"
        pubsub_topic = google_pubsub_topic.orders.id
        {policy}
      }}"""

    found = declared(tmp_path, "main.tf", SECOND % event)

    assert [item.get("retry") for item in found["triggers"]] == [retry]


def test_a_push_subscription_in_terraform_has_its_policies(tmp_path: Path) -> None:
    subscription = """
        resource "google_pubsub_topic" "dead" { name = "orders-dead" }
        resource "google_pubsub_subscription" "s" {
          name                    = "s"
          topic                   = google_pubsub_topic.orders.name
          enable_message_ordering = true
          filter                  = "hasPrefix(attributes.kind, \\"a\\")"
          push_config { push_endpoint = google_cloudfunctions2_function.f.url }
          dead_letter_policy {
            dead_letter_topic     = google_pubsub_topic.dead.id
            max_delivery_attempts = 10
          }
          retry_policy { minimum_backoff = "5s" }
        }
        """

    found = declared(tmp_path, "main.tf", SECOND % "" + subscription)

    assert found["triggers"][1:] == [
        {
            "kind": "pubsub",
            "event_type": "google.cloud.pubsub.topic.v1.messagePublished",
            "topic": "orders",
            "dead_letter_topic": "orders-dead",
            "message_filter": 'hasPrefix(attributes.kind, "a")',
            "retry": True,
            "retry_policy": {"max_attempts": 10, "min_backoff_seconds": 5},
            "ordered": True,
        }
    ]


def test_an_eventarc_trigger_with_one_attempt_is_not_retried(tmp_path: Path) -> None:
    trigger = """
        resource "google_eventarc_trigger" "t" {
          name     = "t"
          location = "europe-west1"
          matching_criteria {
            attribute = "type"
            value     = "google.cloud.pubsub.topic.v1.messagePublished"
          }
          destination { cloud_run_service { service = "paid" } }
          transport { pubsub { topic = google_pubsub_topic.orders.id } }
          retry_policy { max_attempts = 1 }
        }
        """

    found = declared(tmp_path, "main.tf", SECOND % "" + trigger)

    assert [item.get("retry") for item in found["triggers"][1:]] == [False]


def test_the_subscription_of_a_trigger_has_its_policies(tmp_path: Path) -> None:
    """Production creates it; people import it into Terraform to change it."""
    event = """event_trigger {
        event_type   = "google.cloud.pubsub.topic.v1.messagePublished"
        pubsub_topic = google_pubsub_topic.orders.id
        retry_policy = "RETRY_POLICY_RETRY"
      }"""
    url = "https://paid-abcdefghij-ew.a.run.app?__GCP_CloudEventsMode=CUSTOM_PUBSUB_x"
    subscription = f"""
        resource "google_pubsub_subscription" "s" {{
          name  = "eventarc-europe-west1-paid"
          topic = google_pubsub_topic.orders.id
          push_config {{ push_endpoint = "{url}" }}
          retry_policy {{ minimum_backoff = "20s" }}
        }}
        """

    found = declared(tmp_path, "main.tf", SECOND % event + subscription)

    assert found["triggers"] == [
        {
            "kind": "pubsub",
            "event_type": "google.cloud.pubsub.topic.v1.messagePublished",
            "topic": "orders",
            "retry": True,
            "retry_policy": {"min_backoff_seconds": 20},
        }
    ]
