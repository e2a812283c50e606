"""Requests of `.http` files for lenses and commands."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any

from funclens.errors import RunnerError, UsageError
from funclens.lsp.commands.arguments import find_function, parts_of
from funclens.lsp.uris import path_of, uri_of
from funclens.regular_file import read_regular
from funclens.requests.curl import curl_command
from funclens.requests.http_file import is_http_file, parse_http_file
from funclens.requests.http_parts import (
    WrittenPart,
    body_lines,
    boundary_of,
    written_parts,
)
from funclens.requests.http_target import find_target, request_of_file
from funclens.requests.http_variables import Variables
from funclens.requests.http_writing import write_http_file
from funclens.requests.request import Request, parse_headers, parse_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from funclens.lsp.session import Session
    from funclens.model import Function
    from funclens.requests.http_file import HttpFile, HttpFileRequest

__all__ = [
    "describe_http_curl",
    "describe_http_file",
    "describe_http_request",
    "describe_saved_requests",
    "find_http_request",
]

_SAVED = os.path.join(".funclens", "requests")  # noqa: PTH118
"""Folder of shared requests in a workspace folder."""
_MOST_SAVED = 500

_LARGEST_BODY = 32 * 1024 * 1024
"""Maximum size of a file in a body, as in production."""


def find_http_request(
    session: Session, argument: Mapping[str, Any]
) -> tuple[Function, Request]:
    """Return the request at `line` of the file `uri`, and its function.

    Reads the files that its body refers to. Raises UsageError.
    """
    uri, line = argument.get("uri"), argument.get("line")
    path = path_of(uri) if isinstance(uri, str) else None
    if path is None or not isinstance(line, int):
        raise UsageError("`uri` and `line` must name a request of a .http file")
    file = parse_http_file(session.places.text_of(path) or "")
    request = file.request_at(line)
    name = os.path.basename(path)  # noqa: PTH119
    if request is None:
        raise UsageError(f"no request at line {line} of {name}")
    found = _filled(session, path, file, request)
    if found is None:
        raise UsageError(
            f"the request at line {line} of {name} is not for a function",
            hint="use the address of the runner, or {{host}}, and the name of a "
            "function: {{host}}/hello",
        )
    return found


def _filled(
    session: Session, path: str, file: HttpFile, request: HttpFileRequest
) -> tuple[Function, Request] | None:
    """Return function and request of a `.http` request; None for other servers."""
    snapshot = session.snapshot()
    target = find_target(
        file, request, snapshot.catalog.routes, snapshot.addresses, os.environ
    )
    if target is None:
        return None
    folders = [os.path.dirname(path), *session.folders]  # noqa: PTH120
    made = request_of_file(
        file, request, target.path, os.environ, lambda name: _read(name, folders)
    )
    return snapshot.functions[target.function], made


def describe_http_request(
    session: Session, argument: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a request for the client to show and send. Raises UsageError."""
    _check_trust(session)
    function, request = find_http_request(session, argument)
    path = path_of(argument["uri"]) or ""
    file = parse_http_file(session.places.text_of(path) or "")
    written = file.request_at(argument["line"])
    parts = [] if written is None else _parts(session, path, file, written)
    return {"id": function.id, **_draft(request, parts)}


