"""One request of the history, within the limits of an agent."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from funclens.agents.answers import Body, RecordedDetail, RequestInfo
from funclens.agents.bounds import body_of, cut, failure_of, headers_of, last_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["detail_of", "summary_of"]

_MOST_BODY = 8_000
_MOST_TEXT = 1_000
_LINES = 100


def detail_of(detail: Mapping[str, Any]) -> RecordedDetail:
    """Return the JSON of `/_funclens/requests/ID` as an answer."""
    request, response = detail.get("request") or {}, detail.get("response")
    return RecordedDetail(
        **summary_of(detail).model_dump(),
        request_headers=headers_of(request.get("headers", ())),
        request_body=_body(request),
        response_headers=headers_of(response["headers"]) if response else None,
        response_body=_body(response) if response else None,
        failure=failure_of(detail.get("exception")),
        output=last_lines(detail.get("output") or [], _LINES),
        timing=detail.get("timing") or {},
        trace_id=detail.get("trace_id"),
    )


def summary_of(item: Mapping[str, Any]) -> RequestInfo:
    """Return one request of the list."""
    known = {name: item.get(name) for name in RequestInfo.model_fields}
    return RequestInfo.model_validate(
        {
            name: cut(value, _MOST_TEXT) if isinstance(value, str) else value
            for name, value in known.items()
        }
    )


def _body(message: Mapping[str, Any]) -> Body:
    body = message.get("body") or {}
    if "base64" in body:
        data = base64.b64decode(body["base64"])
    else:
        data = body.get("text", "").encode("utf-8", "surrogateescape")
    size = message.get("size", len(data))
    return body_of(data, size, most=_MOST_BODY)
