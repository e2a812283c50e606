"""The route of the log: what units printed last, and what they print from now on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from funclens.runner.history.recent_output import missing_lines, printed
from funclens.runner.http.responses import json_response
from funclens.runner.http.streaming import send_stream

if TYPE_CHECKING:
    import socket

    from funclens.runner.api.permission import Permission
    from funclens.runner.events import EventBus
    from funclens.runner.history.recent_output import RecentOutput
    from funclens.runner.http.head import Head
    from funclens.runner.http.replies import Replies

__all__ = ["LogRoutes"]

_HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\nCache-Control: no-store\r\n"
_HEAD += b"Content-Type: application/x-ndjson\r\n\r\n"


class LogRoutes:
    """Handles `/_funclens/logs`."""

    def __init__(
        self,
        recent: RecentOutput,
        bus: EventBus,
        permission: Permission,
        replies: Replies,
    ) -> None:
        self._recent = recent
        self._bus = bus
        self._permission = permission
        self._replies = replies

    async def answer(self, head: Head, connection: socket.socket) -> None:
        """Send what was printed; with `follow`, what follows until one side ends."""
        if not self._permission.may_control(head):
            error = {"error": "Pass the runner's token in the header X-Funclens-Token."}
            self._refuse(head, connection, error, 403)
            return
        if head.method != "GET":
            self._refuse(head, connection, {"error": "Use GET."}, 405)
            return
        given = parse_qs(head.target.partition("?")[2])
        unit = given.get("unit", [""])[-1]
        kept = _lines(self._recent.of(unit))
        if given.get("follow", ["0"])[-1] in {"1", "true"}:
            await self._follow(unit, kept, connection)
        else:
            self._replies.send(connection, _HEAD + kept)

    async def _follow(self, unit: str, kept: bytes, connection: socket.socket) -> None:
        subscription = self._bus.subscribe()

        async def take() -> bytes:
            while events := await subscription.take():
                if text := _lines(
                    [_line(event) for event in events if _is_of(event, unit)]
                ):
                    return text
            return b""

        try:
            await send_stream(connection, _HEAD + kept, take, subscription.close)
        finally:
            subscription.close()

    def _refuse(
        self, head: Head, connection: socket.socket, error: dict[str, str], status: int
    ) -> None:
        response = json_response(error, status)
        self._replies.send(connection, response.encode(head.method))


def _is_of(event: dict[str, Any], unit: str) -> bool:
    is_output = event["event"] in {"output", "output-dropped"}
    return is_output and unit in ("", event["unit"])


def _line(event: dict[str, Any]) -> dict[str, Any]:
    if event["event"] == "output":
        return printed(event)
    return printed({**event, "text": missing_lines(event)})


def _lines(items: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(item) + "\n" for item in items).encode()
