"""What a benchmark has found: printed, and kept for `scripts/bench`."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "FUNCLENS_BENCH_RESULTS"
"""Variable that names the file to which each result is added as a line of JSON."""


@dataclass(frozen=True)
class Result:
    """One row: a value of Funclens beside that of a peer from the same run."""

    what: str
    peer: str
    theirs: float
    ours: float
    unit: str
    goal: float
    kind: str
    """What the goal is: a ratio `at_most` or `at_least`, or our value `below`."""

    @property
    def ratio(self) -> float:
        """Our value in terms of theirs."""
        return self.ours / self.theirs

    @property
    def is_reached(self) -> bool:
        """Whether the ratio is as good as its goal."""
        if self.kind == "below":
            return self.ours <= self.goal
        return (
            self.ratio >= self.goal
            if self.kind == "at_least"
            else self.ratio <= self.goal
        )

    @property
    def wanted(self) -> str:
        """The goal in words."""
        unit = f" {self.unit}" if self.kind == "below" else ""
        return f"{'≥' if self.kind == 'at_least' else '≤'} {self.goal:g}{unit}"


def report(
    what: str, peer: str, theirs: float, ours: float, unit: str, **goal: float
) -> None:
    """Print a result and keep it.

    `goal` is `at_most` or `at_least`, for the ratio, or `below`, for our value.
    """
    ((kind, number),) = goal.items()
    result = Result(what, peer, theirs, ours, unit, number, kind)
    print(
        f"{what:<52} {peer} {theirs:.1f} {unit}, funclens {ours:.1f} {unit}, "
        f"ratio {result.ratio:.2f}, goal {result.wanted}"
    )
    if os.environ.get(FILE):
        with Path(os.environ[FILE]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(result)) + "\n")
