"""Which function a request of a `.http` file is for, and what is sent to it. Pure.

Only requests to the runner are ours: to its address, to a path alone, or to a host
that the file leaves open, as `{{host}}/hello`, if the path names a function.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from funclens.dataclass import dataclass
from funclens.errors import UsageError
from funclens.requests.http_variables import Variables
from funclens.requests.request import Request, parse_headers, parse_path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from funclens.requests.http_file import (
        FileReference,
        HttpFile,
        HttpFileRequest,
    )

__all__ = ["Target", "find_target", "request_of_file"]

_OPEN_HOST = re.compile(
    r"(?:https?://)?\{\{\s*(host|hostname|server|url|base[-_]?url)\s*\}\}"
    r"(?::(?:\{\{\s*port\s*\}\}|\d+))?",
    re.IGNORECASE,
)
"""Where a URL begins with a host that the file may leave to its reader."""
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_COMPUTED = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "expect"}
)
"""Headers that people copy into files, and that follow from the connection."""


@dataclass(frozen=True, slots=True)
class Target:
    """A function, and the part of the URL below its route."""

    function: str
    """Its id."""
    path: str
    """As `Request.path`: empty, or with a leading slash or question mark."""


def find_target(
    file: HttpFile,
    request: HttpFileRequest,
    routes: Mapping[str, Sequence[str]],
    addresses: Sequence[str],
    environment: Mapping[str, str],
) -> Target | None:
    """Return what a request is for; None when it is not for a function of the runner.

    `routes` are those of the catalog, `addresses` the URLs that the runner has or would
    have. A URL that cannot be completed is for nobody.
    """
    variables = Variables(file.variables_of(request), environment)
    try:
        url = variables.fill(_with_host(request.url, variables))
    except UsageError:
        return None
    # A file that Funclens wrote has the address of a runner that may be gone.
    below = _below_runner(url, addresses, any_port=bool(request.function))
    if below is None:
        return None
    name, slash, rest = below.removeprefix("/").partition("/")
    name, question, query = name.partition("?")
    ids = routes.get(request.function or unquote(name), ())
    if len(ids) != 1:
        return None
    path = f"{question}{query}{slash}{rest}"
    return Target(ids[0], path.partition("#")[0])


def request_of_file(
    file: HttpFile,
    request: HttpFileRequest,
    path: str,
    environment: Mapping[str, str],
    read: Callable[[str], bytes],
) -> Request:
    """Return a request as it is sent; `path` is the one of its target.

    `read` returns the bytes of a file that a body names, or raises OSError. Raises
    UsageError for what is not defined, not found, or no header.
    """
    variables = Variables(file.variables_of(request), environment)
    lines = [
        f"{name}: {_authorized(name, variables.fill(value))}"
        for name, value in request.headers
        if name.lower() not in _COMPUTED
    ]
    body = b"".join(_bytes_of(part, variables, read) for part in request.body)
    return Request(request.method, parse_path(path), parse_headers(lines), body)


def _with_host(url: str, variables: Variables) -> str:
    """Return a URL without its host, where the file does not say which one it is."""
    match = _OPEN_HOST.match(url)
    if match is None or match[1] in variables:
        return url
    rest = url[match.end() :]
    return rest if rest.startswith("/") else f"/{rest}"


def _below_runner(url: str, addresses: Sequence[str], *, any_port: bool) -> str | None:
    """Return path and query of a URL at the runner; None for those elsewhere."""
    if url.startswith("/"):
        return url
    try:
        parts = urlsplit(url if _SCHEME.match(url) else f"http://{url}")
        port = parts.port or 80
        known = [urlsplit(address) for address in addresses]
    except ValueError:
        return None
    host = _plain_host(parts.hostname)
    if not any(
        host == _plain_host(k.hostname) and (any_port or port == k.port) for k in known
    ):
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _plain_host(host: str | None) -> str | None:
    return "localhost" if host in _LOOPBACK else host


def _authorized(name: str, value: str) -> str:
    """Return `Basic user password` as it is sent: both clients encode it."""
    scheme, _, rest = value.partition(" ")
    if name.lower() != "authorization" or scheme.lower() != "basic":
        return value
    user, separator, password = rest.strip().partition(" ")
    if not separator and ":" not in user:
        return value
    pair = f"{user}:{password.strip()}" if separator else user
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _bytes_of(
    part: str | FileReference, variables: Variables, read: Callable[[str], bytes]
) -> bytes:
    if isinstance(part, str):
        return variables.fill(part).encode()
    path = variables.fill(part.path)
    try:
        data = read(path)
        return (
            variables.fill(data.decode(part.encoding)).encode()
            if part.has_variables
            else data
        )
    except OSError as error:
        raise UsageError(
            f"cannot read '{path}': {error.strerror or error}",
            hint="paths are relative to the .http file, then to the workspace folder",
        ) from error
    except (UnicodeDecodeError, LookupError) as error:
        raise UsageError(f"cannot decode '{path}': {error}") from error
