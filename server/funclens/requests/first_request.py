"""The first request to a function: what its code reads, with example values."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from funclens.requests.multipart import Part, encode_parts
from funclens.requests.reads import Coding, example_of, text_of
from funclens.requests.samples.event import SampleRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.requests.reads import RequestReads, Shape

__all__ = ["USUAL_HEADERS", "first_request"]

_BODY_METHODS = ("POST", "PUT", "PATCH", "DELETE")
_METHODS = ("GET", *_BODY_METHODS)

USUAL_HEADERS = re.compile(
    r"accept(-.*)?|access-control-.*|connection|content-.*|cookie|date|forwarded|host"
    r"|if-.*|origin|referer|sec-.*|transfer-encoding|user-agent|x-appengine-.*"
    r"|x-cloud-trace-context|x-forwarded-.*|x-google-.*|x-real-ip|traceparent"
    r"|function-execution-id|ce-.*",
    re.IGNORECASE,
)
"""Headers that clients, proxies and services send on their own."""

_TEXT = "Hello"


def first_request(reads: RequestReads) -> SampleRequest:
    """Return a plain request with the keys that a function reads."""
    headers = {
        name: _header(name, shape)
        for name, shape in reads.headers.all_fields().items()
        if not USUAL_HEADERS.fullmatch(name)
    }
    body, kind, parts = _body(reads)
    if kind:
        headers["Content-Type"] = kind
    query = _query(reads, kind)
    return SampleRequest(
        body,
        headers,
        f"?{urlencode(query, doseq=True)}" if query else "",
        _method(reads, has_body=bool(kind)),
        form="a request with the keys that its code reads",
        parts=parts,
    )


def _body(reads: RequestReads) -> tuple[bytes, str, tuple[Part, ...]]:
    """Return a body, its content type, and its parts if it has any."""
    if reads.files.is_read:
        parts = (*_fields(reads.form), *_files(reads.files))
        body, kind = encode_parts(parts)
        return body, kind, parts
    root = reads.json
    has_keys = root is not None and root.has_parts
    if reads.form.all_fields() and not has_keys:
        pairs = [(part.name, part.value) for part in _fields(reads.form)]
        return urlencode(pairs).encode(), "application/x-www-form-urlencoded", ()
    if root is not None and (has_keys or not reads.query.all_fields()):
        value = example_of(root) if has_keys or root.kinds else {}
        text = json.dumps(value, indent=2, ensure_ascii=False)
        return text.encode(), "application/json", ()
    if reads.body.is_read and root is None and not reads.query.all_fields():
        is_coded = Coding.BASE64 in reads.body.decoded
        text = text_of(reads.body) if is_coded else _TEXT
        return text.encode(), "text/plain; charset=utf-8", ()
    return b"", "", ()


def _query(reads: RequestReads, kind: str) -> dict[str, Any]:
    """Return the query; a key that the body has, too, isn't repeated."""
    root = reads.json
    known = root.all_fields().keys() if root is not None and "json" in kind else set()
    if "form" in kind:
        known = reads.form.all_fields().keys()
    return {
        name: _words(shape, name)
        for name, shape in reads.query.all_fields().items()
        if name not in known
    }


def _words(shape: Shape, name: str) -> str | list[str]:
    value = example_of(shape, name)
    if isinstance(value, list):
        return [str(item) for item in value] or [_TEXT]
    return text_of(shape, name)


def _fields(form: Shape) -> tuple[Part, ...]:
    return tuple(
        Part(name, text_of(shape, name)) for name, shape in form.all_fields().items()
    )


def _files(files: Shape) -> tuple[Part, ...]:
    return tuple(
        Part(name, _TEXT, f"{name}.txt", "text/plain")
        for name in files.all_fields() or ("file",)
    )


def _header(name: str, shape: Shape) -> str:
    if name.lower() == "authorization":
        return "Bearer TOKEN"
    return text_of(shape, name).replace("\n", " ")


def _method(reads: RequestReads, *, has_body: bool) -> str:
    wanted = [name for name in reads.method.literals if name in _METHODS]
    possible: Mapping[str, None] = dict.fromkeys(wanted)
    if not has_body:
        return "GET" if "GET" in possible or not possible else next(iter(possible))
    return next((name for name in _BODY_METHODS if name in possible), "POST")
