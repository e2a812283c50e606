"""Eventarc triggers, schedules and push subscriptions of functions and services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.discovery.deploy.deployment import Deployment, is_deployable_name
from funclens.discovery.deploy.terraform.evaluation.lookups import known
from funclens.discovery.deploy.terraform.evaluation.scope import Scope
from funclens.discovery.deploy.terraform.evaluation.values import Reference
from funclens.discovery.deploy.terraform.event_blocks import (
    filters_in,
    is_true,
    name_in,
    resource_name,
    text_in,
    value_in,
)
from funclens.discovery.deploy.terraform.language.expression_nodes import (
    Attribute,
    Call,
    Expression,
    Index,
    Template,
)
from funclens.discovery.deploy.terraform.language.hcl_blocks import bodies_in
from funclens.discovery.deploy.trigger_commands import (
    schedule_trigger,
    service_of_url,
)
from funclens.discovery.triggers.production_types import (
    PUBSUB,
    event_trigger,
    short_name,
)
from funclens.discovery.triggers.push_policies import PushPolicy, with_policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.deploy.terraform.evaluation.values import Instance
    from funclens.discovery.deploy.terraform.language.hcl_blocks import Block, Body
    from funclens.model import Trigger

__all__ = ["ATTACHING", "attached_in"]

ATTACHING = frozenset(
    {
        "google_eventarc_trigger",
        "google_cloud_scheduler_job",
        "google_pubsub_subscription",
    }
)
_SERVED = frozenset(
    {
        "google_cloudfunctions_function",
        "google_cloudfunctions2_function",
        "google_cloud_run_service",
        "google_cloud_run_v2_service",
    }
)
"""Resources with a URL."""
_POLICY = {
    "retry_count": "retry_count",
    "max_retry_seconds": "max_retry_duration",
    "min_backoff_seconds": "min_backoff_duration",
    "max_backoff_seconds": "max_backoff_duration",
    "max_doublings": "max_doublings",
}
_DEEPEST = 12


def attached_in(instance: Instance) -> Iterator[Deployment]:
    """Yield what the resources of one module connect to functions."""
    for (mode, kind, _), block in instance.module.resources.items():
        if mode == "resource" and kind in ATTACHING:
            for made in instance.made_by(block):
                instance.project.spend(20)
                yield from _attached(kind, block, Scope.of(made))


def _attached(kind: str, block: Block, scope: Scope) -> Iterator[Deployment]:
    body = block.body
    if kind == "google_eventarc_trigger":
        yield from _eventarc(block, scope)
    elif kind == "google_cloud_scheduler_job":
        trigger = _schedule(body, scope)
        target = _inner(body, "http_target")
        if target is not None:
            yield from _for(block, trigger, _service_at(target, "uri", scope))
        target = _inner(body, "pubsub_target")
        topic = short_name(name_in(target, "topic_name", scope))
        if topic:
            yield _deployment(block, trigger, topic=topic)
    else:
        push = _inner(body, "push_config")
        topic = name_in(body, "topic", scope)
        trigger = event_trigger(PUBSUB, resource=topic, retry=True)
        trigger = with_policy(trigger, _push_policy(body, scope))
        yield from _for(block, trigger, _service_at(push, "push_endpoint", scope))


def _eventarc(block: Block, scope: Scope) -> Iterator[Deployment]:
    filters = filters_in(block.body, "matching_criteria", scope)
    event_type = filters.pop("type", "")
    destination = _inner(block.body, "destination")
    service = _inner(destination, "cloud_run_service")
    transport = _inner(_inner(block.body, "transport"), "pubsub")
    topic = name_in(transport, "topic", scope)
    if event_type:
        attempts = text_in(_inner(block.body, "retry_policy"), "max_attempts", scope)
        trigger = event_trigger(
            event_type, resource=topic, filters=filters, retry=attempts != "1"
        )
        name = _name(service, "service", scope) or _name(
            destination, "cloud_function", scope
        )
        yield from _for(block, trigger, name)


def _push_policy(body: Body, scope: Scope) -> PushPolicy:
    dead, retry = _inner(body, "dead_letter_policy"), _inner(body, "retry_policy")
    ordering = known(value_in(body, "enable_message_ordering", scope) or ())
    return PushPolicy(
        dead_letter_topic=resource_name(value_in(dead, "dead_letter_topic", scope)),
        max_attempts=text_in(dead, "max_delivery_attempts", scope),
        min_backoff=text_in(retry, "minimum_backoff", scope),
        max_backoff=text_in(retry, "maximum_backoff", scope),
        message_filter=text_in(body, "filter", scope),
        is_ordered=is_true(ordering),
    )


def _schedule(body: Body, scope: Scope) -> Trigger:
    retry = _inner(body, "retry_config")
    policy = {name: text_in(retry, key, scope) for name, key in _POLICY.items()}
    return schedule_trigger(
        text_in(body, "schedule", scope),
        text_in(body, "time_zone", scope),
        {name: text for name, text in policy.items() if text},
    )


def _for(block: Block, trigger: Trigger, name: str | None) -> Iterator[Deployment]:
    if name and is_deployable_name(name):
        yield _deployment(block, trigger, name=name)


def _deployment(
    block: Block, trigger: Trigger, name: str | None = None, topic: str | None = None
) -> Deployment:
    return Deployment(
        file=block.source.path,
        span=block.source.span(block.start, block.end),
        entry_point=None,
        name=name,
        is_update=True,
        triggers=(trigger,),
        topic=topic,
    )


def _inner(body: Body | None, kind: str) -> Body | None:
    if body is None:
        return None
    return next((inner for inner, _ in bodies_in(body, kind)), None)


def _name(body: Body | None, attribute: str, scope: Scope) -> str | None:
    """Return the name of the function or service that an attribute refers to."""
    expression = body.attributes.get(attribute) if body is not None else None
    if expression is None:
        return None
    named = _of_resource(expression, scope, 0)
    return named or short_name(resource_name(scope.evaluate(expression))) or None


def _service_at(body: Body | None, attribute: str, scope: Scope) -> str | None:
    """Return the name of the function or service whose URL an attribute holds."""
    expression = body.attributes.get(attribute) if body is not None else None
    if expression is None:
        return None
    named = _of_resource(expression, scope, 0)
    return named or service_of_url(text_in(body, attribute, scope))


def _of_resource(expression: Expression, scope: Scope, depth: int) -> str | None:
    """Return the name of the function or service mentioned in an expression."""
    if depth > _DEEPEST:
        return None
    for item in scope.evaluate(expression):
        if isinstance(item.value, Reference) and item.value.address[1] in _SERVED:
            return _name_of_reference(item.value)
    inner: tuple[Expression, ...] = ()
    if isinstance(expression, (Attribute, Index)):
        inner = (expression.of,)
    elif isinstance(expression, Template):
        inner = tuple(expression.parts)
    elif isinstance(expression, Call):
        inner = tuple(expression.arguments)
    found_ = (_of_resource(item, scope, depth + 1) for item in inner)
    return next(filter(None, found_), None)


def _name_of_reference(value: Reference) -> str | None:
    named = Reference(value.instance, value.address, value.key, "name")
    arms = value.instance.attribute(named)
    return resource_name(arms) or None
