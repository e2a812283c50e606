"""Build an HTTP request from the arguments of `funclens call`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from funclens.dataclass import dataclass
from funclens.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from funclens.requests.samples import SampleRequest

__all__ = [
    "Request",
    "is_whole_event",
    "parse_headers",
    "parse_path",
    "request_of",
    "request_of_sample",
    "wrong_json",
]

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_OURS = {"content-length", "transfer-encoding", "connection"}
"""Headers that are derived from the request and can't be set."""

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """A request to one function."""

    method: str
    path: str
    """Path below the route: empty or with a leading slash; may have a query."""
    headers: Headers
    body: bytes


def request_of(
    *,
    method: str | None,
    path: str | None,
    headers: Sequence[str],
    data: bytes | None,
    sample: SampleRequest | None = None,
) -> Request:
    """Return the request for the arguments of a command line.

    Method, path and headers override those of the sample. Without a sample, data
    implies POST, and JSON gets its content type. Raises UsageError for invalid
    arguments.
    """
    given = parse_headers(headers)
    if sample is not None:
        sent = request_of_sample(sample)
        body, own, usual, below = sent.body, sent.headers, sent.method, sent.path
    else:
        body, own = data or b"", _content_type(data)
        usual, below = ("GET" if data is None else "POST"), ""
    return Request(
        usual if method is None else _method(method),
        below if path is None else parse_path(path),
        _overlaid(own, given),
        body,
    )


def request_of_sample(sample: SampleRequest) -> Request:
    """Return a sample as a request to the function that it is for."""
    path = sample.path.removesuffix("/")
    return Request(sample.method, path, tuple(sample.headers.items()), sample.body)


def parse_path(text: str) -> str:
    """Return a path or query below the function. Raises UsageError.

    Adds a leading slash if there is none and percent-encodes non-ASCII characters.
    """
    if re.search(r"[\s\x00-\x1f\x7f#]", text):
        raise UsageError(
            f"invalid path {text!r}",
            hint="percent-encode spaces, control characters and '#', as in %20",
        )
    encoded = "".join(c if c.isascii() else quote(c, errors="replace") for c in text)
    return encoded if encoded[:1] in {"/", "?", ""} else f"/{encoded}"


def parse_headers(lines: Iterable[str]) -> Headers:
    """Parse header lines such as `Accept: text/html`.

    Raises UsageError for an invalid line.
    """
    return tuple(_header(line) for line in lines)


def is_whole_event(data: bytes) -> bool:
    """Return whether data is a whole event: a CloudEvent, or a 1st gen event."""
    try:
        value = json.loads(data)
    except ValueError:
        return False
    return isinstance(value, dict) and (
        "specversion" in value or {"context", "data"} <= value.keys()
    )


def wrong_json(data: bytes) -> str:
    """Return what is wrong with data that looks like JSON, or an empty string."""
    if data.lstrip()[:1] not in {b"{", b"["}:
        return ""
    try:
        json.loads(data)
    except ValueError as error:
        return str(error)
    return ""


def _method(text: str) -> str:
    if not _TOKEN.fullmatch(text):
        raise UsageError(f"invalid method {text!r}")
    return text.upper()


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    name, value = name.strip(), value.strip()
    if not colon or not _TOKEN.fullmatch(name):
        raise UsageError(f"invalid header {line!r}", hint="write it as 'Name: value'")
    if name.lower() in _OURS:
        raise UsageError(f"header '{name}' is computed and cannot be set")
    if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value):
        raise UsageError(f"control characters in header {line!r}")
    try:
        value.encode("latin-1")
    except UnicodeEncodeError as error:
        raise UsageError(
            f"header {line!r} has characters outside Latin-1",
            hint="encode the value, for example with percent-encoding",
        ) from error
    return name, value


def _content_type(data: bytes | None) -> Headers:
    if data is None:
        return ()
    try:
        value = json.loads(data)
    except ValueError:
        return (("Content-Type", _kind(data)),)
    is_event = isinstance(value, dict) and "specversion" in value
    return (
        ("Content-Type", f"application/{'cloudevents+json' if is_event else 'json'}"),
    )


def _kind(data: bytes) -> str:
    try:
        data.decode()
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "text/plain; charset=utf-8"


def _overlaid(own: Headers, given: Headers) -> Headers:
    replaced = {name.lower() for name, _ in given}
    return (*(pair for pair in own if pair[0].lower() not in replaced), *given)
