"""Writes requests of the history for other programs, with secrets masked. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from funclens.requests.copying.copy_as import copy_as
from funclens.requests.recorded.har_export import har_of
from funclens.requests.recorded.recorded_request import recorded_request
from funclens.runner.history.detail import detail

if TYPE_CHECKING:
    from collections.abc import Iterable

    from funclens.runner.history.entry import Entry
    from funclens.runner.history.masking.redaction import Redaction

__all__ = ["copied"]

HAR = "har"
"""HTTP Archive: one text of all requests, with their responses."""


def copied(
    entries: Iterable[Entry], redaction: Redaction, url: str, kind: str
) -> dict[str, Any]:
    """Return requests as one text of a kind, and advice about it.

    Raises UsageError for an unknown kind, or a request that it can't express.
    """
    recorded = [recorded_request(detail(entry, redaction)) for entry in entries]
    if kind == HAR:
        return {
            "text": json.dumps(har_of(recorded, url), indent=2) + "\n",
            "advice": "",
        }
    copies = [copy_as(item, url, kind) for item in recorded]
    texts = [copy.text.rstrip("\n") for copy in copies]
    advice = dict.fromkeys(copy.advice for copy in copies if copy.advice)
    return {"text": "\n\n".join(texts) + "\n", "advice": " ".join(advice)}
