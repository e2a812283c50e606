"""Commands that show a place in the editor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from funclens.errors import UsageError
from funclens.features import commands as names
from funclens.features.snapshot import absolute
from funclens.lsp.commands.arguments import find_function
from funclens.lsp.uris import path_of
from funclens.model import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.lsp.session import Session

__all__ = ["show_failure", "show_function", "show_place"]


async def show_function(
    session: Session, argument: Mapping[str, Any]
) -> dict[str, Any]:
    """Show the definition of a function, or a line of a file."""
    if argument.get("uri"):
        return await _show_line(session, argument)
    function = find_function(session.snapshot(), names.SHOW, argument)
    path = absolute(function.folder, function.file)
    await show_place(session, path, function.name_span, function.qualified_name)
    return {"id": function.id, "file": path, "line": function.name_span.line}


async def _show_line(session: Session, argument: Mapping[str, Any]) -> dict[str, Any]:
    uri, line = str(argument["uri"]), argument.get("line")
    if not isinstance(line, int) or line < 1:
        raise UsageError(f"{names.SHOW}: `line` must be a line number, from 1 on")
    start = types.Position(line - 1, 0)
    selection = types.Range(start, start)
    await session.window.show(uri, selection, f"{path_of(uri) or uri}:{line}")
    return {"file": path_of(uri), "line": line}


async def show_failure(session: Session, argument: Mapping[str, Any]) -> dict[str, Any]:
    """Show the line where the last request to a function failed."""
    function = find_function(session.snapshot(), names.SHOW_FAILURE, argument)
    response = session.snapshot().activity.responses.get(function.id)
    if response is None or not response.file or not response.line:
        raise UsageError(
            f"the line where {function.id} failed is unknown",
            hint="see the output of its unit",
        )
    place = Span(response.line, 1, response.line, 1)
    await show_place(session, response.file, place, response.error)
    return {"id": function.id, "file": response.file, "line": response.line}


async def show_place(session: Session, path: str, span: Span, message: str) -> None:
    """Show a place in an editor, or print it if the client can't show places."""
    selection = session.places.range(path, span)
    uri = session.documents.uri_of(path)
    await session.window.show(uri, selection, f"{message}: {path}:{span.line}")
