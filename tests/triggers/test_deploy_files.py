"""What deploy files and settings say about triggers and options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from funclens.catalog import build_catalog
from source_tree import functions_of, open_tree, write_tree
from triggers.declarations import MAIN, SCHEDULE, declared

if TYPE_CHECKING:
    from pathlib import Path

GCLOUD = [
    (
        "--trigger-topic=orders --retry --memory=512Mi --timeout=9m --region=us-east1",
        {
            "triggers": [
                {
                    "kind": "pubsub",
                    "event_type": "google.cloud.pubsub.topic.v1.messagePublished",
                    "topic": "orders",
                    "retry": True,
                }
            ],
            "regions": ["us-east1"],
            "memory_mib": 512,
            "timeout_seconds": 540,
        },
    ),
    (
        "--no-gen2 --trigger-bucket gs://photos",
        {
            "triggers": [
                {
                    "kind": "storage",
                    "event_type": "google.storage.object.finalize",
                    "bucket": "photos",
                }
            ]
        },
    ),
    (
        (
            "--trigger-event-filters=type=google.cloud.firestore.document.v1.written,"
            "database='(default)' "
            "--trigger-event-filters-path-pattern=document='users/{id}' --concurrency 5"
        ),
        {
            "triggers": [
                {
                    "kind": "firestore",
                    "event_type": "google.cloud.firestore.document.v1.written",
                    "database": "(default)",
                    "document": "users/{id}",
                }
            ],
            "concurrency": 5,
        },
    ),
    (
        (
            "--trigger-event-filters type=google.cloud.audit.log.v1.written "
            "--trigger-event-filters serviceName=bigquery.googleapis.com "
            "--set-secrets A=a:latest,/etc/b=b:1"
        ),
        {
            "triggers": [
                {
                    "kind": "audit-log",
                    "event_type": "google.cloud.audit.log.v1.written",
                    "filters": {"serviceName": "bigquery.googleapis.com"},
                }
            ],
            "secrets": ["A", "/etc/b"],
        },
    ),
    (
        (
            "--trigger-event providers/cloud.firestore/eventTypes/document.write "
            "--trigger-resource 'projects/p/databases/(default)/documents/users/{id}'"
        ),
        {
            "triggers": [
                {
                    "kind": "firestore",
                    "event_type": "providers/cloud.firestore/eventTypes/document.write",
                    "document": "users/{id}",
                    "database": "(default)",
                }
            ]
        },
    ),
    (
        (
            "--trigger-event providers/google.firebase.database/eventTypes/ref.create "
            "--trigger-resource projects/_/instances/my-db/refs/messages/{id}"
        ),
        {
            "triggers": [
                {
                    "kind": "database",
                    "event_type": (
                        "providers/google.firebase.database/eventTypes/ref.create"
                    ),
                    "reference": "messages/{id}",
                    "instance": "my-db",
                }
            ]
        },
    ),
    ("--trigger-http", {"triggers": [{"kind": "http"}]}),
    (
        "--trigger-topic=$TOPIC",
        {
            "triggers": [
                {
                    "kind": "pubsub",
                    "event_type": "google.cloud.pubsub.topic.v1.messagePublished",
                }
            ]
        },
    ),
]


@pytest.mark.parametrize(("flags", "expected"), GCLOUD)
def test_flags_of_gcloud_give_trigger_and_options(
    tmp_path: Path, flags: str, expected: dict[str, Any]
) -> None:
    command = f"gcloud functions deploy f --source=. {flags}\n"

    for trigger in expected["triggers"]:
        if trigger["kind"] != "http":
            trigger.setdefault("retry", False)
    assert declared(tmp_path, "deploy.sh", command) == expected


def test_a_schedule_that_publishes_to_the_topic_belongs_to_the_function(
    tmp_path: Path,
) -> None:
    found = declared(
        tmp_path,
        "deploy.sh",
        "gcloud functions deploy f --source . --trigger-topic=weekly\n"
        'gcloud scheduler jobs create pubsub w --schedule="0 9 * * 1" '
        "--time-zone=Europe/Rome --topic=weekly --max-retry-attempts=2 "
        "--min-backoff=5s\n",
    )

    assert found["triggers"][1:] == [SCHEDULE]


def test_eventarc_triggers_belong_to_the_service_they_name(tmp_path: Path) -> None:
    found = declared(
        tmp_path,
        "deploy.sh",
        "gcloud run deploy shop --source . --function f\n"
        "gcloud eventarc triggers create t --destination-run-service=shop "
        "--event-filters=type=google.cloud.storage.object.v1.deleted "
        "--event-filters=bucket=photos\n",
    )

    assert found["triggers"] == [
        {
            "kind": "storage",
            "event_type": "google.cloud.storage.object.v1.deleted",
            "bucket": "photos",
            "retry": True,
        }
    ]


def test_flags_of_a_push_subscription_give_its_policies(tmp_path: Path) -> None:
    found = declared(
        tmp_path,
        "deploy.sh",
        "gcloud run deploy shop --source . --function f\n"
        "gcloud pubsub subscriptions create s --enable-message-ordering --topic=t "
        "--push-endpoint=https://shop-abcdefghij-ew.a.run.app/push "
        "--dead-letter-topic=projects/p/topics/dead --max-retry-delay=2m\n",
    )

    assert found["triggers"] == [
        {
            "kind": "pubsub",
            "event_type": "google.cloud.pubsub.topic.v1.messagePublished",
            "topic": "t",
            "dead_letter_topic": "dead",
            "retry": True,
            "retry_policy": {"max_attempts": 5, "max_backoff_seconds": 120},
            "ordered": True,
        }
    ]


@pytest.mark.parametrize(
    ("flags", "retry"),
    [("", False), ("--no-retry", False), ("--retry", True), ("$RETRY", None)],
)
def test_events_are_retried_only_if_gcloud_says_so(
    tmp_path: Path, flags: str, *, retry: bool | None
) -> None:
    command = f"gcloud functions deploy f --source=. --trigger-topic=t {flags}\n"

    found = declared(tmp_path, "deploy.sh", command)

    assert [item.get("retry") for item in found["triggers"]] == [retry]


def test_a_schedule_in_a_file_of_its_own_follows_edits(tmp_path: Path) -> None:
    write_tree(tmp_path, {"main.py": MAIN, "jobs.sh": "#\n"})
    workspace = open_tree(tmp_path)
    assert build_catalog(workspace.facts()).functions[0].triggers == ()

    command = (
        'gcloud scheduler jobs create http j --schedule="* * * * *" '
        "--uri=https://us-central1-shop.cloudfunctions.net/f\n"
    )
    write_tree(tmp_path, {"jobs.sh": command})
    workspace.changed([str(tmp_path / "jobs.sh")])

    found = build_catalog(workspace.facts()).functions[0].triggers
    assert [item.get("schedule") for item in found] == ["* * * * *"]


def test_a_job_for_a_deployed_function_is_not_given_to_its_namesake(
    tmp_path: Path,
) -> None:
    write_tree(
        tmp_path,
        {
            "a/main.py": MAIN,
            "b/main.py": MAIN,
            "deploy.sh": "gcloud functions deploy f --source=a --trigger-http\n"
            'gcloud scheduler jobs create http j --schedule="* * * * *" '
            "--uri=https://us-central1-shop.cloudfunctions.net/f\n",
        },
    )

    found = functions_of(tmp_path)

    assert len(found["a.main.f"].triggers) == 2
    assert found["b.main.f"].triggers == ()


@pytest.mark.parametrize(
    ("path", "kinds"),
    [("f", ["schedule"]), ("$NAME", []), ("f$SUFFIX", []), ("other", [])],
)
def test_a_url_with_variables_in_its_host_names_the_function(
    tmp_path: Path, path: str, kinds: list[str]
) -> None:
    found = declared(
        tmp_path,
        "jobs.sh",
        'gcloud scheduler jobs create http j --schedule="* * * * *" \\\n'
        f'  --uri="https://$REGION-${{PROJECT}}.cloudfunctions.net/{path}"\n',
    )

    assert [item["kind"] for item in found["triggers"]] == kinds


def test_a_deployment_that_says_less_adds_nothing(tmp_path: Path) -> None:
    found = declared(
        tmp_path,
        "README.md",
        "```sh\n"
        "gcloud functions deploy f --source . --trigger-topic=YOUR_TOPIC\n"
        "gcloud functions deploy f --source . --trigger-topic=orders\n"
        "```\n",
    )

    assert [item["topic"] for item in found["triggers"]] == ["orders"]


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        (
            ".github/workflows/deploy.yml",
            """
            on: push
            jobs:
              deploy:
                runs-on: ubuntu-latest
                steps:
                  - uses: google-github-actions/deploy-cloud-functions@v3
                    with:
                      name: f
                      entry_point: f
                      memory: 1Gi
                      event_trigger_type: google.cloud.storage.object.v1.finalized
                      event_trigger_filters: bucket=photos
            """,
            "storage",
        ),
        (
            "serverless.yml",
            """
            provider: { name: google, runtime: python312, memorySize: 1024 }
            functions:
              first:
                handler: f
                events:
                  - event:
                      eventType: google.storage.object.finalize
                      resource: projects/p/buckets/photos
            """,
            "storage",
        ),
        (
            "functions.yaml",
            """
            - name: f
              entry_point: f
              runtime: python312
              trigger_bucket: photos
              memory: 1GB
            """,
            "storage",
        ),
    ],
)
def test_other_formats_give_them_too(
    tmp_path: Path, name: str, text: str, kind: str
) -> None:
    found = declared(tmp_path, name, text)

    assert [(t["kind"], t["bucket"]) for t in found["triggers"]] == [(kind, "photos")]
    assert found["memory_mib"] == 1024


def test_a_setting_replaces_what_files_say(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "main.py": MAIN,
            "deploy.sh": "gcloud functions deploy f --source . --trigger-topic=a\n",
            "pyproject.toml": """
                [tool.funclens.triggers]
                "main.f" = "--trigger-topic=b --retry --memory=2Gi"
                """,
        },
    )

    found = functions_of(tmp_path)["main.f"]

    assert [(t.origin, t.get("topic"), t.retry) for t in found.triggers] == [
        ("setting", "b", True)
    ]
    assert found.options.memory_mib == 2048


def test_deploy_as_the_value_of_a_flag_is_no_command(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {"main.py": MAIN, "deploy.sh": "gcloud functions --project deploy f\n"},
    )

    assert open_tree(tmp_path).facts().notes == ()