def describe_saved_requests(
    session: Session, argument: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the requests to the function `id` that are saved in its workspace folder.

    Without `id`, those to all functions. Those with undefined variables are skipped.
    """
    _check_trust(session)
    function = None
    if argument.get("id"):
        function = find_function(session.snapshot(), "savedRequests", argument)
    folders = session.folders if function is None else [function.folder]
    found = [
        saved
        for path in _saved_files(folders)
        for saved in _saved_in(session, path)
        if function is None or saved["id"] == function.id
    ]
    return {"requests": found}


def _saved_files(folders: Sequence[str]) -> Iterator[str]:
    for folder in folders:
        saved = os.path.join(folder, _SAVED)  # noqa: PTH118
        with contextlib.suppress(OSError):
            names = sorted(filter(is_http_file, os.listdir(saved)))  # noqa: PTH208
            for name in names[:_MOST_SAVED]:
                yield os.path.join(saved, name)  # noqa: PTH118


def _saved_in(session: Session, path: str) -> Iterator[dict[str, Any]]:
    file = parse_http_file(session.places.text_of(path) or "")
    for request in file.requests:
        with contextlib.suppress(UsageError):
            filled = _filled(session, path, file, request)
            if filled is not None:
                name = os.path.basename(path).rpartition(".")[0]  # noqa: PTH119
                yield {
                    "id": filled[0].id,
                    "name": request.name or name,
                    "file": path,
                    "line": request.line,
                    "alone": len(file.requests) == 1,
                    **_draft(filled[1], _parts(session, path, file, request)),
                }


def describe_http_file(
    session: Session, function: Function, argument: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the text of a `.http` file with the request in `argument`.

    Its fields are those that `describe_http_request` returns, and `name`; the files of
    its `parts` are written by their paths from the workspace folder. Raises
    UsageError for an invalid request.
    """
    words = {
        key: str(argument.get(key) or "")
        for key in ("name", "method", "path", "headers", "body")
    }
    lines = [line for line in words["headers"].splitlines() if _is_header(line)]
    parts = [
        WrittenPart(part.name, part.value, _relative(part.filename, function.folder))
        for part in parts_of(argument.get("parts"))
    ]
    request = Request(
        words["method"] or "GET",
        parse_path(words["path"]),
        parse_headers(lines),
        words["body"].encode(),
    )
    url = session.snapshot().url_of(function)
    name = " ".join(words["name"].split())
    boundary = boundary_of(request.headers)
    body = body_lines(parts, boundary) if parts and boundary else ()
    text = write_http_file(function.id, url, request, name=name, lines=body)
    return {"text": text}


def _relative(path: str, folder: str) -> str | None:
    """Return the path of a file from its workspace folder, if it is in it."""
    if not path:
        return None
    inside = path.startswith(os.path.join(folder, ""))  # noqa: PTH118
    return os.path.relpath(path, folder).replace(os.sep, "/") if inside else path


def _is_header(line: str) -> bool:
    """Return whether a line of the panel is neither empty nor a comment."""
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _parts(
    session: Session, path: str, file: HttpFile, request: HttpFileRequest
) -> list[dict[str, Any]]:
    """Return the parts of a form; files by URI, below the first folder with them."""
    folders = [os.path.dirname(path), *session.folders]  # noqa: PTH120
    variables = Variables(file.variables_of(request), os.environ)
    return [
        {
            "name": part.name,
            "value": part.value,
            "file": None if part.path is None else uri_of(_found(part.path, folders)),
        }
        for part in written_parts(request, variables.fill)
    ]


def _draft(request: Request, parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a request for editing; the body of a form is its parts.

    Raises UsageError if the body isn't text.
    """
    try:
        body = "" if parts else request.body.decode()
    except UnicodeDecodeError as error:
        raise UsageError(
            "the body is not text", hint="copy the request as a curl command"
        ) from error
    return {
        "method": request.method,
        "path": request.path,
        "headers": "\n".join(f"{name}: {value}" for name, value in request.headers),
        "body": body,
        "parts": parts,
    }


def describe_http_curl(session: Session, argument: Mapping[str, Any]) -> dict[str, Any]:
    """Return the curl command of a request. Raises UsageError."""
    _check_trust(session)
    function, request = find_http_request(session, argument)
    url = session.snapshot().url_of(function)
    return {"id": function.id, "curl": curl_command(request, url)}


def _check_trust(session: Session) -> None:
    if not session.client.trusted:
        raise RunnerError(
            "requests cannot be sent because this workspace is not trusted",
            hint="trust it to run, call and debug its functions",
        )


def _read(name: str, folders: list[str]) -> bytes:
    """Return the bytes of a file below the first folder that has it. Raises OSError."""
    return read_regular(_found(name, folders), _LARGEST_BODY)


def _found(name: str, folders: list[str]) -> str:
    paths = [os.path.join(folder, name) for folder in folders]  # noqa: PTH118
    return next((path for path in paths if os.path.exists(path)), paths[0])  # noqa: PTH110
