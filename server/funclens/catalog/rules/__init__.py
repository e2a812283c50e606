"""Static rules: one module per subject, each rule a generator of problems.

A rule only reports what fails or is lost when production runs the same source.
docs/reference/diagnostics.md explains each rule, and tests demonstrate it with
functions-framework itself. `rules.table` lists all of them. The runner needs only
functions and doesn't import them.
"""

from __future__ import annotations
