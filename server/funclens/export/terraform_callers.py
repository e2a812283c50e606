"""Terraform resources that call a function: schedules, subscriptions, events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.export.function_wiring import event_filters, is_pattern
from funclens.export.writing.hcl import Block, Code, literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.export.exported import Exported, Request
    from funclens.model import Trigger

__all__ = ["callers", "event_block", "filter_blocks"]

_RETRIES = {
    "retry_count": ("retry_count", False),
    "max_retry_seconds": ("max_retry_duration", True),
    "min_backoff_seconds": ("min_backoff_duration", True),
    "max_backoff_seconds": ("max_backoff_duration", True),
    "max_doublings": ("max_doublings", False),
}
"""Attribute of a job by number of a policy, and whether it is a duration."""


def callers(item: Exported, request: Request) -> Iterator[Block]:
    """Yield what makes something else call a function."""
    for reason in item.wiring.losses:
        request.lose(item, "triggers", reason)
    for number, job in enumerate(item.wiring.jobs):
        if job.get("schedule"):
            yield _job(item, job, f"-{number + 1}" if number else "")
        else:
            request.lose(item, "triggers", "its schedule is not known")
    for trigger in item.wiring.subscriptions:
        if trigger.get("topic"):
            yield _subscription(item, trigger.get("topic"))
        else:
            request.lose(item, "triggers", "the topic that is pushed to it is unknown")
    for number, trigger in enumerate(item.wiring.events, 2):
        if item.generation == 1:
            reason = f"it has one trigger already, so no {trigger.kind} events"
            request.lose(item, "triggers", reason)
        else:
            request.lose_retries(item, trigger)
            yield _eventarc(item, trigger, f"-{number}")


def _topic(name: str) -> Code:
    return Code(f'"projects/${{var.project}}/topics/{literal(name)}"')


def event_block(item: Exported, trigger: Trigger, filters: list[Block]) -> Block:
    """Return the `event_trigger` of a 2nd generation function."""
    policy = {True: "RETRY_POLICY_RETRY", False: "RETRY_POLICY_DO_NOT_RETRY"}
    topic = trigger.get("topic")
    values = {
        "trigger_region": item.region or Code("var.region"),
        "event_type": trigger.event_type,
        "pubsub_topic": _topic(topic) if topic else None,
        "retry_policy": None if trigger.retry is None else policy[trigger.retry],
    }
    return Block("event_trigger", (), values, filters)


def filter_blocks(trigger: Trigger) -> list[Block]:
    """Return the `event_filters` of a trigger."""
    return [
        Block("event_filters", (), _filter(name, value))
        for name, value in event_filters(trigger).items()
    ]


def _filter(name: str, value: str) -> dict[str, str | None]:
    operator = "match-path-pattern" if is_pattern(value) else None
    return {"attribute": name, "value": value, "operator": operator}


def _url(item: Exported) -> Code:
    if item.generation == 1:
        return Code(
            f"google_cloudfunctions_function.{item.name}.https_trigger_url",
        )
    return Code(f"google_cloudfunctions2_function.{item.name}.url")


def _job(item: Exported, job: Trigger, suffix: str) -> Block:
    topic = item.wiring.topic
    values = {
        "name": f"{item.name}{suffix}",
        "region": item.region or Code("var.region"),
        "schedule": job.get("schedule"),
        "time_zone": job.get("time_zone") or None,
    }
    if topic:
        data = Code('base64encode("{}")')
        inner = {"topic_name": _topic(topic), "data": data}
        target = Block("pubsub_target", (), inner)
    else:
        inner = {"uri": _url(item), "http_method": Code('"POST"')}
        target = Block("http_target", (), inner)
    policy = {
        name: f"{number}s" if is_duration else number
        for key, number in job.retry_policy
        if key in _RETRIES
        for name, is_duration in [_RETRIES[key]]
    }
    blocks = [*([Block("retry_config", (), policy)] if policy else []), target]
    labels = ("google_cloud_scheduler_job", f"{item.name}{suffix}")
    return Block("resource", labels, values, blocks)


def _subscription(item: Exported, topic: str) -> Block:
    label = f"{item.name}-{''.join(c if c.isalnum() else '_' for c in topic)}"
    values = {"name": f"{item.name}-{topic}", "topic": _topic(topic)}
    push = Block("push_config", (), {"push_endpoint": _url(item)})
    return Block("resource", ("google_pubsub_subscription", label), values, [push])


def _eventarc(item: Exported, trigger: Trigger, suffix: str) -> Block:
    region = item.region or Code("var.region")
    values = {"name": f"{item.name}{suffix}", "location": region}
    criteria = {"type": trigger.event_type, **event_filters(trigger)}
    blocks = [
        Block("matching_criteria", (), _filter(name, value))
        for name, value in criteria.items()
    ]
    function = f"google_cloudfunctions2_function.{item.name}"
    service = {"service": Code(f"{function}.name"), "region": region}
    destination = Block("cloud_run_service", (), service)
    blocks.append(Block("destination", (), {}, [destination]))
    if topic := trigger.get("topic"):
        pubsub = Block("pubsub", (), {"topic": _topic(topic)})
        blocks.append(Block("transport", (), {}, [pubsub]))
    labels = ("google_eventarc_trigger", f"{item.name}{suffix}")
    return Block("resource", labels, values, blocks)
