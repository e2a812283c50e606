"""The lenses above the requests of a `.http` file that are for functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from funclens.features import commands
from funclens.requests.http_file import parse_http_file
from funclens.requests.http_target import find_target

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from funclens.features.position_encoding import Places
    from funclens.features.snapshot import Snapshot

__all__ = ["http_lenses"]


def http_lenses(
    snapshot: Snapshot, path: str, places: Places, environment: Mapping[str, str]
) -> list[types.CodeLens]:
    """Return the lenses of one file; none for requests to other servers.

    As above functions, none in a workspace that is not trusted, and none when the
    setting `code-lens` is off.
    """
    if not snapshot.trusted or not snapshot.code_lens:
        return []
    file = parse_http_file(places.text_of(path) or "")
    uri = places.uri_of(path)
    lenses = []
    for request in file.requests:
        target = find_target(
            file, request, snapshot.catalog.routes, snapshot.addresses, environment
        )
        if target is None:
            continue
        start = types.Position(request.line - 1, 0)
        argument = {"id": target.function, "uri": uri, "line": request.line}
        lenses += [
            types.CodeLens(types.Range(start, start), command)
            for command in _commands(snapshot, argument)
        ]
    return lenses


def _commands(snapshot: Snapshot, argument: dict[str, Any]) -> Iterator[types.Command]:
    has_panel = commands.SEND in snapshot.client_commands
    send = commands.SEND if has_panel else commands.CALL
    yield types.Command(title="Send", command=send, arguments=[argument])
    if commands.COPY_CURL in snapshot.client_commands:
        yield types.Command(
            title="Copy as curl", command=commands.COPY_CURL, arguments=[argument]
        )
