"""Documents for a browser, and their headers.

Templates escape their values. Style and script are inline and allowed by their hashes;
the browser runs and applies nothing else, whatever names and responses contain. Jinja
is imported with this module, when a page is first shown.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from funclens.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["HEADERS", "document", "error_document", "fragment", "page_headers"]

HEADERS = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)

_NAMING_ROUTES = (404, 409)
"""Statuses whose lines contain routes."""

_TEMPLATES = Path(__file__).parents[1] / "templates"

_PLAIN_STYLES = ("page.css",)
_STYLES = (
    "page.css",
    "requests/requests.css",
    "requests/detail.css",
    "cold_start/flame.css",
)
_SCRIPTS = (
    *(
        f"requests/{name}.js"
        for name in (
            "dom",
            "rows",
            "bars",
            "store",
            "list",
            "choice",
            "json",
            "body",
            "exception",
            "trace",
            "detail",
            "actions",
            "tab",
        )
    ),
    "cold_start/flame.js",
    "page.js",
)
"""In the order in which they run, as one script; they share their names."""


def document(
    template: str, title: str, *, has_script: bool = False, **values: Any
) -> bytes:
    """Render a whole document with a template."""
    text = (
        _environment()
        .get_template(template)
        .render(
            title=title,
            style=_assets(_STYLES if has_script else _PLAIN_STYLES),
            script=_assets(_SCRIPTS) if has_script else "",
            **values,
        )
    )
    return text.encode()


def fragment(template: str, **values: Any) -> Markup:
    """Render a part of a document with a template."""
    return Markup(_environment().get_template(template).render(**values))  # noqa: S704


def error_document(status: int, title: str, lines: Iterable[str]) -> bytes:
    """Render an error page: a title, and a line for each next step."""
    names_routes = status in _NAMING_ROUTES
    shown = [_parts(line) if names_routes else (line, "", "") for line in lines]
    return document(
        "error.html",
        f"{status} {title}",
        status=status,
        heading=title,
        lines=shown,
        links_home=status != 404,  # its lines already link there
    )


def _parts(line: str) -> tuple[str, str, str]:
    """Split a line into the text before its first route, the route, and the rest."""
    match = re.search(r"(?<!\S)/\S*", line)
    if match is None:
        return line, "", ""
    return line[: match.start()], match[0], line[match.end() :]


@functools.cache
def page_headers() -> tuple[tuple[str, str], ...]:
    """Return the headers of every document; its policy allows only its own parts."""
    policy = (
        "default-src 'none'",
        f"style-src '{_digest(_STYLES)}' '{_digest(_PLAIN_STYLES)}'",
        f"script-src '{_digest(_SCRIPTS)}'",
        "connect-src 'self'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
    return (("Content-Security-Policy", "; ".join(policy)), *HEADERS)


@functools.cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _shown(value: object) -> object:
    """Return a value for a template without bidirectional control characters."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return printable(value, lines=True)


@functools.cache
def _assets(names: tuple[str, ...]) -> Markup:
    texts = ((_TEMPLATES / name).read_text("utf-8").strip("\n") for name in names)
    return Markup("\n\n".join(texts))  # noqa: S704 - they are ours


def _digest(names: tuple[str, ...]) -> str:
    digest = hashlib.sha256(_assets(names).encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
