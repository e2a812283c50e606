"""Rows about what a module adds to the app that it is loaded in."""

from __future__ import annotations

from fidelity.event_rows import CLOUDEVENTS
from fidelity.row import Row, ask

_ASKED = [
    *(("GET", "/"), ("GET", "/a/b"), ("GET", "/health"), ("HEAD", "/health")),
    *(("OPTIONS", "/health"), ("POST", "/health"), ("PUT", "/health/a/b")),
    *(("DELETE", "/health/a"), ("GET", "/pairs/1-2"), ("GET", "/pairs/x")),
    *(("GET", "/slashed"), ("GET", "/slashed/"), ("GET", "/run-too")),
    *(("GET", "/boom"), ("GET", "/shop/items/7"), ("GET", "/shop/items/x")),
    *(("GET", "/shop/divide"), ("GET", "/key"), ("GET", "/missing")),
    *(("GET", "/early"), ("GET", "/stamped"), ("GET", "/robots.txt")),
    *(("GET", "/static/a.css"), ("PROPFIND", "/health")),
]

ROWS = [
    *(
        Row(f"rules of the module, {target}: {method} {path}", "rules", target, parts)
        for target in ("first", "second")
        for method, path in _ASKED
        for parts in (ask(method, path),)
    ),
    *(
        Row(f"rules of the module, an event: {method} {path}", "rules", "third", parts)
        for method, path in (("GET", "/"), ("GET", "/health"), ("POST", "/health"))
        for parts in (ask(method, path),)
    ),
    Row("rules of the module, an event", "rules", "third", CLOUDEVENTS["binary"]),
    Row("the only function of a unit", "alone", "alone", ask()),
    Row(
        "the app that the module was loaded in",
        "rules",
        "is_the_same",
        ask(),
        differs="One app for each function",
    ),
]
