"""What is shown when the pointer rests on a function's name."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from lsprotocol import types

from funclens.model import SignatureType

if TYPE_CHECKING:
    from funclens.features.client import ClientProfile
    from funclens.features.positions import Places
    from funclens.features.snapshot import Snapshot
    from funclens.model import Function

__all__ = ["curl_line", "function_at", "hover"]

_KINDS = {
    SignatureType.HTTP: "HTTP function",
    SignatureType.CLOUDEVENT: "CloudEvent function",
    SignatureType.EVENT: "background event function",
    SignatureType.TYPED: "typed function",
}

_EVENT_HEADERS = (
    "ce-specversion: 1.0",
    "ce-id: 1",
    "ce-source: //funclens",
    "ce-type: com.example.event",
)


def hover(
    snapshot: Snapshot,
    path: str,
    position: types.Position,
    places: Places,
    profile: ClientProfile,
) -> types.Hover | None:
    """Return the card of the function whose name is at `position`, if any."""
    functions = function_at(snapshot, path, position, places)
    if not functions:
        return None
    kind = types.MarkupKind.Markdown if profile.markdown else types.MarkupKind.PlainText
    cards = [_card(snapshot, function, profile) for function in functions]
    return types.Hover(
        contents=types.MarkupContent(kind=kind, value="\n\n".join(cards)),
        range=places.range(path, functions[0].name_span),
    )


def function_at(
    snapshot: Snapshot, path: str, position: types.Position, places: Places
) -> list[Function]:
    """Return the functions whose name is at `position`: one for each unit."""
    found = []
    for function in snapshot.by_file.get(path, ()):
        if function.name_span.line == position.line + 1:
            name = places.range(path, function.name_span)
            if name.start.character <= position.character <= name.end.character:
                found.append(function)
    return found


def curl_line(function: Function, url: str) -> str:
    """Return a command for a POSIX shell that calls the function."""
    words = ["curl", url]
    if function.signature_type is SignatureType.CLOUDEVENT:
        words += [word for header in _EVENT_HEADERS for word in ("-H", header)]
    if function.signature_type is not SignatureType.HTTP:
        words += ["-H", "Content-Type: application/json", "-d", "{}"]
    return shlex.join(words)


def _card(snapshot: Snapshot, function: Function, profile: ClientProfile) -> str:
    url = snapshot.url_of(function)
    kind = _KINDS[function.signature_type]
    if function.is_async:
        kind = "async " + kind
    if function.trigger:
        kind += f", {function.trigger}"
    where = "running" if snapshot.is_running else "not running"
    facts = [f"{kind}, unit {function.unit}, {where}"]
    if function.deployed_name:
        facts.append(f"Deployed as {function.deployed_name}")
    if function.doc:
        facts.append(function.doc)
    curl = curl_line(function, url)
    if not profile.markdown:
        return "\n".join([f"{function.endpoint}: {url}", *facts, curl])
    lines = [f"**{function.endpoint}** — <{url}>", *facts, f"```sh\n{curl}\n```"]
    return "\n\n".join(lines)
