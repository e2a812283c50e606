"""Sample events, curl commands and units of a file, for display in the editor."""

from __future__ import annotations

import base64
from functools import partial
from typing import TYPE_CHECKING, Any

from funclens.catalog.loading import units_loading
from funclens.lsp.commands.arguments import encode_data, parse_call, parts_of
from funclens.lsp.uris import path_of
from funclens.requests.curl import commands_for, curl_command
from funclens.requests.request import request_of_sample
from funclens.requests.sample_types import described_types
from funclens.requests.sampling import (
    AUTO,
    Sampled,
    default_event,
    first_sample,
    sample_event,
    takes_only_events,
)
from funclens.requests.source_hints import hints_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.lsp.session import Session
    from funclens.model import Function
    from funclens.requests import samples
    from funclens.requests.request import Request

__all__ = [
    "describe_curl",
    "describe_samples",
    "describe_units_of",
    "sample_request",
    "sampled_event",
]


def describe_samples(
    session: Session, function: Function, argument: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the event types, and the requested sample as a request.

    `request` is null if the function takes no events and `event` is not given. `first`
    is the first request to propose: the default event, or a plain request with the
    keys that the function reads.
    """
    hints = hints_from(function, session.places.text_of)
    default = default_event(function, hints)
    result: dict[str, Any] = {
        "id": function.id,
        "types": described_types(function, hints, default),
        "default": default,
        "request": None,
        "first": None,
    }
    if argument.get("event") or default:
        sampled = sampled_event(session, function, {"event": AUTO, **argument})
        result["request"] = {
            **_described(sampled.request),
            "event": sampled.type.name,
            "data": sampled.data,
        }
    if default:
        result["first"] = result["request"]
    elif not takes_only_events(function):
        result["first"] = _described(first_sample(function, hints)[1])
    return result


def _described(request: samples.SampleRequest) -> dict[str, Any]:
    """Return a request for a form; `base64` is the body if it isn't text."""
    try:
        text, coded = request.body.decode(), None
    except UnicodeDecodeError:
        text = request.body.decode("utf-8", "replace")
        coded = base64.b64encode(request.body).decode()
    return {
        "method": request.method,
        "path": request.path,
        "headers": dict(request.headers),
        "body": text,
        "base64": coded,
        "parts": [
            {"name": part.name, "value": part.value, "filename": part.filename}
            for part in request.parts
        ],
        "event": None,
        "data": None,
        "form": request.form,
        "advice": request.advice,
    }


async def describe_units_of(
    session: Session, argument: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the ids of the units that load the module with the given `uri`."""
    path = path_of(str(argument.get("uri", ""))) or ""
    units = await session.analysis.ask(partial(units_loading, path=path))
    return {"units": [*(units or ())]}


def sample_request(
    session: Session, function: Function, argument: Mapping[str, Any]
) -> Request:
    """Return the request described by `event`, `mode` and `data`.

    Raises UsageError if they don't fit the function.
    """
    return request_of_sample(sampled_event(session, function, argument).request)


def describe_curl(
    session: Session, function: Function, argument: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the curl command for a request, by default a sample for the function.

    Its URL is where the runner listens, or would listen.
    """
    url = session.snapshot().url_of(function)
    if argument.get("method"):
        parts = parts_of(argument.get("parts"))
        curl = curl_command(parse_call(argument), url, parts)
    else:
        curl = commands_for(function, url, _hints(session, function)).curl
    return {"id": function.id, "curl": curl}


def sampled_event(
    session: Session,
    function: Function,
    argument: Mapping[str, Any],
    inputs: samples.Inputs | None = None,
) -> Sampled:
    """Return the event described by `event`, `mode` and `data`.

    `inputs` replace its id, time and data. Raises UsageError if they don't fit the
    function.
    """
    data = argument.get("data")
    return sample_event(
        function,
        _hints(session, function),
        event=str(argument.get("event")),
        mode=argument.get("mode") or None,
        payload=None if data is None else encode_data(data),
        inputs=inputs,
    )


def _hints(session: Session, function: Function) -> samples.Hints:
    return hints_from(function, session.places.text_of)
