"""Shows the spans of a trace, with secrets masked. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funclens.runner.history.masking.secret_values import MASK, mask_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from funclens.runner.history.masking.redaction import Redaction
    from funclens.runner.tracing.spans import Span

__all__ = ["shown_spans"]

_ADDRESSES = ("url.full", "url.query", "http.url", "http.target")
"""Attributes with a query, by OpenTelemetry's conventions."""


def shown_spans(
    spans: Iterable[Span], redaction: Redaction, secrets: Sequence[str]
) -> list[dict[str, Any]]:
    """Return spans in the form of `spans` of a request.

    `secrets` are the masked values of the request, which spans may repeat.
    """
    shown = []
    for span in spans:
        value = span.to_json()
        value["attributes"] = _masked(span.attributes, redaction)
        for event in value["events"]:
            event["attributes"] = _masked(event["attributes"], redaction)
        shown.append(mask_all(value, secrets))
    return shown


def _masked(attributes: Mapping[str, Any], redaction: Redaction) -> dict[str, Any]:
    """Mask attributes like `http.request.header.authorization`."""
    found = {}
    for name, value in attributes.items():
        if redaction.hides(name.rpartition(".")[2]):
            found[name] = MASK
        elif name in _ADDRESSES and isinstance(value, str):
            mask = redaction.query if name == "url.query" else redaction.target
            found[name] = mask(value)
        else:
            found[name] = value
    return found
