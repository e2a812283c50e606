"""Adapter for pygls, with this server's deviations from it.

Open texts live in the workspace instead of pygls. Custom requests carry plain JSON and
may omit their parameters. A request that can't be parsed gets an error response.

The only module that uses private names of pygls: the message classes, generators as
handlers, `fm.features` and `_send_response`. Tested with pygls 2.1.0 and 2.1.1 and
lsprotocol 2025.0.0 (tests/lsp/test_dependency_versions.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import (
    JsonRPCNotification,
    JsonRPCRequestMessage,
    JsonRPCResponseMessage,
    LanguageServerProtocol,
    default_converter,
    lsp_method,
)

from funclens.lsp.shown_text import escape_shown_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cattrs import Converter

__all__ = ["Protocol", "make_converter"]

Step = tuple[Any, tuple[Any, ...], None]


def make_converter() -> Converter:
    """Return a converter that keeps the JSON of unknown methods unchanged."""
    converter: Converter = default_converter()  # type: ignore[no-untyped-call]
    for kind, optional in (
        (JsonRPCRequestMessage, "params"),
        (JsonRPCNotification, "params"),
        (JsonRPCResponseMessage, "result"),
    ):

        def structure(value: Any, cls: type[Any], optional: str = optional) -> Any:
            return cls(**{optional: None, **value})

        converter.register_structure_hook(kind, structure)
    escape_shown_text(converter)
    return converter


class Protocol(LanguageServerProtocol):
    """The pygls protocol without its own copy of the workspace."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Parse a message; send an error response if that fails."""
        if data.get("method") == types.INITIALIZED and not data.get("params"):
            data["params"] = {}
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" in data and "method" in data:
                self._send_response(data["id"], error=error.to_response_error())
            return JsonRPCNotification(
                method="$/unreadable", jsonrpc=self.VERSION, params=None
            )

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(
        self, params: types.DidOpenTextDocumentParams
    ) -> Iterator[Step]:
        """Pass the text to the server's handler."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(
        self, params: types.DidChangeTextDocumentParams
    ) -> Iterator[Step]:
        """Pass the changes to the server's handler."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(
        self, params: types.DidCloseTextDocumentParams
    ) -> Iterator[Step]:
        """Pass the notification to the server's handler."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE], (params,), None
