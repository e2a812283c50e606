"""A recorded request as text for other programs: curl, HTTPie, Python, `.http`. Pure.

Masked headers become variables that people set or replace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.errors import UsageError
from funclens.requests.copying.httpie import httpie_command
from funclens.requests.copying.python_code import python_code
from funclens.requests.copying.shell_words import variable_of
from funclens.requests.curl import curl_command
from funclens.requests.http_writing import write_http_file
from funclens.requests.request import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.requests.recorded.recorded_request import RecordedRequest

__all__ = ["DERIVED", "FORMATS", "Copied", "copy_as", "copy_request", "sent_request"]

DERIVED = frozenset(
    {
        *("host", "connection", "content-length", "transfer-encoding", "expect"),
        *("accept-encoding", "keep-alive", "x-funclens-token"),
    }
)
"""Headers that follow from the connection, or from what the client can read."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A request as text."""

    text: str
    advice: str = ""
    """What is different from the request; a sentence, or empty."""


@dataclass(frozen=True, slots=True)
class _Sent:
    """What is written in each of the formats."""

    function: str
    request: Request
    """Its path is the whole target."""
    url: str
    masked: frozenset[str]


def copy_as(recorded: RecordedRequest, url: str, kind: str) -> Copied:
    """Return a request as text of a kind of FORMATS, sent to the runner at `url`.

    Raises UsageError for an unknown kind, or a body that the format can't express.
    """
    writer = _writer(kind)
    message = recorded.request
    sent = _Sent(recorded.function, sent_request(recorded), url, message.masked)
    return Copied(writer(sent), _advice(recorded))


def copy_request(function: str, request: Request, address: str, kind: str) -> str:
    """Return a request that wasn't sent as text of a kind of FORMATS.

    `address` is the function's, to which the path of the request is added.
    """
    base, slash, name = address.rpartition("/")
    whole = Request(
        request.method, f"{slash}{name}{request.path}", request.headers, request.body
    )
    return _writer(kind)(_Sent(function, whole, base, frozenset()))


def _writer(kind: str) -> Callable[[_Sent], str]:
    if kind not in FORMATS:
        known = ", ".join(FORMATS)
        raise UsageError(f"unknown format '{kind}'", hint=f"use one of {known}")
    return FORMATS[kind]


def sent_request(recorded: RecordedRequest) -> Request:
    """Return a request without the headers that each connection has anew."""
    headers = tuple(
        (name, value)
        for name, value in recorded.request.headers
        if name.lower() not in DERIVED and (name.lower(), value) != ("accept", "*/*")
    )
    return Request(recorded.method, recorded.target, headers, recorded.request.body)


def _advice(recorded: RecordedRequest) -> str:
    parts = []
    if recorded.request.is_truncated:
        kept = len(recorded.request.body)
        parts.append(f"Only the first {kept:,} bytes of the body are kept.")
    if recorded.request.masked:
        names = ", ".join(sorted(recorded.request.masked))
        parts.append(f"Fill in what is masked: {names}.")
    return " ".join(parts)


def _curl(sent: _Sent) -> str:
    return curl_command(sent.request, sent.url, masked=sent.masked)


def _httpie(sent: _Sent) -> str:
    return httpie_command(sent.request, sent.url, masked=sent.masked)


def _python(sent: _Sent) -> str:
    return python_code(sent.request, sent.url, masked=sent.masked)


def _http_file(sent: _Sent) -> str:
    name, slash, rest = sent.request.path.removeprefix("/").partition("/")
    name, question, query = name.partition("?")
    headers = tuple(
        (
            key,
            f"{{{{{variable_of(key).lower()}}}}}" if key.lower() in sent.masked else v,
        )
        for key, v in sent.request.headers
    )
    below = Request(
        sent.request.method,
        f"{question}{query}{slash}{rest}",
        headers,
        sent.request.body,
    )
    text = write_http_file(sent.function, f"{sent.url}/{name}", below)
    names = dict.fromkeys(
        variable_of(key).lower()
        for key, _ in sent.request.headers
        if key.lower() in sent.masked
    )
    first, end, rest = text.partition("\n@url")
    definitions = "".join(f"\n@{name} = ***" for name in names)
    return f"{first}{definitions}{end}{rest}"


FORMATS: dict[str, Callable[[_Sent], str]] = {
    "curl": _curl,
    "httpie": _httpie,
    "python": _python,
    "http": _http_file,
}
"""Writers by the name of their format."""
