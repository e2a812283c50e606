"""Feed of the last response of each function, for a client's views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from funclens.features import LastResponse

__all__ = ["RESPONSES_CHANGED", "ResponsesFeed"]

RESPONSES_CHANGED = "funclens/responsesChanged"


class ResponsesFeed:
    """Sends each response once; the client forgets them when the runner stops."""

    def __init__(self, send: Callable[[str, Any], None]) -> None:
        self._send = send
        self._sent: Mapping[str, LastResponse] | None = None
        """None until the client makes a request."""

    def all(self, responses: Mapping[str, LastResponse]) -> list[dict[str, Any]]:
        """Return all responses and start sending new ones."""
        self._sent = responses
        return [_json(name, response) for name, response in responses.items()]

    def publish(self, responses: Mapping[str, LastResponse]) -> None:
        """Send the responses that are new."""
        before = self._sent
        if before is None or before is responses:
            return
        self._sent = responses
        new = [
            _json(name, response)
            for name, response in responses.items()
            if before.get(name) is not response
        ]
        if new:
            self._send(RESPONSES_CHANGED, {"responses": new})


def _json(name: str, response: LastResponse) -> dict[str, Any]:
    return {
        "id": name,
        "status": response.status,
        "duration": response.duration,
        "failed": response.failed,
        "error": response.error.partition("\n")[0],
        "can_replay": response.can_replay,
        "has_place": bool(response.file and response.line),
    }
