"""Makes a request of Cloud Logging entries: a request, and what was logged with it.

Cloud Logging keeps no bodies: a payload that the function logged is taken for one.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from funclens.errors import UsageError
from funclens.requests.recorded.imported_request import ImportedRequest, usable_headers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["request_of_log"]

_BODIES = ("body", "payload", "request_body", "request", "event", "data", "json")
"""Keys of a logged object whose value is the body."""
_OF_LOGGING = re.compile(
    r"message$|severity$|level$|time$|timestamp$|component$|logger$|"
    r"logging\.googleapis\.com/|@type$"
)
_NAMES = ("service_name", "function_name", "job_name")
_HINT = "copy one from the Logs Explorer, or 'gcloud logging read … --format json'"


def request_of_log(data: bytes) -> ImportedRequest:
    """Return the request of an entry, or of a list of entries with one trace.

    Raises UsageError if there is none.
    """
    entries = _entries(data)
    request = next((e["httpRequest"] for e in entries if e.get("httpRequest")), None)
    payload = next((p for e in entries if (p := _payload(e)) is not None), None)
    if request is None and payload is None:
        raise UsageError("the entry has no httpRequest and no payload", hint=_HINT)
    request = request or {}
    if not isinstance(request, dict):
        raise UsageError("httpRequest is not an object", hint=_HINT)
    method = str(request.get("requestMethod") or "POST").upper()
    body, kind = _encoded(payload) if method not in {"GET", "HEAD"} else (b"", "")
    headers = [("Content-Type", kind)] if kind else []
    if request.get("userAgent"):
        headers.append(("User-Agent", str(request["userAgent"])))
    headers += _trace(entries)
    return ImportedRequest(
        method=method,
        url=str(request.get("requestUrl") or ""),
        headers=usable_headers(headers),
        body=body,
        function=_function(entries),
        status=_status(request.get("status")),
        advice=""
        if body or method in {"GET", "HEAD", "DELETE", "OPTIONS"}
        else "Cloud Logging keeps no bodies, so the request is sent without one",
    )


def _entries(data: bytes) -> list[dict[str, Any]]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UsageError("the log entry is not JSON", hint=_HINT) from error
    entries = value if isinstance(value, list) else [value]
    found = [entry for entry in entries if isinstance(entry, dict)]
    if not found:
        raise UsageError("it is not a log entry", hint=_HINT)
    first = next((e for e in found if e.get("httpRequest")), found[0])
    trace = first.get("trace")
    return [e for e in found if e is first or (trace and e.get("trace") == trace)]


def _payload(entry: Mapping[str, Any]) -> Any:
    """Return what was logged, as the body of a request; None if there is nothing."""
    value = entry.get("jsonPayload")
    if isinstance(value, dict):
        for name in _BODIES:
            if name in value:
                return value[name]
        rest = {k: v for k, v in value.items() if not _OF_LOGGING.match(k)}
        return rest or _json(value.get("message"))
    return _json(entry.get("textPayload"))


def _json(text: Any) -> Any:
    """Return the JSON object in a text that a function logged; None for other texts."""
    if not isinstance(text, str):
        return None
    start = text.find("{")
    try:
        value = json.loads(text[start:]) if start >= 0 else None
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _encoded(payload: Any) -> tuple[bytes, str]:
    if payload is None:
        return b"", ""
    if isinstance(payload, str):
        kind = "application/json" if _json(payload) is not None else "text/plain"
        return payload.encode("utf-8", "surrogateescape"), kind
    return json.dumps(payload, ensure_ascii=False).encode(), "application/json"


def _function(entries: Sequence[Mapping[str, Any]]) -> str:
    for entry in entries:
        resource = entry.get("resource")
        labels = resource.get("labels") if isinstance(resource, dict) else None
        if not isinstance(labels, dict):
            continue
        for name in _NAMES:
            if isinstance(labels.get(name), str):
                return str(labels[name])
    return ""


def _trace(entries: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    for entry in entries:
        trace = str(entry.get("trace") or "").rpartition("/")[2].lower()
        span = str(entry.get("spanId") or "").lower()
        if re.fullmatch(r"[0-9a-f]{32}", trace) and int(trace, 16):
            is_span = re.fullmatch(r"[0-9a-f]{16}", span) and int(span, 16)
            return [
                ("traceparent", f"00-{trace}-{span if is_span else '0' * 15 + '1'}-01")
            ]
    return []


def _status(value: Any) -> int:
    return value if isinstance(value, int) else 0
