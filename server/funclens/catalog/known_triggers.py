"""Triggers and options of a function, from its code, deploy files and settings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from funclens.discovery.triggers.merged_options import merged_options
from funclens.model import DeployOptions, Trigger

if TYPE_CHECKING:
    from collections.abc import Iterable

    from funclens.discovery import FolderFacts, Found

__all__ = ["triggers_and_options"]

_MOST = 50
"""Maximum number of triggers of one function."""


def triggers_and_options(
    folder: FolderFacts, qualified_name: str, found: Found
) -> tuple[tuple[Trigger, ...], DeployOptions]:
    """Return what is known about how production triggers and limits a function.

    The setting `triggers` replaces all other triggers.
    """
    given = folder.settings.triggers.get(qualified_name)
    triggers, options = _of_setting(given) if given else ((), DeployOptions())
    options = merged_options(options, found.options)
    for deployment in found.deployments:
        options = merged_options(options, deployment.options)
        if deployment.variables and not options.variables:
            names = (n for n in deployment.variables if n not in options.secrets)
            options = replace(options, variables=tuple(names))
    if triggers:
        return triggers, options
    declared = [
        *found.triggers,
        *(trigger for item in found.deployments for trigger in item.triggers),
        *folder.attached.to(found.name, found.deployed_names),
    ]
    for topic in [trigger.get("topic") for trigger in declared[:_MOST]]:
        declared += folder.attached.topics.get(topic, ())
    return tuple(_distinct(declared)), options


def _of_setting(text: str) -> tuple[tuple[Trigger, ...], DeployOptions]:
    """Return what flags of `gcloud functions deploy` in a setting describe.

    `--schedule` and `--time-zone`, as of Cloud Scheduler, describe a schedule; those
    of `gcloud pubsub subscriptions` describe how messages are delivered.
    """
    # Few workspaces have the setting.
    import shlex  # noqa: PLC0415

    from funclens.discovery.deploy.flags import flags_of  # noqa: PLC0415
    from funclens.discovery.deploy.trigger_commands import (  # noqa: PLC0415
        schedule_trigger,
    )
    from funclens.discovery.deploy.trigger_flags import (  # noqa: PLC0415
        options_of_flags,
        policy_of_flags,
        triggers_of_flags,
    )
    from funclens.discovery.triggers.push_policies import (  # noqa: PLC0415
        with_policy,
    )

    try:
        words = shlex.split(text)
    except ValueError:
        return (), DeployOptions()
    flags = flags_of(words)
    policy = policy_of_flags(flags)
    triggers = tuple(
        with_policy(item, policy) if item.kind == "pubsub" else item
        for item in triggers_of_flags(flags, origin="setting")
    )
    if schedule := flags.value("--schedule"):
        zone = flags.value("--time-zone") or ""
        triggers += (schedule_trigger(schedule, zone, origin="setting"),)
    return triggers, options_of_flags(flags)


def _distinct(triggers: Iterable[Trigger]) -> list[Trigger]:
    """Return the triggers without those that say less than another."""
    several = list(dict.fromkeys(triggers))[:_MOST]
    return [
        item
        for index, item in enumerate(several)
        if not any(
            _says_more(other, item) and (not _says_more(item, other) or at < index)
            for at, other in enumerate(several)
            if at != index
        )
    ]


def _says_more(one: Trigger, other: Trigger) -> bool:
    """Return whether a trigger says at least what another says."""
    if other.kind == "event" and not other.event_type:
        return one.kind not in {"http", "schedule"}
    return (
        one.kind == other.kind
        and other.event_type in {one.event_type, ""}
        and set(other.attributes) <= set(one.attributes)
        and set(other.filters) <= set(one.filters)
        and (one.kind != "pubsub" or _has_policy_of(one, other))
    )


def _has_policy_of(one: Trigger, other: Trigger) -> bool:
    """Return whether a subscription has at least the policies of another."""
    known = set(other.retry_policy) <= set(one.retry_policy)
    return known and (one.is_ordered or not other.is_ordered)
