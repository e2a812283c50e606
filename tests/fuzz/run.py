"""Fuzzes for a time: `scripts/fuzz SECONDS [TARGET …]`.

What it finds goes to tests/fuzz/corpus, where the tests read it again each time.
Exit code 1 says that it found something.
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import os
import random
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from fuzz.engine import growing_inputs, keep, property_of, slow_input
from fuzz.targets import TARGETS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.targets import Target

_LEAST_COVERAGE = 10.0
_TO_BEGIN = 5.0
"""Seconds that atheris gets at least, and those of them until it begins."""

TESTS = Path(__file__).parents[1]
_EXAMPLES = 100
"""Examples of a property between two looks at the clock."""


def main(argv: Sequence[str] | None = None) -> int:
    """Fuzz the targets one after the other, each with every engine that there is."""
    arguments = _parser().parse_args(argv)
    logging.disable(logging.CRITICAL)
    names = [*(arguments.targets or TARGETS)]
    has_atheris = importlib.util.find_spec("atheris") is not None
    if not has_atheris:
        print("atheris is not installed: coverage is not followed")
    end = time.monotonic() + arguments.seconds
    start = arguments.seed or random.randrange(1 << 32)
    print(f"seed {start}", flush=True)
    found = 0
    share = arguments.seconds / len(names) / (4 if has_atheris else 2)
    for name in names:
        found += _properties(TARGETS[name], share, start)
        found += _growth(TARGETS[name], share, start)
    # It takes some seconds to begin: as many targets as there is time for.
    random.Random(start).shuffle(names)
    for index, name in enumerate(names if has_atheris else ()):
        left = end - time.monotonic()
        if left < _LEAST_COVERAGE:
            break
        share = max(_LEAST_COVERAGE, left / (len(names) - index))
        found += _coverage(TARGETS[name], share - _TO_BEGIN, start)
    print(f"{found} found" if found else "nothing found")
    return int(found > 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__)
    parser.add_argument("seconds", type=float, metavar="SECONDS")
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], metavar="TARGET")
    parser.add_argument("--seed", type=int, help="repeat an earlier run")
    return parser


def _properties(target: Target, seconds: float, start: int) -> int:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        failing: list[bytes] = []

        def run(data: bytes, failing: list[bytes] = failing) -> None:
            try:
                target.run(data)
            except Exception:
                failing[:] = [data]  # the last one is the smallest
                raise

        watched = type(target)(target.name, run, target.words)
        try:
            property_of(watched, examples=_EXAMPLES, start=start)()
        except Exception:  # noqa: BLE001 - this is what is looked for
            _report(target, failing[0] if failing else b"", traceback.format_exc(2))
            return 1
        start += 1
    return 0


def _growth(target: Target, seconds: float, start: int) -> int:
    end = time.monotonic() + seconds
    for small, large in growing_inputs(target, random.Random(start)):
        if time.monotonic() > end:
            return 0
        try:
            slow = slow_input(target, small, large)
        except Exception:  # noqa: BLE001 - this is what is looked for
            _report(target, small, traceback.format_exc(2))
            return 1
        if slow:
            _report(target, large, slow)
            return 1
    raise AssertionError


def _coverage(target: Target, seconds: float, start: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "fuzz.coverage", target.name, folder]
        options = [f"-max_total_time={max(1, round(seconds))}", f"-seed={start}"]
        done = subprocess.run(
            [*command, *options],
            cwd=TESTS,
            env={**os.environ, "PYTHONPATH": str(TESTS)},
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        artifacts = [
            path
            for path in Path(folder).iterdir()
            if path.name.startswith(("crash-", "timeout-", "oom-", "slow-unit-"))
        ]
        for path in artifacts:
            _report(target, path.read_bytes(), done.stderr[-2_000:])
        if done.returncode and not artifacts:
            print(f"{target.name}: atheris ended with {done.returncode}")
            print(done.stderr[-2_000:])
            return 1
        return len(artifacts)


def _report(target: Target, data: bytes, why: str) -> None:
    print(f"{target.name}: {keep(target, data)}\n{why}\n")


if __name__ == "__main__":
    sys.exit(main())
