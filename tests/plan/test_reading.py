"""What gcloud prints is read in each form that it has."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from funclens.errors import UsageError
from funclens.plan.differences import compare
from funclens.plan.gcloud_json import deployed_in

PLACE = "projects/shop/locations/europe-west1"

FIRST = {
    "availableMemoryMb": 256,
    "buildId": "b",
    "entryPoint": "on_upload",
    "environmentVariables": {"BUCKET": "s3cr3t"},
    "eventTrigger": {
        "eventType": "google.storage.object.finalize",
        "failurePolicy": {"retry": {}},
        "resource": "projects/_/buckets/uploads",
        "service": "storage.googleapis.com",
    },
    "name": f"{PLACE}/functions/on-upload",
    "runtime": "python39",
    "secretEnvironmentVariables": [
        {"key": "TOKEN", "projectId": "1", "secret": "token", "version": "latest"}
    ],
    "status": "ACTIVE",
    "timeout": "60s",
}
SECOND = {
    "buildConfig": {
        "build": f"{PLACE}/builds/b",
        "entryPoint": "on_order",
        "runtime": "python312",
        "source": {"storageSource": {"bucket": "b", "object": "o.zip"}},
    },
    "environment": "GEN_2",
    "eventTrigger": {
        "eventType": "google.cloud.pubsub.topic.v1.messagePublished",
        "pubsubTopic": "projects/shop/topics/orders",
        "retryPolicy": "RETRY_POLICY_DO_NOT_RETRY",
        "trigger": f"{PLACE}/triggers/on-order-1",
        "triggerRegion": "europe-west1",
    },
    "name": f"{PLACE}/functions/on-order",
    "serviceConfig": {
        "availableCpu": "0.1666",
        "availableMemory": "512Mi",
        "environmentVariables": {"LOG_EXECUTION_ID": "true", "MODE": "s3cr3t"},
        "maxInstanceRequestConcurrency": 1,
        "service": f"{PLACE}/services/on-order",
        "timeoutSeconds": 540,
        "uri": "https://on-order-x-ew.a.run.app",
    },
    "state": "ACTIVE",
}
SERVICE = {
    "apiVersion": "serving.knative.dev/v1",
    "kind": "Service",
    "metadata": {
        "annotations": {
            "run.googleapis.com/build-base-image": (
                "europe-west1-docker.pkg.dev/serverless-runtimes/google-22-full/"
                "runtimes/python313"
            ),
            "run.googleapis.com/build-function-target": "orders",
        },
        "labels": {"cloud.googleapis.com/location": "europe-west1"},
        "name": "orders",
        "namespace": "1",
    },
    "spec": {
        "template": {
            "spec": {
                "containerConcurrency": 80,
                "containers": [
                    {
                        "env": [
                            {"name": "MODE", "value": "s3cr3t"},
                            {
                                "name": "TOKEN",
                                "valueFrom": {
                                    "secretKeyRef": {"key": "latest", "name": "token"}
                                },
                            },
                        ],
                        "image": "europe-west1-docker.pkg.dev/shop/orders",
                        "resources": {"limits": {"cpu": "1000m", "memory": "1Gi"}},
                    }
                ],
                "timeoutSeconds": 300,
            }
        }
    },
}
SECOND_VERSION = {
    "name": f"{PLACE}/services/orders",
    "buildConfig": {"functionTarget": "orders", "baseImage": "python313"},
    "template": {
        "containers": [{"resources": {"limits": {"memory": "1Gi"}}}],
        "maxInstanceRequestConcurrency": 80,
        "timeout": "300s",
    },
}


def read(value: Any) -> Any:
    [found] = deployed_in(json.dumps(value), "the test")
    assert "s3cr3t" not in repr(found)
    return found


def test_a_function_of_the_first_generation() -> None:
    found = read([FIRST])

    assert (found.name, found.region, found.generation) == (
        "on-upload",
        "europe-west1",
        1,
    )
    assert (found.entry_point, found.runtime) == ("on_upload", "python39")
    assert (found.memory_mib, found.timeout_seconds) == (256, 60)
    assert (found.trigger.kind, found.trigger.get("bucket"), found.trigger.retry) == (
        "storage",
        "uploads",
        True,
    )
    assert (found.variables, found.secrets) == (("BUCKET",), ("TOKEN",))


def test_a_function_of_the_second_generation() -> None:
    found = read(SECOND)

    assert (found.name, found.generation, found.entry_point) == (
        "on-order",
        2,
        "on_order",
    )
    assert (found.memory_mib, found.timeout_seconds, found.concurrency) == (512, 540, 1)
    assert (found.trigger.get("topic"), found.trigger.retry) == ("orders", False)
    assert found.variables == ("LOG_EXECUTION_ID", "MODE")


def test_a_first_generation_function_in_the_form_of_the_second() -> None:
    """`gcloud functions list` asks the newer API about all functions."""
    assert read([{**SECOND, "environment": "GEN_1"}]).generation == 1


def test_path_patterns_and_the_type_among_the_filters() -> None:
    event = {
        "eventType": "google.cloud.firestore.document.v1.written",
        "eventFilters": [
            {
                "attribute": "type",
                "value": "google.cloud.firestore.document.v1.written",
            },
            {"attribute": "database", "value": "(default)"},
            {
                "attribute": "document",
                "operator": "match-path-pattern",
                "value": "users/{id}",
            },
        ],
    }

    trigger = read([{**SECOND, "eventTrigger": event}]).trigger

    assert dict(trigger.attributes) == {
        "database": "(default)",
        "document": "users/{id}",
    }
    assert trigger.filters == ()


@pytest.mark.parametrize("value", [SERVICE, {"items": [SERVICE]}])
def test_a_cloud_run_service_that_runs_a_function(value: Any) -> None:
    found = read(value)

    assert (found.name, found.region, found.entry_point) == (
        "orders",
        "europe-west1",
        "orders",
    )
    assert (found.runtime, found.memory_mib, found.timeout_seconds) == (
        "python313",
        1024,
        300,
    )
    assert (found.concurrency, found.variables, found.secrets) == (
        80,
        ("MODE",),
        ("TOKEN",),
    )


def test_a_service_in_the_second_version_of_the_api() -> None:
    found = read({"services": [SECOND_VERSION]})

    assert (found.name, found.region, found.entry_point, found.runtime) == (
        "orders",
        "europe-west1",
        "orders",
        "python313",
    )
    assert (found.memory_mib, found.timeout_seconds, found.concurrency) == (
        1024,
        300,
        80,
    )


def test_a_service_without_a_function_is_another_program() -> None:
    other = {**SERVICE, "metadata": {"name": "web"}}

    assert deployed_in(json.dumps([other]), "the test") == []


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[1]",
        "[[]]",
        "null",
        '"text"',
        '{"name": "x"}',
        "[" * 100_000,
        '[{"name": {"/functions/": 1}}]',
        "{}",
    ],
)
def test_anything_else_is_an_error_that_says_what_to_pass(content: str) -> None:
    with pytest.raises(UsageError) as raised:
        deployed_in(content, "the file")

    assert "the file" in str(raised.value)
    assert "gcloud functions list" in raised.value.hint


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("WARNING: Python 3.8 is deprecated.\n", ""),
        ("Listed 2 items.\nTo take a quick survey [y/N]: {x}\n", "\n\nUpdates!\n"),
        ("", "\nTo update, run:\n  $ gcloud components update\n"),
    ],
)
def test_what_gcloud_says_around_its_json_is_skipped(before: str, after: str) -> None:
    text = before + json.dumps([FIRST, SECOND], indent=2) + after

    found = deployed_in(text, "the test")

    assert [it.name for it in found] == ["on-upload", "on-order"]


def test_several_outputs_in_one_file_are_all_read() -> None:
    text = f"{json.dumps(FIRST)}\n{json.dumps([SECOND], indent=2)}\n[]\n"

    assert [it.project for it in deployed_in(text, "the test")] == ["shop", "shop"]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (
            "ERROR: (gcloud.functions.list) No active account.\n $ gcloud auth login\n",
            "gcloud is not signed in",
        ),
        (
            "ERROR: (gcloud.functions.list) PERMISSION_DENIED: no access\n- '@type': x",
            "gcloud failed: PERMISSION_DENIED: no access",
        ),
        (" \n", "the test is empty"),
        ("NAME      STATE\norders    ACTIVE\n", "the test is not JSON"),
    ],
)
def test_what_gcloud_prints_instead_of_json_is_explained(
    said: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        deployed_in(said, "the test")


@pytest.mark.parametrize(
    ("size", "mebibytes"),
    [("256M", 256), ("256Mi", 256), ("1Gi", 1024), ("1G", 1024), ("128Mi", 128)],
)
def test_memory_is_read_in_each_spelling(size: str, mebibytes: int) -> None:
    value = {**SECOND, "serviceConfig": {"availableMemory": size}}

    assert read([value]).memory_mib == mebibytes


def test_a_long_list_is_read_in_linear_time() -> None:
    def steps(number: int) -> int:
        count = 0

        def note(_frame: object, event: str, _argument: object) -> None:
            nonlocal count
            count += event == "call"

        text = json.dumps(
            [{**SECOND, "name": f"{PLACE}/functions/f{i}"} for i in range(number)]
        )
        before = sys.getprofile()
        sys.setprofile(note)
        try:
            compare([], deployed_in(text, "the test"))
        finally:
            sys.setprofile(before)
        return count

    assert steps(400) < 5 * steps(100)


@pytest.mark.parametrize("odd", [None, 1, "x", [], [None], {"a": None}, True])
@pytest.mark.parametrize(
    "field",
    [
        "buildConfig",
        "serviceConfig",
        "eventTrigger",
        "environment",
        "entryPoint",
        "httpsTrigger",
        "timeout",
        "secretVolumes",
    ],
)
def test_odd_values_are_read_as_unknown(field: str, odd: Any) -> None:
    for item in (FIRST, SECOND):
        assert deployed_in(json.dumps([{**item, field: odd}]), "the test")
