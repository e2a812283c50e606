"""Writes a request to a function as a `.http` file, for people to edit and share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funclens.requests.request import Request

__all__ = ["write_http_file"]

_SPECIAL = ("###", "<", ">")
"""Beginnings of lines that are not body: separators, files, scripts, redirections."""


def write_http_file(
    function: str,
    address: str,
    request: Request,
    *,
    name: str = "",
    lines: Sequence[str] = (),
) -> str:
    """Return the text of a file with one request.

    The function's address is in a variable, for people to change. A line of the body
    that would be taken for something else gets a space before it; `lines` are a body
    that is written as it is. Raises UsageError for a body that is not text.
    """
    try:
        body = request.body.decode()
    except UnicodeDecodeError as error:
        raise UsageError("the body is not text") from error
    written = [
        f"# Function: {function}",
        f"@url = {address}",
        "",
        f"### {name}".rstrip(),
        f"{request.method} {{{{url}}}}{request.path}",
        *(f"{key}: {value}" for key, value in request.headers),
    ]
    if body:
        written += ["", *(_plain(line) for line in body.split("\n"))]
    if lines:
        written += ["", *lines]
    return "\n".join(written) + "\n"


def _plain(line: str) -> str:
    return f" {line}" if line.startswith(_SPECIAL) else line
