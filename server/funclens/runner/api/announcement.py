"""Tells others that a runner is up: in the state folder and as an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.runner.api.registry import publish

if TYPE_CHECKING:
    from funclens.runner.api.registry import RunnerAddress
    from funclens.runner.events import EventBus

__all__ = ["announce"]


def announce(address: RunnerAddress, bus: EventBus) -> None:
    """Publish the address of a runner that accepts requests."""
    try:
        publish(address)
    except OSError as error:
        bus.publish(
            "warning",
            message=f"cannot write to the state folder: {error}",
            hint="`funclens call` and other windows will not find this runner",
        )
    bus.publish(
        "ready",
        version=1,
        url=address.url,
        pid=address.pid,
        token=address.token,
        folders=list(address.folders),
    )
