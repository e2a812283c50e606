"""Whether a definition without a framework's decorator is a function: the rules.

Each rule is a small question with a weight. The weights of the rules that speak
are added up; from `LIKELY` on the definition is taken for a function. One strong
rule against it outweighs all that a name can say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from funclens.model import SignatureType

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.index.candidate import Candidate

__all__ = ["LIKELY", "RULES", "Rule", "Verdict", "weigh"]

LIKELY = 50
"""Sum of weights from which a definition counts as a function."""

_REQUEST_TYPES = frozenset(
    {
        "flask.Request",
        "flask.wrappers.Request",
        "flask.request",
        "werkzeug.Request",
        "werkzeug.wrappers.Request",
        "werkzeug.local.LocalProxy",
    }
)
_CLOUD_EVENT = re.compile(r"(?:\w+\.)*CloudEvent(?:\[.*)?")
_CONTEXT_TYPE = re.compile(r"google\.cloud\.functions.*\.Context")
_REQUEST_NAME = re.compile(r"_*(?:http_?|flask_?)?req(?:uest)?_*")
_EVENT_NAME = re.compile(r"_*(?:event|data|message|msg|payload|pubsub_\w+|\w+_event)_*")
_CONTEXT_NAME = re.compile(r"_*(?:context|ctx|event_context)_*")
_CLOUD_EVENT_NAME = re.compile(r"_*cloud_?event_*")
_REQUEST_USES = re.compile(
    r"\.(?:get_json|args|json|is_json|method|form|files|values|headers|data|get_data"
    r"|path|url|remote_addr|cookies|content_type|authorization)"
)
_FOREIGN_FRAMEWORKS = re.compile(
    r"(?:django|rest_framework|fastapi|starlette|aiohttp|sanic|tornado|bottle|pyramid"
    r"|quart|falcon|cherrypy|flask_admin|flask_restful|pytest|aws_lambda_powertools"
    r"|chalice|celery|telegram|discord)\b"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One question about a candidate."""

    name: str
    """What `evidence` shows."""
    weight: int
    speaks: Callable[[Candidate], bool]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say together."""

    score: int
    evidence: tuple[str, ...]
    """Names of the rules that spoke for it, strongest first."""
    against: tuple[str, ...]
    signature_type: SignatureType


def weigh(candidate: Candidate) -> Verdict:
    """Return what the rules say of an undecorated definition."""
    spoken = [rule for rule in RULES if rule.speaks(candidate)]
    spoken.sort(key=lambda rule: -rule.weight)
    return Verdict(
        score=sum(rule.weight for rule in spoken),
        evidence=tuple(rule.name for rule in spoken if rule.weight > 0),
        against=tuple(rule.name for rule in spoken if rule.weight < 0),
        signature_type=signature_of(candidate),
    )


def signature_of(candidate: Candidate) -> SignatureType:
    """Return how production most likely calls the definition."""
    if _has_event_context(candidate):
        return SignatureType.EVENT
    if _is_annotated_cloud_event(candidate) or _is_named_cloud_event(candidate):
        return SignatureType.CLOUDEVENT
    return SignatureType.HTTP


def _single(candidate: Candidate) -> bool:
    return candidate.accepts(1) and len(candidate.required) <= 1


def _is_annotated_request(candidate: Candidate) -> bool:
    return (
        _single(candidate)
        and bool(candidate.annotations)
        and not _REQUEST_TYPES.isdisjoint(candidate.annotations[0])
    )


def _is_named_request(candidate: Candidate) -> bool:
    return (
        _single(candidate)
        and bool(candidate.positional)
        and not candidate.positional[0].annotation
        and _REQUEST_NAME.fullmatch(candidate.positional[0].name) is not None
    )


def _uses_request(candidate: Candidate) -> bool:
    return _single(candidate) and any(
        _REQUEST_USES.fullmatch(use) for use in candidate.uses(0)
    )


def _has_event_context(candidate: Candidate) -> bool:
    if not candidate.accepts(2) or len(candidate.positional) < 2:
        return False
    context = candidate.positional[1]
    return _CONTEXT_NAME.fullmatch(context.name) is not None or any(
        _CONTEXT_TYPE.fullmatch(name) for name in candidate.annotations[1]
    )


def _has_known_event_name(candidate: Candidate) -> bool:
    return _has_event_context(candidate) and (
        _EVENT_NAME.fullmatch(candidate.positional[0].name) is not None
    )


def _is_annotated_cloud_event(candidate: Candidate) -> bool:
    return (
        _single(candidate)
        and bool(candidate.annotations)
        and any(_CLOUD_EVENT.fullmatch(name) for name in candidate.annotations[0])
    )


def _is_named_cloud_event(candidate: Candidate) -> bool:
    return (
        _single(candidate)
        and bool(candidate.positional)
        and _CLOUD_EVENT_NAME.fullmatch(candidate.positional[0].name) is not None
    )


def _has_foreign_decorator(candidate: Candidate) -> bool:
    return any(not local for _, _, local in candidate.decorator_names())


def _is_called_in_source(candidate: Candidate) -> bool:
    return candidate.mentions > 0


def _is_private(candidate: Candidate) -> bool:
    return candidate.name.startswith("_")


def _is_in_foreign_module(candidate: Candidate) -> bool:
    return any(
        _FOREIGN_FRAMEWORKS.match(placed.binding.target)
        for placed in candidate.module.placed()
        if not placed.binding.level
    )


def _has_foreign_annotation(candidate: Candidate) -> bool:
    return any(
        _FOREIGN_FRAMEWORKS.match(name)
        for names in candidate.annotations
        for name in names
    )


RULES = (
    Rule("deploy-file", 1000, lambda candidate: candidate.deployed),
    Rule("annotated-request", 80, _is_annotated_request),
    Rule("annotated-cloud-event", 80, _is_annotated_cloud_event),
    Rule("named-cloud-event", 60, _is_named_cloud_event),
    Rule("named-request", 60, _is_named_request),
    Rule("event-and-context", 60, _has_event_context),
    Rule("named-event", 10, _has_known_event_name),
    Rule("uses-request", 30, _uses_request),
    Rule("called-by-source", -60, _is_called_in_source),
    Rule("foreign-module", -60, _is_in_foreign_module),
    Rule("foreign-annotation", -200, _has_foreign_annotation),
    Rule("foreign-decorator", -200, _has_foreign_decorator),
    Rule("private-name", -200, _is_private),
)
"""Every rule. Positive weights are shown to people, strongest first."""
