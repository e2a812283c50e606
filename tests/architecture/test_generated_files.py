"""Pages and files that scripts generate are up to date."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "script",
    [
        "generate_settings",
        "generate_rules",
        "generate_cli",
        "generate_http_api",
        "generate_protocol",
    ],
)
def test_generated_files_are_up_to_date(script: str) -> None:
    """When this fails, run the script that the message names."""
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / script, "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout + done.stderr == ""
    assert done.returncode == 0
