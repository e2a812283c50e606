"""Documents for a browser, and the headers that go with them.

Templates escape what they are given. Style and script stand in the document, known by
their digests: the browser runs and applies nothing else, whatever the functions are
called or answer. Jinja is imported with this module, when a page is first shown.
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
"""Statuses whose lines name routes that answer."""

_TEMPLATES = Path(__file__).parents[1] / "templates"


def document(
    template: str, title: str, *, has_script: bool = False, **values: Any
) -> bytes:
    """Return a whole document by one of the templates."""
    text = (
        _environment()
        .get_template(template)
        .render(
            title=title,
            style=_asset("page.css"),
            script=_asset("page.js") if has_script else "",
            **values,
        )
    )
    return text.encode()


def fragment(template: str, **values: Any) -> Markup:
    """Return a part of a document by one of the templates."""
    return Markup(_environment().get_template(template).render(**values))  # noqa: S704


def error_document(status: int, title: str, lines: Iterable[str]) -> bytes:
    """Return a sentence and what can be done about it, each on a line."""
    names_routes = status in _NAMING_ROUTES
    shown = [_parts(line) if names_routes else (line, "", "") for line in lines]
    return document(
        "error.html",
        f"{status} {title}",
        status=status,
        heading=title,
        lines=shown,
        links_home=status != 404,  # it has a line that says so
    )


def _parts(line: str) -> tuple[str, str, str]:
    """Return what is before the first route of a line, the route, and the rest."""
    match = re.search(r"(?<!\S)/\S*", line)
    if match is None:
        return line, "", ""
    return line[: match.start()], match[0], line[match.end() :]


@functools.cache
def page_headers() -> tuple[tuple[str, str], ...]:
    """Return the headers of every document: nothing but its parts may act."""
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
    """Return what a template writes, with nothing that turns the page around."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return printable(value, lines=True)


@functools.cache
def _asset(name: str) -> Markup:
    text = (_TEMPLATES / name).read_text("utf-8").strip("\n")
    return Markup(text)  # noqa: S704 - it is ours


def _digest(name: str) -> str:
    digest = hashlib.sha256(_asset(name).encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
