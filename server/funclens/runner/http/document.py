"""Whole documents for a browser, and the headers that go with them.

Style and script stand in the document itself, known by their digests: the browser
runs and applies nothing else, whatever the functions are called or answer.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from html import escape
from pathlib import Path
from string import Template

__all__ = ["HEADERS", "document", "error_document", "page_headers"]

HEADERS = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)

_NAMING_ROUTES = (404, 409)
"""Statuses whose lines name routes that answer."""


def document(title: str, body: str, *, has_script: bool = False) -> bytes:
    """Return a document around a body of HTML."""
    script = _asset("page.js") if has_script else ""
    return (
        Template(_asset("page.html"))
        .substitute(
            title=escape(title),
            style=_asset("page.css"),
            script=f"<script>{script}</script>" if script else "",
            body=body,
        )
        .encode("utf-8", "backslashreplace")
    )


def error_document(status: int, title: str, lines: list[str]) -> bytes:
    """Return a sentence and what can be done about it, each on its own."""
    show = _linked if status in _NAMING_ROUTES else escape
    items = "".join(f"<pre>{show(line)}</pre>" for line in lines)
    if status != 404:  # it has a line that says so
        items += "<p><a href='/'>All functions</a></p>"
    body = (
        f"<main class='error'><p class='eyebrow'>{status}</p>"
        f"<h1>{escape(title)}</h1>{items}</main>"
    )
    return document(f"{status} {title}", body)


def _linked(line: str) -> str:
    """Return a line whose first route is a link."""
    match = re.search(r"(?<!\S)/\S*", line)
    if match is None:
        return escape(line)
    route = escape(match[0])
    before, after = escape(line[: match.start()]), escape(line[match.end() :])
    return f"{before}<a href='{route}'>{route}</a>{after}"


@functools.cache
def page_headers() -> tuple[tuple[str, str], ...]:
    """Return the headers of every document: nothing but its own parts may act."""
    policy = (
        "default-src 'none'",
        f"style-src '{_digest('page.css')}'",
        f"script-src '{_digest('page.js')}'",
        "connect-src 'self'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
    return (("Content-Security-Policy", "; ".join(policy)), *HEADERS)


@functools.cache
def _asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8").strip("\n")


def _digest(name: str) -> str:
    digest = hashlib.sha256(_asset(name).encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
