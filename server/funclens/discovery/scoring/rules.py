"""Scoring rules that decide whether an undecorated definition is a Cloud Function.

Each rule is a predicate with a weight. The score is the sum of the weights of all
matching rules, except that only the strongest shape counts. A score of `LIKELY` or more
means function. One strong negative rule outweighs any name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.discovery.scoring import negative_signals, signals, signature

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.discovery.scoring.candidate import Candidate
    from funclens.model import SignatureType

__all__ = ["LIKELY", "RULES", "Rule", "Verdict", "weigh"]

LIKELY = 50
"""Minimum score of a function."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A predicate on candidates and its weight."""

    name: str
    """Shown in `evidence`."""
    weight: int
    matches: Callable[[Candidate], bool]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Combined result of all rules."""

    score: int
    evidence: tuple[str, ...]
    """Names of the matching positive rules, strongest first."""
    signature_type: SignatureType

    @property
    def is_likely(self) -> bool:
        """True if the definition counts as a function."""
        return self.score >= LIKELY


SHAPES = (
    Rule("annotated-request", 90, signature.is_annotated_request),
    Rule("annotated-cloud-event", 90, signature.is_annotated_cloud_event),
    Rule("named-request", 60, signature.is_named_request),
    Rule("named-cloud-event", 60, signature.is_named_cloud_event),
    Rule("event-and-context", 60, signature.has_known_event_name),
    Rule("context", 35, signature.has_named_context_only),
    Rule("used-as-request", 55, signals.is_used_as_request),
    Rule("used-as-event", 55, signals.is_used_as_event),
    Rule("used-as-cloud-event", 55, signals.is_used_as_cloud_event),
    Rule("event-alone", 30, signature.is_event_alone),
    Rule("unused-parameter", 45, signature.has_unused_parameter),
)
"""What the parameters look like. Shapes overlap, so only the strongest counts."""

WORDS = (Rule("documented", 60, signals.is_documented),)
"""How it is documented. In a `main.py`, this can replace a shape."""

FOR = (
    Rule("uses-request", 20, signals.uses_request),
    Rule("uses-google-event", 40, signals.uses_google_event),
    Rule("google-imports", 15, signals.imports_google),
    Rule("requires-framework", 20, lambda c: c.project_context.requires_framework),
    Rule("near-functions", 35, signals.is_near_functions),
    Rule("only-function", 10, signals.is_only_function),
)

AGAINST = (
    Rule("not-main", -55, lambda c: not c.project_context.is_main),
    Rule(
        "in-package",
        -60,
        lambda c: c.project_context.is_in_package and not c.project_context.is_main,
    ),
    Rule("below-tests", -60, lambda c: c.project_context.is_below_tests),
    Rule("imported-beside", -100, signals.is_imported_beside),
    Rule("called-elsewhere", -70, signals.is_called_elsewhere),
    Rule("called-with-request", -40, signals.is_called_with_request),
    Rule("beside-decorated", -150, signals.is_beside_decorated),
    Rule("returns-no-response", -80, signals.returns_no_response),
    Rule("aws-event", -150, negative_signals.uses_aws_event),
    Rule("aws-imports", -60, negative_signals.imports_aws),
    Rule("aws-name", -120, negative_signals.has_aws_name),
    Rule("aws-handler-name", -25, negative_signals.has_handler_name),
    Rule("aws-project", -60, negative_signals.is_in_aws_project),
    Rule("azure-project", -80, lambda c: "azure" in c.project_context.platforms),
    Rule("django-project", -120, negative_signals.is_in_django_project),
    Rule("foreign-imports", -120, negative_signals.imports_foreign_framework),
    Rule("chat-bot", -120, negative_signals.is_chat_bot_handler),
    Rule("run-as-script", -150, negative_signals.is_run_as_script),
    Rule("asynchronous", -60, negative_signals.is_asynchronous),
    Rule("test-file", -200, lambda c: c.project_context.is_test),
    Rule("test-name", -200, negative_signals.has_test_name),
    Rule("foreign-annotation", -300, negative_signals.has_foreign_annotation),
    Rule("foreign-decorator", -300, negative_signals.has_foreign_decorator),
    Rule("unknown-decorator", -40, negative_signals.has_unknown_decorator),
    Rule("private-name", -300, signals.is_private),
)

RULES = (*SHAPES, *WORDS, *FOR, *AGAINST)
"""All rules. Names of matching positive ones are shown as evidence."""


def weigh(candidate: Candidate) -> Verdict:
    """Score a definition that no framework decorator registers."""
    shapes = [rule for rule in SHAPES if rule.matches(candidate)]
    others = [rule for rule in WORDS if rule.matches(candidate)]
    if not shapes and not candidate.project_context.is_main:
        # Deployment scripts mention functions, too.
        others = []
    if shapes or others:
        others += [rule for rule in (*AGAINST, *FOR) if rule.matches(candidate)]
    spoken = sorted([*shapes, *others], key=lambda rule: -abs(rule.weight))
    strongest = max((rule.weight for rule in shapes), default=0)
    return Verdict(
        score=strongest + sum(rule.weight for rule in others),
        evidence=tuple(rule.name for rule in spoken if rule.weight > 0),
        signature_type=signature.signature_of(candidate),
    )
