"""The list of tests that a system can't run."""

from __future__ import annotations

from pathlib import Path

import pytest

from systems import LINUX_ONLY, UNIX_ONLY, reason_to_skip

TESTS = Path(__file__).parent


@pytest.mark.parametrize("start", sorted({*LINUX_ONLY, *UNIX_ONLY}))
def test_what_is_listed_is_there(start):
    file, _, name = start.partition("::")
    found = [*TESTS.glob(f"{file}*")] if not file.endswith("/") else [TESTS / file]

    assert found
    assert all(path.exists() for path in found)
    assert not name or f"def {name}" in found[0].read_text("utf-8")


def test_only_other_systems_skip_and_say_why():
    test = "tests/runner/test_life_and_death.py::test_x"

    assert reason_to_skip(test, "linux") == ""
    assert reason_to_skip(test, "darwin") == "looks at processes in /proc (darwin)"
    assert reason_to_skip(test.replace("/", "\\"), "win32")
    assert reason_to_skip("tests/catalog/test_names.py::test_x", "win32") == ""
