"""List the requests of the folder's runner, or show one of them."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from funclens.cli import stderr
from funclens.cli.columns import terminal_columns, text_table
from funclens.cli.folders import add_folders, workspace_folders
from funclens.cli.requests.export_har import write_har
from funclens.cli.requests.request_text import request_text, shown_seconds
from funclens.cli.terminal import as_text
from funclens.errors import UsageError
from funclens.requests.lookup import find_function, functions_of
from funclens.requests.recorded.recorded_request import recorded_request
from funclens.requests.recorded.save_test import write_test
from funclens.runner.api.client import folder_runner

if TYPE_CHECKING:
    import argparse

    from funclens.runner.api.client import RunnerClient

__all__ = ["add_arguments", "execute"]

_HEADERS = ("ID", "RECEIVED", "STATUS", "TIME", "FUNCTION", "REQUEST")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add = parser.add_argument
    add_folders(parser)
    add("--function", metavar="NAME", help="only requests of this function")
    add("--failed", action="store_true", help="only requests that failed")
    add("--id", metavar="ID", help="show one request whole")
    add("--har", metavar="FILE", help="write an HTTP Archive; - is standard output")
    add(
        "--save-test",
        nargs="?",
        const="",
        metavar="PATH",
        help="with --id, write a pytest file (default: beside the unit)",
    )
    add("--clear", action="store_true", help="delete the requests instead of listing")
    add("--json", action="store_true", help="print JSON")


def execute(arguments: argparse.Namespace) -> int:
    """Print requests, newest first, or delete them; return 0."""
    if arguments.clear and (arguments.har or arguments.save_test or arguments.json):
        raise UsageError("--clear deletes requests and prints nothing")
    if arguments.save_test is not None and arguments.id is None:
        raise UsageError("--save-test requires --id", hint="add --id ID of a request")
    folders = list(workspace_folders(arguments.folders))
    sys.stdout.write(asyncio.run(_text(arguments, folders)))
    return 0


async def _text(arguments: argparse.Namespace, folders: list[str]) -> str:
    client = await folder_runner(folders)
    if arguments.id is not None:
        return await _one(client, arguments)
    query = {"status": "failed"} if arguments.failed else {}
    if arguments.function is not None:
        functions = functions_of(await client.functions())
        query["function"] = find_function(functions, arguments.function, folders).id
    if arguments.clear:
        removed = await client.forget_all(urlencode(query))
        stderr.note(f"{removed:,} {'request' if removed == 1 else 'requests'} deleted")
        return ""
    found = await client.requests(urlencode(query))
    if arguments.har is not None:
        entries = [await client.request(item["id"]) for item in found["requests"]]
        return write_har(entries, client.url, arguments.har)
    if found["skipped"] and not arguments.json:
        stderr.note(f"{found['skipped']:,} requests came too fast to be kept")
    return _json(found) if arguments.json else _table(found["requests"])


async def _one(client: RunnerClient, arguments: argparse.Namespace) -> str:
    if arguments.clear:
        await client.forget([arguments.id])
        return ""
    entry = await client.request(arguments.id)
    if arguments.save_test is not None:
        return _save_test(entry, await client.functions(), arguments.save_test)
    if arguments.har is not None:
        return write_har([entry], client.url, arguments.har)
    return _json(entry) if arguments.json else request_text(entry)


def _save_test(entry: dict[str, Any], listing: dict[str, Any], path: str) -> str:
    """Write a test; return where it is. Raises UsageError."""
    function = find_function(functions_of(listing), entry["function"], [])
    written = write_test(recorded_request(entry), function, path)
    if written.advice:
        stderr.note(written.advice)
    return f"{written.path}\n"


def _table(requests: list[dict[str, Any]]) -> str:
    if not requests:
        return "No requests\n"
    rows = [
        (
            item["id"],
            _time(item["received_at"]),
            str(item["status"] or "none"),
            shown_seconds(item["seconds"]),
            item["function"],
            f"{item['method']} {item['path']}"
            + (item["query"] and f"?{item['query']}"),
        )
        for item in requests
    ]
    return as_text(text_table(rows, _HEADERS, terminal_columns()))


def _time(received_at: str) -> str:
    at = datetime.fromisoformat(received_at.replace("Z", "+00:00")).astimezone()
    now = datetime.now(at.tzinfo)
    return f"{at:%H:%M:%S}" if at.date() == now.date() else f"{at:%Y-%m-%d %H:%M:%S}"


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2) + "\n"
