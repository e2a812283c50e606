"""Shows one entry of the history whole, with secrets masked. Pure."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from funclens.runner.history.http_message import parse_message
from funclens.runner.history.masking.secret_values import mask_all, mask_values
from funclens.runner.history.span_detail import shown_spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from funclens.runner.history.entry import Entry
    from funclens.runner.history.http_message import Message
    from funclens.runner.history.masking.redaction import Redaction
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
        "request": request and _request(request, redaction, secrets),
        "response": response and _response(entry, response, redaction, secrets),
        "output": mask_all(entry.output.splitlines(), secrets),
        "exception": mask_all(_exception(entry), secrets),
        "replay_of": entry.replay_of,
        "delivery": entry.delivery,
        "masked": list(entry.masked),
        "spans": shown_spans(spans, redaction, secrets),
    }


def _request(
    message: Message, redaction: Redaction, secrets: Sequence[str]
) -> dict[str, Any]:
    target = message.start.partition(" ")[2].rpartition(" ")[0].strip()
    shown = mask_values(redaction.target(target), secrets)
    return {"target": shown, **_message(message, redaction, secrets)}


def _response(
    entry: Entry, message: Message, redaction: Redaction, secrets: Sequence[str]
) -> dict[str, Any]:
    return {
        "status": message.status or entry.status,
        **_message(message, redaction, secrets),
    }


def _message(
    message: Message, redaction: Redaction, secrets: Sequence[str]
) -> dict[str, Any]:
    body = redaction.body(message, secrets)
    return {
        "headers": redaction.headers(message.headers, secrets),
        "body": _body(body, is_truncated=message.is_truncated),
        "size": message.size,
        "truncated": message.is_truncated,
    }


def _body(body: bytes, *, is_truncated: bool) -> dict[str, str]:
    try:
        text = _decoded(body, is_truncated=is_truncated)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:  # no text, even if it is valid UTF-8
        return {"base64": base64.b64encode(body).decode()}
    return {"text": text}


def _decoded(body: bytes, *, is_truncated: bool) -> str:
    """Return the body as text; the last character of a truncated one may be cut off."""
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        is_cut = error.reason == "unexpected end of data" and is_truncated
        if not is_cut:
            raise
        return body[: error.start].decode()


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
