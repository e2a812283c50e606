"""Trigger and options that the blocks of one function describe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.discovery.deploy.terraform.evaluation.lookups import known, plain_text
from funclens.discovery.deploy.terraform.evaluation.values import (
    Arms,
    Items,
    Keyed,
    Plain,
    Reference,
)
from funclens.discovery.deploy.terraform.language.expression_nodes import (
    Constant,
    Template,
)
from funclens.discovery.deploy.terraform.language.hcl_blocks import bodies_in
from funclens.discovery.triggers.production_types import event_trigger
from funclens.discovery.triggers.units import mebibytes, seconds
from funclens.model import DeployOptions, Trigger

if TYPE_CHECKING:
    from collections.abc import Iterable

    from funclens.discovery.deploy.terraform.evaluation.scope import Scope
    from funclens.discovery.deploy.terraform.evaluation.values import Value
    from funclens.discovery.deploy.terraform.language.expression_nodes import Expression
    from funclens.discovery.deploy.terraform.language.hcl_blocks import Body

__all__ = [
    "filters_in",
    "is_true",
    "name_in",
    "options_of_first",
    "options_of_second",
    "resource_name",
    "text_in",
    "trigger_of_body",
    "trigger_of_values",
    "value_in",
]


def value_in(body: Body | None, name: str, scope: Scope) -> Arms | None:
    """Return the value of an attribute, or None if the block doesn't have it."""
    expression = body.attributes.get(name) if body is not None else None
    return None if expression is None else scope.evaluate(expression)


def text_in(body: Body | None, name: str, scope: Scope) -> str:
    """Return an attribute as text if it doesn't depend on any choice, else ""."""
    found = {plain_text(item.value) for item in value_in(body, name, scope) or ()}
    return (found.pop() or "") if len(found) == 1 else ""


def resource_name(arms: Arms | None) -> str:
    """Return the name of a topic, bucket or service that a value refers to, or ""."""
    value = known(arms or ())
    if isinstance(value, Reference) and value.attribute in {"id", "self_link"}:
        value = Reference(value.instance, value.address, value.key, "name")
    return (plain_text(value) or "") if value is not None else ""


def name_in(body: Body | None, name: str, scope: Scope) -> str:
    """Return the name of the topic or bucket that an attribute refers to, or "".

    The project may be unknown: `projects/${var.project}/topics/orders`.
    """
    expression = body.attributes.get(name) if body is not None else None
    if expression is None:
        return ""
    return resource_name(scope.evaluate(expression)) or _end_of(expression)


def is_true(value: object) -> bool:
    """Return whether a value is certainly true."""
    return isinstance(value, Plain) and value.data in {True, "true"}


def trigger_of_body(event: Body, scope: Scope) -> Trigger:
    """Return the trigger that an `event_trigger` block describes, of any generation."""
    retry = _retry(event, scope)
    names = ("pubsub_topic", "resource")
    given = next((name for name in names if name in event.attributes), "")
    resource = name_in(event, given, scope)
    event_type = text_in(event, "event_type", scope)
    if not event_type:
        return Trigger("event", "deploy-file", retry=retry)
    filters = filters_in(event, "event_filters", scope)
    return event_trigger(event_type, resource=resource, filters=filters, retry=retry)


def _retry(event: Body, scope: Scope) -> bool | None:
    """Return whether failed events are delivered again: no by default."""
    for inner, dynamic in bodies_in(event, "failure_policy"):
        is_retried = is_true(known(value_in(inner, "retry", scope) or ()))
        return is_retried if dynamic is None else None
    if "retry_policy" not in event.attributes:
        return False
    policy = text_in(event, "retry_policy", scope)
    return policy == "RETRY_POLICY_RETRY" if policy else None


def _end_of(expression: Expression) -> str:
    """Return what follows an unknown project: of `projects/${var.p}/topics/t`."""
    last = expression.parts[-1] if isinstance(expression, Template) else None
    text = last.data if isinstance(last, Constant) else None
    return text if isinstance(text, str) and text.startswith("/") else ""


def filters_in(body: Body, kind: str, scope: Scope) -> dict[str, str]:
    """Return the pairs of attribute and value in blocks of a kind."""
    found = {}
    for inner, dynamic in bodies_in(body, kind):
        name = text_in(inner, "attribute", scope)
        value = resource_name(value_in(inner, "value", scope))
        if name and value and dynamic is None:
            found[name] = value
    return found


def trigger_of_values(arms: Arms | None) -> Trigger | None:
    """Return the trigger that an object describes, as inputs of modules do."""
    value = known(arms or ())
    if not isinstance(value, Keyed):
        return None

    def text(*names: str) -> str:
        found = (resource_name(value.items.get(name)) for name in names)
        return next(filter(None, found), "")

    event_type = text("event_type", "event")
    if not event_type:
        return None
    policy = text("retry_policy")
    retry = policy == "RETRY_POLICY_RETRY" if policy else None
    return event_trigger(
        event_type,
        resource=text("pubsub_topic", "resource"),
        filters=_filters_of_values(value.items.get("event_filters")),
        retry=retry,
    )


def _filters_of_values(arms: Arms | None) -> dict[str, str]:
    value = known(arms or ())
    found = {}
    for inner in _items(value):
        if isinstance(inner, Keyed):
            name = resource_name(inner.items.get("attribute"))
            text = resource_name(inner.items.get("value"))
            if name and text:
                found[name] = text
    return found


def _items(value: Value | None) -> Iterable[Value | None]:
    if isinstance(value, Items):
        return [known(item) for item in value.items[:50]]
    return ()


def options_of_first(body: Body, scope: Scope) -> DeployOptions:
    """Return the options of a function of the 1st generation."""
    return DeployOptions(
        regions=_region(body, "region", scope),
        memory_mib=mebibytes(text_in(body, "available_memory_mb", scope)),
        timeout_seconds=seconds(text_in(body, "timeout", scope)),
        concurrency=1,
        secrets=_secrets(body, scope),
        is_cloud_function=True,
    )


def options_of_second(body: Body, service: Body | None, scope: Scope) -> DeployOptions:
    """Return the options of a function of the 2nd generation."""
    name = "max_instance_request_concurrency"
    concurrency = text_in(service, name, scope)
    return DeployOptions(
        regions=_region(body, "location", scope),
        memory_mib=mebibytes(text_in(service, "available_memory", scope)),
        timeout_seconds=seconds(text_in(service, "timeout_seconds", scope)),
        concurrency=int(concurrency) if concurrency.isdecimal() else None,
        secrets=_secrets(service, scope) if service is not None else (),
        is_cloud_function=True,
    )


def _region(body: Body, name: str, scope: Scope) -> tuple[str, ...]:
    text = text_in(body, name, scope)
    return (text,) if text else ()


def _secrets(body: Body, scope: Scope) -> tuple[str, ...]:
    found = [
        text_in(inner, name, scope)
        for kind, name in (
            ("secret_environment_variables", "key"),
            ("secret_volumes", "mount_path"),
        )
        for inner, dynamic in bodies_in(body, kind)
        if dynamic is None
    ]
    return tuple(name for name in found if name)
