"""Convert problems to protocol diagnostics."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from lsprotocol import types

from funclens.features.snapshot import absolute
from funclens.model import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from funclens.features.client_profile import ClientProfile
    from funclens.features.position_encoding import Places

__all__ = ["SOURCE", "make_diagnostics", "result_id"]

SOURCE = "funclens"

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFORMATION: types.DiagnosticSeverity.Information,
    Severity.HINT: types.DiagnosticSeverity.Hint,
}


def make_diagnostics(
    problems: Iterable[Problem],
    profile: ClientProfile,
    places: Places,
    link_of: Callable[[str], str | None],
) -> list[types.Diagnostic]:
    """Return one diagnostic per problem, in order.

    `link_of` returns the URL of a code's documentation, or None.
    """
    return [_diagnostic(item, profile, places, link_of) for item in problems]


def result_id(diagnostics: Sequence[types.Diagnostic]) -> str:
    """Return a hash of the diagnostics that is stable across processes."""
    return hashlib.blake2s(repr(diagnostics).encode(), digest_size=8).hexdigest()


def _diagnostic(
    problem: Problem,
    profile: ClientProfile,
    places: Places,
    link_of: Callable[[str], str | None],
) -> types.Diagnostic:
    path = absolute(problem.folder, problem.file)
    diagnostic = types.Diagnostic(
        range=places.range(path, problem.span),
        message=problem.message,
        severity=_SEVERITIES[problem.severity],
        code=problem.code,
        source=SOURCE,
    )
    link = link_of(problem.code) if profile.code_description else None
    if link:
        diagnostic.code_description = types.CodeDescription(href=link)
    if problem.related and profile.related_information:
        diagnostic.related_information = [
            types.DiagnosticRelatedInformation(
                location=places.location(
                    absolute(place.folder, place.file), place.span
                ),
                message=place.message,
            )
            for place in problem.related
        ]
    return diagnostic
