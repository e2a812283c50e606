"""The trace that a request belongs to, from its headers. Pure.

Google's front ends send `traceparent`, of the W3C's Trace Context, and the older
`X-Cloud-Trace-Context`. A request without them begins a trace. Ids are made from the
history's prefix and the number of the request, so that they cost nothing until somebody
looks at them.
"""

from __future__ import annotations

import re

from funclens.dataclass import dataclass

__all__ = [
    "TraceContext",
    "has_trace_headers",
    "parse_cloud_trace",
    "parse_traceparent",
    "trace_context",
    "with_trace_headers",
]

_TRACEPARENT = re.compile(
    r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?"
)
_CLOUD_TRACE = re.compile(r"([0-9a-f]{32})/([0-9]{1,20})(;.*)?")
_SENT = re.compile(
    rb"(?<=\n)(?:traceparent|x-cloud-trace-context):[^\n]*\n", re.IGNORECASE
)
_ANY = re.compile(rb"\n(?:traceparent|x-cloud-trace-context):", re.IGNORECASE)
_END = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class TraceContext:
    """Ids of the span that handles a request."""

    trace_id: str
    """32 hexadecimal digits."""
    span_id: str
    """16 hexadecimal digits."""
    parent_id: str | None
    """Span of the sender, if it is known."""
    parent_by: str | None = None
    """How the sender is known: `header`, `attribute` of a message, or `connection`."""

    @property
    def headers(self) -> bytes:
        """Headers of a request that this span handles, as Cloud Run sends them."""
        return (
            f"traceparent: 00-{self.trace_id}-{self.span_id}-01\r\n"
            f"X-Cloud-Trace-Context: {self.trace_id}/{int(self.span_id, 16)};o=1\r\n"
        ).encode()


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


def parse_cloud_trace(value: str | None) -> tuple[str, str] | None:
    """Return trace id and parent id of X-Cloud-Trace-Context: `TRACE/SPAN;o=1`."""
    found = _CLOUD_TRACE.fullmatch((value or "").strip().lower())
    if found is None:
        return None
    trace_id, span = found[1], int(found[2])
    if not int(trace_id, 16) or not 0 < span < 1 << 64:
        return None
    return trace_id, f"{span:016x}"


def has_trace_headers(head: bytes) -> bool:
    """Return whether a head may have one of the headers, at little cost."""
    return _ANY.search(head) is not None


def trace_context(
    prefix: str, number: int, parent: tuple[str, str] | None, parent_by: str = "header"
) -> TraceContext:
    """Return the context of a request; `prefix` are eight hexadecimal digits.

    `parent` are the ids of the trace and of the sender's span, if they are known.
    """
    span_id = f"{prefix}{number & 0xFFFFFFFF:08x}"
    if parent is None:
        return TraceContext(f"{prefix}{prefix}{span_id}", span_id, None)
    trace_id, parent_id = parent
    return TraceContext(trace_id, span_id, parent_id, parent_by)


def with_trace_headers(head: bytes, context: TraceContext) -> bytes:
    """Return a request head with the headers of a span, instead of the sender's.

    `head` may go on with a body. Folded headers are left as they are: no client that
    sends traces folds them.
    """
    end = _END.search(head)
    if end is None:
        return head
    at = head.index(b"\n", end.start()) + 1
    line, newline, _ = head[:at].partition(b"\n")
    fields = _SENT.sub(b"", head[len(line) : at])[1:]
    return line + newline + context.headers + fields + head[at:]
