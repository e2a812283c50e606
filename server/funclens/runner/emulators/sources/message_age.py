"""How long ago a Pub/Sub message was published. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["age_of"]

_WHOLE_SECONDS = len("2026-01-01T00:00:00")


def age_of(message: Mapping[str, Any], now: float) -> float:
    """Return an age in seconds; 0 if the message doesn't say when it was published.

    `now` is in seconds since the epoch.
    """
    text = str(message.get("publishTime", ""))[:_WHOLE_SECONDS]
    try:
        published = datetime.fromisoformat(f"{text}+00:00").timestamp()
    except ValueError:
        return 0.0
    return max(0.0, now - published)
