"""The table of sample events, as a form for one function shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funclens.errors import UsageError
from funclens.model import SignatureType
from funclens.requests import samples
from funclens.requests.sampling import new_inputs, takes_only_events

if TYPE_CHECKING:
    from funclens.model import Function

__all__ = ["described_types"]

_OVER_HTTP = ("pubsub", "scheduler", "tasks", "eventarc")
"""Events that services deliver to any HTTP function."""


def described_types(
    function: Function, hints: samples.Hints, default: str | None
) -> list[dict[str, Any]]:
    """Return all types; those that fit the function's trigger come first.

    `modes` are the forms in which a type can be delivered to the function; there is
    none for a plain request.
    """
    rows = [
        {
            "name": item.name,
            "title": item.title,
            "payload": item.payload,
            "fits": _fits(function, item.name, default),
            "modes": _modes(item, function, hints),
        }
        for item in samples.TYPES
    ]
    return sorted(rows, key=lambda row: (row["name"] != default, not row["fits"]))


def _fits(function: Function, name: str, default: str | None) -> bool:
    if name == default:
        return True
    if function.provider == "firebase" and takes_only_events(function):
        return False
    if function.signature_type is SignatureType.HTTP:
        return name in _OVER_HTTP
    family = (default or "").partition(".")[0]
    return name.partition(".")[0] == family and not name.endswith(".firebase")


def _modes(
    item: samples.SampleType, function: Function, hints: samples.Hints
) -> list[str]:
    """Return the modes, the usual one first."""
    try:
        built = item.build(new_inputs())
    except UsageError:
        return []
    if not isinstance(built, samples.Event):
        return []
    usual = samples.default_mode(built, function, hints)
    return sorted(
        (mode.value for mode in samples.modes_of(built)),
        key=lambda mode: mode != usual.value,
    )
