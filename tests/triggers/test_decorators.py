"""What Firebase decorators say about triggers and options, without running them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from funclens.catalog import build_catalog
from funclens.catalog.listing import function_json
from source_tree import functions_of, open_tree, write_tree

if TYPE_CHECKING:
    from pathlib import Path

    from funclens.model import Function

IMPORTS = """\
from firebase_functions import (
    alerts_fn, db_fn, eventarc_fn, firestore_fn, https_fn, identity_fn, options,
    pubsub_fn, remote_config_fn, scheduler_fn, storage_fn, tasks_fn, test_lab_fn,
)
from firebase_functions.alerts import crashlytics_fn
from firebase_functions.params import IntParam, SecretParam, StringParam
"""


def function(folder: Path, text: str, **files: str) -> Function:
    """Return the function `f` below imports and a text."""
    tree = {f"{name}.py": content for name, content in files.items()}
    write_tree(folder, {**tree, "main.py": f"{IMPORTS}{text}\ndef f(event): ...\n"})
    return functions_of(folder)["main.f"]


def trigger(folder: Path, text: str, **files: str) -> dict[str, Any]:
    """Return the only trigger of the function, as JSON without text and origin."""
    (found,) = function_json(function(folder, text, **files))["triggers"]
    assert found.pop("origin") == "decorator"
    assert found.pop("text")
    return found


@pytest.mark.parametrize(
    ("decorator", "expected"),
    [
        (
            'pubsub_fn.on_message_published(topic="orders", retry=True)',
            {
                "kind": "pubsub",
                "event_type": "google.cloud.pubsub.topic.v1.messagePublished",
                "topic": "orders",
                "retry": True,
            },
        ),
        (
            'storage_fn.on_object_metadata_updated(bucket="photos")',
            {
                "kind": "storage",
                "event_type": "google.cloud.storage.object.v1.metadataUpdated",
                "bucket": "photos",
                "retry": False,
            },
        ),
        (
            (
                "firestore_fn.on_document_written_with_auth_context("
                'document="/users/{id}", database="eu")'
            ),
            {
                "kind": "firestore",
                "event_type": (
                    "google.cloud.firestore.document.v1.written.withAuthContext"
                ),
                "database": "eu",
                "namespace": "(default)",
                "document": "users/{id}",
                "retry": False,
            },
        ),
        (
            'db_fn.on_value_created(reference="/messages/{id}", instance="my-db")',
            {
                "kind": "database",
                "event_type": "google.firebase.database.ref.v1.created",
                "reference": "messages/{id}",
                "instance": "my-db",
                "retry": False,
            },
        ),
        (
            (
                'scheduler_fn.on_schedule(schedule="every day 00:00", '
                'timezone=scheduler_fn.Timezone("Europe/Rome"), retry_count=3)'
            ),
            {
                "kind": "schedule",
                "schedule": "every day 00:00",
                "time_zone": "Europe/Rome",
                "retry": True,
                "retry_policy": {"retry_count": 3},
            },
        ),
        (
            (
                "tasks_fn.on_task_dispatched(retry_config=options.RetryConfig("
                "max_attempts=5, min_backoff_seconds=60), "
                "rate_limits=options.RateLimits(max_concurrent_dispatches=10))"
            ),
            {
                "kind": "tasks",
                "queue": "f",
                "retry": True,
                "retry_policy": {"max_attempts": 5, "min_backoff_seconds": 60},
                "rate_limits": {"max_concurrent_dispatches": 10},
            },
        ),
        (
            (
                'eventarc_fn.on_custom_event_published(event_type="a.b", '
                'filters={"size": "big"})'
            ),
            {
                "kind": "eventarc",
                "event_type": "a.b",
                "channel": "locations/us-central1/channels/firebase",
                "filters": {"size": "big"},
                "retry": False,
            },
        ),
        (
            "identity_fn.before_user_created()",
            {
                "kind": "identity",
                "event_type": "providers/cloud.auth/eventTypes/user.beforeCreate",
                "retry": False,
            },
        ),
        (
            "remote_config_fn.on_config_updated()",
            {
                "kind": "remote-config",
                "event_type": "google.firebase.remoteconfig.remoteConfig.v1.updated",
                "retry": False,
            },
        ),
        (
            "test_lab_fn.on_test_matrix_completed()",
            {
                "kind": "test-lab",
                "event_type": "google.firebase.testlab.testMatrix.v1.completed",
                "retry": False,
            },
        ),
        (
            "crashlytics_fn.on_velocity_alert_published()",
            {
                "kind": "alerts",
                "event_type": "google.firebase.firebasealerts.alerts.v1.published",
                "alert_type": "crashlytics.velocity",
                "retry": False,
            },
        ),
        (
            (
                "alerts_fn.on_alert_published("
                "alert_type=alerts_fn.AlertType.APP_DISTRIBUTION_IN_APP_FEEDBACK)"
            ),
            {
                "kind": "alerts",
                "event_type": "google.firebase.firebasealerts.alerts.v1.published",
                "alert_type": "appDistribution.inAppFeedback",
                "retry": False,
            },
        ),
        ("https_fn.on_call()", {"kind": "http"}),
    ],
)
def test_each_decorator_gives_its_trigger(
    tmp_path: Path, decorator: str, expected: dict[str, Any]
) -> None:
    assert trigger(tmp_path, f"@{decorator}") == expected


@pytest.mark.parametrize(
    ("text", "files", "topic"),
    [
        ('TOPIC = "a"\n@pubsub_fn.on_message_published(topic=TOPIC)', {}, "a"),
        (
            "import config\n@pubsub_fn.on_message_published(topic=config.TOPIC)",
            {"config": 'PREFIX = "dev"\nTOPIC = f"{PREFIX}-orders"\n'},
            "dev-orders",
        ),
        (
            'OPTIONS = dict(topic="b")\n@pubsub_fn.on_message_published(**OPTIONS)',
            {},
            "b",
        ),
        (
            '@pubsub_fn.on_message_published(topic=StringParam("T", default="c"))',
            {},
            "c",
        ),
        ('@pubsub_fn.on_message_published(topic="d" + "-" + "e")', {}, "d-e"),
    ],
)
def test_a_constant_is_followed_to_its_value(
    tmp_path: Path, text: str, files: dict[str, str], topic: str
) -> None:
    assert trigger(tmp_path, text, **files)["topic"] == topic


@pytest.mark.parametrize(
    "text",
    [
        'import os\n@pubsub_fn.on_message_published(topic=os.environ["TOPIC"])',
        "@pubsub_fn.on_message_published(topic=TOPIC)",
        'TOPIC = "a"\nTOPIC = "b"\n@pubsub_fn.on_message_published(topic=TOPIC)',
        'if X:\n    TOPIC = "a"\n@pubsub_fn.on_message_published(topic=TOPIC)',
        'A = A + "a"\n@pubsub_fn.on_message_published(topic=A)',
        '@pubsub_fn.on_message_published(topic=StringParam("T"))',
    ],
)
def test_what_depends_on_anything_else_stays_unknown(tmp_path: Path, text: str) -> None:
    assert "topic" not in trigger(tmp_path, text)


def test_options_of_the_decorator_win_over_global_ones(tmp_path: Path) -> None:
    found = function(
        tmp_path,
        "options.set_global_options(region=options.SupportedRegion.EUROPE_WEST1, "
        "memory=options.MemoryOption.GB_1, timeout_sec=60)\n"
        'KEY = SecretParam("API_KEY")\n'
        '@pubsub_fn.on_message_published(topic="t", timeout_sec=60 * 5, '
        'concurrency=IntParam("N", default=4), secrets=[KEY, "OTHER"])',
    )

    assert function_json(found)["options"] == {
        "regions": ["europe-west1"],
        "memory_mib": 1024,
        "timeout_seconds": 300,
        "concurrency": 4,
        "secrets": ["API_KEY", "OTHER"],
    }


def test_global_options_apply_to_functions_below_them_only(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "main.py": f"{IMPORTS}\n"
            "@https_fn.on_request()\ndef above(request): ...\n"
            "options.set_global_options(memory=512)\n"
            "@https_fn.on_request()\ndef below(request): ...\n"
        },
    )

    found = functions_of(tmp_path)

    assert found["main.above"].options.memory_mib is None
    assert found["main.below"].options.memory_mib == 512


def test_an_edit_of_another_module_changes_the_trigger(tmp_path: Path) -> None:
    text = "from config import T\n@pubsub_fn.on_message_published(topic=T)"
    function(tmp_path, text, config='T = "a"\n')
    workspace = open_tree(tmp_path)
    before = build_catalog(workspace.facts()).functions[0]

    workspace.open(str(tmp_path / "config.py"), 'T = "b"\n')

    after = build_catalog(workspace.facts()).functions[0]
    topics = [item.triggers[0].get("topic") for item in (before, after)]
    assert topics == ["a", "b"]


def test_endless_expressions_cost_little(tmp_path: Path) -> None:
    chain = "\n".join(f"A{n} = A{n + 1} + A{n + 1}" for n in range(200))
    deep = "(" * 50 + '"x"' + ")" * 50

    found = trigger(
        tmp_path,
        f'{chain}\nA200 = "x"\nDEEP = {deep}\n'
        "@pubsub_fn.on_message_published(topic=A0, retry=DEEP)",
    )

    assert "topic" not in found


def test_composed_strings_are_cut_off(tmp_path: Path) -> None:
    many = "{A}" * 100

    found = trigger(
        tmp_path,
        f'A = "{"x" * 50_000}"\n@pubsub_fn.on_message_published(topic=f"{many}")',
    )

    assert len(found["topic"]) <= 4_000
