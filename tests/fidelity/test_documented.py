"""docs/reference/fidelity.md and the table say the same."""

from __future__ import annotations

import re
from pathlib import Path

from fidelity.table import TABLE

DOC = Path(__file__).parents[2] / "docs" / "reference" / "fidelity.md"

TESTED_ELSEWHERE = {
    "Connections",
    "What the front door answers itself",
    "A module that does not load",
    "Bodies over 32 MiB",
    "Limits",
    "Logs of mixed units",
    "Preloaded packages",
    "Threads that start while the module loads",
    "Trace headers",
    "functions-framework's own tests",
}
"""What other tests have: `test_front_door.py`, `test_logs.py`, `framework_suite`,
`runner/test_limits.py`, `runner/test_preload.py`, `runner/test_spans.py`,
`runner/test_thread_at_import.py`."""


def headings() -> set[str]:
    return set(re.findall(r"^## (.+)$", DOC.read_text("utf-8"), re.MULTILINE))


def test_every_difference_is_documented() -> None:
    assert {row.differs for row in TABLE if row.differs} - headings() == set()


def test_every_documented_difference_has_a_row() -> None:
    differing = {row.differs for row in TABLE if row.differs}

    assert headings() - differing == TESTED_ELSEWHERE


def test_every_row_of_the_table_is_unique() -> None:
    facts = [row.fact for row in TABLE]

    assert sorted(facts) == sorted(set(facts))
