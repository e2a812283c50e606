"""Receives the spans that functions send, in OTLP over HTTP.

Workers don't have the runner's token. They get a secret that is good for nothing else.
"""

from __future__ import annotations

import asyncio
import hmac
import zlib
from typing import TYPE_CHECKING

from funclens.runner.api.receiving.own_body import read_body
from funclens.runner.background import in_thread
from funclens.runner.http.responses import Response, json_response
from funclens.runner.tracing.otlp import NoProtobufError, read_json, read_protobuf
from funclens.runner.tracing.telemetry_environment import SECRET_HEADER

if TYPE_CHECKING:
    import socket

    from funclens.runner.api.permission import Permission
    from funclens.runner.http.head import Head
    from funclens.runner.http.replies import Replies
    from funclens.runner.tracing.spans import Span
    from funclens.runner.tracing.tracing import Tracing

__all__ = ["TraceRoutes"]

PATH = "/otlp/v1/traces"

MOST_BYTES = 4 * 1024 * 1024
"""Maximum size of an export, also when it is decompressed."""

_BODY_SECONDS = 10.0
_JSON = "application/json"
_PROTOBUF = "application/x-protobuf"


class TraceRoutes:
    """Handles exports of spans."""

    def __init__(
        self, tracing: Tracing, permission: Permission, replies: Replies
    ) -> None:
        self._tracing = tracing
        self._permission = permission
        self._replies = replies

    def has(self, path: str) -> bool:
        """Return whether a path below `/_funclens` is this route."""
        return path == PATH

    async def answer(self, head: Head, connection: socket.socket) -> None:
        """Respond to a request and close the connection."""
        try:
            response = await self._respond(head, connection)
        except (OSError, TimeoutError, asyncio.TimeoutError):
            connection.close()
            return
        self._replies.send(connection, response.encode(head.method))

    async def _respond(self, head: Head, connection: socket.socket) -> Response:
        if not self._is_allowed(head):
            text = f"Pass the runner's secret in the header {SECRET_HEADER}."
            return json_response({"error": text}, 403)
        if head.method != "POST":
            return json_response({"error": "Use POST."}, 405)
        kind = (head.header("Content-Type") or "").partition(";")[0].strip().lower()
        if kind not in {_JSON, _PROTOBUF}:
            return json_response({"error": f"Send {_PROTOBUF} or {_JSON}."}, 415)
        try:
            reading = read_body(head, connection, MOST_BYTES)
            body = await asyncio.wait_for(reading, _BODY_SECONDS)
            encoding = head.header("Content-Encoding") or ""
            spans = await in_thread(_read, body, kind, encoding)
        except ValueError as error:
            return json_response({"error": f"Invalid body: {error}"}, 400)
        except NoProtobufError:
            text = "Protobuf needs a package: pip install 'funclens[otel]'."
            return json_response({"error": text}, 415)
        self._tracing.received(spans, body, kind, encoding)
        return Response(200, kind, b"{}" if kind == _JSON else b"")

    def _is_allowed(self, head: Head) -> bool:
        given = (head.header(SECRET_HEADER) or "").encode()
        is_worker = hmac.compare_digest(given, self._tracing.secret.encode())
        is_worker = is_worker and head.header("Origin") is None
        return is_worker or self._permission.may_control(head)


def _read(body: bytes, kind: str, encoding: str) -> list[Span]:
    data = _decompressed(body, encoding.strip().lower())
    return read_json(data) if kind == _JSON else read_protobuf(data)


def _decompressed(data: bytes, encoding: str) -> bytes:
    """Return a body as it was before compression. Raises ValueError."""
    if encoding in {"", "identity"}:
        return data
    windows = {"gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}
    if encoding not in windows:
        raise ValueError(f"unknown Content-Encoding {encoding[:40]!r}")
    parser = zlib.decompressobj(windows[encoding])
    try:
        found = parser.decompress(data, MOST_BYTES + 1)
    except zlib.error as error:
        raise ValueError(f"it is not {encoding}: {error}") from error
    if len(found) > MOST_BYTES:
        raise ValueError("it is too long")
    if not parser.eof:
        raise ValueError("it ends early")
    return found
