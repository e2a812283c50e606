"""Ten seconds of fuzzing, the same each time; `scripts/fuzz SECONDS` goes on from here.

Nothing is timed: an input that takes too long outlasts the test's own deadline.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from fuzz.engine import corpus_of, growing_inputs, property_of, slow_input
from fuzz.run import main
from fuzz.targets import TARGETS, Target

TESTS = Path(__file__).parents[1]

KEPT = [
    pytest.param(target, data, id=f"{target.name}-{name}")
    for target in TARGETS.values()
    for name, data in corpus_of(target)
]

RUNS = 50
"""Inputs for atheris: to begin costs more."""

HAS_ATHERIS = importlib.util.find_spec("atheris") is not None


@pytest.mark.parametrize(("target", "data"), KEPT)
def test_inputs_of_the_corpus_are_read(target: Target, data: bytes) -> None:
    target.run(data)


@pytest.mark.parametrize("name", TARGETS)
def test_random_texts_are_read(name: str) -> None:
    property_of(TARGETS[name], examples=25)()


@pytest.mark.parametrize("name", TARGETS)
def test_repetitive_texts_are_read(name: str) -> None:
    pairs = growing_inputs(TARGETS[name], random.Random(9))
    for _, large in itertools.islice(pairs, 4):
        TARGETS[name].run(large)


def run_atheris(name: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fuzz.coverage", name, str(folder)]
    return subprocess.run(
        [*command, f"-runs={RUNS}", "-seed=9", "-print_final_stats=1"],
        cwd=TESTS,
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=100,
    )


@pytest.mark.may_skip_in_ci
@pytest.mark.skipif(not HAS_ATHERIS, reason="atheris is built for Linux on x86-64")
@pytest.mark.parametrize("name", ["module", "head"])
def test_coverage_guided_inputs_are_read(name: str, tmp_path: Path) -> None:
    done = run_atheris(name, tmp_path)

    assert done.returncode == 0, done.stderr[-3_000:]
    units = re.search(r"stat::number_of_executed_units: (\d+)", done.stderr)
    assert units is not None
    assert int(units[1]) >= RUNS
    assert not list(tmp_path.glob("crash-*"))


def test_a_failing_target_is_detected_and_its_input_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(data: bytes) -> None:
        if b"bad" in data:
            raise ZeroDivisionError

    monkeypatch.setitem(TARGETS, "broken", Target("broken", run, ("bad", "good")))
    monkeypatch.setattr("fuzz.engine.CORPUS", tmp_path)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

    assert main(["1", "broken", "--seed", "1"]) == 1

    kept = [path.read_bytes() for path in (tmp_path / "broken").iterdir()]
    assert b"bad" in kept
    assert "ZeroDivisionError" in capsys.readouterr().out


def test_a_target_that_is_not_linear_is_detected() -> None:
    def run(data: bytes) -> None:
        sum(1 for _ in itertools.product(data[:3_000], data[: len(data) // 8]))

    target = Target("quadratic", run, ("a",))

    assert slow_input(target, b"a" * 4_000, b"a" * 64_000)
    assert not slow_input(Target("linear", len, ("a",)), b"a" * 10, b"a" * 40)
