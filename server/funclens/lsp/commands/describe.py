"""Sample events and curl commands for a function, for display in the editor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funclens.features.snapshot import absolute
from funclens.lsp.commands.arguments import encode_data, parse_call
from funclens.requests import samples
from funclens.requests.curl import commands_for, curl_command
from funclens.requests.request import request_of_sample
from funclens.requests.sampling import AUTO, Sampled, default_event, sample_event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.lsp.session import Session
    from funclens.model import Function
    from funclens.requests.request import Request

__all__ = ["describe_curl", "describe_samples", "sample_request"]


def describe_samples(
    session: Session, function: Function, argument: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the event types, and the requested sample as a request.

    `request` is null if the function takes no events and `event` is not given.
    """
    result: dict[str, Any] = {
        "id": function.id,
        "types": [
            {"name": item.name, "title": item.title, "payload": item.payload}
            for item in samples.TYPES
        ],
        "default": default_event(function, _hints(session, function)),
        "request": None,
    }
    if argument.get("event") or result["default"]:
        made = _sample(session, function, {"event": AUTO, **argument}).request
        result["request"] = {
            "method": made.method,
            "path": made.path,
            "headers": dict(made.headers),
            "body": made.body.decode("utf-8", "replace"),
            "form": made.form,
            "advice": made.advice,
        }
    return result


def sample_request(
    session: Session, function: Function, argument: Mapping[str, Any]
) -> Request:
    """Return the request described by `event`, `mode` and `data`.

    Raises UsageError if they don't fit the function.
    """
    return request_of_sample(_sample(session, function, argument).request)


def describe_curl(
    session: Session, function: Function, argument: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the curl command for a request, by default a sample for the function.

    Its URL is where the runner listens, or would listen.
    """
    url = session.snapshot().url_of(function)
    if argument.get("method"):
        curl = curl_command(parse_call(argument), url)
    else:
        curl = commands_for(function, url, _hints(session, function)).curl
    return {"id": function.id, "curl": curl}


def _sample(
    session: Session, function: Function, argument: Mapping[str, Any]
) -> Sampled:
    data = argument.get("data")
    return sample_event(
        function,
        _hints(session, function),
        event=str(argument.get("event")),
        mode=argument.get("mode") or None,
        payload=None if data is None else encode_data(data),
    )


def _hints(session: Session, function: Function) -> samples.Hints:
    path = absolute(function.folder, function.file)
    return samples.hints_of(session.places.text_of(path) or "", function.span.line)
