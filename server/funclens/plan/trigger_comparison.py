"""Compare the triggers of a function with the one that it is deployed with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.model import SignatureType
from funclens.trigger_text import trigger_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.model import Function, Trigger
    from funclens.plan.deployed_function import DeployedFunction

__all__ = ["differing_triggers"]

_OVER_HTTP = frozenset({"http", "schedule", "tasks", "identity"})
"""Kinds that call a deployed HTTP function."""
_FIREBASE_SCHEDULE = "firebase-schedule-"


def differing_triggers(
    function: Function, item: DeployedFunction
) -> Iterator[tuple[str, str, str]]:
    """Yield the fact, what the workspace says, and what is deployed.

    Eventarc triggers and push subscriptions are separate resources: a deployed HTTP
    function may have any of them.
    """
    there = item.trigger
    if there is None:
        return
    http = function.signature_type in {SignatureType.HTTP, SignatureType.TYPED}
    if http:
        is_scheduled = there.get("topic").startswith(_FIREBASE_SCHEDULE)
        if there.kind != "http" and not is_scheduled:
            yield "trigger", "HTTP", trigger_text(there)
        return
    events = [it for it in function.triggers if it.kind not in _OVER_HTTP]
    if there.kind == "http":
        yield "trigger", _first_text(events), "HTTP"
        return
    if not events:
        return
    same = [it for it in events if _agree(it, there)]
    if not same:
        yield "trigger", _first_text(events), trigger_text(there)
        return
    retry = same[0].retry
    if retry is not None and there.retry is not None and retry != there.retry:
        yield "retry", _retries(retry), _retries(there.retry)


def _agree(here: Trigger, there: Trigger) -> bool:
    """Return whether two triggers contradict each other in nothing."""
    if here.kind == "event" and not here.event_type:
        return True
    if here.kind != there.kind:
        return False
    if here.event_type and there.event_type and here.event_type != there.event_type:
        return False
    known = dict(here.attributes) | dict(here.filters)
    given = dict(there.attributes) | dict(there.filters)
    return all(given.get(name, value) == value for name, value in known.items())


def _first_text(events: list[Trigger]) -> str:
    return trigger_text(events[0]) if events else "events"


def _retries(retry: bool) -> str:  # noqa: FBT001
    return "with retries" if retry else "without retries"
