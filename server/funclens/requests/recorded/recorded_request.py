"""A request of the history, parsed from what a runner tells of it. Pure."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from funclens.dataclass import dataclass
from funclens.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.requests.request import Headers

__all__ = ["MASK", "RecordedMessage", "RecordedRequest", "recorded_request"]

MASK = "***"
"""What a runner shows instead of a secret."""


@dataclass(frozen=True, slots=True)
class RecordedMessage:
    """Headers and body of a request or a response."""

    headers: Headers
    """Masked ones have the value MASK."""
    body: bytes
    is_truncated: bool = False
    """Whether bytes of the body are missing."""
    status: int = 0
    """Of a response."""

    def header(self, name: str) -> str | None:
        """Return the first value of a header, ignoring case."""
        wanted = name.lower()
        return next((v for key, v in self.headers if key.lower() == wanted), None)

    @property
    def masked(self) -> frozenset[str]:
        """Names of headers whose values aren't known, in lower case."""
        return frozenset(key.lower() for key, value in self.headers if value == MASK)


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One request and what came of it."""

    id: str
    function: str
    """Id of the function."""
    method: str
    path: str
    """Path that the function saw."""
    query: str
    target: str
    """Path and query as the client sent them to the runner."""
    received_at: str
    seconds: float
    request: RecordedMessage
    response: RecordedMessage | None
    timing: Mapping[str, float]
    """Seconds by phase: `queued`, `loading`, `function`, `streaming`."""

    @property
    def below(self) -> str:
        """Path and query below the function, as sent; begins with a slash."""
        path, question, query = self.target.partition("?")
        _, slash, rest = path.removeprefix("/").partition("/")
        shorter = f"{slash}{rest}" or "/"
        if unquote(shorter) != self.path:
            shorter = path if unquote(path) == self.path else quote(self.path)
        return f"{shorter}{question}{query}"


def recorded_request(detail: Mapping[str, Any]) -> RecordedRequest:
    """Parse the JSON of `/_funclens/requests/ID`, ignoring unknown fields.

    Raises UsageError if the request wasn't kept.
    """
    request = detail.get("request")
    if not request:
        raise UsageError(
            f"nothing is known of request {detail.get('id')} but its result",
            hint="send it again",
        )
    path, query = detail["path"] or "/", detail.get("query") or ""
    target = f"/{quote(detail['function'])}{path if path != '/' or query else ''}"
    target += f"?{query}" * bool(query)
    response = detail.get("response")
    return RecordedRequest(
        id=detail["id"],
        function=detail["function"],
        method=detail["method"],
        path=path,
        query=query,
        target=_origin_form(request.get("target") or target),
        received_at=detail["received_at"],
        seconds=detail.get("seconds") or 0.0,
        request=_message(request),
        response=_message(response) if response else None,
        timing=detail.get("timing") or {},
    )


def _message(value: Mapping[str, Any]) -> RecordedMessage:
    return RecordedMessage(
        headers=tuple((name, text) for name, text in value["headers"]),
        body=_bytes(value.get("body") or {}),
        is_truncated=bool(value.get("truncated")),
        status=value.get("status") or 0,
    )


def _bytes(body: Mapping[str, str]) -> bytes:
    try:
        if "base64" in body:
            return base64.b64decode(body["base64"])
        return body.get("text", "").encode("utf-8", "surrogateescape")
    except (binascii.Error, ValueError) as error:
        raise UsageError("the body is not valid base64") from error


def _origin_form(target: str) -> str:
    """Return a target without a host, which proxies send."""
    if target.startswith("/"):
        return target
    _, separator, rest = target.partition("://")
    slash = rest.find("/")
    return rest[slash:] if separator and slash >= 0 else "/"
