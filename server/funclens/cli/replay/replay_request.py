"""Send a request of the history again, and print the response as `call` does."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import sys
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from funclens.cli import stderr
from funclens.cli.call.printer import Printer, as_json, failure_text, status_line
from funclens.cli.folders import add_folders, workspace_folders
from funclens.errors import RunnerError, UsageError
from funclens.runner.api.client import folder_runner
from funclens.runner.api.exchange import ResponseHead

if TYPE_CHECKING:
    import argparse
    from collections.abc import AsyncIterator, Sequence

    from funclens.requests.recorded.imported_request import ImportedRequest
    from funclens.runner.api.client import RunnerClient

__all__ = ["add_arguments", "execute"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add = parser.add_argument
    add("id", nargs="?", metavar="ID", help="a request, from 'funclens requests'")
    add_folders(parser)
    add(
        "--har", metavar="FILE", help="send the requests of an HTTP Archive; - is stdin"
    )
    add(
        "--log-entry",
        metavar="FILE",
        help="send the request of a Cloud Logging entry in JSON; - is stdin",
    )
    add("--function", metavar="NAME", help="with --har or --log-entry, the receiver")
    add(
        "--debug",
        action="store_true",
        help="restart its unit under debugpy, and send when a debugger is attached",
    )
    add("--json", action="store_true", help="print the response as one JSON object")


def execute(arguments: argparse.Namespace) -> int:
    """Send the request; return 0 for a status below 400, else 1."""
    if arguments.har is None and arguments.log_entry is None:
        if arguments.id is None:
            raise UsageError("no request named", hint="see 'funclens requests'")
        folders = list(workspace_folders(arguments.folders))
        return asyncio.run(_run(arguments, folders))
    from funclens.cli.replay.replay_imported import imported_requests  # noqa: PLC0415 - seldom

    names = arguments.folders if arguments.id is None else [arguments.id]
    folders = list(workspace_folders(names))
    requests = imported_requests(arguments)
    return asyncio.run(_run_imported(arguments, requests, folders))


async def _run_imported(
    arguments: argparse.Namespace,
    requests: Sequence[ImportedRequest],
    folders: list[str],
) -> int:
    from funclens.cli.replay.replay_imported import replay_imported  # noqa: PLC0415 - seldom

    client = await folder_runner(folders)
    return await replay_imported(client, requests, arguments, folders)


async def _run(arguments: argparse.Namespace, folders: list[str]) -> int:
    client = await folder_runner(folders)
    function = (await client.request(arguments.id))["function"]
    debugged = _debugged(client, function) if arguments.debug else None
    async with debugged or contextlib.nullcontext():
        answer = await client.replay(arguments.id)
    if answer["masked"]:
        stderr.warning(
            f"sent with masked headers: {', '.join(answer['masked'])}",
            hint="a history file does not keep their values",
        )
    return _print(await client.request(answer["id"]), as_object=arguments.json)


@contextlib.asynccontextmanager
async def _debugged(client: RunnerClient, function: str) -> AsyncIterator[None]:
    """Run the unit of a function under debugpy; leave it so if it was before."""
    state = await client.functions()
    unit = next((i["unit"] for i in state["functions"] if i["id"] == function), None)
    was_debugged = any(
        item["unit"] == unit and item["debug"] for item in state["runner"]["units"]
    )
    address = await client.control("debug", id=function)
    stderr.note(
        f"Waiting for a debugger at {address['host']}:{address['port']} "
        "(debugpy; Ctrl+C to give up)"
    )
    try:
        yield
    finally:
        if not was_debugged:
            with contextlib.suppress(RunnerError):
                await client.control("end-debug", id=function)


def _print(entry: dict[str, Any], *, as_object: bool) -> int:
    printer = Printer(sys.stdout.buffer, sys.stderr, is_terminal=sys.stdout.isatty())
    response = entry["response"]
    if response is None:
        printer.say(f"no response after {entry['seconds']:.3f} s")
        return 1
    head = ResponseHead(
        response["status"],
        _reason(response["status"]),
        tuple((name, value) for name, value in response["headers"]),
    )
    body = response["body"]
    data = body["text"].encode() if "text" in body else base64.b64decode(body["base64"])
    if as_object:
        printer.part(as_json(head, data, entry["seconds"]).encode())
    else:
        printer.say(status_line(head, entry["seconds"]))
        printer.body(head, data)
    if response["truncated"]:
        printer.say(f"The body has {response['size']:,} bytes; the first MiB is kept")
    if entry["exception"] and not as_object:
        printer.say(failure_text(_failure(entry["exception"])))
    return int(head.status >= 400)


def _failure(exception: dict[str, Any]) -> dict[str, Any]:
    own = [frame for frame in exception["frames"] if frame["is_user"]]
    place = {"file": own[-1]["file"], "line": own[-1]["line"]} if own else {}
    return {"error": f"{exception['type']}: {exception['message']}", **place}


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
