"""The threat model names tests that exist."""

from __future__ import annotations

import re

from architecture.checkout import TOP

NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
TEXT = (TOP / "docs" / "internals" / "threat-model.md").read_text("utf-8")


def test_every_named_test_exists() -> None:
    missing = [
        f"{path}::{name}"
        for path, name in NAMED.findall(TEXT)
        if f"def {name}(" not in (TOP / path).read_text("utf-8")
    ]

    assert missing == []


def test_every_attack_has_a_test() -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("| ")]
    attacks = [row for row in rows if not row.startswith(("| attack", "| ---"))]

    assert len(attacks) >= 20
    assert [row for row in attacks if not NAMED.search(row)] == []
