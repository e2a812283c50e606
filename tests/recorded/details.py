"""What a runner tells of a request, written where a test wants it."""

from __future__ import annotations

import base64
from typing import Any


def detail(
    method: str = "GET",
    target: str = "/hello",
    *headers: tuple[str, str],
    body: bytes = b"",
    **fields: Any,
) -> dict[str, Any]:
    """Return the JSON of `/_funclens/requests/ID`; `fields` replace its own."""
    path, _, query = target.partition("?")
    return {
        "version": 1,
        "id": "ab12cd34-7",
        "function": "main.hello",
        "unit": "main",
        "method": method,
        "path": path.removeprefix("/hello") or "/",
        "query": query,
        "status": 200,
        "seconds": 0.0123,
        "received_at": "2026-11-26T10:00:00.000000Z",
        "failed": False,
        "origin": "request",
        "timing": {"queued": 0.001, "loading": 0, "function": 0.01, "streaming": 0.001},
        "request": {"target": target, **message(headers, body)},
        "response": {
            "status": 200,
            **message((("Content-Type", "text/plain"),), b"hi"),
        },
        "output": [],
        "exception": None,
        **fields,
    }


def message(headers: Any, body: bytes, **fields: Any) -> dict[str, Any]:
    """Return one message of a detail."""
    return {
        "headers": [list(pair) for pair in headers],
        "body": shown(body),
        "size": len(body),
        "truncated": False,
        **fields,
    }


def shown(body: bytes) -> dict[str, str]:
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}
