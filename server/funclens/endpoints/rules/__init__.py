"""The static problems: one module a subject, each rule a generator of problems.

A rule speaks only of what fails, or is lost, when production runs the same source;
docs/diagnostics.md explains each and tests show it on functions-framework itself.
"""

from __future__ import annotations

from funclens.endpoints.rules.context import Context, Served
from funclens.endpoints.rules.table import CODES, problems_of

__all__ = ["CODES", "Context", "Served", "problems_of"]
