"""Triggers and options of functions with a Firebase decorator."""

from __future__ import annotations

import ast
import re
import textwrap
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from funclens.discovery.syntax.usage import dotted
from funclens.discovery.triggers.firebase_values import (
    is_true,
    numbers_in,
    options_in,
    text_of,
)
from funclens.discovery.triggers.literals import arguments_of, expressions
from funclens.discovery.triggers.production_types import PUBSUB, event_trigger
from funclens.model import DeployOptions, Trigger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.discovery.resolve.facts import Module, Placed
    from funclens.discovery.resolve.imports import Names

__all__ = ["firebase_deployment"]

_ORIGIN = "decorator"
_EVENTS = (
    (re.compile(r"pubsub\.on_message_published()"), PUBSUB, ("topic",)),
    (
        re.compile(r"storage\.on_object_(\w+)"),
        "google.cloud.storage.object.v1.{}",
        ("bucket",),
    ),
    (
        re.compile(r"firestore\.on_document_([a-z]+)(_with_auth_context)?"),
        "google.cloud.firestore.document.v1.{}",
        ("document", "database", "namespace"),
    ),
    (
        re.compile(r"db\.on_value_(\w+)"),
        "google.firebase.database.ref.v1.{}",
        ("reference", "instance"),
    ),
    (
        re.compile(r"identity\.before_user_created()"),
        "providers/cloud.auth/eventTypes/user.beforeCreate",
        (),
    ),
    (
        re.compile(r"identity\.before_user_signed_in()"),
        "providers/cloud.auth/eventTypes/user.beforeSignIn",
        (),
    ),
    (
        re.compile(r"remote_config\.on_config_updated()"),
        "google.firebase.remoteconfig.remoteConfig.v1.updated",
        (),
    ),
    (
        re.compile(r"test_lab\.on_test_matrix_completed()"),
        "google.firebase.testlab.testMatrix.v1.completed",
        (),
    ),
    (
        re.compile(r"dataconnect\.on_(mutation_executed)"),
        "google.firebase.dataconnect.connector.v1.{}",
        ("service", "connector", "operation"),
    ),
)
"""Decorators with their event type, which may hold a word of the name."""
_ALERTS = re.compile(r"alerts\.(?:(\w+)\.)?on_(\w+?)_published")
_ALERT_TYPES = {
    "app_distribution.new_tester_ios_device": "appDistribution.newTesterIosDevice",
    "app_distribution.in_app_feedback": "appDistribution.inAppFeedback",
    "billing.plan_update": "billing.planUpdate",
    "billing.plan_automated_update": "billing.planAutomatedUpdate",
    "crashlytics.new_fatal_issue": "crashlytics.newFatalIssue",
    "crashlytics.new_nonfatal_issue": "crashlytics.newNonfatalIssue",
    "crashlytics.regression_alert": "crashlytics.regression",
    "crashlytics.stability_digest": "crashlytics.stabilityDigest",
    "crashlytics.velocity_alert": "crashlytics.velocity",
    "crashlytics.new_anr_issue": "crashlytics.newAnrIssue",
    "performance.threshold_alert": "performance.threshold",
}
"""Alert type by the decorator's module and middle words."""
_DEFAULT_CHANNEL = "locations/us-central1/channels/firebase"
_SCHEDULE_RETRY = (
    "retry_count",
    "max_retry_seconds",
    "min_backoff_seconds",
    "max_backoff_seconds",
    "max_doublings",
)
_CAMEL = re.compile(r"_(\w)")


def firebase_deployment(
    decorator: str, module: Module, placed: Placed, names: Names
) -> tuple[Trigger, DeployOptions]:
    """Return trigger and options of a definition below a Firebase decorator.

    `decorator` is its short name, such as `pubsub.on_message_published`. Arguments
    that depend on the environment stay unknown.
    """
    given = _arguments(decorator, module, placed, names)
    return _trigger(decorator, given, placed.binding.name), options_in(given)


def _arguments(
    decorator: str, module: Module, placed: Placed, names: Names
) -> dict[str, Any]:
    """Return the known arguments of the decorator on a definition."""
    wanted = decorator.rpartition(".")[2]
    for call in _calls(module, placed):
        for meaning in names.meanings(module, dotted(call.func)):
            if isinstance(meaning, str) and meaning.endswith(f".{wanted}"):
                return arguments_of(call, module, names)
    return {}


