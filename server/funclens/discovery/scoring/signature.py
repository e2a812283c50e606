"""Signature types, guessed from parameters; their names are only hints."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from funclens.model import SignatureType

if TYPE_CHECKING:
    from funclens.discovery.scoring.candidate import Candidate

__all__ = [
    "has_event_and_context",
    "has_known_event_name",
    "has_named_context_only",
    "has_unused_parameter",
    "is_annotated_cloud_event",
    "is_annotated_request",
    "is_event_alone",
    "is_named_cloud_event",
    "is_named_request",
    "signature_of",
    "takes_one",
]

_REQUEST_TYPES = re.compile(
    r"(?:flask|werkzeug)(?:\.\w+)*\.(?:Request|request|LocalProxy)"
    r"|functions_framework\.(?:flask\.)?Request"
)
_CLOUD_EVENT = re.compile(r"(?:\w+\.)*CloudEvent")
_CONTEXT_TYPE = re.compile(
    r"google\.cloud\.functions(?:_v1)?(?:\.\w+)*\.Context|(?:\w+\.)*BackgroundContext"
)
_REQUEST_NAME = re.compile(r"_*(?:\w*_)?(?:req|request)_*|_*(?:flask|http)request")
_EVENT_NAME = re.compile(
    r"_*(?:event|events|data|message|msg|payload|file|blob|object|change|record"
    r"|pubsub\w*|\w+_(?:event|data|message))_*|_+(?:unused)?"
)
_EVENT_ALONE = re.compile(r"_*(?:event|cloudevent)_*")
_CONTEXT_NAME = re.compile(
    r"_*(?:context|ctx|cntx|event_context|contxt)_*|_+(?:unused)?|_*unused\w*"
)
_CLEAR_CONTEXT_NAME = re.compile(r"_*(?:context|ctx|event_context)_*")
_UNUSED_NAME = re.compile(r"_+|_*unused\w*|_+\w")
_CLOUD_EVENT_NAME = re.compile(r"_*(?:cloud_?event|ce)_*")


def signature_of(candidate: Candidate) -> SignatureType:
    """Return the signature type with which production most likely calls it."""
    if is_annotated_request(candidate):
        return SignatureType.HTTP
    if has_event_and_context(candidate):
        return SignatureType.EVENT
    if is_annotated_cloud_event(candidate) or is_named_cloud_event(candidate):
        return SignatureType.CLOUDEVENT
    if not candidate.accepts(1) and candidate.accepts(2):
        return SignatureType.EVENT
    if ".data" in candidate.uses(0) and not is_named_request(candidate):
        keys = {use for use in candidate.uses(0) if use.startswith("['")}
        if not keys.isdisjoint({"['type']", "['source']", "['id']", "['subject']"}):
            return SignatureType.CLOUDEVENT
    return SignatureType.HTTP


def takes_one(candidate: Candidate) -> bool:
    """Return whether it can be called with one argument."""
    return candidate.accepts(1)


def is_annotated_request(candidate: Candidate) -> bool:
    """Return whether its only parameter is annotated with Flask's request."""
    return _is_annotated(candidate, _REQUEST_TYPES)


def is_annotated_cloud_event(candidate: Candidate) -> bool:
    """Return whether its only parameter is annotated with a CloudEvent."""
    return _is_annotated(candidate, _CLOUD_EVENT)


def is_named_request(candidate: Candidate) -> bool:
    """Return whether its only parameter is named like a request."""
    return _is_named(candidate, _REQUEST_NAME)


def is_named_cloud_event(candidate: Candidate) -> bool:
    """Return whether its only parameter is named like a CloudEvent."""
    return _is_named(candidate, _CLOUD_EVENT_NAME)


def has_unused_parameter(candidate: Candidate) -> bool:
    """Return whether its only parameter is named as unused: `_`."""
    return _is_named(candidate, _UNUSED_NAME)


def has_event_and_context(candidate: Candidate) -> bool:
    """Return whether it has two parameters and the second looks like a context."""
    if not candidate.accepts(2) or len(candidate.positional) < 2:
        return False
    first, second = candidate.positional[:2]
    if any(_CONTEXT_TYPE.fullmatch(name) for name in candidate.annotations[1]):
        return True
    if _CLEAR_CONTEXT_NAME.fullmatch(second.name):
        return True
    named_event = _EVENT_NAME.fullmatch(first.name) is not None
    return named_event and _CONTEXT_NAME.fullmatch(second.name) is not None


def has_known_event_name(candidate: Candidate) -> bool:
    """Return whether it has an event and a context, and the event is named like one."""
    return has_event_and_context(candidate) and (
        _EVENT_NAME.fullmatch(candidate.positional[0].name) is not None
    )


def is_event_alone(candidate: Candidate) -> bool:
    """Return whether it is in `main.py` and its only parameter looks like an event."""
    return candidate.project_context.is_main and _is_named(candidate, _EVENT_ALONE)


def has_named_context_only(candidate: Candidate) -> bool:
    """Return whether it has two parameters and only the context is named like one."""
    return has_event_and_context(candidate) and not has_known_event_name(candidate)


def _is_annotated(candidate: Candidate, types: re.Pattern[str]) -> bool:
    return (
        takes_one(candidate)
        and bool(candidate.annotations)
        and any(types.fullmatch(name) for name in candidate.annotations[0])
    )


def _is_named(candidate: Candidate, names: re.Pattern[str]) -> bool:
    return (
        takes_one(candidate)
        and bool(candidate.positional)
        and len(candidate.required) <= 1
        and names.fullmatch(candidate.positional[0].name) is not None
    )
