"""`funclens call`: send a request or a sample event, and print the response.

It goes to the folder's runner, or to one that is started for this call.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from typing import TYPE_CHECKING
from urllib.parse import quote

from funclens.cli import stderr
from funclens.cli.call.data import check_event, read_data
from funclens.cli.call.delivering import (
    Delivering,
    add_delivery_options,
    check_delivery,
    no_event_to_deliver,
)
from funclens.cli.call.fast_forward import (
    add_fast_forward,
    check_fast_forward,
    fast_forward,
)
from funclens.cli.call.printer import (
    Printer,
    as_json,
    failure_text,
    list_of_events,
    show_output,
    status_line,
)
from funclens.cli.call.runner import reached_runner
from funclens.cli.folders import add_folders, workspace_folders
from funclens.errors import UsageError
from funclens.model import SignatureType
from funclens.requests import samples
from funclens.requests.lookup import find_function, functions_of
from funclens.requests.request import is_whole_event, request_of, wrong_json
from funclens.requests.sampling import (
    AUTO,
    Sampled,
    default_event,
    first_sample,
    sample_event,
    takes_only_events,
)
from funclens.requests.source_hints import source_hints
from funclens.runner.api.event_waiter import following
from funclens.runner.api.exchange import open_exchange

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping
    from typing import Any

    from funclens.model import Function
    from funclens.requests.request import Request
    from funclens.runner.api.client import RunnerClient
    from funclens.runner.api.exchange import Exchange, ResponseHead

__all__ = ["add_arguments", "execute"]

_REPORT_SECONDS = 2.0
"""Maximum seconds to wait for the runner's report on an exception."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add = parser.add_argument
    add(
        "name",
        nargs="?",
        metavar="NAME",
        help="endpoint, qualified name or an unambiguous prefix of one",
    )
    add_folders(parser)
    add(
        "--data",
        metavar="DATA",
        help="request body: text or JSON, @FILE, or - for standard input",
    )
    add(
        "--method",
        metavar="M",
        help="HTTP method (default: POST with --data, otherwise GET)",
    )
    add("--path", metavar="P", help="path and query to append to the function's URL")
    add(
        "--header",
        action="append",
        default=[],
        metavar="'K: V'",
        help="additional header (repeatable)",
    )
    add(
        "--event",
        nargs="?",
        const=AUTO,
        metavar="TYPE",
        help="send a sample event (default: the one the function takes)",
    )
    add(
        "--mode",
        choices=[mode.value for mode in samples.Mode],
        help="form of the event (default: the one the function takes)",
    )
    add_delivery_options(parser)
    add_fast_forward(parser)
    add(
        "--sample",
        action="store_true",
        help="send a first request: the keys that the function's code reads",
    )
    add("--json", action="store_true", help="print the response as one JSON object")
    add("--fail", action="store_true", help="print no body for a status above 399")
    add("--list-events", action="store_true", help="list all events and exit")


def execute(arguments: argparse.Namespace) -> int:
    """Call the function; return 0 for a status below 400, else 1."""
    if arguments.list_events:
        sys.stdout.write(list_of_events(samples.TYPES))
        return 0
    if arguments.name is None and arguments.fast_forward is None:
        raise UsageError(
            "no function named", hint="pass one, as in 'funclens call hello'"
        )
    data = read_data(arguments.data)
    # Report invalid arguments before anything starts.
    request_of(
        method=arguments.method,
        path=arguments.path,
        headers=arguments.header,
        data=data,
    )
    check_event(arguments)
    check_fast_forward(arguments)
    arguments.given_data = data
    arguments.is_delivery = check_delivery(arguments)
    folders = list(workspace_folders(arguments.folders))
    return asyncio.run(_Call(arguments, data).run(folders))


