"""The settings of the extension and their page are made from the one table."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_what_is_made_from_the_table_of_settings_is_fresh():
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "generate_settings", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    assert done.returncode == 0
