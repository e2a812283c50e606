"""Rows about functions of functions_framework.aio, which an ASGI server serves."""

from __future__ import annotations

from fidelity.event_rows import CLOUDEVENTS, ID, LEGACY, json_post
from fidelity.request_rows import (
    BODIES,
    HEADERS,
    LINES,
    METHODS,
    NAMELESS,
    NOT_HTTP,
    ODD_LINES,
    ODD_METHODS,
    PATHS,
)
from fidelity.row import Row, ask

_KINDS = [
    *("str", "str-unicode", "bytes", "dict", "list", "int", "none", "body-status"),
    *("dict-status", "bytes-status", "none-status", "list-status"),
    *("body-status-headers", "body-headers", "response", "json-response", "redirect"),
    *("stream", "stream-breaks", "no-content", "abort", "abort-headers", "raise"),
    *("raise-key-error", "unserializable", "no-such-answer"),
]


_DIFFERS = NOT_HTTP | {
    "an empty line first": "An empty line before an asynchronous request",
    "absolute form": "Absolute request targets",
    "absolute form of https": "Absolute request targets",
    "absolute form with a port": "Absolute request targets",
}


def _echo(fact: str, parts: tuple[str, ...], *, differs: str = "") -> Row:
    return Row(f"async {fact}", "asynchronous", "echo", parts, differs)


ROWS = [
    *(_echo(f"method {method}", ask(method, "/a?b=1")) for method in METHODS),
    *(
        _echo(
            f"odd method {method[:24]!r}",
            ask(method, "/a"),
            differs=ODD_LINES.get(method, ""),
        )
        for method in ODD_METHODS
    ),
    *(_echo(f"path: {name}", ask("GET", path)) for name, path in PATHS.items()),
    *(
        _echo(f"{method} {path}", ask(method, path))
        for method in ("HEAD", "POST", "OPTIONS")
        for path in ("/robots.txt", "/favicon.ico")
    ),
    *(
        _echo(f"header: {name}", ask("GET", "/", *lines))
        for name, lines in HEADERS.items()
    ),
    *(_echo(f"body: {name}", parts) for name, parts in BODIES.items()),
    *(
        _echo(f"request line: {name}", parts, differs=_DIFFERS.get(name, ""))
        for name, parts in LINES.items()
        if name not in NAMELESS
    ),
    *(
        Row(f"async body not read: {name}", "asynchronous", "unread", BODIES[name])
        for name in ("text", "chunks", "expected to continue")
    ),
    *(
        Row(f"async body parsed as JSON: {name}", "asynchronous", "as_json", parts)
        for name, parts in (("JSON", BODIES["JSON"]), ("text", BODIES["text"]))
    ),
    *(
        Row(f"async in a thread: {method}", "asynchronous", "in_thread", ask(method))
        for method in ("GET", "POST")
    ),
    *(
        Row(f"async {target}: {kind}", "asynchronous", target, ask("GET", f"/{kind}"))
        for target in ("answer", "answer_in_thread")
        for kind in _KINDS
    ),
    *(
        Row(
            f"async answer to HEAD: {kind}",
            "asynchronous",
            "answer",
            ask("HEAD", f"/{kind}"),
        )
        for kind in ("str", "dict", "stream", "raise", "none")
    ),
    *(
        Row(
            f"async answer to HTTP/1.0: {kind}",
            "asynchronous",
            "answer",
            ask("GET", f"/{kind}", version="HTTP/1.0"),
        )
        for kind in ("str", "stream")
    ),
    *(
        Row(f"async cloudevent: {name}", "asynchronous", "see", parts)
        for name, parts in CLOUDEVENTS.items()
    ),
    *(
        Row(
            f"async cloudevent: legacy {name}",
            "asynchronous",
            "see",
            json_post(LEGACY[name]),
        )
        for name in ("storage finalize", "pubsub", "an empty object", "null")
    ),
    *(
        Row(f"async cloudevent: {method}", "asynchronous", "see", ask(method, "/", ID))
        for method in METHODS
    ),
    *(
        Row(
            f"async cloudevent: {target}", "asynchronous", target, CLOUDEVENTS["binary"]
        )
        for target in ("accept", "accept_in_thread", "fail")
    ),
]
