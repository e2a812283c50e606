"""Responses of the front door as bytes. Pure.

The Accept header decides between plain text, HTML and JSON.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from funclens.dataclass import dataclass
from funclens.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from funclens.runner.http import router
    from funclens.runner.http.head import Head

__all__ = [
    "Problem",
    "Response",
    "ambiguous",
    "bad_request",
    "busy",
    "cross_site",
    "failed",
    "forbidden_host",
    "gone",
    "internal_error",
    "json_response",
    "leaking",
    "no_path",
    "not_found",
    "out_of_descriptors",
    "problem",
    "stopped",
    "timed_out",
    "too_large",
]


@dataclass(frozen=True, slots=True)
class Response:
    """A complete response of the front door."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()

    def encode(self, method: str) -> bytes:
        """Return the response; for HEAD, without its body."""
        lines = [
            f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}",
            "Server: funclens",
            "Connection: close",
            f"Content-Type: {self.content_type}",
            f"Content-Length: {len(self.body)}",
            *(f"{name}: {value}" for name, value in self.headers),
            "",
            "",
        ]
        head = "\r\n".join(lines).encode("latin-1")
        return head if method == "HEAD" else head + self.body


def json_response(value: Any, status: int = 200) -> Response:
    """Return indented JSON, safe to print in a terminal."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    if not text.replace("\n", "").isprintable():  # or undecodable file names
        text = json.dumps(value, indent=2)
    return Response(status, "application/json", text.encode() + b"\n")


@dataclass(frozen=True, slots=True)
class Problem:
    """An error with its next steps, in the format that the client wants."""

    status: int
    title: str
    lines: tuple[str, ...]
    accept: str = ""
    """Accept header of the request."""

    def encode(self, method: str) -> bytes:
        """Return the response; for HEAD, without its body."""
        return self._response().encode(method)

    def _response(self) -> Response:
        if "text/html" in self.accept:
            from funclens.runner.http.html_document import (  # noqa: PLC0415 - for people
                error_document,
                page_headers,
            )

            body = error_document(self.status, self.title, self.lines)
            kind = "text/html; charset=utf-8"
            return Response(self.status, kind, body, page_headers())
        if "json" in self.accept:
            value = {"error": self.title, "details": list(self.lines)}
            return json_response(value, self.status)
        shown = [printable(self.title), *(printable(x, lines=True) for x in self.lines)]
        text = "\n".join(shown) + "\n"
        return Response(self.status, "text/plain; charset=utf-8", text.encode())


def problem(head: Head, status: int, title: str, lines: Iterable[str] = ()) -> Problem:
    """Return an error with its next steps, for a client."""
    return Problem(status, title, tuple(lines), head.header("Accept") or "")


def not_found(head: Head, decision: router.NotFound) -> Problem:
    """404: suggests similar functions, or where to find all of them."""
    lines = [f"Did you mean: /{name}" for name in decision.nearest]
    lines.append("All functions are listed at /")
    title = f"No function named {decision.name or head.target!r}"
    return problem(head, 404, title, lines)


def ambiguous(head: Head, decision: router.Ambiguous) -> Problem:
    """409: several functions share the endpoint; lists their qualified names."""
    title = (
        f"{len(decision.functions)} functions share the endpoint {decision.name!r}: "
        "use a qualified name"
    )
    lines = [
        f"/{function.qualified_name}   {function.file}:{function.span.line}"
        for function in decision.functions
    ]
    return problem(head, 409, title, lines)


def forbidden_host(head: Head, decision: router.ForbiddenHost) -> Problem:
    """403: the Host header isn't a name of this machine."""
    return problem(
        head,
        403,
        f"Host {decision.host!r} is not allowed",
        [
            "A web page could reach your functions through its own host name.",
            "If it is yours, allow it:",
            f"--allow-host {decision.host}",
            "or funclens.allowHost in the editor, allow-host in [tool.funclens].",
        ],
    )


def cross_site(head: Head, decision: router.CrossSite) -> Problem:
    """403: a page of another site sent the request."""
    page, origin = decision.origin or "another site", decision.origin or "'*'"
    return problem(
        head,
        403,
        f"Requests from web pages of {page} are not allowed",
        [
            "A page of another site could call your functions without your knowledge.",
            "If it is yours, allow it:" if decision.origin else "To allow all pages:",
            f"--allow-origin {origin}",
            "or funclens.allowOrigin in the editor, allow-origin in [tool.funclens].",
        ],
    )


def no_path(head: Head) -> Problem:
    """400: no path, as in `OPTIONS *` and CONNECT."""
    return problem(head, 400, f"The request target has no path: {head.target}")


def bad_request(reason: str, status: int = 400) -> Problem:
    """400 or 408: not a valid request."""
    return Problem(status, reason, ())


def busy(head: Head, unit: str) -> Problem:
    """503: the unit's worker accepts no more connections."""
    title = f"The worker of {unit} can't keep up: its queue is full"
    return problem(head, 503, title, ["If a function is stuck, restart the unit."])


def leaking(head: Head, unit: str) -> Problem:
    """503: the unit's worker can't take another connection."""
    title = f"The worker of {unit} is out of file descriptors"
    lines = ["Close files and connections in the function, or restart the unit."]
    return problem(head, 503, title, lines)


def internal_error(head: Head, error: BaseException) -> Problem:
    """500: a bug in the runner, not in the function."""
    title = f"Internal error of the runner: {type(error).__name__}: {error}"
    return problem(head, 500, title)


def out_of_descriptors(limit: int, accept: str = "") -> Problem:
    """503: this process can't open more files and connections."""
    title = f"The runner is out of file descriptors (limit: {limit})"
    lines = ["Raise the limit (ulimit -n) before you start it, or close connections."]
    return Problem(503, title, tuple(lines), accept)


def too_large(head: Head, limit: int) -> Problem:
    """413: the body is larger than production allows."""
    title = f"The request body is larger than {limit // 1024 // 1024} MiB"
    lines = ["Production allows 32 MiB; the setting body-limit changes it here."]
    return problem(head, 413, title, lines)


def failed(head: Head, title: str, details: list[str]) -> Problem:
    """500: the unit or its worker failed, with the user's error and its location."""
    return problem(head, 500, title, details)


def timed_out(*, is_first: bool) -> Response:
    """504 or, in the 1st generation, 408: the function took too long."""
    if is_first:
        return Response(408, "text/plain", b"Request Timeout")
    return Response(504, "text/plain", b"upstream request timeout")


def gone(head: Head, function: str) -> Problem:
    """503: the function was removed while its request was waiting."""
    title = f"{function} is no longer served"
    return problem(head, 503, title, ["It was removed, or the runner stops."])


def stopped(head: Head, unit: str) -> Problem:
    """503: the unit was stopped while a request waited for it."""
    return problem(head, 503, f"{unit} was stopped", ["The next request starts it."])
