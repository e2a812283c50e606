"""A request recorded elsewhere: in a browser, a proxy, or in production. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from funclens.dataclass import dataclass
from funclens.errors import UnknownFunctionError, UsageError
from funclens.requests.copying.copy_as import DERIVED
from funclens.requests.lookup import find_function
from funclens.requests.recorded.recorded_request import MASK
from funclens.requests.request import Request, parse_headers, parse_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from funclens.model import Function
    from funclens.requests.request import Headers

__all__ = ["ImportedRequest", "request_for", "usable_headers"]

_SERVICE = re.compile(
    r"(?P<name>[a-z][a-z0-9-]*?)-(?:[a-z0-9]{8,12}-[a-z]{2}\.a|\d+\.[a-z0-9-]+)\.run\.app"
)


@dataclass(frozen=True, slots=True)
class ImportedRequest:
    """A request, and what is known about the function it was for."""

    method: str
    url: str
    headers: Headers
    body: bytes
    function: str = ""
    """Name or id of the function, if it is known."""
    status: int = 0
    """Status of the response then; 0 if unknown."""
    advice: str = ""
    """What could not be taken over; a sentence, or empty."""


def request_for(
    imported: ImportedRequest, functions: Sequence[Function], folders: Sequence[str]
) -> tuple[Function, Request]:
    """Return the function that gets a request now, and the request.

    Raises UnknownFunctionError if none fits, UsageError for an invalid request.
    """
    try:
        parts = urlsplit(imported.url)
        host = parts.hostname or ""
    except ValueError as error:
        raise UsageError(f"invalid URL '{imported.url[:200]}': {error}") from error
    first, _, rest = parts.path.removeprefix("/").partition("/")
    service = _SERVICE.fullmatch(host)
    names = (imported.function, service["name"] if service else "", unquote(first))
    query = f"?{parts.query}" if parts.query else ""
    for name in dict.fromkeys(names):
        found = _named(functions, name, folders)
        if found is None:
            continue
        own = {found.endpoint, found.qualified_name, found.deployed_name, name}
        is_below = service is None and unquote(first) in own
        path = (f"/{rest}" if rest else "") if is_below else parts.path
        return found, _request(imported, path.removesuffix("/") or "", query)
    if len(functions) == 1:
        return functions[0], _request(imported, parts.path.removesuffix("/"), query)
    raise UnknownFunctionError(
        f"no function for {imported.method} {imported.url[:200]}",
        hint="name it with --function",
    )


def _request(imported: ImportedRequest, path: str, query: str) -> Request:
    path = parse_path(path + query)
    return Request(imported.method, path, imported.headers, imported.body)


def usable_headers(pairs: Iterable[tuple[str, str]]) -> Headers:
    """Return the headers that can be sent: not those of the connection, or masked."""
    found: list[tuple[str, str]] = []
    for name, value in pairs:
        if name.startswith(":") or name.lower() in DERIVED or value == MASK:
            continue
        try:
            found += parse_headers([f"{name}: {value}"])
        except UsageError:
            continue
    return tuple(found)


def _named(
    functions: Sequence[Function], name: str, folders: Sequence[str]
) -> Function | None:
    """Return the function with a name: of the code, or of what is deployed."""
    if not name:
        return None
    word = name.casefold().replace("-", "_")
    deployed = [
        item
        for item in functions
        if word == (item.deployed_name or item.endpoint).casefold().replace("-", "_")
    ]
    if len(deployed) == 1:
        return deployed[0]
    exact = [f for f in functions if name in (f.id, f.endpoint, f.qualified_name)]
    if not exact:
        return None
    return find_function(functions, name, folders)
