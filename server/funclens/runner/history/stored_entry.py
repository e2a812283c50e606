"""An entry as a file keeps it: without the values of secrets. Pure."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

from funclens.runner.history.entry import Entry, Timing
from funclens.runner.history.http_message import parse_message
from funclens.runner.history.masking.secret_values import mask_all, mask_values
from funclens.runner.http.trace_context import TraceContext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funclens.runner.history.http_message import Message
    from funclens.runner.history.masking.redaction import Redaction

__all__ = ["StoredEntry", "from_stored", "to_stored"]

_END = re.compile(rb"\r?\n\r?\n")
_FRAMING = {"transfer-encoding", "content-length"}
_BODY = "body"
"""In `masked`, if values of the query or of the body are lost."""


class StoredEntry(NamedTuple):
    """A row of the file."""

    id: str
    at: float
    facts: dict[str, Any]
    """Everything but the bytes, as JSON."""
    request: bytes
    response: bytes


def to_stored(entry: Entry, redaction: Redaction) -> StoredEntry:
    """Return an entry with masked secrets."""
    request = parse_message(entry.request, entry.request_size)
    response = parse_message(entry.response, entry.response_size)
    secrets = redaction.secrets(request, response)
    sent = _masked(entry.request, entry.request_size, request, redaction, secrets)
    got = _masked(entry.response, entry.response_size, response, redaction, secrets)
    masked = [*entry.masked, *_changed_headers(request, redaction, secrets)]
    if _without_head(sent[0]) != _without_head(entry.request) or (
        redaction.query(entry.query) != entry.query
    ):
        masked.append(_BODY)
    trace = entry.trace
    facts = {
        "function": entry.function,
        "unit": entry.unit,
        "method": entry.method,
        "path": entry.path,
        "query": redaction.query(entry.query),
        "status": entry.status,
        "seconds": entry.seconds,
        "request_size": sent[1],
        "response_size": got[1],
        "timing": asdict(entry.timing),
        "output": mask_values(entry.output, secrets),
        "error": mask_all(entry.error, secrets),
        "exception": mask_all(entry.exception, secrets),
        "kind": entry.kind,
        "replay_of": entry.replay_of,
        "delivery": entry.delivery,
        "masked": list(dict.fromkeys(masked)),
        "trace": [trace.trace_id, trace.span_id, trace.parent_id, trace.parent_by],
    }
    return StoredEntry(entry.id, entry.at, facts, sent[0], got[0])


def from_stored(stored: StoredEntry) -> Entry:
    """Return the entry of a row. Raises KeyError or TypeError for another's row."""
    facts = dict(stored.facts)
    facts["timing"] = Timing(**facts["timing"])
    facts["masked"] = tuple(facts["masked"])
    facts["known_trace"] = TraceContext(*facts.pop("trace"))
    return Entry(
        id=stored.id,
        at=stored.at,
        request=stored.request,
        response=stored.response,
        **facts,
    )


def _changed_headers(
    request: Message | None, redaction: Redaction, secrets: Sequence[str]
) -> list[str]:
    """Return the names of headers whose values are lost."""
    if request is None:
        return []
    shown = redaction.headers(request.headers, secrets)
    pairs = zip(request.headers, shown, strict=True)
    return [name for (name, value), (_, left) in pairs if left != value]


def _masked(
    kept: bytes,
    size: int,
    message: Message | None,
    redaction: Redaction,
    secrets: Sequence[str],
) -> tuple[bytes, int]:
    """Return kept bytes with masked values, and the size that they stand for.

    A body with masked values loses its chunks, so that it can be sent.
    """
    if message is None:
        return kept, size
    shown = redaction.body(message, secrets)
    is_other = shown != message.body
    start = message.start
    if not start.startswith("HTTP/"):
        method, _, rest = start.partition(" ")
        target, space, version = rest.partition(" ")
        target = mask_values(redaction.target(target), secrets)
        start = f"{method} {target}{space}{version}"
    pairs = redaction.headers(message.headers, secrets)
    if is_other:
        pairs = [pair for pair in pairs if pair[0].lower() not in _FRAMING]
        pairs.append(["Content-Length", str(len(shown))])
    lines = [start, *(f"{name}: {value}" for name, value in pairs), "", ""]
    head = "\r\n".join(lines).encode("latin-1")
    old = _without_head(kept)
    body = shown if is_other else old
    if is_other and not message.is_truncated:
        return head + body, len(head) + len(body)
    return head + body, max(size - len(kept) + len(head) + len(body), len(head))


def _without_head(kept: bytes) -> bytes:
    end = _END.search(kept)
    return kept[end.end() :] if end else b""
