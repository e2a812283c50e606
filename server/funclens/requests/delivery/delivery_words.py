"""A delivery of an emulator's event in words, for terminal and editor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["delivery_text"]

_RESULTS = {
    "delivered": "delivered",
    "retrying": "failed, delivered again later",
    "dropped": "failed and dropped, as retries are off",
}


def delivery_text(event: Mapping[str, Any], name: str) -> str:
    """Return the event `delivery` on one line; `name` is the function's."""
    attempt = f", attempt {event['attempt']}" if event["attempt"] > 1 else ""
    status = event["status"] or "no answer"
    result = _RESULTS.get(event["result"], event["result"])
    return f"{event['source']} -> {name}: {result} ({status}{attempt})"
