"""Triggers and options of a function in a runner's listing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funclens.model import DeployOptions, Trigger

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["options_of_json", "triggers_of_json"]

_OWN = frozenset(
    {
        *("kind", "text", "origin", "event_type", "filters", "retry"),
        *("retry_policy", "rate_limits", "ordered"),
    }
)
"""Fields of a trigger that are not attributes of its source."""


def triggers_of_json(item: Mapping[str, Any]) -> tuple[Trigger, ...]:
    """Return the triggers in a function's JSON; none from an older runner."""
    return tuple(_trigger(value) for value in item.get("triggers", ()))


def _trigger(value: Mapping[str, Any]) -> Trigger:
    return Trigger(
        value["kind"],
        value["origin"],
        value.get("event_type", ""),
        tuple((name, text) for name, text in value.items() if name not in _OWN),
        tuple(value.get("filters", {}).items()),
        value.get("retry"),
        tuple(value.get("retry_policy", {}).items()),
        tuple(value.get("rate_limits", {}).items()),
        value.get("ordered", False),
    )


def options_of_json(item: Mapping[str, Any]) -> DeployOptions:
    """Return the deploy options in a function's JSON."""
    value = item.get("options", {})
    return DeployOptions(
        tuple(value.get("regions", ())),
        value.get("memory_mib"),
        value.get("timeout_seconds"),
        value.get("concurrency"),
        tuple(value.get("secrets", ())),
    )
