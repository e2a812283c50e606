"""The page about discovery says what the rules are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).parents[2]


def test_the_table_of_rules_is_fresh() -> None:
    ended = subprocess.run(
        [sys.executable, TOP / "scripts" / "generate_rules", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (0, "")
