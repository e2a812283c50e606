"""Recorded requests as an HTTP Archive 1.2, which browsers and proxies read. Pure.

Masked headers stay masked. Fields with an underscore are ours, as the format allows.
"""

from __future__ import annotations

import base64
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from funclens import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from funclens.requests.recorded.recorded_request import (
        RecordedMessage,
        RecordedRequest,
    )
    from funclens.requests.request import Headers

__all__ = ["har_of"]

_VERSION = "HTTP/1.1"


def har_of(requests: Iterable[RecordedRequest], url: str) -> dict[str, Any]:
    """Return an archive of requests to the runner at `url`."""
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "Funclens", "version": __version__},
            "entries": [_entry(request, url) for request in requests],
        }
    }


def _entry(recorded: RecordedRequest, url: str) -> dict[str, Any]:
    timings = _timings(recorded)
    return {
        "startedDateTime": recorded.received_at,
        "time": sum(value for value in timings.values() if value >= 0),
        "request": _request(recorded, url),
        "response": _response(recorded),
        "cache": {},
        "timings": timings,
        "_id": recorded.id,
        "_function": recorded.function,
    }


def _request(recorded: RecordedRequest, url: str) -> dict[str, Any]:
    message = recorded.request
    request = {
        "method": recorded.method,
        "url": url + recorded.target,
        "httpVersion": _VERSION,
        "cookies": [],
        "headers": _headers(message.headers),
        "queryString": [
            {"name": name, "value": value}
            for name, value in parse_qsl(recorded.query, keep_blank_values=True)
        ],
        "headersSize": -1,
        "bodySize": len(message.body),
    }
    if message.body:
        mime = message.header("Content-Type") or "application/octet-stream"
        request["postData"] = {
            "mimeType": mime,
            "params": [],
            **_text(message, "_encoding"),
        }
    return request


def _response(recorded: RecordedRequest) -> dict[str, Any]:
    message = recorded.response
    status = message.status if message else 0
    content: dict[str, Any] = {"size": 0, "mimeType": "x-unknown"}
    if message is not None:
        content = {
            "size": len(message.body),
            "mimeType": message.header("Content-Type") or "x-unknown",
            **_text(message, "encoding"),
        }
    return {
        "status": status,
        "statusText": _reason(status),
        "httpVersion": _VERSION,
        "cookies": [],
        "headers": _headers(message.headers) if message else [],
        "content": content,
        "redirectURL": (message and message.header("Location")) or "",
        "headersSize": -1,
        "bodySize": len(message.body) if message else -1,
    }


def _timings(recorded: RecordedRequest) -> dict[str, float]:
    """Return milliseconds; -1 for phases that don't apply."""
    known: Mapping[str, float] = recorded.timing
    waited = (known.get("queued") or 0.0) + (known.get("loading") or 0.0)
    function = known.get("function", recorded.seconds) or 0.0
    streaming = known.get("streaming") or 0.0
    return {
        "blocked": _milliseconds(waited),
        "dns": -1,
        "connect": -1,
        "ssl": -1,
        "send": 0,
        "wait": _milliseconds(function),
        "receive": _milliseconds(streaming),
    }


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)


def _headers(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _text(message: RecordedMessage, encoding: str) -> dict[str, str]:
    try:
        return {"text": message.body.decode()}
    except UnicodeDecodeError:
        return {
            "text": base64.b64encode(message.body).decode(),
            encoding: "base64",
        }


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
