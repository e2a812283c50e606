"""Requests of clients that send requests to functions, or show those that were sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pygls.lsp.server import LanguageServer  # noqa: TC002 - pygls reads annotations

from funclens.lsp.error_handling import guarded

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.lsp.session import Session

__all__ = [
    "COPY_AS",
    "FORGET",
    "REQUEST",
    "REQUESTS",
    "SENDING",
    "SENT",
    "register_history",
]

SENDING = "funclens/sending"
"""Notification of a client that sends a request to a function itself."""
SENT = "funclens/sent"
"""Notification of the same client after the response, or when it gives up."""
REQUESTS = "funclens/requests"
"""Of a client that lists the requests of the runner's history."""
REQUEST = "funclens/request"
COPY_AS = "funclens/copyAs"
FORGET = "funclens/forgetRequests"
"""Deletes requests of the runner's history for everyone."""


def register_history(server: LanguageServer, session_of: Callable[[], Session]) -> None:
    """Register the handlers."""

    @server.feature(SENDING)
    @guarded
    async def sending(params: Any) -> None:
        from funclens.lsp.commands import arguments  # noqa: PLC0415

        session = await session_of().settle()
        argument = arguments.one_object(SENDING, [params])
        function = arguments.find_function(session.snapshot(), SENDING, argument)
        session.runner.sending(function.id, arguments.parse_call(argument))

    @server.feature(SENT)
    @guarded
    async def sent(params: Any) -> None:
        from funclens.lsp.commands import arguments  # noqa: PLC0415

        session = await session_of().settle()
        argument = arguments.one_object(SENT, [params])
        session.runner.sent(
            arguments.find_function(session.snapshot(), SENT, argument).id
        )

    @server.feature(REQUESTS)
    @guarded
    async def requests(_params: Any) -> dict[str, Any]:
        session = await session_of().settle()
        return {"requests": session.runner.requests.all()}

    @server.feature(REQUEST)
    @guarded
    async def request(params: Any) -> dict[str, Any]:
        from funclens.lsp.commands import arguments  # noqa: PLC0415
        from funclens.lsp.commands.recorded import request_detail  # noqa: PLC0415

        session = await session_of().settle()
        argument = arguments.one_object(REQUEST, [params])
        return await request_detail(session, argument)

    @server.feature(FORGET)
    @guarded
    async def forget(params: Any) -> None:
        from funclens.lsp.commands import arguments  # noqa: PLC0415
        from funclens.lsp.commands.recorded import forget_requests  # noqa: PLC0415

        session = await session_of().settle()
        await forget_requests(session, arguments.one_object(FORGET, [params]))

    @server.feature(COPY_AS)
    @guarded
    async def copy_as(params: Any) -> dict[str, Any]:
        from funclens.lsp.commands import arguments  # noqa: PLC0415
        from funclens.lsp.commands.recorded import copied_request  # noqa: PLC0415

        session = await session_of().settle()
        argument = arguments.one_object(COPY_AS, [params])
        function = None
        if not argument.get("request"):
            snapshot = session.snapshot()
            function = arguments.find_function(snapshot, COPY_AS, argument)
        return await copied_request(session, argument, function)
