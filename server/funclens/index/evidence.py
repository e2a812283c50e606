"""Whether a definition without a framework's decorator is a function: the rules.

Each rule is a small question with a weight. The weights of the rules that speak
are added up; from `LIKELY` on the definition is taken for a function. One strong
rule against it outweighs all that a name can say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from funclens.index import habits, shape

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.index.candidate import Candidate
    from funclens.model import SignatureType

__all__ = ["LIKELY", "RULES", "Rule", "Verdict", "weigh"]

LIKELY = 50
"""Sum of weights from which a definition counts as a function."""


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
    """Names of the rules that spoke against it, strongest first."""
    signature_type: SignatureType

    @property
    def is_likely(self) -> bool:
        """True when the definition is taken for a function."""
        return self.score >= LIKELY


SHAPES = (
    Rule("annotated-request", 90, shape.is_annotated_request),
    Rule("annotated-cloud-event", 90, shape.is_annotated_cloud_event),
    Rule("named-request", 60, shape.is_named_request),
    Rule("named-cloud-event", 60, shape.is_named_cloud_event),
    Rule("event-and-context", 60, shape.has_known_event_name),
    Rule("context", 50, shape.has_named_context_only),
    Rule("documented", 60, habits.is_documented),
)
"""Rules of which one must speak: without, nothing looks like a function."""

FOR = (
    Rule("uses-request", 20, habits.uses_request),
    Rule("uses-google-event", 40, habits.uses_google_event),
    Rule("google-imports", 15, habits.imports_google),
    Rule("requires-framework", 20, lambda c: c.surroundings.requires_framework),
    Rule("near-functions", 30, habits.is_near_functions),
    Rule("only-function", 15, habits.is_only_function),
)

AGAINST = (
    Rule("not-main", -55, lambda c: not c.surroundings.is_main),
    Rule(
        "in-package",
        -60,
        lambda c: c.surroundings.is_in_package and not c.surroundings.is_main,
    ),
    Rule("below-tests", -60, lambda c: c.surroundings.is_below_tests),
    Rule("called-elsewhere", -70, habits.is_called_elsewhere),
    Rule("called-with-request", -40, habits.is_called_with_request),
    Rule("beside-decorated", -15, habits.is_beside_decorated),
    Rule("returns-no-response", -80, habits.returns_no_response),
    Rule("aws-event", -150, habits.uses_aws_event),
    Rule("aws-imports", -60, habits.imports_aws),
    Rule("aws-name", -120, habits.has_aws_name),
    Rule("aws-project", -60, habits.is_in_aws_project),
    Rule("azure-project", -80, lambda c: "azure" in c.surroundings.platforms),
    Rule("django-project", -120, habits.is_in_django_project),
    Rule("foreign-imports", -120, habits.imports_foreign_framework),
    Rule("chat-bot", -120, habits.is_chat_bot_handler),
    Rule("test-file", -200, lambda c: c.surroundings.is_test),
    Rule("test-name", -200, habits.has_test_name),
    Rule("foreign-annotation", -300, habits.has_foreign_annotation),
    Rule("foreign-decorator", -300, habits.has_foreign_decorator),
    Rule("private-name", -300, habits.is_private),
)

RULES = (*SHAPES, *FOR, *AGAINST)
"""Every rule. Positive weights are shown to people, strongest first."""


def weigh(candidate: Candidate) -> Verdict:
    """Return what the rules say of a definition that no framework registers."""
    spoken = [rule for rule in SHAPES if rule.speaks(candidate)]
    if spoken:
        spoken += [rule for rule in (*AGAINST, *FOR) if rule.speaks(candidate)]
    spoken.sort(key=lambda rule: -abs(rule.weight))
    return Verdict(
        score=sum(rule.weight for rule in spoken),
        evidence=tuple(rule.name for rule in spoken if rule.weight > 0),
        against=tuple(rule.name for rule in spoken if rule.weight < 0),
        signature_type=shape.signature_of(candidate),
    )
