"""The pygls server object; creates the session when a client initializes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from lsprotocol import types
from pygls.exceptions import (
    FeatureNotificationError,
    FeatureRequestError,
    JsonRpcException,
)
from pygls.lsp.server import LanguageServer

import funclens
from funclens.features.client_profile import profile_of
from funclens.lsp import handlers
from funclens.lsp.configuration import EditorSettings
from funclens.lsp.error_handling import ReportedError, guarded
from funclens.lsp.language_client import Client
from funclens.lsp.protocol import Protocol, make_converter
from funclens.lsp.uris import path_of, uri_of
from funclens.lsp.watching import REGISTRATIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from funclens.lsp.session import Session

__all__ = ["FunclensServer", "serve"]

CLIENT_SECONDS = 10.0
"""Maximum seconds to wait for a response of the client before continuing without it."""

log = logging.getLogger(__name__)


class FunclensServer(LanguageServer):
    """Server for one client."""

    def __init__(self) -> None:
        super().__init__(
            "funclens",
            funclens.__version__,
            protocol_cls=Protocol,
            converter_factory=make_converter,
        )
        self.client: Client | None = None
        self.session: Session | None = None
        self.was_shut_down = False
        self._shown: set[str] = set()
        _register_lifecycle(self)
        handlers.register(self, self.get_session)

    def get_session(self) -> Session:
        """Return the session. Raises ReportedError before `initialize`."""
        if self.client is None:
            raise ReportedError("The server has not been initialized.")
        if self.session is None:
            # Most imports are here, after the response to `initialize`.
            from funclens.lsp.session import Session  # noqa: PLC0415

            self.session = Session(self, self.client)
        return self.session

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Report an error in a notification once; requests return their own errors."""
        if source is FeatureRequestError or str(error) in self._shown:
            return
        log.warning("%s: %s", source.__name__, error)
        if source is FeatureNotificationError:
            self._shown.add(str(error))
            self.window_show_message(
                types.ShowMessageParams(types.MessageType.Error, str(error))
            )


def serve(stdin: BinaryIO, stdout: BinaryIO) -> int:
    """Serve one client until it exits; return 0 if it shut down properly."""
    server = FunclensServer()
    server.start_io(stdin, stdout)
    return 0 if server.was_shut_down else 1


def _register_lifecycle(server: FunclensServer) -> None:
    @server.feature(types.INITIALIZE)
    @guarded
    def initialize(params: types.InitializeParams) -> None:
        options = _mapping(params.initialization_options)
        server.client = client = Client(
            profile=profile_of(params.capabilities),
            encoding=str(server.workspace.position_encoding),
            folders=_folders(params),
            editor=EditorSettings(_mapping(options.get("settings"))),
            trusted=options.get("trusted") is not False,
            is_confirmed=options.get("trusted") is True,
            commands=frozenset(options.get("clientCommands") or ()),
        )
        if client.profile.pulls_diagnostics:
            handlers.register_pulls(server, server.get_session)

    @server.feature(types.INITIALIZED)
    @guarded
    async def initialized(_params: types.InitializedParams) -> None:
        session = server.get_session()
        try:
            await _register_with_client(server, session)
            session.editor = await _pull_settings(server, session, session.folders)
            await session.read()
        finally:
            session.analysis.end_waiting()
        await session.join_runner()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    @guarded
    async def did_change_configuration(
        params: types.DidChangeConfigurationParams,
    ) -> None:
        session = server.get_session()
        if session.client.profile.configuration:
            editor = await _pull_settings(server, session, session.folders)
        else:
            settings = _mapping(params.settings)
            editor = EditorSettings(_mapping(settings.get("funclens")))
        await session.change_settings(editor)

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    @guarded
    async def did_change_folders(
        params: types.DidChangeWorkspaceFoldersParams,
    ) -> None:
        session = server.get_session()
        removed = _paths(params.event.removed)
        kept = [folder for folder in session.folders if folder not in removed]
        added = [path for path in _paths(params.event.added) if path not in kept]
        folders = kept + added
        session.editor = await _pull_settings(server, session, folders)
        await session.change_folders(folders)

    @server.feature(types.SHUTDOWN)
    @guarded
    async def shutdown(_params: None) -> None:
        server.was_shut_down = True
        if server.session is not None:
            await server.session.set_ups.close()
            await server.session.runner.bridge.close()


async def _register_with_client(server: FunclensServer, session: Session) -> None:
    wanted = [
        registration
        for registration in REGISTRATIONS
        if getattr(session.client.profile, registration.capability)
    ]
    if not wanted:
        return
    params = types.RegistrationParams([item.registration() for item in wanted])
    try:
        await asyncio.wait_for(
            server.client_register_capability_async(params), CLIENT_SECONDS
        )
    except (JsonRpcException, asyncio.TimeoutError) as error:
        log.warning("Registering capabilities with the client failed: %r", error)


async def _pull_settings(
    server: FunclensServer, session: Session, folders: list[str]
) -> EditorSettings:
    """Request the settings of each folder, if the client supports it."""
    if not session.client.profile.configuration:
        return session.editor
    scopes = [None, *map(uri_of, folders)]
    items = [
        types.ConfigurationItem(section="funclens", scope_uri=scope) for scope in scopes
    ]
    try:
        answer = await asyncio.wait_for(
            server.workspace_configuration_async(types.ConfigurationParams(items)),
            CLIENT_SECONDS,
        )
    except (JsonRpcException, asyncio.TimeoutError) as error:
        log.warning("Reading the client's settings failed: %r", error)
        return session.editor
    everywhere, *each = (
        {**session.client.editor.everywhere, **_mapping(item)} for item in answer
    )
    return EditorSettings(everywhere, dict(zip(folders, each, strict=False)))


def _folders(params: types.InitializeParams) -> list[str]:
    if params.workspace_folders:
        return _paths(params.workspace_folders)
    if params.root_uri:
        root = path_of(params.root_uri)
        return [root] if root else []
    return [params.root_path] if params.root_path else []


def _paths(folders: Iterable[types.WorkspaceFolder]) -> list[str]:
    return [path for folder in folders if (path := path_of(folder.uri))]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
