"""Trigger and options among the arguments of a function that a program creates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.discovery.deploy.programs.program_values import (
    Listed,
    Value,
    get,
    texts,
)
from funclens.discovery.triggers.production_types import event_trigger
from funclens.discovery.triggers.units import mebibytes, seconds
from funclens.model import DeployOptions, Trigger

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["options_in", "triggers_in"]


def triggers_in(event: Value | None, *, http: bool) -> tuple[Trigger, ...]:
    """Return the trigger that `eventTrigger` describes."""
    if event is None:
        return (Trigger("http", "deploy-file"),) if http else ()
    event_type = _text(get(event, "eventtype"))
    policy = _text(get(event, "retrypolicy"))
    retry = policy == "RETRY_POLICY_RETRY" if policy else _retry(event)
    if not event_type:
        return (Trigger("event", "deploy-file", retry=retry),)
    resource = _text(get(event, "pubsubtopic")) or _text(get(event, "resource"))
    filters = {}
    for item in _items(get(event, "eventfilters")):
        name, value = _text(get(item, "attribute")), _text(get(item, "value"))
        if name and value:
            filters[name] = value
    return (event_trigger(event_type, resource=resource, filters=filters, retry=retry),)


def _retry(event: Value) -> bool | None:
    """Return whether events are retried without a known `retryPolicy`."""
    said = {"retrypolicy", "failurepolicy"}
    return None if any(get(event, name) is not None for name in said) else False


def options_in(fields: Value, *, second: bool) -> DeployOptions:
    """Return the options of a function of the 1st or 2nd generation."""
    service = get(fields, "serviceconfig") if second else fields
    if isinstance(service, Listed) and service.items:
        service = service.items[0]
    if service is None:
        return DeployOptions(is_cloud_function=True)
    region = _text(get(fields, "location")) or _text(get(fields, "region"))
    memory = _text(get(service, "availablememory")) or _text(
        get(service, "availablememorymb")
    )
    timeout = _text(get(service, "timeoutseconds")) or _text(get(service, "timeout"))
    concurrency = _text(get(service, "maxinstancerequestconcurrency"))
    return DeployOptions(
        regions=(region,) if region else (),
        memory_mib=mebibytes(memory),
        timeout_seconds=seconds(timeout),
        concurrency=int(concurrency) if concurrency.isdecimal() else None,
        is_cloud_function=True,
    )


def _text(value: Value | None) -> str:
    return next((found.text for found in texts(value)), "")


def _items(value: Value | None) -> Iterable[Value]:
    return value.items[:50] if isinstance(value, Listed) else ()
