"""Triggers and options among the inputs of the GitHub action deploy-cloud-functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.discovery.deploy.trigger_flags import pairs_of
from funclens.discovery.triggers.production_types import event_trigger
from funclens.discovery.triggers.units import mebibytes, seconds
from funclens.model import DeployOptions, Trigger

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["options_of_action", "triggers_of_action"]


def triggers_of_action(given: Mapping[str, str]) -> tuple[Trigger, ...]:
    """Return the trigger that inputs `event_trigger_…` describe."""
    event_type = given.get("event_trigger_type", "")
    retry = given.get("event_trigger_retry", "").lower()
    is_retried = None if not retry else retry == "true"
    if not event_type:
        return (Trigger("event", "deploy-file", retry=is_retried),)
    resource = given.get("event_trigger_pubsub_topic") or given.get(
        "event_trigger_resource", ""
    )
    lines = given.get("event_trigger_filters", "").strip().splitlines()
    filters = {
        name.removeprefix("PATTERN:").strip(): value
        for name, value in pairs_of(",".join(lines)).items()
    }
    return (
        event_trigger(event_type, resource=resource, filters=filters, retry=is_retried),
    )


def options_of_action(given: Mapping[str, str]) -> DeployOptions:
    """Return the options among the inputs, of any version of the action."""
    region = given.get("region")
    memory = given.get("memory") or given.get("memory_mb", "")
    timeout = given.get("service_timeout") or given.get("timeout", "")
    concurrency = given.get("max_instance_request_concurrency", "")
    return DeployOptions(
        regions=(region,) if region else (),
        memory_mib=mebibytes(memory),
        timeout_seconds=seconds(timeout),
        concurrency=int(concurrency) if concurrency.isdecimal() else None,
        secrets=tuple(pairs_of(",".join(given.get("secrets", "").splitlines()))),
    )
