"""Shows one entry of the history whole, with secrets masked. Pure."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from funclens.runner.history.http_message import parse_message
from funclens.runner.history.redaction import mask_all
from funclens.runner.history.span_detail import shown_spans

if TYPE_CHECKING:
    from collections.abc import Iterable

    from funclens.runner.history.entry import Entry
    from funclens.runner.history.http_message import Message
    from funclens.runner.history.redaction import Redaction
    from funclens.runner.tracing.spans import Span

__all__ = ["detail"]


def detail(
    entry: Entry, redaction: Redaction, spans: Iterable[Span] = ()
) -> dict[str, Any]:
    """Return everything that is known about a request; `spans` are of its trace."""
    request = parse_message(entry.request, entry.request_size)
    response = parse_message(
        entry.response, entry.response_size, has_body=entry.method != "HEAD"
    )
    secrets = redaction.secrets(request, response)
    return {
        "version": 1,
        **entry.summary(redaction),
        "request": request and _request(request, redaction),
        "response": response and _response(entry, response, redaction),
        "output": mask_all(entry.output.splitlines(), secrets),
        "exception": mask_all(_exception(entry), secrets),
        "replay_of": entry.replay_of,
        "delivery": entry.delivery,
        "masked": list(entry.masked),
        "spans": shown_spans(spans, redaction, secrets),
    }


def _request(message: Message, redaction: Redaction) -> dict[str, Any]:
    target = message.start.partition(" ")[2].rpartition(" ")[0].strip()
    return {"target": redaction.target(target), **_message(message, redaction)}


def _response(entry: Entry, message: Message, redaction: Redaction) -> dict[str, Any]:
    return {
        "status": message.status or entry.status,
        **_message(message, redaction),
    }


def _message(message: Message, redaction: Redaction) -> dict[str, Any]:
    kind = message.header("Content-Type")
    return {
        "headers": redaction.headers(message.headers),
        "body": _body(message, kind, redaction),
        "size": message.size,
        "truncated": message.is_truncated,
    }


def _body(message: Message, kind: str | None, redaction: Redaction) -> dict[str, str]:
    try:
        text = _decoded(message)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:  # no text, even if it is valid UTF-8
        return {"base64": base64.b64encode(message.body).decode()}
    return {"text": redaction.body(text, kind)}


def _decoded(message: Message) -> str:
    """Return the body as text; the last character of a truncated one may be cut off."""
    try:
        return message.body.decode()
    except UnicodeDecodeError as error:
        is_cut = error.reason == "unexpected end of data" and message.is_truncated
        if not is_cut:
            raise
        return message.body[: error.start].decode()


def _exception(entry: Entry) -> dict[str, Any] | None:
    if entry.exception is None:
        return None
    error = entry.error or {}
    return {
        "type": entry.exception["type"],
        "message": entry.exception["message"],
        "traceback": error.get("traceback", ""),
        "frames": entry.exception["frames"],
    }
