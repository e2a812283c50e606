"""Reads the requests of an HTTP Archive, of whichever program. Pure."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from funclens.errors import UsageError
from funclens.requests.recorded.imported_request import ImportedRequest, usable_headers

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["requests_of_har"]

_HINT = "export one from a browser's network tab, or with 'funclens requests --har'"


def requests_of_har(data: bytes) -> list[ImportedRequest]:
    """Return the requests in their order. Raises UsageError for anything else."""
    try:
        entries = json.loads(data)["log"]["entries"]
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise UsageError("it is not an HTTP Archive (HAR)", hint=_HINT) from error
    if not isinstance(entries, list):
        raise UsageError("it is not an HTTP Archive (HAR)", hint=_HINT)
    return [_request(number, entry) for number, entry in enumerate(entries, 1)]


def _request(number: int, entry: Any) -> ImportedRequest:
    try:
        request = entry["request"]
        pairs = [(str(h["name"]), str(h["value"])) for h in request.get("headers", ())]
        return ImportedRequest(
            method=str(request["method"]).upper(),
            url=str(request["url"]),
            headers=usable_headers(pairs),
            body=_body(request.get("postData") or {}),
            function=str(entry.get("_function") or ""),
            status=int((entry.get("response") or {}).get("status") or 0),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(
            f"entry {number} is not valid: {error!r}", hint=_HINT
        ) from error


def _body(data: Mapping[str, Any]) -> bytes:
    text = data.get("text")
    if text is None:
        pairs = [
            (str(p["name"]), str(p.get("value", ""))) for p in data.get("params", ())
        ]
        return urlencode(pairs).encode()
    encoding = data.get("_encoding") or data.get("encoding")
    if encoding != "base64":
        return str(text).encode("utf-8", "surrogateescape")
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("the body is not valid base64") from error
