"""Send requests that were recorded elsewhere: an HTTP Archive, or a log entry."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from funclens.cli import stderr
from funclens.cli.call.printer import Printer, as_json, status_line
from funclens.cli.terminal import as_text
from funclens.errors import UsageError
from funclens.regular_file import read_regular
from funclens.requests.lookup import find_function, functions_of
from funclens.requests.recorded.har_import import requests_of_har
from funclens.requests.recorded.imported_request import request_for
from funclens.requests.recorded.log_entry import request_of_log
from funclens.runner.api.exchange import ResponseHead

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from funclens.requests.recorded.imported_request import ImportedRequest
    from funclens.runner.api.client import RunnerClient

__all__ = ["imported_requests", "replay_imported"]

_LARGEST = 256 * 1024 * 1024


def imported_requests(arguments: argparse.Namespace) -> list[ImportedRequest]:
    """Return the requests of the file that is named. Raises UsageError."""
    if arguments.har is not None:
        return requests_of_har(_read(arguments.har))
    return [request_of_log(_read(arguments.log_entry))]


async def replay_imported(
    client: RunnerClient,
    requests: Sequence[ImportedRequest],
    arguments: argparse.Namespace,
    folders: Sequence[str],
) -> int:
    """Send all requests; return 1 if a status is 400 or above, else 0."""
    functions = functions_of(await client.functions())
    if arguments.function is not None:
        functions = [find_function(functions, arguments.function, folders)]
    code = 0
    for imported in requests:
        function, request = request_for(imported, functions, folders)
        if imported.advice:
            stderr.warning(imported.advice[0].lower() + imported.advice[1:])
        response = await client.call(f"/{quote(function.qualified_name)}", request)
        code = max(code, int(response.status >= 400))
        head = ResponseHead(response.status, response.reason, response.headers)
        if arguments.har is None:
            _print(head, response.body, response.seconds, as_object=arguments.json)
            continue
        then = f" (recorded: {imported.status})" if imported.status else ""
        name = f"{request.method} {function.endpoint}{request.path}"
        sys.stdout.write(
            as_text([f"{name} -> {status_line(head, response.seconds)}{then}"])
        )
        sys.stdout.flush()
    return code


def _print(head: ResponseHead, body: bytes, seconds: float, *, as_object: bool) -> None:
    printer = Printer(sys.stdout.buffer, sys.stderr, is_terminal=sys.stdout.isatty())
    if as_object:
        printer.part(as_json(head, body, seconds).encode())
        return
    printer.say(status_line(head, seconds))
    printer.body(head, body)


def _read(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(_LARGEST)
    try:
        return read_regular(str(Path(name).expanduser()), _LARGEST)
    except OSError as error:
        raise UsageError(f"cannot read '{name}': {error.strerror or error}") from error
