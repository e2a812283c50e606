"""Hover text of a function's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from funclens.cold_start import cold_start_text
from funclens.features.next_run import next_run_text
from funclens.model import SignatureType
from funclens.requests.curl import commands_for
from funclens.requests.source_hints import hints_from
from funclens.trigger_text import event_triggers, options_text, trigger_text

if TYPE_CHECKING:
    from funclens.features.client_profile import ClientProfile
    from funclens.features.position_encoding import Places
    from funclens.features.snapshot import Snapshot
    from funclens.model import Function

__all__ = ["function_at", "hover"]

_KINDS = {
    SignatureType.HTTP: "HTTP function",
    SignatureType.CLOUDEVENT: "CloudEvent function",
    SignatureType.EVENT: "background event function",
    SignatureType.TYPED: "typed function",
}

_MOST = 5
"""Maximum number of triggers to show."""


def hover(
    snapshot: Snapshot,
    path: str,
    position: types.Position,
    places: Places,
    profile: ClientProfile,
) -> types.Hover | None:
    """Return the hover for the function whose name is at `position`, or None."""
    functions = function_at(snapshot, path, position, places)
    if not functions:
        return None
    kind = types.MarkupKind.Markdown if profile.markdown else types.MarkupKind.PlainText
    cards = [_card(snapshot, function, places, profile) for function in functions]
    return types.Hover(
        contents=types.MarkupContent(kind=kind, value="\n\n".join(cards)),
        range=places.range(path, functions[0].name_span),
    )


def function_at(
    snapshot: Snapshot, path: str, position: types.Position, places: Places
) -> list[Function]:
    """Return the functions whose name is at `position`: one per unit."""
    found = []
    for function in snapshot.by_file.get(path, ()):
        if function.name_span.line == position.line + 1:
            name = places.range(path, function.name_span)
            if name.start.character <= position.character <= name.end.character:
                found.append(function)
    return found


def _card(
    snapshot: Snapshot, function: Function, places: Places, profile: ClientProfile
) -> str:
    url = snapshot.url_of(function)
    kind = _KINDS[function.signature_type]
    if function.is_async:
        kind = "async " + kind
    if function.trigger:
        kind += f", {function.trigger}"
    where = "running" if snapshot.is_running else "not running"
    if function.id in snapshot.unsaved:
        where = "not saved yet"
    facts = [f"{kind}, unit {function.unit}, {where}"]
    if function.deployed_name:
        facts.append(f"Deployed as {function.deployed_name}")
    triggers = event_triggers(function)[:_MOST]
    facts += [f"Trigger: {trigger_text(item)}" for item in triggers]
    facts += filter(None, [next_run_text(function), _cold_start(snapshot, function)])
    if options := options_text(function.options):
        facts.append(f"Deployed with {options}")
    if function.doc:
        facts.append(function.doc)
    commands = commands_for(function, url, hints_from(function, places.text_of))
    if commands.advice:
        facts.append(commands.advice)
    if not profile.markdown:
        lines = [f"{function.endpoint}: {url}", *facts, commands.curl]
        return "\n".join(line for line in lines if line)
    lines = [f"**{function.endpoint}** — <{url}>", *facts]
    if commands.curl:
        lines.append(f"```sh\n{commands.curl}\n```")
    return "\n\n".join(lines)


def _cold_start(snapshot: Snapshot, function: Function) -> str:
    measured = snapshot.status_of(function.unit).cold_start
    return cold_start_text(measured, capital=True) if measured else ""
