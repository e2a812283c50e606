"""The static problems: one module a subject, each rule a generator of problems.

A rule speaks only of what fails, or is lost, when production runs the same source;
docs/reference/diagnostics.md explains each, and tests show it on
functions-framework itself. `rules.table` has all of them; a runner routes by the
functions and does without.
"""

from __future__ import annotations