class _Call:
    """One call, from its arguments to the exit code."""

    def __init__(self, arguments: argparse.Namespace, data: bytes | None) -> None:
        self._arguments = arguments
        self._data = data
        self._printer = Printer(
            sys.stdout.buffer, sys.stderr, is_terminal=sys.stdout.isatty()
        )

    async def run(self, folders: list[str]) -> int:
        """Connect to a runner, send and print; return the exit code."""
        say = self._printer.say
        async with reached_runner(folders, say, show_output) as client:
            functions = functions_of(await client.functions())
            if self._arguments.name is not None:
                functions = [find_function(functions, self._arguments.name, folders)]
            if self._arguments.fast_forward is not None:
                return await fast_forward(
                    self._arguments, self._printer, client, functions, self._run_of
                )
            (function,) = functions
            if self._arguments.is_delivery:
                return await self._deliver(client, function)
            request = self._request(function)
            async with following(client) as waiter:
                failed = waiter.expect(
                    "request", lambda event: bool(event.get("error")), id=function.id
                )
                route = f"/{quote(function.qualified_name)}"
                async with open_exchange(client.url, route, request) as exchange:
                    head = await self._print_response(exchange)
                if head.header("X-Google-Status") is not None:
                    await self._explain(failed)
        return int(head.status >= 400)

    async def _deliver(self, client: RunnerClient, function: Function) -> int:
        """Deliver a sample event in one of the ways of production."""
        if default_event(function, source_hints(function)):
            self._arguments.event = self._arguments.event or AUTO
        sampled = self._sample(function)
        if sampled is None:
            raise no_event_to_deliver(function)

        def request_for(inputs: samples.Inputs | None) -> Request:
            made = sampled if inputs is None else self._sampled(function, inputs)
            return self._with_arguments(made.request)

        async with following(client) as waiter:
            arguments, printer = self._arguments, self._printer
            delivering = Delivering(arguments, printer, client, waiter, function)
            return await delivering.run(sampled.type.name, request_for)

    def _run_of(self, function: Function, inputs: samples.Inputs) -> Request:
        return self._with_arguments(self._sampled(function, inputs).request)

    def _request(self, function: Function) -> Request:
        arguments = self._arguments
        sampled = self._sample(function)
        sample = self._first_sample(function) if sampled is None else sampled.request
        if sample is None and not arguments.header and self._data is not None:
            self._warn_of_wrong_json(self._data)
        if sample is None and arguments.mode is not None:
            raise UsageError("--mode requires --event", hint="add --event TYPE")
        return self._with_arguments(sample)

    def _with_arguments(self, sample: samples.SampleRequest | None) -> Request:
        arguments = self._arguments
        return request_of(
            method=arguments.method,
            path=arguments.path,
            headers=arguments.header,
            data=self._data,
            sample=sample,
        )

    def _warn_of_wrong_json(self, data: bytes) -> None:
        problem = wrong_json(data)
        if problem:
            stderr.warning(f"--data is not valid JSON ({problem}); sending it as text")

    def _sample(self, function: Function) -> Sampled | None:
        if self._arguments.event is None and not self._is_meant_for_event(function):
            return None
        sampled = self._sampled(function)
        request = sampled.request
        self._printer.say(
            f"Sending {sampled.type.name} to {function.endpoint}: {request.form}"
        )
        if request.advice:
            self._printer.say(request.advice)
        return sampled

    def _sampled(
        self, function: Function, inputs: samples.Inputs | None = None
    ) -> Sampled:
        arguments = self._arguments
        return sample_event(
            function,
            source_hints(function),
            event=AUTO if arguments.event is None else arguments.event,
            mode=arguments.mode,
            payload=self._data,
            inputs=inputs,
        )

    def _first_sample(self, function: Function) -> samples.SampleRequest | None:
        arguments = self._arguments
        is_typed = function.signature_type is SignatureType.TYPED
        is_wanted = arguments.sample or (
            is_typed and not (arguments.method or arguments.header)
        )
        if self._data is not None or not is_wanted:
            return None
        _, request = first_sample(function, source_hints(function))
        self._printer.say(f"Sending {request.form} to {function.endpoint}")
        return request

    def _is_meant_for_event(self, function: Function) -> bool:
        """Return whether a call without options should send a sample event."""
        arguments = self._arguments
        if arguments.method or arguments.header:
            return False
        if self._data is not None and is_whole_event(self._data):
            return False
        return takes_only_events(function)

    async def _print_response(self, exchange: Exchange) -> ResponseHead:
        printer = self._printer
        head = await exchange.head()
        is_silent = self._arguments.fail and head.status >= 400
        is_streamed = head.header("Content-Length") is None
        if is_streamed and not self._arguments.json and not is_silent:
            printer.say(status_line(head, None))
            async for part in exchange.parts():
                printer.part(part)
            printer.say(status_line(head, exchange.seconds))
            return head
        body = b"".join([part async for part in exchange.parts()])
        if self._arguments.json:
            text = as_json(head, body, exchange.seconds)
            printer.part(text.encode())
            return head
        printer.say(status_line(head, exchange.seconds))
        if not is_silent:
            printer.body(head, body)
        return head

    async def _explain(self, failed: asyncio.Future[Mapping[str, Any]]) -> None:
        """Print the exception and its line when the runner reports it."""
        with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
            event = await asyncio.wait_for(failed, _REPORT_SECONDS)
            if event.get("error"):
                self._printer.say(failure_text(event["error"]))
