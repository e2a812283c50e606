"""The trace that a request belongs to: `traceparent` of the W3C's Trace Context. Pure.

A request without the header begins a trace. Ids are made from the history's prefix and
the number of the request, so that they cost nothing until somebody looks at them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["TraceContext", "parse_traceparent", "trace_context"]

_TRACEPARENT = re.compile(
    r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?"
)


@dataclass(frozen=True, slots=True)
class TraceContext:
    """Ids of the span that handles a request."""

    trace_id: str
    """32 hexadecimal digits."""
    span_id: str
    """16 hexadecimal digits."""
    parent_id: str | None
    """Span of the sender, if it sent one."""


def parse_traceparent(value: str | None) -> tuple[str, str] | None:
    """Return trace id and parent id of a header, or None if there is no valid one."""
    found = _TRACEPARENT.fullmatch((value or "").strip().lower())
    if found is None:
        return None
    version, trace_id, parent_id, _, more = found.groups()
    is_known = version != "ff" and not (version == "00" and more)
    if not is_known or not int(trace_id, 16) or not int(parent_id, 16):
        return None
    return trace_id, parent_id


def trace_context(prefix: str, number: int, traceparent: str | None) -> TraceContext:
    """Return the context of a request; `prefix` are eight hexadecimal digits."""
    span_id = f"{prefix}{number & 0xFFFFFFFF:08x}"
    found = parse_traceparent(traceparent)
    if found is None:
        return TraceContext(f"{prefix}{prefix}{span_id}", span_id, None)
    return TraceContext(found[0], span_id, found[1])
