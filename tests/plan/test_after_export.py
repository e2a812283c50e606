"""What is deployed from an export has no differences from the workspace."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from export.generated import workspaces
from export.test_round_trip import read_back
from funclens.export.function_wiring import resource_of, wiring_of
from funclens.plan.differences import compare
from funclens.plan.gcloud_json import deployed_in

if TYPE_CHECKING:
    from export.generated import Workspace
    from funclens.model import Function, Trigger

PROJECT = "shop"
SPELLED = {"reference": "ref"}


def described(function: Function) -> dict[str, Any]:
    """Return what gcloud would say of a function, in the form of its generation."""
    region = next(iter(function.options.regions), "us-central1")
    place = f"projects/{PROJECT}/locations/{region}"
    made = _first(function) if function.generation == 1 else _second(function)
    return {
        "name": f"{place}/functions/{function.endpoint}",
        "labels": {"deployment-tool": "cli-gcloud"},
        "updateTime": "2026-11-26T09:12:44.071Z",
        **made,
    }


def _first(function: Function) -> dict[str, Any]:
    options = function.options
    trigger = wiring_of(function).primary
    assert trigger is not None
    return {
        "availableMemoryMb": options.memory_mib or 256,
        "entryPoint": function.name,
        "environmentVariables": dict.fromkeys(options.variables, "x"),
        **_caller(trigger),
        "runtime": function.runtime,
        "secretEnvironmentVariables": _secrets(function),
        "status": "ACTIVE",
        "timeout": f"{options.timeout_seconds or 60}s",
    }


def _caller(trigger: Trigger) -> dict[str, Any]:
    if trigger.kind == "http":
        return {"httpsTrigger": {"securityLevel": "SECURE_ALWAYS", "url": "x"}}
    resource = resource_of(trigger, PROJECT) or ""
    if trigger.kind == "pubsub":
        resource = f"projects/{PROJECT}/topics/{resource}"
    event: dict[str, Any] = {
        "eventType": trigger.event_type,
        "resource": resource,
        "service": "pubsub.googleapis.com",
    }
    policy = {"failurePolicy": {"retry": {}}} if trigger.retry else {}
    return {"eventTrigger": {**event, **policy}}


def _second(function: Function) -> dict[str, Any]:
    options = function.options
    concurrency = options.concurrency or 1
    trigger = wiring_of(function).primary
    event = trigger is not None and trigger.kind != "http"
    return {
        "buildConfig": {"entryPoint": function.name, "runtime": function.runtime},
        "environment": "GEN_2",
        **({"eventTrigger": _event(trigger)} if trigger is not None and event else {}),
        "serviceConfig": {
            "availableCpu": "1" if concurrency > 1 else "0.1666",
            "availableMemory": f"{options.memory_mib or 256}M",
            "environmentVariables": {
                "LOG_EXECUTION_ID": "true",
                **dict.fromkeys(options.variables, "x"),
            },
            "maxInstanceRequestConcurrency": concurrency,
            "secretEnvironmentVariables": _secrets(function),
            "timeoutSeconds": options.timeout_seconds or 60,
        },
        "state": "ACTIVE",
    }


def _event(trigger: Trigger) -> dict[str, Any]:
    policy = "RETRY" if trigger.retry else "DO_NOT_RETRY"
    found: dict[str, Any] = {
        "eventType": trigger.event_type,
        "retryPolicy": f"RETRY_POLICY_{policy}",
    }
    if trigger.kind == "pubsub":
        topic = trigger.get("topic")
        return {**found, "pubsubTopic": f"projects/{PROJECT}/topics/{topic}"}
    filters = dict(trigger.attributes) | dict(trigger.filters)
    found["eventFilters"] = [
        {"attribute": SPELLED.get(name, name), "value": value}
        for name, value in filters.items()
    ]
    return found


def _secrets(function: Function) -> list[dict[str, str]]:
    return [
        {"key": name, "projectId": "1", "secret": name, "version": "latest"}
        for name in function.options.secrets
    ]


@pytest.mark.parametrize("target", ["gcloud", "terraform"])
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    # Reading a workspace for each attempt takes too long to look for a smaller one.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(workspaces())
def test_an_export_that_is_deployed_has_no_drift(
    target: str, workspace: Workspace
) -> None:
    deployed = deployed_in(
        json.dumps([described(function) for function in workspace.functions]), "a test"
    )

    with tempfile.TemporaryDirectory() as folder:
        found, _ = read_back(workspace, target, Path(folder).resolve())

    assert len(deployed) == len(found)
    assert compare([*found.values()], deployed) == []
