"""Rows about answers: what a function returns or raises, and what is sent for it."""

from __future__ import annotations

from fidelity.row import AT, Row, ask

_KINDS = [
    *("str", "str-unicode", "str-empty", "bytes", "bytearray", "dict", "list"),
    *("nested", "unserializable", "body-status", "body-headers"),
    *("body-status-headers", "headers-list", "dict-status", "status-text"),
    *("status-unknown", "status-string", "tuple-of-one", "tuple-of-four"),
    *("response", "response-status", "jsonify", "wsgi-app", "none", "none-status"),
    *("int", "float", "true", "set", "object", "coroutine", "async-generator"),
    *("generator", "generator-response", "generator-context", "generator-length"),
    *("generator-empty", "generator-breaks", "generator-breaks-at-once", "iterator"),
    *("send-file", "no-content", "no-content-with-body", "reset-content"),
    *("not-modified", "redirect", "redirect-relative", "redirect-absolute"),
    *("header", "header-latin", "header-not-latin", "header-newline"),
    *("header-date", "header-server", "header-connection", "header-hop"),
    *("header-upgrade", "header-transfer", "header-length-short"),
    *("header-length-zero", "cookies", "abort-400", "abort-401", "abort-404"),
    *("abort-405", "abort-413", "abort-418", "abort-429", "abort-500", "abort-502"),
    *("abort-503", "abort-response", "abort-unknown", "http-exception", "raise"),
    *("raise-key-error", "raise-registered", "raise-lookup"),
    *("raise-stop-iteration", "raise-generator-exit", "raise-timeout"),
    *("raise-connection-reset", "raise-broken-pipe", "raise-recursion", "bad-key"),
    *("session", "session-write", "template", "template-missing"),
    *("template-string", "url-for", "url-for-external", "url-for-static", "g"),
    *("after-this-request", "print", "write", "no-such-answer"),
]

_WITHOUT_BODY = [
    *("str", "dict", "generator", "none", "raise", "abort-404", "redirect"),
    *("no-content", "send-file", "header-length-short"),
]

_OLD = [
    *("str", "generator", "generator-response", "generator-breaks", "raise"),
    *("no-content", "header-transfer"),
]

ROWS = [
    Row(
        "a process that ends at once",
        "quitting",
        "quit_in_flask",
        ask("GET", "/os-exit"),
        differs="A worker that ends during a request",
    ),
    *(
        Row(f"answer: {kind}", "answers", "answer", ask("GET", f"/{kind}"))
        for kind in _KINDS
    ),
    *(
        Row(f"answer to HEAD: {kind}", "answers", "answer", ask("HEAD", f"/{kind}"))
        for kind in _WITHOUT_BODY
    ),
    *(
        Row(
            f"answer to HTTP/1.0: {kind}",
            "answers",
            "answer",
            ask("GET", f"/{kind}", version="HTTP/1.0"),
        )
        for kind in _OLD
    ),
    *(
        Row(
            f"answer on a kept-alive connection: {kind}",
            "answers",
            "answer",
            (f"GET {AT}/{kind} HTTP/1.1\r\nHost: localhost\r\n\r\n",),
        )
        for kind in ("str", "generator", "raise")
    ),
    *(
        Row(
            f"answer to JSON wanted: {kind}",
            "answers",
            "answer",
            ask("GET", f"/{kind}", "Accept: application/json"),
        )
        for kind in ("raise", "abort-404")
    ),
]
