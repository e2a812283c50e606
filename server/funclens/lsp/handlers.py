"""All requests and notifications that the server handles.

Features are imported on the first request, to answer `initialize` quickly.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer  # noqa: TC002 - pygls reads annotations

from funclens.features.commands import OF_SERVER
from funclens.features.kinds import KIND_FIX, KIND_RUN
from funclens.lsp.error_handling import guarded
from funclens.lsp.history_requests import register_history
from funclens.lsp.set_up.set_up_requests import register_set_up
from funclens.lsp.uris import path_of
from funclens.requests.http_file import is_http_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.lsp.publishing.reports import DocumentReport
    from funclens.lsp.session import Session

__all__ = [
    "CURL",
    "FUNCTIONS",
    "HTTP_FILE",
    "HTTP_REQUEST",
    "NEW_KINDS",
    "SAMPLES",
    "SAVED_REQUESTS",
    "UNITS_OF",
    "register",
    "register_pulls",
]

FUNCTIONS = "funclens/functions"
NEW_KINDS = "funclens/newKinds"
SAMPLES = "funclens/samples"
CURL = "funclens/curl"
HTTP_REQUEST = "funclens/httpRequest"
"""Of a client that shows the request of a `.http` file before it sends it."""
SAVED_REQUESTS = "funclens/savedRequests"
HTTP_FILE = "funclens/httpFile"
"""Of a client that saves a request that a person has written."""
UNITS_OF = "funclens/unitsOf"
"""Of a client that offers to debug the units that load the file on display."""


def register(server: LanguageServer, session_of: Callable[[], Session]) -> None:
    """Register the handlers for every client."""
    _register_texts(server, session_of)
    _register_requests(server, session_of)
    register_set_up(server, session_of)
    for name in OF_SERVER:
        server.command(name)(_command(name, session_of))


def _register_texts(server: LanguageServer, session_of: Callable[[], Session]) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    @guarded
    def did_open(params: types.DidOpenTextDocumentParams) -> None:
        session_of().documents.open(params.text_document)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    @guarded
    def did_change(params: types.DidChangeTextDocumentParams) -> None:
        session_of().documents.edit(params)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    @guarded
    def did_close(params: types.DidCloseTextDocumentParams) -> None:
        session_of().documents.close(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    @guarded
    async def did_save(params: types.DidSaveTextDocumentParams) -> None:
        await session_of().changed(_paths(params.text_document))

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    @guarded
    async def did_change_files(params: types.DidChangeWatchedFilesParams) -> None:
        await session_of().changed(_paths(*params.changes))


def _register_requests(
    server: LanguageServer, session_of: Callable[[], Session]
) -> None:
    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    @guarded
    async def code_lens(params: types.CodeLensParams) -> list[types.CodeLens]:
        from funclens.features.http_lenses import http_lenses  # noqa: PLC0415
        from funclens.features.lenses import code_lenses  # noqa: PLC0415

        session = await session_of().settle()
        path = _path(params.text_document)
        if is_http_file(path):
            return await session.answer(http_lenses, path, session.places, os.environ)
        return code_lenses(session.snapshot(), path, session.places)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    @guarded
    async def show_hover(params: types.HoverParams) -> types.Hover | None:
        from funclens.features.hover import hover  # noqa: PLC0415

        session = await session_of().settle()
        path, profile = _path(params.text_document), session.client.profile
        return hover(session.snapshot(), path, params.position, session.places, profile)

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[KIND_FIX, KIND_RUN]),
    )
    @guarded
    async def code_action(
        params: types.CodeActionParams,
    ) -> list[types.CodeAction | types.Command]:
        from funclens.features.actions import code_actions  # noqa: PLC0415

        session = session_of()
        path, profile = _path(params.text_document), session.client.profile
        return await session.answer(code_actions, path, params, session.places, profile)

    @server.feature(types.WORKSPACE_SYMBOL)
    @guarded
    async def symbols(
        params: types.WorkspaceSymbolParams,
    ) -> list[types.WorkspaceSymbol]:
        from funclens.features.symbols import workspace_symbols  # noqa: PLC0415

        session = session_of()
        return await session.answer(workspace_symbols, params.query, session.places)

    @server.feature(FUNCTIONS)
    @guarded
    async def functions(params: Any) -> dict[str, Any]:
        from funclens.lsp.commands.arguments import listing_version  # noqa: PLC0415

        session = await session_of().settle()
        return session.list_functions(listing_version(FUNCTIONS, params))

    @server.feature(UNITS_OF)
    @guarded
    async def units_of(params: Any) -> dict[str, Any]:
        from funclens.lsp.commands import arguments  # noqa: PLC0415
        from funclens.lsp.commands.describe import describe_units_of  # noqa: PLC0415

        session = await session_of().settle()
        argument = arguments.one_object(UNITS_OF, [params])
        return await describe_units_of(session, argument)

    _register_functions(server, session_of)


def _register_functions(
    server: LanguageServer, session_of: Callable[[], Session]
) -> None:
    @server.feature(NEW_KINDS)
    @guarded
    def new_kinds(_params: Any) -> dict[str, Any]:
        from funclens.lsp.commands.create import describe_kinds  # noqa: PLC0415

        return describe_kinds()

    @server.feature(SAMPLES)
    @guarded
    async def samples(params: Any) -> dict[str, Any]:
        from funclens.lsp.commands import arguments  # noqa: PLC0415
        from funclens.lsp.commands.describe import describe_samples  # noqa: PLC0415

        session = await session_of().settle()
        argument = arguments.one_object(SAMPLES, [params])
        function = arguments.find_function(session.snapshot(), SAMPLES, argument)
        return await asyncio.to_thread(describe_samples, session, function, argument)

    @server.feature(CURL)
    @guarded
    async def curl(params: Any) -> dict[str, Any]:
        from funclens.lsp.commands import arguments, http_files  # noqa: PLC0415
        from funclens.lsp.commands.describe import describe_curl  # noqa: PLC0415

        session = await session_of().settle()
        argument = arguments.one_object(CURL, [params])
        if argument.get("uri"):
            return await asyncio.to_thread(
                http_files.describe_http_curl, session, argument
            )
        function = arguments.find_function(session.snapshot(), CURL, argument)
        return await asyncio.to_thread(describe_curl, session, function, argument)

    @server.feature(HTTP_REQUEST)
    @guarded
    async def http_request(params: Any) -> dict[str, Any]:
        from funclens.lsp.commands import arguments, http_files  # noqa: PLC0415

        session = await session_of().settle()
        argument = arguments.one_object(HTTP_REQUEST, [params])
        return await asyncio.to_thread(
            http_files.describe_http_request, session, argument
        )

    @server.feature(SAVED_REQUESTS)
    @guarded
    async def saved_requests(params: Any) -> dict[str, Any]:
        from funclens.lsp.commands import arguments, http_files  # noqa: PLC0415

        session = await session_of().settle()
        argument = arguments.one_object(SAVED_REQUESTS, [params])
        return await asyncio.to_thread(
            http_files.describe_saved_requests, session, argument
        )

    @server.feature(HTTP_FILE)
    @guarded
    async def http_file(params: Any) -> dict[str, Any]:
        from funclens.lsp.commands import arguments, http_files  # noqa: PLC0415

        session = await session_of().settle()
        argument = arguments.one_object(HTTP_FILE, [params])
        function = arguments.find_function(session.snapshot(), HTTP_FILE, argument)
        return http_files.describe_http_file(session, function, argument)

    register_history(server, session_of)


def register_pulls(server: LanguageServer, session_of: Callable[[], Session]) -> None:
    """Register pull diagnostics."""
    options = types.DiagnosticOptions(
        identifier="funclens", inter_file_dependencies=True, workspace_diagnostics=True
    )

    @server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)
    @guarded
    async def diagnostic(params: types.DocumentDiagnosticParams) -> DocumentReport:
        session = await session_of().settle()
        path, previous = _path(params.text_document), params.previous_result_id
        return await asyncio.to_thread(
            session.publisher.reports.document, path, previous
        )

    @server.feature(types.WORKSPACE_DIAGNOSTIC)
    @guarded
    async def workspace_diagnostic(
        params: types.WorkspaceDiagnosticParams,
    ) -> types.WorkspaceDiagnosticReport:
        session = await session_of().settle()
        known = {item.uri: item.value for item in params.previous_result_ids}
        if params.partial_result_token is not None:
            await session.publisher.stream(params.partial_result_token, known)
        reports = await asyncio.to_thread(session.publisher.reports.workspace, known)
        return types.WorkspaceDiagnosticReport(items=reports)


def _path(document: types.TextDocumentIdentifier) -> str:
    return path_of(document.uri) or ""


def _paths(*items: types.TextDocumentIdentifier | types.FileEvent) -> list[str]:
    return [path for item in items if (path := path_of(item.uri))]


def _command(name: str, session_of: Callable[[], Session]) -> Callable[..., Any]:
    @guarded
    async def command(ls: LanguageServer, *arguments: Any) -> Any:  # noqa: ARG001
        from funclens.lsp.commands.execute import execute  # noqa: PLC0415

        return await execute(session_of(), name, arguments)

    return command