def _calls(module: Module, placed: Placed) -> list[ast.Call]:
    """Return the calls that decorate a definition, or that an assignment makes."""
    span, definition = placed.span, placed.binding.definition
    if definition is None:
        text = "\n".join(module.lines[span.line - 1 : span.end_line])
        return [
            node
            for statement in expressions(text)
            for node in ast.walk(statement)
            if isinstance(node, ast.Call)
        ]
    above = definition.span.line - definition.head_line
    head = module.lines[span.line - 1 - above : span.line - 1]
    text = textwrap.dedent("\n".join(head)) + "\ndef f(): pass"
    return [
        item
        for statement in expressions(text)
        if isinstance(statement, ast.FunctionDef)
        for item in statement.decorator_list
        if isinstance(item, ast.Call)
    ]


def _trigger(decorator: str, given: Mapping[str, Any], function: str) -> Trigger:
    if decorator.startswith("https."):
        return Trigger("http", _ORIGIN)
    if decorator == "scheduler.on_schedule":
        return _schedule(given)
    if decorator == "tasks.on_task_dispatched":
        return Trigger(
            "tasks",
            _ORIGIN,
            attributes=(("queue", function),),
            retry=True,
            retry_policy=numbers_in(given.get("retry_config")),
            rate_limits=numbers_in(given.get("rate_limits")),
        )
    if decorator == "eventarc.on_custom_event_published":
        return _custom(given)
    found = _of_event(decorator, given)
    return found if found is not None else Trigger("event", _ORIGIN)


def _of_event(decorator: str, given: Mapping[str, Any]) -> Trigger | None:
    """Return the trigger of a decorator whose name implies the event type."""
    for pattern, event_type, attributes in _EVENTS:
        match = pattern.fullmatch(decorator)
        if match is not None:
            change, with_auth = (*match.groups(default=""), "")[:2]
            name = event_type.format(_camel(change))
            if with_auth:
                name += ".withAuthContext"
            return _of(name, {**_defaults(name), **given}, attributes)
    match = _ALERTS.fullmatch(decorator)
    if match is None:
        return None
    alert = _ALERT_TYPES.get(f"{match[1]}.{match[2]}")
    known = {**given, "alert_type": alert} if alert else given
    return _of(
        "google.firebase.firebasealerts.alerts.v1.published",
        known,
        ("alert_type", "app_id"),
    )


def _camel(name: str) -> str:
    return _CAMEL.sub(lambda found: found[1].upper(), name)


def _defaults(event_type: str) -> dict[str, str]:
    if "firestore" in event_type:
        return {"database": "(default)", "namespace": "(default)"}
    return {}


def _of(
    event_type: str,
    given: Mapping[str, Any],
    attributes: tuple[str, ...],
) -> Trigger:
    filters = {name: text_of(given[name]) for name in attributes if name in given}
    found = event_trigger(event_type, filters=filters, origin=_ORIGIN)
    # Only some decorators have the argument; events of the others are not retried.
    return replace(found, retry=is_true(given.get("retry")))


def _custom(given: Mapping[str, Any]) -> Trigger:
    filters = given.get("filters")
    return Trigger(
        "eventarc",
        _ORIGIN,
        text_of(given.get("event_type")),
        (("channel", text_of(given.get("channel")) or _DEFAULT_CHANNEL),),
        tuple(
            (name, text)
            for name, value in (filters if isinstance(filters, dict) else {}).items()
            if (text := text_of(value))
        ),
        is_true(given.get("retry")),
    )


def _schedule(given: Mapping[str, Any]) -> Trigger:
    known = {
        "schedule": text_of(given.get("schedule")),
        "time_zone": text_of(given.get("timezone")),
    }
    return Trigger(
        "schedule",
        _ORIGIN,
        attributes=tuple((name, value) for name, value in known.items() if value),
        retry=bool(given.get("retry_count")),
        retry_policy=numbers_in(
            {name: given[name] for name in _SCHEDULE_RETRY if name in given}
        ),
    )
