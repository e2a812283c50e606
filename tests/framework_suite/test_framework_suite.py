"""functions-framework's own tests pass with our app factory, but for those listed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from framework_suite.left_out import ELSEWHERE, FAILING, MODULES
from framework_suite.suite import Outcome, names_a_factory, run, sdist_modules

DOC = Path(__file__).parents[2] / "docs" / "reference" / "fidelity.md"
HEADING = "## functions-framework's own tests\n"

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """What became of each test with our factory."""
    return run(tmp_path_factory.mktemp("ours"))


def bare(name: str) -> str:
    """Return the name of a test without its parameters."""
    return name.partition("[")[0]


def documented() -> str:
    _, _, text = DOC.read_text("utf-8").partition(HEADING)
    return " ".join(text.partition("\n## ")[0].split())


def test_every_test_with_an_app_passes_except_those_listed(
    ours: dict[str, Outcome],
) -> None:
    failing = {
        name: outcome.why
        for name, outcome in ours.items()
        if outcome.outcome != "passed" and bare(name) not in FAILING
    }

    assert failing == {}


def test_every_test_listed_as_failing_fails(ours: dict[str, Outcome]) -> None:
    passing = [
        name
        for name, outcome in ours.items()
        if bare(name) in FAILING and outcome.outcome != "failed"
    ]

    assert passing == []
    assert FAILING.keys() - set(map(bare, ours)) == set()


def test_the_tests_without_an_app_are_those_listed(
    ours: dict[str, Outcome],
) -> None:
    without = {bare(name) for name, outcome in ours.items() if not outcome.reached}

    assert without == ELSEWHERE


def test_the_skipped_modules_are_those_without_a_factory() -> None:
    without = {path.name for path in sdist_modules() if not names_a_factory(path)}

    assert without == MODULES.keys()


def test_the_docs_list_skipped_tests_and_count_passing_ones(
    ours: dict[str, Outcome],
) -> None:
    text = documented()
    asking = [outcome for outcome in ours.values() if outcome.reached]
    passed = [outcome for outcome in asking if outcome.outcome == "passed"]

    assert f"{len(passed)} of the {len(asking)} that ask for an app" in text
    assert set(re.findall(r"`(test_\w+)`", text)) == {
        name.partition("::")[2] for name in FAILING
    }
    assert [reason for reason in FAILING.values() if reason not in text] == []
    assert [module for module in MODULES if f"`{module}`" not in text] == []


def test_the_sources_match_those_of_the_tests(
    tmp_path: Path,
) -> None:
    """With the framework's own factory every test passes, the listed ones too."""
    outcomes = run(tmp_path, reference=True)

    assert {
        name: outcome.why
        for name, outcome in outcomes.items()
        if outcome.outcome != "passed"
    } == {}
    assert FAILING.keys() - set(map(bare, outcomes)) == {
        name for name in FAILING if name.startswith("test_timeouts.py")
    }
