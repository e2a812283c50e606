"""Where the event pairs of the conformance suite are: beside the checkout, or nowhere.

They are not part of the project. A test that reads them says that it was skipped
where the folder is missing.
"""

from __future__ import annotations

from pathlib import Path

import pytest

PAIRS = Path(__file__).parents[2] / "shared" / "conformance"

NAMES = sorted(
    path.name.removesuffix("-legacy-input.json")
    for path in PAIRS.glob("*-legacy-input.json")
) or ["missing"]
"""The cases, such as `storage`."""

needs_pairs = pytest.mark.skipif(
    not PAIRS.is_dir(),
    reason="the event pairs of the conformance suite are not beside the checkout",
)
